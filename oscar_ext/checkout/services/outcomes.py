"""What can become of an attempt, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from shopflow.contracts.types import Label


@dataclass(frozen=True)
class Placed:
    order: Any


@dataclass(frozen=True)
class Redirected:
    """The customer has to act at the payment provider."""

    url: str


@dataclass(frozen=True)
class Declined:
    """Nothing was ordered; basket and goods are free again."""

    message: Label


@dataclass(frozen=True)
class StillOpen:
    """Nobody can say yet; the goods stay reserved and the sweep asks again."""


Outcome: TypeAlias = Placed | Redirected | Declined | StillOpen
