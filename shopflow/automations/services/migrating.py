"""Taking runs along to another version of their flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Definition, Resting
from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.models import Decision, FlowVersion, Run, RunKey
from shopflow.automations.queries import definition_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run
from shopflow.contracts.automations import Verdict
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit

STAY, STOP = "stay", "stop"
MANY = 500


@dataclass
class Migration:
    """What taking runs along does, or would do: how many by where they go."""

    moved: Counter[str] = field(default_factory=Counter)
    stopped: int = 0
    stayed: int = 0


def migrate_runs(
    *,
    old: FlowVersion,
    new: FlowVersion,
    nodes: Mapping[str, str],
    actor: Any,
    reason: str,
    dry_run: bool = False,
    anew: bool = False,
) -> Migration:
    """Take the open runs of ``old`` along to ``new``.

    ``nodes`` says for each step of ``old`` where a run that stands there goes: a step of ``new``, ``stop`` or ``stay``.
    A step that is not named goes to the step of the same name, or stays. A run that waits goes on waiting if the step
    has the same kind, until the date that was set; with ``anew`` a wait that was changed begins again. Otherwise it
    arrives at the new step at once. ``dry_run`` counts and changes nothing. Raises :class:`NotAllowed` for versions of
    two flows or a step that does not exist.
    """
    if old.flow_id != new.flow_id or old.pk == new.pk:
        raise NotAllowed(_("Choose two different versions of the same automation."))
    before, after = definition_of(old), definition_of(new)
    way = _way(before, after, nodes)
    report = Migration()
    standing = Run.objects.filter(flow=old.flow_id, version=old, state__in=Run.OPEN)
    if dry_run:
        for row in standing.order_by().values("node").annotate(runs=Count("pk")):
            _count(report, way.get(row["node"], STAY), row["runs"])
        return report
    last = 0
    while keys := list(standing.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MANY]):
        last = keys[-1]
        with transaction.atomic():
            _take_along(keys, old, new, way, report, reason, anew=anew)
    with transaction.atomic():
        told = {
            "from": old.number, "to": new.number, "moved": dict(report.moved),
            "stopped": report.stopped, "stayed": report.stayed, "reason": reason, "anew": anew,
        }  # fmt: skip
        summary = _("Runs taken along from version %(old)s to %(new)s") % {"old": old.number, "new": new.number}
        audit(actor=actor, action="automation_runs_migrated", target=new.flow, summary=summary, data=told)
        enqueue("shopflow.automations.run_due")
    return report


def _way(before: Definition, after: Definition, nodes: Mapping[str, str]) -> dict[str, str]:
    way = {}
    for step in before.steps:
        target = nodes.get(step.id) or (step.id if after.has(step.id) else STAY)
        if target not in (STAY, STOP) and not after.has(target):
            raise NotAllowed(_("This version has no step “%(node)s”.") % {"node": target})
        way[step.id] = target
    return way


def _count(report: Migration, target: str, runs: int = 1) -> None:
    if target == STAY:
        report.stayed += runs
    elif target == STOP:
        report.stopped += runs
    else:
        report.moved[target] += runs


def changed_waits(before: Definition, after: Definition) -> frozenset[str]:
    """The waits of the same name and kind that do not wait for the same."""
    both = ((step, after.step(step.id)) for step in before.steps if after.has(step.id))
    return frozenset(
        one.id for one, other in both if isinstance(one, Resting) and type(one) is type(other) and one != other
    )


def _take_along(
    keys: list[int],
    old: FlowVersion,
    new: FlowVersion,
    way: Mapping[str, str],
    report: Migration,
    reason: str,
    *,
    anew: bool,
) -> None:
    locked = Run.objects.select_for_update(of=("self",)).filter(pk__in=keys, version=old, state__in=Run.OPEN)
    runs = list(locked.select_related("flow").order_by("pk"))
    desk = Desk.of_now(runs)
    before, after = definition_of(old), definition_of(new)
    fields = after.lookups() - before.lookups()
    begun_again = changed_waits(before, after) if anew else frozenset()
    for run in runs:
        target = way.get(run.node, STAY)
        _count(report, target)
        if target == STAY:
            continue
        note = _("Taken along to version %(number)s") % {"number": new.number}
        desk.decide(Decision.Gate.STAFF, "migrated", Verdict(True, f"{note}: {reason}"), flow=run.flow, run=run)
        if target == STOP:
            end_run(desk, run, Run.State.EXITED, code="retired", reason=note, ending=Run.Ending.RETIRED)
            continue
        if target != run.node or run.node in begun_again or type(before.step(target)) is not type(after.step(target)):
            _put_into(desk, run, target, note)
        Run.objects.filter(pk=run.pk).update(version=new)
        RunKey.objects.bulk_create(
            [
                RunKey(run=run, field=name, value=str(run.subject[name])[:254])
                for name in fields
                if run.subject.get(name)
            ],
            ignore_conflicts=True,
        )
    desk.write()


def _put_into(desk: Desk, run: Run, target: str, note: str) -> None:
    desk.close_open_steps(run, code="migrated", reason=note)
    due = desk.now if run.state == Run.State.WAITING else run.due_at
    state = Run.State.ACTIVE if run.state == Run.State.WAITING else run.state
    desk.save(run, node=target, visit=desk.visits(run, target) + 1, state=state, due_at=due, planned_at=due, wait={})
