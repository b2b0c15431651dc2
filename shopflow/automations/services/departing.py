"""Whether a mail that a run has written may still leave: asked just before it does, and writing nothing."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Definition
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Recipient, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.gates import YIELD
from shopflow.automations.services.happenings import happened, holds
from shopflow.automations.services.moving import run_context
from shopflow.contracts.automations import RunContext
from shopflow.contracts.mail import Departure, HeldBack, MailClass

KEY = re.compile(r"run:(\d+):([a-z0-9_]+):(\d+)\Z")


def judge_departure(mail: Departure) -> HeldBack | None:
    """Why the mail must not leave now; None for one that may, or that no run has written.

    Ordinary mail is held back by the emergency stop, a pause, a block and a run that was ended early. Advertising
    moreover by an exit that has happened since, by a recheck that no longer holds, and by quiet hours.
    """
    match = KEY.match(mail.dedupe_key)
    run = match and Run.objects.select_related("flow", "version").filter(pk=match[1]).first()
    if not match or run is None or mail.mail_class is MailClass.STAFF:
        return None
    desk = Desk.of_now([run])
    held = _stopped(desk, run, mail)
    if held is not None or mail.mail_class is not MailClass.ADVERTISING:
        return held
    try:
        definition = definition_of(run.version)
    except DefinitionInvalid as error:
        return HeldBack("definition_invalid", str(error))
    context = run_context(run, desk, run_key=mail.dedupe_key)
    held = _overtaken(definition, run, mail, context) or _asked_again(definition, match[2], context)
    return held or (None if _wanted_at_once(run, match[2], int(match[3])) else _quiet(desk, run))


def _stopped(desk: Desk, run: Run, mail: Departure) -> HeldBack | None:
    if desk.rules.halted:
        return HeldBack("halted", _("All automations are stopped."), desk.now + YIELD)
    if run.flow.paused_at is not None:
        return HeldBack("paused", _("The automation is paused."), desk.now + YIELD)
    if run.state == Run.State.EXITED:
        return HeldBack("run_ended", run.reason or _("The run was ended."))
    if Recipient.objects.filter(email=mail.email, blocked_at__isnull=False).exists():
        return HeldBack("blocked", _("Staff have blocked this address."))
    return None


def _overtaken(definition: Definition, run: Run, mail: Departure, context: RunContext) -> HeldBack | None:
    """Exits since the mail was written count, whether they have reached the run yet or came after its end."""
    for happening, arrival in happened(definition.exits, run, since=mail.queued_at):
        if holds(happening, context):
            return HeldBack("overtaken", _("“%(event)s” has happened.") % {"event": arrival.label})
    return None


def _asked_again(definition: Definition, node: str, context: RunContext) -> HeldBack | None:
    step = definition.step(node) if definition.has(node) else None
    for question in step.recheck if isinstance(step, Act) else ():
        answer = ask(question, context)
        if not answer.holds:
            return HeldBack(question.code, answer.reason)
    return None


def _wanted_at_once(run: Run, node: str, visit: int) -> bool:
    details = RunStep.objects.filter(run=run, node=node, visit=visit).values_list("details", flat=True).first()
    return bool(details and details.get("urgent"))


def _quiet(desk: Desk, run: Run) -> HeldBack | None:
    until = desk.rules.advertising_from(desk.now, desk.zone(run))
    return None if until <= desk.now else HeldBack("quiet_hours", _("Advertising rests at this hour."), until)
