"""What an event does: it ends, moves and wakes runs, and begins runs of flows that it triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Definition, Trigger
from shopflow.automations.definitions.timing import later
from shopflow.automations.definitions.wording import differing_phrase
from shopflow.automations.exceptions import DefinitionInvalid, StepStuck
from shopflow.automations.models import Decision, Flow, FlowVersion, Run, RunKey
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask, details
from shopflow.automations.services.bookkeeping import current_book
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run, park_run
from shopflow.automations.services.happenings import Arrival, concerns, fits, holds, normalised
from shopflow.automations.services.moving import arrive, run_context
from shopflow.automations.services.resting import wake
from shopflow.automations.services.retention import entries_of, spellings_of
from shopflow.contracts.automations import RunContext, Verdict
from shopflow.contracts.events import Event, PublishedEvent
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core import clock
from shopflow.core.filling import fill
from shopflow.core.jobs import enqueue
from shopflow.core.services import cause_depth, causes

Subject = Mapping[str, Scalar]


def handle_event(*, published: PublishedEvent) -> None:
    """End, move and begin runs for one event, in the caller's transaction. A second call changes nothing."""
    subject = normalised(published.event.payload())
    arrival = Arrival(published.id, published.event.code, published.occurred_at, subject)
    _tell_runs(arrival)
    for flow in _triggered(arrival.code):
        _consider(flow, arrival)


def refuse_dropped(*, event: Event) -> None:
    """Write down for each automation that is on and that ``event`` would have begun that it was dropped: more than
    eight events led to it.
    """
    arrival = Arrival(None, event.code, clock.now(), normalised(event.payload()))
    for flow in _triggered(arrival.code):
        version = flow.active_version
        if flow.enabled and version is not None:
            entry = _Entry(flow, version, _NOTHING, arrival, arrival.occurred_at)
            reason = _("“%(event)s” was dropped: more than eight events have led to it, one by the other.")
            entry.refuse(Decision.Gate.TRIGGER, "loop_guard", Verdict(False, reason % {"event": arrival.label}))


def _triggered(code: str) -> Iterable[Flow]:
    book = current_book()
    if book is not None:
        return book.flows(code)
    waiting = Flow.objects.filter(active_version__trigger_event=code).select_related("active_version__flow")
    return waiting.order_by("-priority", "code")


def _tell_runs(arrival: Arrival) -> None:
    """Exits first, then goals, then waits: of the open runs whose subject the event names."""
    pairs = {(name, str(value)) for name, value in arrival.subject.items() if value not in (None, "")}
    if not pairs:
        return
    runs = _named(pairs)
    if not runs:
        return
    desk = Desk.of_now(runs)
    moved = [_tell(desk, run, arrival) for run in runs]
    desk.write()
    if any(moved):
        enqueue("shopflow.automations.run_due")


def _named(pairs: set[tuple[str, str]]) -> list[Run]:
    """The open runs that one of these fields names, locked."""
    book = current_book()
    if book is not None:
        return book.named(pairs)
    keys = RunKey.objects.filter(
        field__in=[name for name, _value in pairs],
        value__in=[value for _name, value in pairs],
        run__state__in=Run.OPEN,
    ).values_list("run_id", "field", "value")
    found = {run_id for run_id, name, value in keys if (name, value) in pairs}
    if not found:
        return []
    locked = Run.objects.filter(pk__in=found, state__in=Run.OPEN).select_for_update(of=("self",))
    return list(locked.select_related("version", "flow").order_by("pk"))


def _tell(desk: Desk, run: Run, arrival: Arrival) -> bool:
    """What ``arrival`` does to ``run``; True if it has become due."""
    try:
        definition = definition_of(run.version)
    except DefinitionInvalid as error:
        park_run(desk, run, code="definition_invalid", reason=str(error))
        return False
    try:
        if _leaves(desk, run, definition, arrival):
            return False
        return _reaches_goal(desk, run, definition, arrival) or wake(desk, run, definition, arrival)
    except StepStuck as stuck:
        park_run(desk, run, code=stuck.code, reason=stuck.reason)
        return False


def _leaves(desk: Desk, run: Run, definition: Definition, arrival: Arrival) -> bool:
    """End ``run`` if one of its exits says so."""
    context = run_context(run, desk, run_key=f"run:{run.pk}:exit:{arrival.event_id}")
    for way in definition.exits:
        if concerns(way, run, arrival) and holds(way, context):
            reason = _("“%(event)s” has happened.") % {"event": arrival.label}
            desk.decide(Decision.Gate.EXIT, arrival.code, Verdict(True, reason), flow=run.flow, run=run)
            code = f"exit:{arrival.code}"
            end_run(desk, run, Run.State.EXITED, code=code, reason=reason, ending=way.reads_as)
            return True
    return False


