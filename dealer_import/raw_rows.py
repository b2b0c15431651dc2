"""Rows of the last delivery, known again by the hashes of their bytes. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from dealer_import.int_map import IntMap

AROUND = 64
"""How far from its expected place a row is looked for."""
STRAY = 2


class RawRows:
    """Positions by raw hash. A file that keeps the order of the last delivery is followed row by row.

    A map of all hashes is only made once more rows than :data:`STRAY` of a hundred stand elsewhere or are new. Before
    that, a row that has moved far is taken for a changed one: it is mapped, and found to mean the same.
    """

    def __init__(self, hashes: array[int]) -> None:
        self._hashes, self._next, self._misses = hashes, 0, 0
        self._patience = len(hashes) * STRAY // 100
        self._map: IntMap | None = None

    def __len__(self) -> int:
        return len(self._hashes)

    def places(self, raw_hashes: Sequence[int]) -> list[int | None]:
        """The position of each row, None for those that are new."""
        hashes, size, position = self._hashes, len(self._hashes), self._next
        found: list[int | None] = []
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
        if self._map is None:
            begin = max(0, position - AROUND)
            try:
                return self._hashes.index(raw_hash, begin, position + AROUND)
            except ValueError:
                self._misses += 1
            if self._misses <= self._patience:
                return None
            self._map = self._mapped()
        return self._map.get(raw_hash)

    def _mapped(self) -> IntMap:
        made = IntMap(len(self._hashes))
        made.fill(self._hashes)
        return made
