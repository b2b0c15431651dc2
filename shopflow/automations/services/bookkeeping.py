"""Where the engine's rows go until they are written: to the database at once, or into the book of a replay.

Whoever replays history is alone with its tables and may keep in memory what everybody else has to read and write.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shopflow.automations.models import Flow, Run

if TYPE_CHECKING:
    from shopflow.automations.services.journal import History, Journal

Pairs = Iterable[tuple[str, str]]


class Book(ABC):
    """Stands for the tables of runs, their keys, steps and decisions."""

    @abstractmethod
    def take(self, journal: Journal) -> None:
        """Take over what ``journal`` would write."""

    @abstractmethod
    def histories(self, runs: Sequence[Run]) -> dict[int, History]:
        """The earlier steps of ``runs``."""

    @abstractmethod
    def begin(self, run: Run, pairs: Pairs) -> bool:
        """Take over a new run with the fields that events may name it by, and give it its key; False for a second one
        with the same entry key."""

    @abstractmethod
    def named(self, pairs: set[tuple[str, str]]) -> list[Run]:
        """The open runs that an event with these fields names, by key."""

    @abstractmethod
    def entered(self, flow: Flow, email: str, key: str) -> bool | None:
        """Whether there is a run of ``flow`` for ``email`` with this entry key; None if the tables have to be asked."""

    @abstractmethod
    def flows(self, code: str) -> list[Flow]:
        """The flows that the event ``code`` triggers, in their order."""

    @abstractmethod
    def zones(self, emails: Collection[str], now: datetime) -> dict[str, str] | None:
        """The zones of those of ``emails`` that are contacts ``now``; None if the tables have to be asked."""

    @abstractmethod
    def country(self, order: Any, now: datetime) -> str | None:
        """The country that an order is delivered to, empty without one; None if the tables have to be asked."""

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[Any]:
        """What a question that may fail is asked within."""


_book: ContextVar[Book | None] = ContextVar("shopflow_book", default=None)


def current_book() -> Book | None:
    return _book.get()


@contextmanager
def booked(book: Book | None) -> Iterator[None]:
    """Within the block everything goes into ``book``; with None into the tables."""
    token = _book.set(book)
    try:
        yield
    finally:
        _book.reset(token)
