"""The parts of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cached_property
from typing import Any

from shopflow.contracts.expressions import Ask, Compare, Expression, Not
from shopflow.contracts.types import Scalar

NEXT, STOP = "next", "stop"
MOST_STEPS = 200
DEFAULT_ZONE = "Europe/Berlin"
"""The zone of schema 1; schema 2 goes by the contact's."""

Where = Mapping[str, tuple[Scalar, ...]]


@dataclass(frozen=True)
class Duration:
    """Calendar months, days and working days, which keep the time on the wall, plus elapsed time, which does not."""

    days: int = 0
    elapsed: timedelta = timedelta()
    months: int = 0
    workdays: int = 0

    @property
    def roughly(self) -> timedelta:
        """Its length where only the order of magnitude matters, such as a limit."""
        return self.elapsed + timedelta(days=self.days + 30 * self.months + self.workdays)


@dataclass(frozen=True)
class Moments:
    """Which moments are allowed, on the clocks of ``zone`` (empty: the contact's).

    ``weekdays`` are ISO numbers from 1 (Monday), empty for all; ``window`` may cross midnight and then belongs to the
    day it begins on; ``workdays`` leaves out weekends, public holidays and the dealer's closures.
    """

    at: time | None = None
    weekdays: frozenset[int] = frozenset()
    window: tuple[time, time] | None = None
    workdays: bool = False
    zone: str = ""

    @property
    def any(self) -> bool:
        return self.at is None and not self.weekdays and self.window is None and not self.workdays


@dataclass(frozen=True)
class Trigger:
    """The event that begins a run. ``lag``: how long before the event the thing itself happened.

    ``event`` is empty for a flow that staff start by hand for the people of ``segment``.
    """

    event: str
    where: Where = field(default_factory=dict)
    lag: timedelta = timedelta()
    segment: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked, as an expression. ``skip``: a "no" leaves out the action; otherwise it ends the run."""

    expression: Expression
    skip: bool = False

    @cached_property
    def code(self) -> str:
        """The stable word in the log: the one condition or field that is asked, or ``expression`` for several."""
        inner = self.expression
        while isinstance(inner, Not):
            inner = inner.part
        if isinstance(inner, Ask):
            return inner.condition
        return inner.field if isinstance(inner, Compare) else "expression"


@dataclass(frozen=True)
class Happening:
    """An event about the same thing: it agrees with the run's subject in ``match`` and disagrees in ``differ``."""

    event: str
    match: tuple[str, ...]
    differ: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    conditions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Exit(Happening):
    """An event that ends open runs. ``reads_as``: the kind of end that reports count it as."""

    reads_as: str = "exit_rule"


@dataclass(frozen=True)
class Goal(Happening):
    """What the flow is for. Reached within ``within`` of the entry it counts; then the run ends or goes to ``then``."""

    id: str = "goal"
    within: Duration | None = None
    then: str = STOP


@dataclass(frozen=True)
class Reentry:
    """Whether somebody may enter again: ``per_key``, ``once_ever``, ``after_exit`` or ``always``."""

    mode: str = "per_key"
    min_gap: Duration = Duration()
    max_concurrent: int = 1


@dataclass(frozen=True)
class Cap:
    """At most ``messages`` of advertising in ``days``, and ``gap`` between two."""

    messages: int
    days: int
    gap: timedelta = timedelta()


@dataclass(frozen=True)
class Wait:
    """Wait ``length`` from now or from the run's beginning, then for an allowed moment; at least ``gap``."""

    id: str
    length: Duration
    from_beginning: bool = False
    moments: Moments = Moments()
    gap: timedelta = timedelta()
    then: str = NEXT


@dataclass(frozen=True)
class PluginWait(Wait):
    """Wait for the moment that the registered wait ``code`` finds with ``settings``; its length is not known before."""

    length: Duration = Duration()
    code: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UntilDate:
    """Wait for the date in the subject's ``name``, moved by ``offset``; a past one goes to ``past``, none to ``unknown``."""  # noqa: E501

    id: str
    name: str
    offset: Duration = Duration()
    before: bool = False
    moments: Moments = Moments()
    past: str = STOP
    unknown: str = STOP
    then: str = NEXT


@dataclass(frozen=True)
class Way:
    """An event waited for, and where it leads."""

    happening: Happening
    then: str = NEXT


@dataclass(frozen=True)
class UntilEvent:
    """Wait for the first of ``ways``, counted since the run's entry or only since this step, or for the time-out."""

    id: str
    ways: tuple[Way, ...]
    timeout: Duration
    since_entry: bool = False
    otherwise: str = NEXT


