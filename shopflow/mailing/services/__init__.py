"""The mail room's verbs, and the only writer of its tables."""

from shopflow.mailing.services.breaker import end_pause
from shopflow.mailing.services.clicks import announce_clicks, forget_clicks, record_click
from shopflow.mailing.services.feedback import record_report
from shopflow.mailing.services.messages import (
    give_up,
    give_up_all,
    queue_message,
    queue_rendered,
    queue_text,
    retry_message,
)
from shopflow.mailing.services.pace import forget_idle_domains, save_limits
from shopflow.mailing.services.people import erase_person, export_person, forget_messages
from shopflow.mailing.services.recovery import recover_lost
from shopflow.mailing.services.retention import forget_old_messages
from shopflow.mailing.services.sender import save_mail_settings
from shopflow.mailing.services.sending import send_all_due, send_due
from shopflow.mailing.services.suppressions import forget_what_is_over, lift, lift_block, suppress, unsubscribe
from shopflow.mailing.services.texts import save_text, text_findings, use_text, words_hash
from shopflow.mailing.services.together import expect_new, undone_together, written_together

__all__ = [
    "announce_clicks",
    "end_pause",
    "erase_person",
    "expect_new",
    "export_person",
    "forget_clicks",
    "forget_idle_domains",
    "forget_messages",
    "forget_old_messages",
    "forget_what_is_over",
    "give_up",
    "give_up_all",
    "lift",
    "lift_block",
    "queue_message",
    "queue_rendered",
    "queue_text",
    "record_click",
    "record_report",
    "recover_lost",
    "retry_message",
    "save_limits",
    "save_mail_settings",
    "save_text",
    "send_all_due",
    "send_due",
    "suppress",
    "text_findings",
    "undone_together",
    "unsubscribe",
    "use_text",
    "words_hash",
    "written_together",
]
