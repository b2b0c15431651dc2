"""Whether mails that runs have written may still leave: asked just before they do, for all that leave together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Definition, Question
from shopflow.automations.definitions.model import Happening
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Recipient, Run, RunStep
from shopflow.automations.queries import definition_of, runs_of
from shopflow.automations.services.desk import LONGEST_CAP, Advert, Desk
from shopflow.automations.services.gates import YIELD, free_at
from shopflow.automations.services.happenings import Arrival, among, happened, holds, recent
from shopflow.automations.services.journal import sentence
from shopflow.automations.services.languages import known_together
from shopflow.automations.services.moving import run_context
from shopflow.automations.services.soundness import BROKEN, Soundness
from shopflow.automations.services.together import Together
from shopflow.contracts.automations import RunContext
from shopflow.contracts.expressions import Answer
from shopflow.contracts.mail import Departure, HeldBack, MailClass
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.models import Message

KEY = re.compile(r"run:(\d+):([a-z0-9_]+):(\d+)\Z")
UNSEEN = timedelta(minutes=5)
"""An event says when it happened and is there for others when its transaction is over: so much later at most."""

MENDED_BY = timedelta(days=1)
"""So long after it was written a mail waits for what it names to come back."""

LOOKED_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class _Leaving:
    """A mail of a run that is about to leave; ``node`` and ``visit`` are the step that wrote it."""

    mail: Departure
    run: Run
    node: str
    visit: int
    definition: Definition | None = None
    """None where it cannot be read, or was not yet."""

    @property
    def exits(self) -> Sequence[Happening]:
        return self.definition.exits if self.definition else ()

    @property
    def recheck(self) -> Sequence[Question]:
        """The conditions that the step which wrote the mail wants asked again."""
        return self.act.recheck if self.act is not None else ()

    @property
    def act(self) -> Act | None:
        """The step that wrote the mail; None where the definition was not read."""
        if self.definition is None or not self.definition.has(self.node):
            return None
        step = self.definition.step(self.node)
        return step if isinstance(step, Act) else None

    @property
    def advertises(self) -> bool:
        return self.mail.mail_class is MailClass.ADVERTISING

    @property
    def since(self) -> datetime:
        """From when on events count that end the run."""
        return max(self.run.entered_at, self.mail.queued_at - UNSEEN)


def judge_departures(mails: Sequence[Departure]) -> list[HeldBack | None]:
    """Why each of ``mails`` must not leave now; None for one that may, or that no run has written.

    Asked are the gates that can change after a mail was written: the emergency stop, a pause, a block, a run that was
    ended early, an exit that has happened since, a recheck that no longer holds, a delay beyond the step's; and for
    advertising caps, quiet hours, and whether links, products and vouchers in it are still there.
    """
    leaving = _leaving(mails)
    runs = [one.run for one in leaving.values()]
    desk = Desk.of_readers(runs)
    blocked = set(
        Recipient.objects.filter(
            email__in={one.mail.email for one in leaving.values()}, blocked_at__isnull=False
        ).values_list("email", flat=True)
    )
    held = {place: _stopped(desk, one, blocked) for place, one in leaving.items()}
    with known_together(one.mail.email for one in leaving.values()):
        held |= _judged(desk, {place: one for place, one in leaving.items() if held[place] is None})
    return [held.get(place) for place in range(len(mails))]


def _leaving(mails: Sequence[Departure]) -> dict[int, _Leaving]:
    """The mails of runs by their places, with the runs read together."""
    keys = {
        place: match
        for place, mail in enumerate(mails)
        if mail.mail_class is not MailClass.STAFF and (match := KEY.match(mail.dedupe_key))
    }
    if not keys:
        return {}
    runs = runs_of({int(match[1]) for match in keys.values()})
    return {
        place: _Leaving(mails[place], runs[int(match[1])], match[2], int(match[3]))
        for place, match in keys.items()
        if int(match[1]) in runs
    }


def _stopped(desk: Desk, one: _Leaving, blocked: set[str]) -> HeldBack | None:
    if desk.rules.halted:
        return HeldBack("halted", _("All automations are stopped."), desk.now + YIELD)
    if one.run.flow.paused_at is not None:
        return HeldBack("paused", _("The automation is paused."), desk.now + YIELD)
    if one.run.state == Run.State.EXITED:
        return HeldBack("run_ended", one.run.reason or _("The run was ended."))
    if one.mail.email in blocked:
        return HeldBack("blocked", _("Staff have blocked this address."))
    return None


def _judged(desk: Desk, leaving: Mapping[int, _Leaving]) -> dict[int, HeldBack | None]:
    """What holds back mails of runs that still stand. One whose definition cannot be read goes if it is owed."""
    held: dict[int, HeldBack | None] = {}
    known: dict[int, _Leaving] = {}
    for place, one in leaving.items():
        try:
            known[place] = replace(one, definition=definition_of(one.run.version))
        except DefinitionInvalid as error:
            held[place] = HeldBack("definition_invalid", str(error)) if one.advertises else None
    arrivals = _exits(known.values())
    contexts = {place: run_context(one.run, desk, run_key=one.mail.dedupe_key) for place, one in known.items()}
    together = Together()
    adverts = _Adverts(desk, [one for one in known.values() if one.advertises])
    for place, one in known.items():
        held[place] = (
            _overtaken(one, arrivals, contexts[place])
            or _asked_again(one, partial(together.ask, context=contexts[place], key=place, version=one.run.version_id,
                                         others=partial(_alike, known, contexts, one)))
            or _too_late(desk, one)
            or (adverts.held(one, contexts[place]) if one.advertises else None)
        )  # fmt: skip
    return held


def _adverts_sent(emails: Collection[str], now: datetime) -> dict[str, list[Advert]]:
    """The advertising that has left for each of ``emails``, in one query."""
    found: dict[str, list[Advert]] = {email: [] for email in emails}
    hashes = {email_hash(email): email for email in emails}
    if hashes:
        rows = Message.objects.filter(
            email_hash__in=list(hashes), mail_class=MailClass.ADVERTISING.value, accepted_at__gt=now - LONGEST_CAP
        )
        for fingerprint, accepted_at, purpose in rows.values_list("email_hash", "accepted_at", "purpose"):
            found[hashes[fingerprint]].append(Advert(accepted_at or now, purpose))
    return found


class _Adverts:
    """The gates of advertising, for mails that leave together: the first of one person counts for the next."""

    def __init__(self, desk: Desk, leaving: Sequence[_Leaving]) -> None:
        self._desk = desk
        self._soundness = Soundness(desk.now, [one.run for one in leaving], {one.mail.text_hash for one in leaving})
        self._sent = _adverts_sent({one.mail.email for one in leaving}, desk.now)

    def held(self, one: _Leaving, context: RunContext) -> HeldBack | None:
        found = _quiet(self._desk, one) or self._capped(one) or _unsound(self._desk, self._soundness, one, context)
        if found is None:
            self._sent[one.mail.email].append(Advert(self._desk.now, one.mail.purpose))
        return found

    def _capped(self, one: _Leaving) -> HeldBack | None:
        """Mails that were written at their distance may have waited together since, in an outage or a night."""
        sent = self._sent[one.mail.email]
        cap = one.definition.cap if one.definition else None
        if cap is not None:
            sent = [advert for advert in sent if advert.purpose == one.mail.purpose]
        free = free_at(sent, cap or self._desk.rules.cap, self._desk.now)
        if free <= self._desk.now or _wanted_at_once(one):
            return None
        return HeldBack("cap", _("The person has just had another advertising mail."), free)


def _alike(
    known: Mapping[int, _Leaving], contexts: Mapping[int, RunContext], one: _Leaving
) -> Iterator[tuple[int, RunContext]]:
    """Those whose mails the same step has written."""
    for place, other in known.items():
        if (other.run.version_id, other.node) == (one.run.version_id, one.node):
            yield place, contexts[place]


def _exits(leaving: Collection[_Leaving]) -> list[Arrival] | None:
    """The events that may end any of the runs; None if they have to be looked for run by run."""
    codes = {way.event for one in leaving for way in one.exits}
    return recent(codes, since=min(one.since for one in leaving)) if codes else []


def _overtaken(one: _Leaving, arrivals: list[Arrival] | None, context: RunContext) -> HeldBack | None:
    """Exits since the mail was written count, whether they have reached the run yet or came after its end."""
    if arrivals is None:
        found = happened(one.exits, one.run, since=one.since)
    else:
        found = among(arrivals, one.exits, one.run, since=one.since)
    for happening, arrival in found:
        if holds(happening, context):
            return HeldBack("overtaken", _("“%(event)s” has happened.") % {"event": arrival.label})
    return None


def _asked_again(one: _Leaving, asked: Callable[[Question], Answer]) -> HeldBack | None:
    for question in one.recheck:
        answer = asked(question)
        if not answer.holds:
            return HeldBack(question.code, answer.reason)
    return None


def _too_late(desk: Desk, one: _Leaving) -> HeldBack | None:
    """Whether the step's own delay is used up; what it would plan anew goes late."""
    act = one.act
    if act is None or act.max_lateness is None or act.replan or desk.now <= one.mail.queued_at + act.max_lateness:
        return None
    return HeldBack("too_late", _("It is too late for this now."))


def _quiet(desk: Desk, one: _Leaving) -> HeldBack | None:
    until = desk.advertising_from(one.run)
    if until <= desk.now or _wanted_at_once(one):
        return None
    return HeldBack("quiet_hours", _("Advertising rests at this hour."), until)


def _unsound(desk: Desk, soundness: Soundness, one: _Leaving, context: RunContext) -> HeldBack | None:
    """The words are written and stay as they are, but what they name can come back: the mail waits for it for a day."""
    act = one.act
    found = soundness.judge(one.run, act, context, text_hash=one.mail.text_hash) if act is not None else None
    if found is None:
        return None
    soundness.tell(found, one.run)
    waits = found.code == BROKEN and desk.now < one.mail.queued_at + MENDED_BY
    return HeldBack(found.code, sentence(found.reason), desk.now + LOOKED_AGAIN if waits else None)


def _wanted_at_once(one: _Leaving) -> bool:
    steps = RunStep.objects.filter(run=one.run, node=one.node, visit=one.visit)
    details = steps.values_list("details", flat=True).first()
    return bool(details and details.get("urgent"))
