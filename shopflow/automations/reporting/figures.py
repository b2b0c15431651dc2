"""A period's figures of one flow, added up, and what follows from them: rates, medians, differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from shopflow.automations.models import DailyFigure
from shopflow.automations.reporting.counting import STAYS
from shopflow.automations.reporting.statistics import Interval, rate

Measure = DailyFigure.Measure
SENT = ("accepted", "sent", "queued", "delivered", "deferred", "bounced", "complained", "rejected")
"""What becomes of mails that the mail system has taken."""


def in_units(cents: int) -> Decimal:
    """Units of the shop's currency, always with two decimals."""
    return Decimal(cents).scaleb(-2)


@dataclass
class Money:
    """Orders and cents of one model of attribution."""

    orders: int = 0
    gross_cents: int = 0
    net_cents: int = 0

    @property
    def gross(self) -> Decimal:
        return in_units(self.gross_cents)

    @property
    def net(self) -> Decimal:
        return in_units(self.net_cents)


@dataclass
class Tally:
    """Sums for one step, or for a whole flow."""

    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    money: dict[str, Money] = field(default_factory=lambda: defaultdict(Money))

    def add(self, figure: DailyFigure) -> None:
        self.counts[figure.measure][figure.reason] += figure.count
        if figure.measure == Measure.CONVERSION:
            money = self.money[figure.reason]
            money.orders += figure.count
            money.gross_cents += figure.gross_cents
            money.net_cents += figure.net_cents

    def total(self, measure: str) -> int:
        return sum(self.counts[measure].values()) if measure in self.counts else 0

    def parts(self, measure: str) -> Mapping[str, int]:
        return self.counts.get(measure, {})

    @property
    def begun(self) -> int:
        return self.total(Measure.BEGUN)

    @property
    def entered(self) -> int:
        return self.total(Measure.ENTERED)

    @property
    def done(self) -> int:
        return self.total(Measure.DONE)

    @property
    def skipped(self) -> int:
        return self.total(Measure.SKIPPED)

    @property
    def deferred(self) -> int:
        return self.total(Measure.DEFERRED)

    @property
    def errors(self) -> int:
        return self.total(Measure.ERROR)

    @property
    def written(self) -> int:
        """Mails, whatever became of them."""
        return sum(count for became, count in self.parts(Measure.MAIL).items() if became != "unsubscribed")

    @property
    def sent(self) -> int:
        mails = self.parts(Measure.MAIL)
        return sum(mails.get(became, 0) for became in SENT)

    @property
    def lost(self) -> int:
        """Runs that ended here before they had gone through."""
        return sum(count for ending, count in self.parts(Measure.ENDED).items() if ending not in FINE)

    @property
    def drop_off(self) -> float | None:
        """The share of those who came here and ended here early, in percent."""
        return 100 * self.lost / self.entered if self.entered else None

    def mail_rate(self, became: str) -> Interval | None:
        """The share of the sent mails that this happened to, with its interval."""
        return rate(self.parts(Measure.MAIL).get(became, 0), self.sent)

    @property
    def click_rate(self) -> Interval | None:
        """The share of the mails with counted links that people clicked in, with its interval; of no other mails."""
        clicks = self.parts(Measure.CLICK)
        return rate(clicks.get("clicked", 0), clicks.get("countable", 0))

    @property
    def median_stay(self) -> tuple[timedelta, timedelta | None] | None:
        """Between which two lengths of stay the middle one lies; no upper end beyond the longest."""
        stays = sorted((int(number), count) for number, count in self.parts(Measure.STAY).items())
        half, seen = sum(count for _number, count in stays) / 2, 0
        for number, count in stays:
            seen += count
            if seen >= half:
                low = STAYS[number - 1] if number else timedelta()
                return low, STAYS[number] if number < len(STAYS) else None
        return None


FINE = ("completed", "goal_reached")
"""Ends that nobody would call an early one."""


def tally(figures: Iterable[DailyFigure]) -> Tally:
    found = Tally()
    for figure in figures:
        found.add(figure)
    return found


def tallies_by_node(figures: Iterable[DailyFigure]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for figure in figures:
        found[figure.node].add(figure)
    return found


def per_day(figures: Iterable[DailyFigure], measure: str) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for figure in figures:
        if figure.measure == measure and figure.reason != "unsubscribed":
            found[figure.day] += figure.count
    return found
