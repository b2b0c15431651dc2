"""What an event does: it ends runs that wait for it, and begins runs of flows that it triggers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shopflow.automations.definitions import Definition, Exit, Trigger
from shopflow.automations.definitions.model import Where
from shopflow.automations.exceptions import DefinitionInvalid, StepStuck
from shopflow.automations.models import Decision, Flow, FlowVersion, Run, RunKey
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask, record_verdict
from shopflow.automations.services.ending import end_run, park_run
from shopflow.contracts.automations import RunContext, Verdict
from shopflow.contracts.events import PublishedEvent
from shopflow.contracts.types import Scalar
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import cause_depth

Subject = Mapping[str, Scalar]


@dataclass(frozen=True)
class _Arrival:
    """An event as the flows see it."""

    published: PublishedEvent
    subject: Subject
    email: str

    @property
    def code(self) -> str:
        return self.published.event.code


def handle_event(*, published: PublishedEvent) -> None:
    """End and begin runs for one event, in the caller's transaction. A second call for one event changes nothing."""
    subject = dict(published.event.payload())
    email = str(subject.get("email") or "").strip().lower()
    if email:
        subject["email"] = email
    arrival = _Arrival(published, subject, email)
    _end_runs(arrival)
    waiting = Flow.objects.filter(active_version__trigger_event=arrival.code).select_related("active_version__flow")
    for flow in waiting.order_by("code"):
        _consider(flow, arrival)


def _fits(where: Where, subject: Subject) -> list[str]:
    """Fields of ``where`` in which the subject differs."""
    return [name for name, values in where.items() if subject.get(name) not in values]


def _end_runs(arrival: _Arrival) -> None:
    pairs = {(name, str(value)) for name, value in arrival.subject.items() if value not in (None, "")}
    if not pairs:
        return
    keys = RunKey.objects.filter(
        field__in=[name for name, _value in pairs],
        value__in=[value for _name, value in pairs],
        run__state__in=Run.OPEN,
    ).values_list("run_id", "field", "value")
    found = {run_id for run_id, name, value in keys if (name, value) in pairs}
    runs = Run.objects.filter(pk__in=found, state__in=Run.OPEN).select_for_update(of=("self",))
    for run in runs.select_related("version", "flow").order_by("pk"):
        try:
            ways = definition_of(run.version).exits
        except DefinitionInvalid as error:
            park_run(run, code="definition_invalid", reason=str(error))
            continue
        for way in ways:
            if _leads_out(run, way, arrival):
                break


def _leads_out(run: Run, way: Exit, arrival: _Arrival) -> bool:
    """End ``run`` if ``way`` says so."""
    if way.event != arrival.code or _fits(way.where, arrival.subject) or run.event_id == arrival.published.id:
        return False
    own, theirs = run.subject, arrival.subject
    if any(own.get(name) in (None, "") or own.get(name) != theirs.get(name) for name in way.match):
        return False
    if any(own.get(name) == theirs.get(name) for name in way.differ):
        return False
    context = run_context(run, run_key=f"run:{run.pk}:exit:{arrival.published.id}")
    try:
        if not all(ask(question, context).holds for question in way.conditions):
            return False
    except StepStuck as stuck:
        park_run(run, code=stuck.code, reason=stuck.reason)
        return True
    reason = _("“%(event)s” has happened.") % {"event": arrival.published.event.label}
    record_verdict(gate=Decision.Gate.EXIT, code=arrival.code, verdict=Verdict(True, reason), flow=run.flow, run=run)
    end_run(run, Run.State.EXITED, code=f"exit:{arrival.code}", reason=reason)
    return True


def _consider(flow: Flow, arrival: _Arrival) -> None:
    """Begin a run of ``flow`` or write down why not."""
    version = flow.active_version
    assert version is not None  # noqa: S101 - the query joins it
    try:
        definition = definition_of(version)
    except DefinitionInvalid as error:
        _not_entered(flow, arrival, Decision.Gate.ENGINE, "definition_invalid", Verdict(None, str(error)))
        return
    refusal = _refusal(flow, definition, arrival)
    if refusal is not None:
        code, verdict, gate = refusal
        _not_entered(flow, arrival, gate, code, verdict)
        return
    try:
        entered = _passes(flow, definition, arrival)
        stuck = None
    except StepStuck as error:
        entered, stuck = True, error
    if not entered:
        return
    run = _begin(version, definition, arrival, passed=stuck is None)
    if run is None:
        return
    if stuck is not None:
        park_run(run, code=stuck.code, reason=stuck.reason)
    enqueue("shopflow.automations.run_due")


