"""Letting many people into an automation at once, with a handful of statements for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Definition
from shopflow.automations.models import Decision, Flow, FlowVersion, Run, RunKey
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask, details
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.entries import entry_key
from shopflow.automations.services.happenings import normalised
from shopflow.automations.services.retention import sealed
from shopflow.contracts.automations import RunContext, Verdict
from shopflow.contracts.types import Scalar
from shopflow.core import clock

Subject = Mapping[str, Scalar]


def begin_many(*, flow: Flow, version: FlowVersion, subjects: Sequence[Subject]) -> tuple[int, Counter[str]]:
    """Begin a run for each subject that may enter, in the caller's transaction; how many did, and why others did not.

    Everybody enters once for their entry key, ever: a second call lets nobody in again. Every refusal is in the log.
    Raises IntegrityError when somebody else lets the same people in at the same moment; try again then.
    """
    definition, desk = definition_of(version), Desk(clock.now())
    known = {subject["email"]: dict(subject) for subject in map(normalised, subjects) if subject.get("email")}
    refused: Counter[str] = Counter(no_address=len(subjects) - len(known)) if len(known) < len(subjects) else Counter()
    entering: list[Subject] = []
    there = _there_already(flow, definition, known)
    for email, subject in known.items():
        refusal = _refusal(flow, version, desk, subject, was_in=email in there)
        if refusal is None:
            entering.append(subject)
        else:
            refused[refusal] += 1
    begun = _begin(flow, version, definition, desk, entering)
    desk.write()
    return begun, refused


def _there_already(flow: Flow, definition: Definition, known: Mapping[Scalar, Subject]) -> set[str]:
    words = {entry_key(definition, subject) for subject in known.values()}
    keys, swept = words | set(map(sealed, words)), {sealed(email): email for email in map(str, known)}
    before = Q(entry_key__in=keys) | Q(entry_base__in=keys)
    found = Run.objects.filter(before, flow=flow, email__in=[*known, *swept])
    return {swept.get(email, email) for email in found.values_list("email", flat=True)}


def _refusal(flow: Flow, version: FlowVersion, desk: Desk, subject: Subject, *, was_in: bool) -> str | None:
    """The code of what keeps somebody out, which is written down; None lets them in."""
    definition = definition_of(version)
    if not flow.enabled:
        return _refuse(flow, desk, subject, "switched_off", Verdict(False, _("The automation is switched off.")))
    if was_in:
        reason = _("There has been a run for “%(key)s” already.") % {"key": entry_key(definition, subject)}
        return _refuse(flow, desk, subject, "entered_before", Verdict(False, reason))
    context = RunContext(
        subject=subject, now=desk.now, run_key=f"entry:{flow.code}", flow=flow.code, began_at=desk.now,
        pins=version.pins,
    )  # fmt: skip
    for question in definition.conditions:
        answer = ask(question, context)
        if not answer.holds:
            told = details(answer)
            return _refuse(flow, desk, subject, question.code, answer.verdict, gate=Decision.Gate.ENTRY, details=told)
    return None


def _refuse(
    flow: Flow, desk: Desk, subject: Subject, code: str, verdict: Verdict, *, gate: str = Decision.Gate.TRIGGER,
    details: dict[str, object] | None = None,
) -> str:  # fmt: skip
    desk.decide(
        gate, code, verdict, flow=flow, details=details, email=str(subject["email"]), subject=dict(subject)
    )  # fmt: skip
    return code


def _begin(flow: Flow, version: FlowVersion, definition: Definition, desk: Desk, subjects: list[Subject]) -> int:
    runs = [_run(flow, version, definition, desk, subject) for subject in subjects]
    Run.objects.bulk_create(runs)
    names = definition.lookups()
    RunKey.objects.bulk_create(
        RunKey(run=run, field=name, value=str(run.subject[name])[:254])
        for run in runs
        for name in names
        if run.subject.get(name) not in (None, "")
    )
    reason = _("Begun by staff; every entry condition holds.")
    for run in runs:
        desk.decide(Decision.Gate.ENTRY, "entered", Verdict(True, reason), flow=flow, run=run, node="")
    return len(runs)


def _run(flow: Flow, version: FlowVersion, definition: Definition, desk: Desk, subject: Subject) -> Run:
    key = entry_key(definition, subject)
    return Run(
        flow=flow, version=version, email=str(subject["email"]), entry_key=key, entry_base=key, subject=dict(subject),
        state=Run.State.ACTIVE, node=definition.steps[0].id, due_at=desk.now, planned_at=desk.now,
        began_at=desk.now, entered_at=desk.now, exclusive=definition.reentry.mode == "after_exit",
    )  # fmt: skip
