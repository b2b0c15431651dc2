"""Text messages to telephones. They meet every gate that a mail meets: consent, blocks, caps, quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions.facts import facts_for_texts
from shopflow.automations.forms.settings import SmsForm
from shopflow.contracts.automations import Action, Outcome, RunContext, Sending, actions
from shopflow.contracts.channels import channels
from shopflow.contracts.mail import MailClass
from shopflow.contracts.types import Label
from shopflow.core.filling import fill
from shopflow.mailing.services import queue_text
from shopflow.mailing.sms import chosen_sender

SMS = "sms"


@actions.register
class SendSms(Action):
    """Settings: ``text``, which may hold ``{fields}`` of the event; ``mail_class``; for advertising ``purpose`` and
    ``basis``.
    """

    code = "send_sms"
    label = _("send a text message (SMS)")
    description = _("Goes to the mobile number of the order or the event, if there is one.")
    needs = frozenset({"email"})
    form_class = SmsForm
    transactional = True

    def sends(self, settings: Mapping[str, Any]) -> Sending:
        return Sending(MailClass(settings["mail_class"]), settings.get("purpose", ""), settings.get("basis", ""), SMS)

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        if chosen_sender() is None:
            return Outcome.skipped("sms_off", _("The shop sends no text messages."))
        text = fill(settings["text"], facts_for_texts(context.subject))
        if context.dry_run:
            return Outcome.done("would_send", text=text)
        sending = self.sends(settings)
        message = queue_text(
            dedupe_key=context.run_key,
            channel=SMS,
            address=channels.get(SMS).address(context.subject),
            to=context.text("email"),
            text=text,
            template="sms",
            mail_class=sending.mail_class,
            purpose=sending.purpose,
            basis=sending.basis,
            campaign=context.flow,
            reference=context.text("order_number"),
        )
        return Outcome.done("sms_queued", _("The text message waits to be sent."), message_id=message.pk)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return _("send the text message “%(text)s”") % {"text": settings.get("text", "")}