def _refusal(flow: Flow, definition: Definition, arrival: _Arrival) -> tuple[str, Verdict, Decision.Gate] | None:
    """Why this event does not even lead to the entry conditions; None if it does."""
    if not flow.enabled:
        return "switched_off", Verdict(False, _("The automation is switched off.")), Decision.Gate.TRIGGER
    if differing := _fits(definition.trigger.where, arrival.subject):
        found = ", ".join(f"{name}={arrival.subject.get(name)}" for name in differing)
        reason = _("The event does not fit: %(found)s.") % {"found": found}
        return "trigger_where", Verdict(False, reason), Decision.Gate.TRIGGER
    key = entry_key(definition, arrival.subject)
    if Run.objects.filter(flow=flow, email=arrival.email, entry_key=key).exists():
        reason = _("There has been a run for “%(key)s” already.") % {"key": key}
        return "entered_before", Verdict(False, reason), Decision.Gate.TRIGGER
    return None


def _passes(flow: Flow, definition: Definition, arrival: _Arrival) -> bool:
    """Ask the entry conditions in order; the first that does not hold is recorded and decides."""
    context = RunContext(
        subject=arrival.subject,
        now=clock.now(),
        run_key=f"event:{arrival.published.id}:{flow.code}",
        flow=flow.code,
        began_at=began_at(definition.trigger, arrival.published),
    )
    for question in definition.conditions:
        verdict = ask(question, context)
        if not verdict.holds:
            _not_entered(flow, arrival, Decision.Gate.ENTRY, question.condition, verdict)
            return False
    return True


def _not_entered(flow: Flow, arrival: _Arrival, gate: Decision.Gate, code: str, verdict: Verdict) -> None:
    record_verdict(
        gate=gate, code=code, verdict=verdict, flow=flow, email=arrival.email,
        subject=arrival.subject, event_id=arrival.published.id,
    )  # fmt: skip


def _begin(version: FlowVersion, definition: Definition, arrival: _Arrival, *, passed: bool) -> Run | None:
    """The new run, or None when another worker has just begun it."""
    run, created = Run.objects.get_or_create(
        flow=version.flow,
        email=arrival.email,
        entry_key=entry_key(definition, arrival.subject),
        defaults={
            "version": version,
            "event_id": arrival.published.id,
            "subject": arrival.subject,
            "cause_depth": cause_depth(),
            "state": Run.State.ACTIVE,
            "node": definition.steps[0].id if passed else "",
            "due_at": clock.now(),
            "began_at": began_at(definition.trigger, arrival.published),
            "entered_at": clock.now(),
        },
    )
    if not created:
        return None
    keys = {name: arrival.subject.get(name) for name in definition.lookups()}
    RunKey.objects.bulk_create(
        [RunKey(run=run, field=name, value=str(value)) for name, value in keys.items() if value not in (None, "")]
    )
    if passed:
        reason = _("Begun by “%(event)s”; every entry condition holds.") % {"event": arrival.published.event.label}
        record_verdict(
            gate=Decision.Gate.ENTRY, code="entered", verdict=Verdict(True, reason), flow=version.flow, run=run, node=""
        )
    return run


def began_at(trigger: Trigger, published: PublishedEvent) -> datetime:
    """The moment that a run's offsets count from: the event's, less the trigger's lag."""
    return published.occurred_at - trigger.lag


def entry_key(definition: Definition, subject: Subject) -> str:
    """The entry key with the subject's words in it."""
    words = {name: "" if value is None else value for name, value in subject.items()}
    return definition.entry_key.format_map(_Blank(words))[:160]


class _Blank(dict[str, Scalar]):
    def __missing__(self, key: str) -> str:
        return ""


def run_context(run: Run, *, run_key: str) -> RunContext:
    """What conditions and actions may know of ``run``."""
    return RunContext(subject=run.subject, now=clock.now(), run_key=run_key, flow=run.flow.code, began_at=run.began_at)
