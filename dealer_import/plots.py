"""A plot of how far prices move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label
from shopflow.core.plots import Bar, bars

BOUNDS: Sequence[tuple[int, int, Label]] = (
    (1, 50, _("under a 50th")),
    (1, 5, _("a 50th to a 5th")),
    (1, 2, _("a 5th to half")),
    (1, 1, _("half to the same")),
    (2, 1, _("up to double")),
    (5, 1, _("double to 5 times")),
    (50, 1, _("5 to 50 times")),
    (0, 0, _("over 50 times")),
)
"""Upper bound of new price by old price as a fraction (0/0: none), and its name."""


def price_bars(jumps: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """How many prices go to which part of what they were; a wrong decimal mark stands out at the ends."""
    counts = [0] * len(BOUNDS)
    for jump in jumps:
        counts[_bucket(int(jump["old_cents"]), int(jump["new_cents"]))] += 1
    return bars([(label, count) for (_up, _down, label), count in zip(BOUNDS, counts, strict=True)])


def _bucket(old: int, new: int) -> int:
    for index, (up, down, _label) in enumerate(BOUNDS[:-1]):
        if new * down <= old * up:
            return index
    return len(BOUNDS) - 1


def percent(old: int, new: int) -> str:
    """The change of a price with its sign, rounded half up to tenths below ten percent, to whole ones above.

    ``2765`` to ``2865`` → ``+3,6``; empty where nothing changes or there was no price.
    """
    if not old or old == new:
        return ""
    sign, moved = "+" if new > old else "-", abs(new - old)
    tenths = (2000 * moved + old) // (2 * old)
    if tenths >= 100:
        return f"{sign}{(200 * moved + old) // (2 * old)}"
    return f"{sign}{tenths // 10},{tenths % 10}"
