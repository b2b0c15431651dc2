"""How long rooms keep what they hold about people, so that the shop forgets in time (Art. 5 (1) (e) GDPR)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class Period:
    """Either ``days``, or ``years`` from the end of the calendar year in which something was over, as § 257 (5) HGB
    and § 147 (4) AO count. Raises ValueError unless exactly one of them is 1 or more.
    """

    days: int = 0
    years: int = 0

    def __post_init__(self) -> None:
        if min(self.days, self.years) != 0 or max(self.days, self.years) < 1:
            raise ValueError("A period is a number of days or of years, 1 or more.")

    @property
    def number(self) -> int:
        """How many days or years."""
        return self.days or self.years

    def of(self, number: int) -> Period:
        """As many of the same unit instead. Raises ValueError for less than 1."""
        return replace(self, days=number) if self.days else replace(self, years=number)

    def over_before(self, now: datetime) -> datetime:
        """What was over before this moment has been kept long enough; ``now`` is on the shop's clock, with its zone."""
        if self.days:
            return now - timedelta(days=self.days)
        return datetime(now.year - self.years, 1, 1, tzinfo=now.tzinfo)


class Looked(int):
    """How many records a sweep has forgotten, where it has looked at others that stay, and at more it has not."""


class Retention(ABC):
    """One kind of records about people: what is forgotten when, and why not earlier or later.

    ``what`` says what goes and what stays, ``law`` why it is kept that long. ``period`` holds unless the shop sets
    another one; with ``duty`` a law demands it, and the shop can only keep longer. ``position`` orders the table.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    what: ClassVar[Label] = ""
    law: ClassVar[Label] = ""
    period: ClassVar[Period]
    duty: ClassVar[bool] = False
    position: ClassVar[int] = 100

    @abstractmethod
    def sweep(self, *, before: datetime, limit: int) -> int:
        """Forget up to ``limit`` records that were over before ``before``, oldest first, in the caller's transaction;
        returns how many. Fewer than ``limit``: nothing is left to do, unless it is a :class:`Looked`. What was
        forgotten is not counted again, and what was looked at is not soon looked at again.
        """


retentions: Registry[Retention] = Registry("retention", Retention)