def _reaches_goal(desk: Desk, run: Run, definition: Definition, arrival: Arrival) -> bool:
    """Write down a goal, and end the run or send it on; True if it goes on at once."""
    context = run_context(run, desk, run_key=f"run:{run.pk}:goal:{arrival.event_id}")
    for goal in definition.goals:
        if not (concerns(goal, run, arrival) and holds(goal, context)):
            continue
        last = None if goal.within is None else later(run.entered_at, goal.within, ZoneInfo(desk.zone(run)))
        in_time = last is None or arrival.occurred_at <= last
        reason = _("The goal “%(goal)s” was reached: %(event)s.") % {"goal": goal.id, "event": arrival.label}
        told = {"goal": goal.id, "in_time": in_time, "event_id": arrival.event_id}
        desk.decide(Decision.Gate.GOAL, goal.id, Verdict(in_time, reason), flow=run.flow, run=run, details=told)
        target = definition.follow(run.node, goal.then) if run.node else goal.then
        if target is None or run.state == Run.State.PARKED:
            end_run(desk, run, Run.State.EXITED, code=f"goal:{goal.id}", reason=reason, ending=Run.Ending.GOAL)
            return False
        if target == run.node:
            return False
        desk.close_open_steps(run, code=f"goal:{goal.id}", reason=reason)
        desk.save(run, due_at=desk.now, state=Run.State.WAITING)
        arrive(desk, run, target)
        return True
    return False


@dataclass
class _Entry:
    """Somebody about to enter a flow: by an event, or because staff begin it."""

    flow: Flow
    version: FlowVersion
    definition: Definition
    arrival: Arrival
    began_at: datetime
    facts: JSONDict = field(default_factory=dict)

    @property
    def base(self) -> str:
        if self.definition.reentry.mode == "once_ever":
            return "once"
        return entry_key(self.definition, self.arrival.subject)

    def refuse(self, gate: str, code: str, verdict: Verdict, told: JSONDict | None = None) -> None:
        """Write down why nobody enters."""
        desk = Desk.of_now()
        desk.decide(
            gate, code, verdict, flow=self.flow, details=told, email=self.arrival.email,
            subject=dict(self.arrival.subject), event_id=self.arrival.event_id,
        )  # fmt: skip
        desk.write()


def _consider(flow: Flow, arrival: Arrival) -> None:
    """Begin a run of ``flow`` or write down why not."""
    version = flow.active_version
    assert version is not None  # noqa: S101 - the query joins it
    entry = _Entry(flow, version, _NOTHING, arrival, arrival.occurred_at)
    try:
        entry.definition = definition_of(version)
    except DefinitionInvalid as error:
        entry.refuse(Decision.Gate.ENGINE, "definition_invalid", Verdict(None, str(error)))
        return
    entry.began_at = began_at(entry.definition.trigger, arrival)
    if differing := fits(entry.definition.trigger.where, arrival.subject):
        found = differing_phrase(entry.definition.trigger.where, arrival.subject, differing)
        reason = _("The event does not fit: %(found)s.") % {"found": found}
        if not flow.enabled:
            entry.refuse(Decision.Gate.TRIGGER, "switched_off", _switched_off())
        else:
            entry.refuse(Decision.Gate.TRIGGER, "trigger_where", Verdict(False, reason))
        return
    enter(entry)


def enter(entry: _Entry) -> Run | None:
    """Let somebody in, or write down why not: switched off, loop guard, entered before, or a condition says no."""
    flow = entry.flow
    if not flow.enabled:
        entry.refuse(Decision.Gate.TRIGGER, "switched_off", _switched_off())
        return None
    if looped(flow, entry.arrival.email):
        reason = _("This person's run of the automation has led to this event itself.")
        entry.refuse(Decision.Gate.TRIGGER, "loop_guard", Verdict(False, reason))
        return None
    key, refusal = _free_key(entry)
    if refusal is not None:
        entry.refuse(Decision.Gate.TRIGGER, *refusal)
        return None
    try:
        with book.savepoint() if (book := current_book()) else transaction.atomic():
            passed, stuck = _passes(entry), None
    except StepStuck as error:
        passed, stuck = True, error
    return _begin(entry, key, stuck) if passed else None


def _switched_off() -> Verdict:
    return Verdict(False, _("The automation is switched off."))


def looped(flow: Flow, email: str) -> bool:
    """Whether a run of ``flow`` for ``email`` is among what led to the work under way."""
    chain = causes()
    return bool(chain) and Run.objects.filter(pk__in=chain, flow=flow, email=email).exists()


def _free_key(entry: _Entry) -> tuple[str, tuple[str, Verdict] | None]:
    """The entry key for another entry, or why there is none."""
    rule, base = entry.definition.reentry, entry.base
    earlier = entries_of(entry.flow, entry.arrival.email)
    if rule.mode in ("per_key", "once_ever"):
        if _entered(entry, base):
            reason = _("There has been a run for “%(key)s” already.") % {"key": base}
            return base, ("entered_before", Verdict(False, reason))
        return base, None
    if entry.arrival.email:
        Desk.of_now().lock([entry.arrival.email])
    same = list(earlier.filter(entry_base__in=spellings_of(base)).values_list("state", "ended_at"))
    still = sum(1 for state, _ended in same if state in Run.OPEN)
    allowed = 1 if rule.mode == "after_exit" else rule.max_concurrent
    if still >= allowed:
        reason = _("%(count)s runs are under way already.") % {"count": still}
        return base, ("under_way", Verdict(False, reason))
    if rule.mode == "after_exit" and same:
        desk = Desk.of_now()
        last = max(ended for _state, ended in same if ended is not None)
        zone = ZoneInfo(desk.zone(Run(email=entry.arrival.email, subject=dict(entry.arrival.subject))))
        if desk.now < later(last, rule.min_gap, zone, desk.rules.day_off):
            return base, ("too_soon", Verdict(False, _("The last run has ended too recently.")))
    return (f"{base}~{len(same) + 1}" if same else base), None


