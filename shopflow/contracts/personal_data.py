"""What rooms hold about a person, so that the shop can tell it and forget it (Art. 15, 17 and 20 GDPR)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is meant: an e-mail address, lower-case, and the account that it belongs to, if any."""

    email: str
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """How many records were erased, how many must stay, and why those stay."""

    erased: int
    kept: int = 0
    why_kept: Label = ""


class ErasureRefused(Exception):
    """Nothing may be erased now; the message says why, and what to do first."""


class PersonalData(ABC):
    """One room's share of what the shop holds about a person.

    ``position`` orders the rooms, on pages and when erasing: what hangs on an account goes before the account (900).
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100

    @abstractmethod
    def export(self, person: Person) -> JSONDict:
        """Everything held about ``person``, as JSON: lists of records by name. Nothing held: an empty dictionary."""

    @abstractmethod
    def erase(self, person: Person) -> Erasure:
        """Forget ``person`` within the caller's transaction; keep what a law demands and say which.

        Raises :class:`ErasureRefused` when nobody may be forgotten yet, such as while an order is under way.
        """

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Those of ``people`` who acted at ``since`` or later, with the latest moment; ``now`` for those of whom
        something is open or in force. Others may be in it with an earlier moment.

        The shop writes to accounts without any sign for years, and erases them. Asked for up to a thousand people at
        once, and with as many queries as for one. Nobody unless the room knows better.
        """
        return {}


personal_data: Registry[PersonalData] = Registry("personal data", PersonalData)


def last_signs(people: Sequence[Person], *, since: datetime, now: datetime) -> dict[Person, datetime]:
    """The latest sign of life that any room knows of each of ``people`` from ``since`` on; others are left out."""
    latest: dict[Person, datetime] = {}
    for room in personal_data if people else ():
        for person, at in room.signs_of_life(people, since=since, now=now).items():
            if at >= since:
                latest[person] = max(at, latest.get(person, at))
    return latest
