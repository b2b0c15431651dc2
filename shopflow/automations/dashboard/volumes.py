"""Mails per day as bars with numbers in attributes; the style sheet gives them their colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

WIDTH, HEIGHT = 480, 120
DAYS = 62
"""More days than this are shown as weeks."""


@dataclass(frozen=True)
class Bar:
    """A day or a week: what would have left, what would have been left out, and its boxes in the drawing."""

    label: str
    sent: int
    skipped: int
    x: float
    width: float
    sent_y: float
    sent_height: float
    skipped_y: float
    skipped_height: float


def volumes(days: Mapping[str, Mapping[str, int]]) -> list[Bar]:
    """A bar for each day from the first to the last, or for each week of a long time; none without any mail."""
    if not days:
        return []
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    step = 1 if (last - first).days < DAYS else 7
    sums: dict[date, list[int]] = {}
    day = first
    while day <= last:
        sums[day] = [0, 0]
        day += timedelta(days=step)
    for name, counts in days.items():
        begins = first + timedelta(days=(date.fromisoformat(name) - first).days // step * step)
        sums[begins][0] += counts.get("sent", 0)
        sums[begins][1] += counts.get("skipped", 0)
    most = max(sum(pair) for pair in sums.values()) or 1
    return [_bar(number, begins, pair, most, len(sums)) for number, (begins, pair) in enumerate(sums.items())]


def _bar(number: int, begins: date, pair: list[int], most: int, count: int) -> Bar:
    sent, skipped = pair
    room = WIDTH / count
    sent_height, skipped_height = (round(HEIGHT * value / most, 1) for value in pair)
    return Bar(
        label=date_format(begins, "SHORT_DATE_FORMAT"), sent=sent, skipped=skipped,
        x=round(number * room + room * 0.1, 1), width=round(room * 0.8, 1),
        sent_y=round(HEIGHT - sent_height, 1), sent_height=sent_height,
        skipped_y=round(HEIGHT - sent_height - skipped_height, 1), skipped_height=skipped_height,
    )  # fmt: skip
