"""Small plots as SVG elements with numbers in attributes, no styles: the style sheet gives them their colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label

WIDTH, HEIGHT = 480, 120
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


@dataclass(frozen=True)
class Bar:
    """One bar of the plot, with its box in the drawing."""

    label: Label
    count: int
    x: int
    y: int
    width: int
    height: int


def price_bars(jumps: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """How many prices go to which part of what they were; a wrong decimal mark stands out at the ends."""
    counts = [0] * len(BOUNDS)
    for jump in jumps:
        counts[_bucket(int(jump["old_cents"]), int(jump["new_cents"]))] += 1
    most, step = max([*counts, 1]), WIDTH // len(BOUNDS)
    bars = []
    for index, ((_up, _down, label), count) in enumerate(zip(BOUNDS, counts, strict=True)):
        height = 0 if not count else max(3, count * HEIGHT // most)
        bars.append(Bar(label, count, index * step + 4, HEIGHT - height, step - 8, height))
    return bars


def _bucket(old: int, new: int) -> int:
    for index, (up, down, _label) in enumerate(BOUNDS[:-1]):
        if new * down <= old * up:
            return index
    return len(BOUNDS) - 1