@dataclass(frozen=True)
class UntilCondition:
    """Wait until ``question`` holds: asked on arrival, daily and on ``wakes``; at the time-out go to ``otherwise``."""

    id: str
    question: Question
    timeout: Duration
    wakes: tuple[Happening, ...] = ()
    then: str = NEXT
    otherwise: str = STOP


@dataclass(frozen=True)
class Branch:
    """Ask and go on at ``then``, ``otherwise`` or, when it cannot be known, ``unknown``: a step, next or stop."""

    id: str
    question: Question
    then: str = NEXT
    otherwise: str = STOP
    unknown: str = STOP


@dataclass(frozen=True)
class Arm:
    """One way of an experiment; ``weight`` is relative to the other arms'."""

    code: str
    weight: int
    then: str = NEXT


@dataclass(frozen=True)
class Split:
    """Send each contact one of ``arms``, always the same while the experiment keeps its name."""

    id: str
    experiment: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True)
class Act:
    """Do ``action`` unless a ``recheck`` says no. ``max_lateness``: after that it is left out or, with ``replan``,
    planned anew.
    """

    id: str
    action: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    recheck: tuple[Question, ...] = ()
    max_lateness: timedelta | None = None
    replan: bool = False
    then: str = NEXT


Resting = Wait | UntilDate | UntilEvent | UntilCondition
Step = Wait | UntilDate | UntilEvent | UntilCondition | Branch | Split | Act


@dataclass(frozen=True)
class Definition:
    """A flow, ready to run."""

    trigger: Trigger
    entry_key: str
    conditions: tuple[Question, ...]
    exits: tuple[Exit, ...]
    steps: tuple[Step, ...]
    goals: tuple[Goal, ...] = ()
    reentry: Reentry = Reentry()
    priority: int = 50
    holdout: int = 0
    cap: Cap | None = None
    schema: int = 1

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {step.id: number for number, step in enumerate(self.steps)}

    def step(self, node: str) -> Step:
        """The step called ``node``; KeyError if there is none."""
        return self.steps[self._places[node]]

    def has(self, node: str) -> bool:
        return node in self._places

    def follow(self, node: str, target: str = NEXT) -> str | None:
        """Where a run goes from ``node`` towards ``target``; None when it ends.

        A step with a single way out names it by its own ``then``.
        """
        step = self.step(node)
        if target == NEXT and isinstance(step, Wait | UntilDate | Act):
            target = step.then
        if target == STOP:
            return None
        if target != NEXT:
            return target
        position = self._places[node] + 1
        return self.steps[position].id if position < len(self.steps) else None

    @cached_property
    def _ahead(self) -> dict[str, frozenset[str]]:
        return {}

    def ahead(self, node: str) -> frozenset[str]:
        """The steps that a run which stands at ``node`` may come to before it rests again, its own among them."""
        if node not in self._ahead:
            found, left = {node}, [node] if self.has(node) else []
            while left:
                here = left.pop()
                for target in targets(self.step(here)):
                    there = self.follow(here, target)
                    if there is not None and there not in found:
                        found.add(there)
                        if self.has(there) and not isinstance(self.step(there), Resting):
                            left.append(there)
            self._ahead[node] = frozenset(found)
        return self._ahead[node]

    @cached_property
    def happenings(self) -> tuple[Happening, ...]:
        """Every event that may end, move or wake a run."""
        found: list[Happening] = [*self.exits, *self.goals]
        for step in self.steps:
            if isinstance(step, UntilEvent):
                found.extend(way.happening for way in step.ways)
            elif isinstance(step, UntilCondition):
                found.extend(step.wakes)
        return tuple(found)

    def lookups(self) -> frozenset[str]:
        """Subject fields that events look runs up by."""
        return frozenset(name for happening in self.happenings for name in happening.match)


def targets(step: Step) -> tuple[str, ...]:
    """Everything that ``step`` may lead to, ``next`` and ``stop`` included."""
    if isinstance(step, Branch):
        return (step.then, step.otherwise, step.unknown)
    if isinstance(step, Split):
        return tuple(arm.then for arm in step.arms)
    if isinstance(step, UntilDate):
        return (step.then, step.past, step.unknown)
    if isinstance(step, UntilEvent):
        return (*(way.then for way in step.ways), step.otherwise)
    if isinstance(step, UntilCondition):
        return (step.then, step.otherwise)
    return (step.then,)
