"""What came of a replay: numbers, and a line for whatever somebody would have got."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils import timezone

from shopflow.automations.definitions import Act
from shopflow.automations.models import Decision, DryRun, DryRunLine, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.dry_runs.replay import Replayed
from shopflow.automations.services.moving import step_key
from shopflow.contracts.automations import actions
from shopflow.contracts.types import JSONDict
from shopflow.mailing.models import Message, MessageState

PORTION = 1000
MOST_LINES = 100_000
"""More lines than this are counted and not kept."""

NO_BASIS = ("no_consent", "no_basis")
Outcome = DryRunLine.Outcome
_OUTCOMES = {
    RunStep.Outcome.DONE.value: Outcome.DONE,
    RunStep.Outcome.SKIPPED.value: Outcome.SKIPPED,
    RunStep.Outcome.FAILED.value: Outcome.FAILED,
    RunStep.Outcome.INTERRUPTED.value: Outcome.FAILED,
}


@dataclass
class Tally:
    """Counts what the lines say, so that lines that are not kept are counted, too."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    baseless: Counter[str] = field(default_factory=Counter)
    days: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lines: int = 0

    def count(self, line: DryRunLine, basis: str) -> None:
        self.lines += 1
        self.outcomes[line.outcome] += 1
        if line.outcome == Outcome.SKIPPED:
            self.skipped[line.code] += 1
        if line.code in NO_BASIS and basis:
            self.baseless[basis] += 1
        if line.outcome in (Outcome.SENT, Outcome.SKIPPED):
            self.days[timezone.localtime(line.at).date().isoformat()][str(line.outcome)] += 1


def write_lines(dry_run: DryRun) -> Tally:
    """Store a line for each action of the flow that came to an end; a mail's line says whether it would have left."""
    tally = Tally()
    portion: list[DryRunLine] = []
    for line, basis in lines_of(dry_run):
        tally.count(line, basis)
        if tally.lines <= MOST_LINES:
            portion.append(line)
        if len(portion) >= PORTION:
            DryRunLine.objects.bulk_create(portion)
            portion = []
    DryRunLine.objects.bulk_create(portion)
    return tally


def lines_of(dry_run: DryRun) -> Iterator[tuple[DryRunLine, str]]:
    """The lines, with purpose and legal basis of what advertises, read from the engine's tables in portions."""
    last = 0
    while steps := _portion(dry_run, last):
        last = steps[-1].pk
        keys = {step.pk: _key(step) for step in steps}
        mails = {mail.dedupe_key: mail for mail in Message.objects.filter(dedupe_key__in=list(keys.values()))}
        for step in steps:
            line = _line(dry_run, step, mails.get(keys[step.pk]))
            if line is not None:
                yield line


def _portion(dry_run: DryRun, last: int) -> list[RunStep]:
    found = RunStep.objects.filter(pk__gt=last, run__flow=dry_run.flow_id).select_related("run__flow", "run__version")
    return list(found.order_by("pk")[:PORTION])


def _key(step: RunStep) -> str:
    return step_key(Run(pk=step.run_id, node=step.node, visit=step.visit))


def _line(dry_run: DryRun, step: RunStep, mail: Message | None) -> tuple[DryRunLine, str] | None:
    run = step.run
    definition = definition_of(run.version)
    act = definition.step(step.node) if definition.has(step.node) else None
    if not isinstance(act, Act) or step.outcome not in _OUTCOMES or step.finished_at is None:
        return None
    outcome, code, reason, at = _OUTCOMES[step.outcome], step.code, step.reason, step.finished_at
    if mail is not None:
        if mail.state == MessageState.ACCEPTED and mail.accepted_at is not None:
            outcome, code, reason, at = Outcome.SENT, "sent", "", mail.accepted_at
        elif mail.state == MessageState.SKIPPED:
            outcome, code, reason = Outcome.SKIPPED, mail.skip_code, mail.last_error
        else:
            return None
    line = DryRunLine(
        dry_run=dry_run, at=at, flow=run.flow.code, email=run.email, entry_key=run.entry_key, node=step.node,
        visit=step.visit, what=_what(act, step, mail), outcome=outcome, code=code, reason=reason,
    )  # fmt: skip
    return line, _basis(act)


def _what(act: Act, step: RunStep, mail: Message | None) -> str:
    if mail is not None:
        return mail.template
    return str(step.details.get("template") or act.settings.get("template") or act.action)[:64]


def _basis(act: Act) -> str:
    sending = actions.get(act.action).sends(act.settings) if act.action in actions else None
    return "" if sending is None else f"{sending.purpose}/{sending.basis}".strip("/")


def numbers(dry_run: DryRun, came_of: Replayed, tally: Tally) -> JSONDict:
    """The report's numbers, as JSON."""
    runs = Run.objects.filter(flow=dry_run.flow_id, entered_at__gte=dry_run.since)
    return {
        "entered": runs.count(),
        "open": runs.filter(state__in=Run.RUNNABLE).count(),
        "parked": _by(runs.filter(state=Run.State.PARKED), "reason_code"),
        "refused": _by(_decisions(dry_run, Decision.Gate.TRIGGER, Decision.Gate.ENTRY).exclude(verdict="true"), "code"),
        "put_off": _by(_decisions(dry_run, Decision.Gate.SENDING).filter(details__result="defer"), "code"),
        "endings": _by(runs.exclude(ending=""), "ending"),
        "outcomes": _plain(tally.outcomes),
        "skipped": _plain(tally.skipped),
        "baseless": _plain(tally.baseless),
        "days": {day: _plain(counts) for day, counts in sorted(tally.days.items())},
        "lines": tally.lines,
        "kept": min(tally.lines, MOST_LINES),
        "today": came_of.watcher.told(),
        "flows": len(came_of.beginning.flows),
        "happened": came_of.total,
        "unreadable": came_of.unreadable,
    }


def _plain(counts: Mapping[str, int]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))}


def _decisions(dry_run: DryRun, *gates: Sequence[str]) -> Any:
    return Decision.objects.filter(flow=dry_run.flow_id, gate__in=gates)


def _by(rows: Any, name: str) -> dict[str, int]:
    found = rows.order_by().values_list(name).annotate(count=Count("pk"))
    return _plain(dict(found))
