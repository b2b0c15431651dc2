"""The parts of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from shopflow.contracts.types import Scalar

NEXT, STOP = "next", "stop"
DEFAULT_ZONE = "Europe/Berlin"

Where = Mapping[str, tuple[Scalar, ...]]


@dataclass(frozen=True)
class Duration:
    """Calendar days, which keep the time on the wall, plus elapsed time, which does not."""

    days: int = 0
    elapsed: timedelta = timedelta()


@dataclass(frozen=True)
class Trigger:
    """The event that begins a run. ``lag``: how long before the event the thing itself happened."""

    event: str
    where: Where = field(default_factory=dict)
    lag: timedelta = timedelta()


@dataclass(frozen=True)
class Question:
    """A condition with its settings. ``skip``: a "no" leaves out the action; otherwise it ends the run."""

    condition: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    negate: bool = False
    skip: bool = False


@dataclass(frozen=True)
class Exit:
    """An event that ends open runs whose subject agrees in ``match`` and disagrees in ``differ``."""

    event: str
    match: tuple[str, ...]
    differ: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    conditions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Wait:
    """Wait ``length`` from now or from the run's beginning, then until ``at`` in ``zone``; at least ``gap``."""

    id: str
    length: Duration
    from_beginning: bool = False
    at: time | None = None
    zone: str = DEFAULT_ZONE
    gap: timedelta = timedelta()


@dataclass(frozen=True)
class Branch:
    """Ask and go on at ``then``, ``otherwise`` or, when it cannot be known, ``unknown``: a step, next or stop."""

    id: str
    question: Question
    then: str = NEXT
    otherwise: str = STOP
    unknown: str = STOP


@dataclass(frozen=True)
class Act:
    """Do ``action`` unless a ``recheck`` says no, or more than ``max_lateness`` has passed since it was due."""

    id: str
    action: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    recheck: tuple[Question, ...] = ()
    max_lateness: timedelta | None = None


Step = Wait | Branch | Act


@dataclass(frozen=True)
class Definition:
    """A flow, ready to run."""

    trigger: Trigger
    entry_key: str
    conditions: tuple[Question, ...]
    exits: tuple[Exit, ...]
    steps: tuple[Step, ...]

    def step(self, node: str) -> Step:
        """The step called ``node``; KeyError if there is none."""
        for step in self.steps:
            if step.id == node:
                return step
        raise KeyError(node)

    def follow(self, node: str, target: str = NEXT) -> str | None:
        """Where a run goes from ``node`` towards ``target``; None when it ends."""
        if target == STOP:
            return None
        if target != NEXT:
            return target
        ids = [step.id for step in self.steps]
        position = ids.index(node) + 1
        return ids[position] if position < len(ids) else None

    def lookups(self) -> frozenset[str]:
        """Subject fields that exits look runs up by."""
        return frozenset(name for way in self.exits for name in way.match)
