"""A map of integers that stays small: a dict of a million takes 150 MB, this one a fifth of it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

_EMPTY = -1
_SMALLEST = 1 << 10
_LARGE = 1 << 18
"""From here on a map grows by little at a time: it takes 4 MB."""


class IntMap:
    """Open addressing over two arrays. Keys are non-negative and spread evenly (hashes); nothing is ever removed."""

    __slots__ = ("_keys", "_limit", "_mask", "_used", "_values")

    def __init__(self, expected: int = 0) -> None:
        size = _SMALLEST
        while size * 5 < expected * 8:
            size <<= 1
        self._allocate(size)

    def __len__(self) -> int:
        return self._used

    def __contains__(self, key: int) -> bool:
        return self.get(key) is not None

    def get(self, key: int) -> int | None:
        keys, mask = self._keys, self._mask
        slot = key & mask
        found = keys[slot]
        while found != key:
            if found < 0:
                return None
            slot = (slot + 1) & mask
            found = keys[slot]
        return self._values[slot]

    def put(self, key: int, value: int) -> None:
        """Set ``key`` to ``value``; an earlier value is replaced."""
        keys, mask = self._keys, self._mask
        slot = key & mask
        found = keys[slot]
        while found != key:
            if found < 0:
                keys[slot] = key
                self._values[slot] = value
                self._used += 1
                if self._used > self._limit:
                    self._grow()
                return
            slot = (slot + 1) & mask
            found = keys[slot]
        self._values[slot] = value

    def setdefault(self, key: int, value: int) -> int | None:
        """The value that ``key`` has; None if it has none, and then it gets ``value``."""
        keys, mask = self._keys, self._mask
        slot = key & mask
        found = keys[slot]
        while found != key:
            if found < 0:
                keys[slot] = key
                self._values[slot] = value
                self._used += 1
                if self._used > self._limit:
                    self._grow()
                return None
            slot = (slot + 1) & mask
            found = keys[slot]
        return self._values[slot]

    def setdefaults(self, keys: Sequence[int], values: Sequence[int]) -> list[int | None]:
        """:meth:`setdefault` of each of ``keys``, in their order."""
        while self._used + len(keys) > self._limit:
            self._grow()
        held, kept, mask = self._keys, self._values, self._mask
        before: list[int | None] = []
        add = before.append
        for key, value in zip(keys, values, strict=True):
            slot = key & mask
            found = held[slot]
            while found >= 0 and found != key:
                slot = (slot + 1) & mask
                found = held[slot]
            if found < 0:
                held[slot] = key
                kept[slot] = value
                add(None)
            else:
                add(kept[slot])
        self._used += before.count(None)
        return before

    def fill(self, keys: Sequence[int]) -> None:
        """Set each key to its place; the last place counts, and what is negative is no key."""
        while self._used + len(keys) > self._limit:
            self._grow()
        held, kept, mask = self._keys, self._values, self._mask
        new = 0
        for place, key in enumerate(keys):
            if key < 0:
                continue
            slot = key & mask
            found = held[slot]
            while found != key and found >= 0:
                slot = (slot + 1) & mask
                found = held[slot]
            if found != key:
                held[slot] = key
                new += 1
            kept[slot] = place
        self._used += new

    def _allocate(self, size: int) -> None:
        self._keys = array("q", [_EMPTY]) * size
        self._values = array("q", [0]) * size
        self._mask = size - 1
        self._limit = size * 5 // 8
        self._used = 0

    def _grow(self) -> None:
        keys, values, used = self._keys, self._values, self._used
        self._allocate(len(keys) * (4 if len(keys) < _LARGE else 2))
        held, kept, mask = self._keys, self._values, self._mask
        for key, value in zip(keys, values, strict=True):
            if key >= 0:
                slot = key & mask
                while held[slot] >= 0:
                    slot = (slot + 1) & mask
                held[slot], kept[slot] = key, value
        self._used = used
