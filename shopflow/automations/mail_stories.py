"""What became of the mails of runs, in sentences: sent, put off, left out, or held back when they were to leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.linting.graph import sending_of
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.reporting.wording import BECAME, reason_label
from shopflow.automations.services.gates import Result
from shopflow.mailing.models import Message, MessageState

LOST = ("bounced", "complained", "rejected", "deferred", "failed")
"""Reports of the mail provider that say that a mail has not arrived as it should."""


def mail_stories(runs: Sequence[Run]) -> dict[int, list[str]]:
    """For each of ``runs``, with their versions, what became of its mails; three queries for all of them."""
    rulings: dict[int, dict[str, list[Decision]]] = {run.pk: {} for run in runs}
    for ruling in Decision.objects.filter(run__in=runs, gate=Decision.Gate.SENDING).order_by("at", "pk"):
        rulings[ruling.run_id or 0].setdefault(ruling.node, []).append(ruling)
    messages = _messages(runs)
    return {run.pk: list(_story(run, rulings[run.pk], messages)) for run in runs}


def told(code: str, reason: str) -> str:
    """Why, in the language of whoever asks: reasons are kept in the shop's, others get the short form."""
    kept_in = settings.LANGUAGE_CODE.partition("-")[0]
    if not (reason and (get_language() or kept_in).partition("-")[0] == kept_in):
        reason = str(Run.Ending.GOAL.label) if code.startswith("goal:") else reason_label(code)
    reason = reason[:1].upper() + reason[1:]
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _messages(runs: Sequence[Run]) -> dict[tuple[int, str], Message]:
    """The latest mail of each run's step."""
    steps = RunStep.objects.filter(run__in=runs).order_by("pk").values_list("run_id", "node", "visit")
    keys = {f"run:{run}:{node}:{visit}": (run, node) for run, node, visit in steps}
    found = Message.objects.filter(dedupe_key__in=keys).order_by("pk")
    return {keys[message.dedupe_key]: message for message in found}


def _story(
    run: Run, rulings: Mapping[str, list[Decision]], messages: Mapping[tuple[int, str], Message]
) -> Iterator[str]:
    try:
        steps = definition_of(run.version).steps
    except DefinitionInvalid:
        steps = ()
    names = {step.id: step_phrase(step).text for step in steps}
    for node, asked in rulings.items():
        words = {"step": names.get(node, node)}
        earlier = dict.fromkeys(one.code for one in asked[:-1] if _result(one) == Result.DEFER)
        sentence = _what_became(asked[-1], messages.get((run.pk, node)), words)
        if earlier and _result(asked[-1]) != Result.DEFER:
            reasons = ", ".join(reason_label(code) for code in earlier)
            sentence += " " + _("It had been put off before: %(reasons)s.") % {"reasons": reasons}
        yield sentence
    if not rulings and not run.is_open and any(isinstance(step, Act) and sending_of(step) for step in steps):
        yield _("It came to no mail: what was asked and answered on the way stands on the run’s page.")


def _result(ruling: Decision) -> str:
    return str(ruling.details.get("result", Result.SEND))


def _what_became(ruling: Decision, message: Message | None, words: Mapping[str, str]) -> str:
    known = {**words, "moment": moment(ruling.at), "reason": told(ruling.code, ruling.reason)}
    if _result(ruling) == Result.DEFER:
        return _("“%(step)s”: put off on %(moment)s: %(reason)s") % known
    if _result(ruling) == Result.ERROR:
        return _("“%(step)s”: parked on %(moment)s until somebody mends it: %(reason)s") % known
    if _result(ruling) != Result.SEND:
        return _("“%(step)s”: left out on %(moment)s: %(reason)s") % known
    if message is None:
        return _("“%(step)s”: written on %(moment)s.") % known
    return _what_the_mail_room_did(message, known)


def _what_the_mail_room_did(message: Message, known: Mapping[str, str]) -> str:
    if message.state == MessageState.ACCEPTED and message.accepted_at is not None:
        words = {**known, "moment": moment(message.accepted_at), "report": BECAME.get(message.delivery_state, "")}
        if message.delivery_state in LOST:
            return _("“%(step)s”: sent on %(moment)s, then %(report)s.") % words
        return _("“%(step)s”: sent on %(moment)s.") % words
    if message.state == MessageState.SKIPPED:
        words = {**known, "reason": told(message.skip_code, message.last_error)}
        return _("“%(step)s”: written on %(moment)s, but held back when it was to leave: %(reason)s") % words
    words = {**known, "state": message.get_state_display(), "reason": message.last_error}
    return (_("“%(step)s”: written on %(moment)s, now: %(state)s. %(reason)s") % words).rstrip()
