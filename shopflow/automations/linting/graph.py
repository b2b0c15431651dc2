"""A definition as a graph: what leads where, which ways go through it, and how much time lies between two steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache

from shopflow.automations.definitions import (
    Act,
    Branch,
    Definition,
    PluginWait,
    Split,
    Step,
    UntilCondition,
    UntilDate,
    UntilEvent,
    Wait,
    read,
)
from shopflow.automations.definitions.model import NEXT, STOP, targets
from shopflow.contracts.automations import Sending, actions
from shopflow.contracts.linting import Plan
from shopflow.contracts.mail import MailClass

MAX_WAYS = 64
"""More ways than this through a flow are not counted any further: nobody can test them."""

LOOP = "↺"

SOME_TIME = timedelta(days=2)
"""What a plugin's wait is taken to last: only the plugin knows."""


@dataclass
class Elapsed:
    """The least time since the entry along one way, and when the date that was last waited for comes."""

    since: timedelta = timedelta()
    dates: Mapping[str, tuple[timedelta, timedelta]] = field(default_factory=dict)

    def after(self, step: Step, target: str) -> Elapsed:
        """The least time once ``step`` is left towards ``target``."""
        if isinstance(step, PluginWait):
            return Elapsed(self.since + SOME_TIME, self.dates)
        if isinstance(step, Wait):
            length = step.length.roughly
            since = max(self.since, length) if step.from_beginning else self.since + length
            return Elapsed(max(since, self.since + step.gap), self.dates)
        if isinstance(step, UntilDate):
            return self._until(step)
        timed_out = isinstance(step, UntilEvent | UntilCondition) and target == step.otherwise
        if timed_out and isinstance(step, UntilEvent | UntilCondition) and target not in _early(step):
            return Elapsed(self.since + step.timeout.roughly, self.dates)
        return self

    def _until(self, step: UntilDate) -> Elapsed:
        """Two waits for one date lie as far apart as their offsets."""
        offset = -step.offset.roughly if step.before else step.offset.roughly
        since = self.since
        if step.name in self.dates:
            then, earlier = self.dates[step.name]
            since = max(since, then + offset - earlier)
        return Elapsed(since, {**self.dates, step.name: (since, offset)})


def _early(step: UntilEvent | UntilCondition) -> frozenset[str]:
    """Where a wait leads before its time-out."""
    return frozenset(way.then for way in step.ways) if isinstance(step, UntilEvent) else frozenset({step.then})


