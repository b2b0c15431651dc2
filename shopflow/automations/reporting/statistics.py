"""How sure a number is: intervals for rates, for differences of rates, and for revenue per person."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959963984540054
"""The normal distribution's 97.5 % point: intervals hold in 95 of 100 cases."""

ROUNDS = 1000
MANY = 2000
"""From this many buyers on, the mean of their revenue is as good as normal and need not be drawn again and again."""


@dataclass(frozen=True)
class Interval:
    """An estimate and the 95 % interval around it."""

    estimate: float
    low: float
    high: float

    @property
    def percent(self) -> float:
        return 100 * self.estimate

    @property
    def low_percent(self) -> float:
        return 100 * self.low

    @property
    def high_percent(self) -> float:
        return 100 * self.high

    @property
    def decides(self) -> bool:
        """Whether all of it lies on one side of zero."""
        return self.low > 0 or self.high < 0


def rate(hits: int, of: int) -> Interval | None:
    """The share of ``hits`` with Wilson's interval, which also holds for few and for none; None of nobody."""
    if of <= 0:
        return None
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    width = Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Interval(share, max(0.0, middle - width), min(1.0, middle + width))


def rate_difference(hits: int, of: int, other_hits: int, other_of: int) -> Interval | None:
    """The first share less the second, with Newcombe's interval (his method 10); None if either is of nobody."""
    one, other = rate(hits, of), rate(other_hits, other_of)
    if one is None or other is None:
        return None
    gap = one.estimate - other.estimate
    down = math.hypot(one.estimate - one.low, other.high - other.estimate)
    up = math.hypot(one.high - one.estimate, other.estimate - other.low)
    return Interval(gap, gap - down, gap + up)


@dataclass(frozen=True)
class Group:
    """Revenue of ``people``, in cents: ``values`` are those of the buyers, everybody else spent nothing."""

    people: int
    values: Sequence[int]

    @property
    def mean(self) -> float:
        return sum(self.values) / self.people

    @property
    def variance(self) -> float:
        """Of one person's revenue."""
        return sum(value * value for value in self.values) / self.people - self.mean**2


def revenue_difference(treated: Group, control: Group, *, seed: str) -> Interval | None:
    """Net revenue per person of ``treated`` above ``control``, in cents; the same for the same seed.

    Drawn anew with replacement :data:`ROUNDS` times; with very many buyers by the normal distribution. None if either
    group is empty.
    """
    if not treated.people or not control.people:
        return None
    gap = treated.mean - control.mean
    if min(len(treated.values), len(control.values)) >= MANY:
        width = Z * math.sqrt(treated.variance / treated.people + control.variance / control.people)
        return Interval(gap, gap - width, gap + width)
    draw = random.Random(seed)  # noqa: S311 - statistics, and repeatable on purpose
    gaps = sorted(_redrawn(treated, draw) - _redrawn(control, draw) for _round in range(ROUNDS))
    return Interval(gap, gaps[int(ROUNDS * 0.025)], gaps[int(ROUNDS * 0.975) - 1])


def _redrawn(group: Group, draw: random.Random) -> float:
    """The mean of a sample of the same size: first how many buyers are in it, then which."""
    if not group.values:
        return 0.0
    count = binomial(group.people, len(group.values) / group.people, draw)
    return sum(draw.choices(group.values, k=count)) / group.people


def binomial(of: int, share: float, draw: random.Random) -> int:
    """How many of ``of`` do what each does with probability ``share``; takes as long as that are many."""
    if share > 0.5:
        return of - binomial(of, 1 - share, draw)
    if share <= 0:
        return 0
    step, place, hits = math.log(1 - share), 0, 0
    while True:  # the distance to the next hit is distributed geometrically
        place += int(math.log(1 - draw.random()) / step) + 1
        if place > of:
            return hits
        hits += 1
