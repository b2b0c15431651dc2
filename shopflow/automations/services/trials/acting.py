"""What an action does in a test run: its mail goes to the tester, everything else stays undone."""

from __future__ import annotations

import dataclasses
import logging
import re
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Step, read
from shopflow.automations.definitions.mentions import templates_of
from shopflow.automations.exceptions import StepStuck
from shopflow.automations.models import Run, Trial
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.gates import GATES, Case
from shopflow.automations.services.moving import run_context
from shopflow.automations.services.trials.standing import undone
from shopflow.contracts.automations import Action, Outcome, OutcomeKind, actions
from shopflow.contracts.mail import Attachment, MailClass
from shopflow.mailing.composing import Content
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_rendered
from shopflow.mailing.texts.preview import preview

logger = logging.getLogger("shopflow.automations")

BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
BANNER = (
    '<div style="background-color: #fff3bf; color: #1b1b1b; border: 2px solid #b08900; padding: 12px; '
    'font-family: sans-serif; font-size: 15px; line-height: 1.4">{}</div>'
)


@dataclass
class Acted:
    """What came of it, in sentences. ``mailed``: a mail is on its way to the tester."""

    notes: list[str] = field(default_factory=list)
    failed: bool = False
    mailed: bool = False


@dataclass(frozen=True)
class _Written:
    """A mail that an action has written before it was undone."""

    content: Content
    attachments: tuple[Attachment, ...] = ()
    example: bool = False


def act_out(trial: Trial, step: Step) -> Acted:
    """Take an action's step in ``trial``; a mail to the run's person goes to the tester."""
    assert isinstance(step, Act)  # noqa: S101 - the caller has looked
    acted = Acted()
    action = actions.get(step.action)
    sending = action.sends(step.settings)
    try:
        if sending is None or not action.transactional:
            _only_imagined(trial, step, action, acted)
            return acted
        written = _written(trial, step, action, acted)
    except Exception as error:  # whatever an action or a text raises, the tester has to see it
        logger.info("A step of test run %s failed", trial.pk, exc_info=True)
        acted.failed = True
        acted.notes.append(_("This fails: %(error)s") % {"error": f"{type(error).__name__}: {error}"})
        return acted
    if written is not None:
        _send(trial, step, written)
        acted.mailed = True
        acted.notes.append(_("The mail is on its way to %(email)s.") % {"email": trial.email})
    return acted


def _only_imagined(trial: Trial, step: Act, action: Action, acted: Acted) -> None:
    """An action that writes to nobody, or reaches outside of the shop, says what it would do."""
    with undone(trial) as (desk, run):
        context = dataclasses.replace(run_context(run, desk), dry_run=True, is_test=True)
        missing = sorted(name for name in action.needs if not trial.subject.get(name))
        outcome = Outcome.done() if missing else action.run(context, step.settings)
    _judge_outcome(outcome, acted)
    acted.notes.append(_("Would be done; a test run leaves everything as it is."))


def _judge_outcome(outcome: Outcome, acted: Acted) -> None:
    if outcome.kind is OutcomeKind.FAILED:
        acted.failed = True
    if outcome.reason:
        acted.notes.append(str(outcome.reason))


def _written(trial: Trial, step: Act, action: Action, acted: Acted) -> _Written | None:
    """The mail that ``action`` writes for the example; None if it writes none."""
    if not trial.subject:
        return _example(trial, step)
    key = f"trial:{trial.pk}:{len(trial.story)}"
    with undone(trial) as (desk, run):
        acted.notes.extend(_gates(trial, step, action, desk, run))
        own = {**trial.subject, "email": trial.email}
        context = dataclasses.replace(run_context(run, desk, run_key=key), subject=own, is_test=True)
        outcome = action.run(context, step.settings)
        message = Message.objects.filter(dedupe_key=key).first()
    _judge_outcome(outcome, acted)
    if message is None:
        return None
    files = tuple(Attachment(**file) for file in message.attachments)
    return _Written(Content(message.subject, message.html, message.text), files)


def _example(trial: Trial, step: Act) -> _Written | None:
    """The mail's text with example values."""
    templates = templates_of(step, read(trial.definition)) if "template" in step.settings else []
    if not templates:
        return None
    language = step.settings.get("language") or settings.LANGUAGE_CODE
    return _Written(preview(templates[0], language=language, words=None), example=True)


def _gates(trial: Trial, step: Act, action: Action, desk: Desk, run: Run) -> list[str]:
    """What each gate would say to the mail for the chosen example, if it stops it."""
    case = Case(
        desk=desk, run=run, definition=read(trial.definition), act=step, sending=action.sends(step.settings),
        context=run_context(run, desk), exits_pending=False,
    )  # fmt: skip
    found = []
    for _name, gate, label in GATES:
        try:
            ruling = gate(case)
        except StepStuck as stuck:
            found.append(stuck.reason)
            continue
        if ruling is not None:
            words = {"gate": label, "reason": ruling.reason or ruling.code}
            found.append(_("In life the gate “%(gate)s” would hold it back: %(reason)s") % words)
    return found


def _send(trial: Trial, step: Act, written: _Written) -> None:
    """To the tester, and marked as what it is."""
    moment = date_format(timezone.localtime(trial.now), "SHORT_DATETIME_FORMAT")
    words = {"flow": trial.flow.name, "version": trial.label, "step": step.id, "moment": moment}
    banner = _("Test run of “%(flow)s”, %(version)s, step “%(step)s”. In life it would leave on %(moment)s.") % words
    if written.example:
        banner += " " + _("Its values are examples.")
    content = written.content
    marked = BANNER.format(escape(banner))
    html = BODY.sub(lambda match: match.group() + marked, content.html, count=1)
    queue_rendered(
        dedupe_key=f"trial:{trial.pk}:{len(trial.story)}",
        template=f"trial/{step.id}"[:64],
        to=trial.email,
        subject=f"[{_('Test run')}] {content.subject}",
        text=f"*** {banner} ***\n\n{content.text}",
        html=html if html != content.html else marked + content.html,
        mail_class=MailClass.STAFF,
        language=settings.LANGUAGE_CODE,
        attachments=written.attachments,
    )
