"""Bars of a plot as SVG boxes with numbers in attributes, no styles: the style sheet gives them their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shopflow.contracts.types import Label

WIDTH, HEIGHT = 480, 120
LEAST = 3
"""Height of the smallest bar that stands for anything at all."""


@dataclass(frozen=True)
class Bar:
    """One bar with what it stands for and its box in a drawing of :data:`WIDTH` by :data:`HEIGHT`."""

    label: Label
    count: int
    x: float
    y: int
    width: float
    height: int


def bars(counts: Sequence[tuple[Label, int]], *, most: int = 0) -> list[Bar]:
    """A bar for each label, as high as its count; ``most`` is the count of full height, by default the largest."""
    top = max([most, 1, *(count for _label, count in counts)])
    step = WIDTH / max(len(counts), 1)
    gap = min(4.0, step / 6)
    made = []
    for number, (label, count) in enumerate(counts):
        height = 0 if count <= 0 else max(LEAST, count * HEIGHT // top)
        made.append(Bar(label, count, round(number * step + gap, 2), HEIGHT - height, round(step - 2 * gap, 2), height))
    return made