class Graph:
    """The steps of one definition and the ways through them."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def leads_to(self, step: Step) -> list[tuple[str, str | None]]:
        """Where ``step`` may lead: the word in the definition, and the step's id or None for the end; each once."""
        found: dict[str | None, str] = {}
        for target in targets(step):
            found.setdefault(self.definition.follow(step.id, target), target)
        return [(target, place) for place, target in found.items()]

    @cached_property
    def entrances(self) -> list[tuple[str, str]]:
        """Where runs come in: the first step, and the steps that goals lead to; each with a word for it."""
        found = [("", self.definition.steps[0].id)]
        found += [(f"goal:{goal.id}", goal.then) for goal in self.definition.goals if goal.then != STOP]
        return [(word, self.definition.steps[0].id if step == NEXT else step) for word, step in found]

    @cached_property
    def reachable(self) -> frozenset[str]:
        seen: set[str] = set()
        waiting = [step for _word, step in self.entrances]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += [place for _target, place in self.leads_to(self.definition.step(node)) if place is not None]
        return frozenset(seen)

    @cached_property
    def endless(self) -> list[str]:
        """Steps from which no way leads to an end, in their order."""
        ends: set[str | None] = {None}
        stops = {step.id for step in self.definition.steps if isinstance(step, Act) and step.action == "stop"}
        changed = True
        while changed:
            changed = False
            for step in self.definition.steps:
                places = {place for _target, place in self.leads_to(step)}
                if step.id not in ends and (step.id in stops or places & ends):
                    ends.add(step.id)
                    changed = True
        return [step.id for step in self.definition.steps if step.id not in ends and step.id in self.reachable]

    @cached_property
    def ways(self) -> list[str]:
        """Every way from an entrance to an end as :func:`way_of` names it, one more than ``MAX_WAYS`` at most."""
        found: list[str] = []
        for word, first in self.entrances:
            for nodes in self._walk([first]):
                found.append(way_of(word, nodes))
                if len(found) > MAX_WAYS:
                    return found
        return found

    def _walk(self, nodes: list[str]) -> Iterator[list[str]]:
        """Ways that begin with ``nodes``; one that comes back to a step ends there."""
        step = self.definition.step(nodes[-1])
        if isinstance(step, Act) and step.action == "stop":
            yield nodes
            return
        for _target, place in self.leads_to(step):
            if place is None:
                yield nodes
            elif place in nodes:
                yield [*nodes, LOOP + place]
            else:
                yield from self._walk([*nodes, place])

    @cached_property
    def adverts(self) -> list[Act]:
        """The actions that advertise."""
        return [step for step in self.definition.steps if isinstance(step, Act) and advertises(step)]

    @cached_property
    def gaps(self) -> dict[tuple[str, str], timedelta]:
        """The least time from the entry (first word empty) or an advert to the next advert, by their ids."""
        found: dict[tuple[str, str], timedelta] = {}
        steps = 0
        for _word, first in self.entrances[:1]:
            waiting: list[tuple[str, str, Elapsed, timedelta, frozenset[tuple[str, str]]]] = [
                (first, "", Elapsed(), timedelta(), frozenset())
            ]
            while waiting and steps < 5000:
                steps += 1
                node, last, elapsed, at, seen = waiting.pop()
                if (node, last) in seen:
                    continue
                step = self.definition.step(node)
                if isinstance(step, Act) and advertises(step):
                    gap = elapsed.since - at
                    found[last, node] = min(gap, found.get((last, node), gap))
                    last, at = node, elapsed.since
                if isinstance(step, Act) and step.action == "stop":
                    continue
                for target, place in self.leads_to(step):
                    if place is not None:
                        waiting.append((place, last, elapsed.after(step, target), at, seen | {(node, last)}))
        return found


def advertises(act: Act) -> bool:
    """Whether the action writes advertising; an action that is not installed writes nothing."""
    sending = sending_of(act)
    return sending is not None and sending.mail_class is MailClass.ADVERTISING


def sending_of(act: Act) -> Sending | None:
    """What the action writes to the run's person; None for nothing, or when its settings cannot be read."""
    if act.action not in actions:
        return None
    try:
        return actions.get(act.action).sends(act.settings)
    except (KeyError, ValueError, TypeError):  # the settings are incomplete or damaged, which is a finding of its own
        return None


def is_choice(step: Step) -> bool:
    """Whether runs part at ``step``."""
    return isinstance(step, Branch | Split | UntilCondition | UntilDate) or (
        isinstance(step, UntilEvent) and bool(step.ways)
    )


def way_of(entrance: str, nodes: Sequence[str]) -> str:
    """The name of a way: its steps' ids with ``>`` between; a way that a goal leads to begins with the goal."""
    return ">".join([entrance, *nodes] if entrance else nodes)


def ways(definition: Definition) -> list[str]:
    """Every way through ``definition``; more than ``MAX_WAYS`` of them are too many to be tested."""
    return Graph(definition).ways


def walked_ways(entrance: str, nodes: Iterable[str]) -> set[str]:
    """The ways that a walk over ``nodes`` to the end has gone: each loop in it is a way of its own."""
    found: set[str] = set()
    walk: list[str] = []
    for node in nodes:
        if node in walk:
            found.add(way_of(entrance, [*walk, LOOP + node]))
            walk = walk[: walk.index(node) + 1]
        else:
            walk.append(node)
    return found | {way_of(entrance, walk)}


@lru_cache(maxsize=16)
def graph_of(plan: Plan) -> Graph:
    """The graph of ``plan``, made once for all rules."""
    return Graph(read(plan.definition))
