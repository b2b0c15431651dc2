"""What flows can do out of the box. All effects are rows of this database, so they share the step's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shopflow.audience.queries import has_consent
from shopflow.automations.definitions.facts import facts_for_texts, labelled
from shopflow.automations.forms.settings import MailForm, NoteForm, StopForm
from shopflow.automations.queries import attached_files
from shopflow.automations.services.editions import edition_for, language_for
from shopflow.contracts.automations import Action, Outcome, RunContext, Sending, actions
from shopflow.contracts.mail import Attachment, MailClass, mail_contexts
from shopflow.contracts.types import JSONDict, Label
from shopflow.core.filling import fill
from shopflow.core.queries import seller
from shopflow.mailing.services import queue_message

CONSENT = "consent"


def _words(context: RunContext, codes: list[str]) -> JSONDict:
    """The event's fields and the rooms' words; a room may ask which automation it is, under ``flow``."""
    words: JSONDict = dict(context.subject)
    asked = {**context.subject, "flow": context.flow}
    for code in codes:
        words.update(mail_contexts.get(code).context(asked))
    return words


def _told_basis(sending: Sending, email: str) -> str:
    """What the mail says it rests on: whoever has agreed is not told that they have ordered."""
    either = sending.basis not in ("", CONSENT) and sending.mail_class is MailClass.ADVERTISING
    return CONSENT if either and has_consent(email=email, purpose=sending.purpose) else sending.basis


def _files(context: RunContext, codes: list[str], reference: str) -> list[Attachment]:
    """Files of the contexts ``codes`` that no earlier mail with this reference has carried."""
    files = [file for code in codes for file in mail_contexts.get(code).attachments(context.subject)]
    carried = attached_files(reference=reference) if files and reference else frozenset()
    return [file for file in files if file.storage_name not in carried]


def _subject(template: str) -> str:
    """The subject that staff know the mail by; empty for a template whose name hangs on the event, or is missing."""
    try:
        words = {"order": {"number": "…"}, "seller": seller()}
        return render_to_string(f"mail/{template}/subject.txt", words).strip()
    except TemplateDoesNotExist:
        return ""


@actions.register
class SendMail(Action):
    """Settings: ``template`` (may hold ``{fields}`` of the event), ``mail_class``; for advertising ``purpose`` and
    ``basis``; ``contexts`` whose words the template uses; ``attach``: contexts whose files go along, each file once
    per order; ``language``, else the person's own. The mail keeps to the text that the flow's version was published
    with, which is that of the shop's language; where the subject's ``text_template`` is the template, to its
    ``text_hash``.
    """

    code = "send_mail"
    label = _("send a mail")
    description = _("Sends a mail with one of your templates to the person whom the run is about.")
    needs = frozenset({"email"})
    form_class = MailForm
    transactional = True

    def sends(self, settings: Mapping[str, Any]) -> Sending:
        return Sending(MailClass(settings["mail_class"]), settings.get("purpose", ""), settings.get("basis", ""))

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        sending = self.sends(settings)
        template = fill(settings["template"], context.subject)
        if context.dry_run:
            return Outcome.done("would_send", template=template)
        reference = context.text("order_number")
        language = language_for(context, template, settings)
        with translation.override(language):
            words = _words(context, settings.get("contexts", []))
            files = _files(context, settings.get("attach", []), reference)
        message = queue_message(
            dedupe_key=context.run_key,
            template=template,
            to=context.text("email"),
            context={**words, "mail_basis": _told_basis(sending, context.text("email"))},
            mail_class=sending.mail_class,
            purpose=sending.purpose,
            basis=sending.basis,
            campaign=context.flow,
            language=language,
            attachments=files,
            reference=reference or context.text("occasion"),
            text_hash=edition_for(context, template, language),
        )
        reason = _("The mail “%(template)s” was handed to the mail room.") % {"template": template}
        return Outcome.done("mail_queued", reason, message_id=message.pk, template=template)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        template = settings.get("template", "")
        if "{" in template:
            return _("send the mail that fits the event (%(template)s)") % {"template": template}
        return _("send the mail “%(template)s”") % {"template": _subject(template) or template}


@actions.register
class NotifyStaff(Action):
    """A mail to the shop's own people. Settings: ``subject`` and ``text``, both may hold ``{fields}``; ``to``,
    by default the seller's address.
    """

    code = "notify_staff"
    label = _("tell the staff by mail")
    description = _("Sends a mail with your words to the shop's own people.")
    form_class = NoteForm
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        to = settings.get("to") or seller().email
        if not to:
            return Outcome.failed("no_address", _("Enter the shop's e-mail address in the seller's data."))
        if context.dry_run:
            return Outcome.done("would_send")
        fields = facts_for_texts(context.subject)
        message = queue_message(
            dedupe_key=context.run_key,
            template="automation_note",
            to=to,
            context={
                "note_subject": fill(settings["subject"], fields),
                "note_text": fill(settings["text"], fields),
                "facts": labelled(context.subject),
            },
            mail_class=MailClass.STAFF,
            language=django_settings.LANGUAGE_CODE,
            reference=context.text("order_number"),
        )
        return Outcome.done("mail_queued", _("The staff were told."), message_id=message.pk)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return _("tell the staff: “%(subject)s”") % {"subject": settings.get("subject", "")}


@actions.register
class Stop(Action):
    """End the run here. Settings: ``reason``, a sentence for the log."""

    code = "stop"
    label = _("end here")
    description = _("Ends the run for this person, with a reason for the log.")
    form_class = StopForm
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        return Outcome.done("stopped", settings.get("reason", ""), ends_run=True)
