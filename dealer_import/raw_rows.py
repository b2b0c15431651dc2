"""Rows of the last delivery, known again by the hashes of their bytes. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from operator import eq

from dealer_import.int_map import IntMap

AROUND = 64
"""How far from its expected place a row is looked for."""
STRAY = 2
SAMPLE = 64
"""So many of the rows that were not found are looked for everywhere before a map is made of all."""
LARGE = 5000
"""Of fewer rows a map is made at once: it costs nothing."""
LOST = 8
"""Among rows that are new, every eighth that is not found is looked for around its place."""
TRIED = 5
"""So many rows are looked for everywhere to tell where to begin."""


class RawRows:
    """Positions by raw hash. A file that keeps the order of the last delivery is followed row by row.

    Once more rows than :data:`STRAY` of a hundred stand elsewhere or are new, some of these are looked for everywhere.
    If any is found, or there are few rows anyhow, a map of all hashes is made. If none is, they are new, and from now
    on a row is looked for where it is expected and seldom anywhere else, until twice as many have not been found. A row
    that has moved far is taken for a changed one as long as there is no map: it is mapped, and found to mean the same.
    """

    def __init__(self, hashes: array[int]) -> None:
        self._hashes, self._next, self._misses = hashes, 0, 0
        self._patience = len(hashes) * STRAY // 100
        self._missed: deque[int] = deque(maxlen=SAMPLE)
        self._are_new, self._not_found = False, 0
        self._map: IntMap | None = None

    def __len__(self) -> int:
        return len(self._hashes)

    def begin_at(self, raw_hashes: Sequence[int]) -> None:
        """Expect the first of ``raw_hashes`` next, wherever it stands: some files are looked at from the middle on."""
        for number, raw_hash in enumerate(raw_hashes[:TRIED]):
            try:
                self._next = max(0, self._hashes.index(raw_hash) - number)
            except ValueError:
                continue
            return

    def places(self, raw_hashes: Sequence[int]) -> list[int | None]:
        """The position of each row, None for those that are new."""
        hashes, size, position = self._hashes, len(self._hashes), self._next
        found: list[int | None] = []
        if self._are_new and self._map is None:
            expected = hashes[position : position + len(raw_hashes)]
            if not any(map(eq, expected, raw_hashes)):
                found = [None] * (len(raw_hashes) - 1)
                self._miss(raw_hashes[:-1])
                raw_hashes, position = raw_hashes[-1:], position + len(found)
                self._not_found = LOST - 1
        for raw_hash in raw_hashes:
            if position < size and hashes[position] == raw_hash:
                place: int | None = position
            else:
                place = self._look_around(position, raw_hash)
            found.append(place)
            position = (position if place is None else place) + 1
        self._next = position
        return found

    def follow(self, raw_hashes: Sequence[int]) -> int | None:
        """The position of the first of ``raw_hashes`` if they stand where they are expected, one behind the other."""
        begin = self._next
        end = begin + len(raw_hashes)
        if self._hashes[begin:end] != array("q", raw_hashes):
            return None
        self._next = end
        return begin

    def _look_around(self, position: int, raw_hash: int) -> int | None:
        if self._map is not None:
            return self._map.get(raw_hash)
        self._not_found += 1
        if not self._are_new or self._not_found % LOST == 0:
            begin = max(0, position - AROUND)
            with suppress(ValueError):
                place = self._hashes.index(raw_hash, begin, position + AROUND)
                self._not_found = 0
                return place
        self._miss([raw_hash])
        return self._map.get(raw_hash) if self._map is not None else None

    def _miss(self, raw_hashes: Sequence[int]) -> None:
        """Count rows that were not found, and judge them once they are many."""
        self._misses += len(raw_hashes)
        self._missed.extend(raw_hashes)
        if self._misses <= self._patience:
            return
        if len(self._hashes) >= LARGE and set(self._missed).isdisjoint(self._hashes):
            self._are_new, self._patience = True, 2 * self._misses
        else:
            self._map = self._mapped()

    def _mapped(self) -> IntMap:
        made = IntMap(len(self._hashes))
        made.fill(self._hashes)
        return made
