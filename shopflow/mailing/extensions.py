"""The mail room's staff pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.contacts import ContactPanel, ShownContact, contact_panels
from shopflow.contracts.pages import AttentionNote, Panel, StaffPage, attention_notes, staff_pages
from shopflow.core import clock
from shopflow.mailing import personal_data, retention, sms  # noqa: F401
from shopflow.mailing.dashboard import blocks, limits, log, texts
from shopflow.mailing.models import AdvertisingPause, Message, MessageState
from shopflow.mailing.queries import lifted_blocks, message_log, suppressions
from shopflow.mailing.services.suppressions import LIFTABLE

GROUP = _("E-mail")
SHOWN = 20


@staff_pages.register
class MessagesPage(StaffPage):
    code = "messages"
    label = _("Sent messages")
    group = GROUP
    icon = "send"
    position = 80
    permission = log.VIEW
    url_name = "message-list"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", log.message_list, name="message-list"),
            path("<int:pk>/", log.message_detail, name="message-detail"),
            path("<int:pk>/aktion/", log.message_act, name="message-act"),
            path("<int:pk>/html/", log.message_html, name="message-html"),
            path("<int:pk>/datei/<int:position>/", log.message_file, name="message-file"),
        ]


@staff_pages.register
class MailboxPage(StaffPage):
    code = "mailbox"
    label = _("Local mailbox")
    group = GROUP
    icon = "inbox"
    position = 82
    permission = log.VIEW
    url_name = "mailbox-list"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", log.mailbox_list, name="mailbox-list"),
            path("<str:key>/", log.mailbox_detail, name="mailbox-detail"),
            path("<str:key>/html/", log.mailbox_html, name="mailbox-html"),
            path("<str:key>/datei/<int:position>/", log.mailbox_file, name="mailbox-file"),
        ]


@staff_pages.register
class MailSettingsPage(StaffPage):
    code = "mail_settings"
    label = _("Sender")
    group = GROUP
    icon = "at-sign"
    position = 84
    permission = "shopflow_mailing.view_mailsettings"
    url_name = "mail-settings"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [path("", log.mail_settings, name="mail-settings")]


@staff_pages.register
class MailTextsPage(StaffPage):
    code = "mail_texts"
    label = _("Texts of e-mails")
    group = GROUP
    icon = "file-pen"
    position = 81
    permission = texts.VIEW
    url_name = "mail-texts"

    def urlpatterns(self) -> Sequence[URLPattern]:
        one = "<slug:code>/<str:language>/"
        return [
            path("", texts.text_list, name="mail-texts"),
            path(one, texts.text_edit, name="mail-text"),
            path(f"{one}vorschau/<str:kind>/", texts.text_preview, name="mail-text-preview"),
            path(f"{one}pruefen/", texts.text_check, name="mail-text-check"),
            path(f"{one}probe/", texts.text_try, name="mail-text-try"),
            path(f"{one}version/", texts.text_choose, name="mail-text-choose"),
        ]


@staff_pages.register
class SendingLimitsPage(StaffPage):
    code = "mail_limits"
    label = _("Sending limits")
    group = GROUP
    icon = "gauge"
    position = 85
    permission = limits.VIEW
    url_name = "mail-limits"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", limits.sending_limits, name="mail-limits"),
            path("pause/<int:pk>/", limits.pause_end, name="mail-pause-end"),
        ]


@staff_pages.register
class MailBlocksPage(StaffPage):
    code = "mail_blocks"
    label = _("Blocked addresses")
    group = GROUP
    icon = "mail-x"
    position = 86
    permission = blocks.LIFT
    url_name = "mail-blocks"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [path("", blocks.blocks, name="mail-blocks"), path("<int:pk>/", blocks.lift, name="mail-block-lift")]


@contact_panels.register
class Blocks(ContactPanel):
    """What the mail system blocks, with the way to lift it, and what staff have lifted."""

    code = "mail_blocks"
    label = _("Blocks of the mail system")
    position = 21
    permission = blocks.LIFT

    def panel(self, contact: ShownContact) -> Panel | None:
        standing = [block for block in suppressions(contact.email) if block.reason in LIFTABLE]
        lifted = lifted_blocks(contact.email)
        if not standing and not lifted:
            return None
        context = {"blocks": standing, "lifted": lifted}
        return Panel(title=self.label, template="shopflow/mailing/blocks_panel.html", context=context)


@contact_panels.register
class SentMessages(ContactPanel):
    """The newest mails to somebody."""

    code = "sent_messages"
    label = _("Sent messages")
    position = 20
    permission = log.VIEW

    def panel(self, contact: ShownContact) -> Panel | None:
        found = list(message_log(search=contact.email)[:SHOWN])
        if not found:
            return None
        context = {"messages": found, "email": contact.email}
        return Panel(title=self.label, template="shopflow/mailing/contact_panel.html", context=context)


@attention_notes.register
class PausedAdvertising(AttentionNote):
    code = "advertising_paused"
    label = _("kinds of advertising that are held")
    hint = _("Too many of these e-mails bounced or were reported as spam. Look at the addresses, then end the pause.")
    icon = "circle-pause"
    position = 61
    permission = limits.VIEW

    def count(self) -> int:
        return AdvertisingPause.objects.filter(ended_at=None).count()

    def url(self) -> str:
        return reverse("shopflow-staff:mail-limits")


@attention_notes.register
class Complaints(AttentionNote):
    code = "mail_complaints"
    label = _("e-mails reported as spam within a week")
    hint = _("Ask yourself why these people felt bothered. Their addresses get no advertising any more.")
    icon = "flag"
    position = 62
    permission = log.VIEW

    def count(self) -> int:
        since = clock.now() - timedelta(days=7)
        return Message.objects.filter(delivery_state="complained", accepted_at__gte=since).count()

    def url(self) -> str:
        return f"{reverse('shopflow-staff:message-list')}?state=complained"


@attention_notes.register
class FailedMails(AttentionNote):
    code = "mails_failed"
    label = _("mails that did not go out")
    hint = _("Look at the reason, then send them once more or reach the customer in another way.")
    icon = "mail-warning"
    position = 60
    permission = log.VIEW

    def count(self) -> int:
        return Message.objects.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN]).count()

    def url(self) -> str:
        return f"{reverse('shopflow-staff:message-list')}?state=trouble"