def _entered(entry: _Entry, key: str) -> bool:
    book, email = current_book(), entry.arrival.email
    known = None if book is None else book.entered(entry.flow, email, key)
    there = entries_of(entry.flow, email).filter(entry_key__in=spellings_of(key))
    return there.exists() if known is None else known


def _passes(entry: _Entry) -> bool:
    """Ask the entry conditions in order; the first that does not hold is recorded and decides."""
    context = RunContext(
        subject=entry.arrival.subject,
        now=clock.now(),
        run_key=f"event:{entry.arrival.event_id}:{entry.flow.code}",
        flow=entry.flow.code,
        began_at=entry.began_at,
        pins=entry.version.pins,
    )
    for question in entry.definition.conditions:
        answer = ask(question, context)
        if not answer.holds:
            entry.refuse(Decision.Gate.ENTRY, question.code, answer.verdict, details(answer))
            return False
    return True


def _begin(entry: _Entry, key: str, stuck: StepStuck | None) -> Run | None:
    """The new run, or None when another worker has just begun it."""
    now = clock.now()
    definition, arrival = entry.definition, entry.arrival
    run = Run(
        flow=entry.flow, version=entry.version, event_id=arrival.event_id, email=arrival.email, entry_key=key,
        entry_base=entry.base, exclusive=definition.reentry.mode == "after_exit", subject=dict(arrival.subject),
        cause_depth=cause_depth(), causes=list(causes()), state=Run.State.ACTIVE,
        node="" if stuck else definition.steps[0].id, due_at=now, planned_at=now,
        began_at=entry.began_at, entered_at=now,
    )  # fmt: skip
    named = {name: arrival.subject.get(name) for name in definition.lookups()}
    if not _store(run, [(name, str(value)[:254]) for name, value in named.items() if value not in (None, "")]):
        return None
    desk = Desk(now, [])
    if stuck is None:
        label = arrival.label
        reason = _("Begun by “%(event)s”; every entry condition holds.") % {"event": label}
        desk.decide(Decision.Gate.ENTRY, "entered", Verdict(True, reason), flow=entry.flow, run=run, node="")
    else:
        park_run(desk, run, code=stuck.code, reason=stuck.reason)
    desk.write()
    enqueue("shopflow.automations.run_due")
    return run


def _store(run: Run, pairs: Sequence[tuple[str, str]]) -> bool:
    """Write the run and the fields that events name it by; False when another worker has just begun it."""
    book = current_book()
    if book is not None:
        return book.begin(run, pairs)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        return False
    RunKey.objects.bulk_create([RunKey(run=run, field=name, value=value) for name, value in pairs])
    return True


def begin_by_hand(*, flow: Flow, subjects: Sequence[Subject], occasion: str) -> int:
    """Begin runs of a flow with a manual trigger: one for each subject, which holds at least ``email``.

    ``occasion`` names the broadcast; it is a field of the subject, so that an entry key such as
    ``{occasion}:{email}`` lets everybody in once per occasion. Returns how many have entered; the log says why others
    have not.
    """
    version = flow.active_version
    if version is None or definition_of(version).trigger.event:
        raise DefinitionInvalid([_("Only an automation with a manual trigger can be started by hand.")])
    entered = [enter_by_hand(flow=flow, subject=normalised({**subject, "occasion": occasion})) for subject in subjects]
    return sum(1 for run in entered if run is not None)


def enter_by_hand(*, flow: Flow, subject: Subject) -> Run | None:
    """Let somebody into a flow that has an active version with a manual trigger, or write down why not."""
    version = flow.active_version
    assert version is not None  # noqa: S101 - the caller has looked
    now = clock.now()
    arrival = Arrival(None, _BY_HAND, now, subject)
    return enter(_Entry(flow, version, definition_of(version), arrival, now))


_BY_HAND = "manual"
_NOTHING = Definition(Trigger(""), "", (), (), ())


def began_at(trigger: Trigger, arrival: Arrival) -> datetime:
    """The moment that a run's offsets count from: the event's, less the trigger's lag."""
    return arrival.occurred_at - trigger.lag


def entry_key(definition: Definition, subject: Subject) -> str:
    """The entry key with the subject's words in it; ``year`` is the current year."""
    words = {name: "" if value is None else value for name, value in subject.items()}
    words.setdefault("year", clock.now().year)
    return fill(definition.entry_key, _Blank(words))[:150]


class _Blank(dict[str, Scalar]):
    def __missing__(self, key: str) -> str:
        return ""
