"""What reading a file gives, and what it must know of the last one."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple, Protocol

from dealer_import.canonical import Part

SKIPPED = -2
"""Stands for the row hash of a part whose row was not mapped, because it has not changed."""
REFUSED = -3
"""Stands for the row hash of a part that the file names, but whose row was refused."""

TRADED = 2
"""Marks a part as come of which nothing differs but price and stock; 1 marks one whose row is the same to the byte."""


class Accepted(NamedTuple):
    """A part to be compared with the shop. ``raw_hash`` is None if the row must be read again next time."""

    part: Part
    raw_hash: int | None
    row_hash: int


class Positions(Protocol):
    """Where the rows of the last delivery stood: see :class:`dealer_import.known.RawRows`."""

    def __len__(self) -> int: ...

    def begin_at(self, raw_hashes: Sequence[int]) -> None: ...

    def places(self, raw_hashes: Sequence[int]) -> Sequence[int | None]: ...

    def follow(self, raw_hashes: Sequence[int]) -> int | None: ...


class TradeMemory(NamedTuple):
    """What the last delivery said beside price and stock: hashes of the texts and of their meaning, and the parts' ids.

    All at the positions of :class:`Memory`.
    """

    by_rest: Positions
    rests: Sequence[int]
    part_ids: Sequence[int]


class Memory(Protocol):
    """What the last import knew: see :class:`dealer_import.known.Known`."""

    by_raw: Positions
    identities: MutableSequence[int]
    came: bytearray
    with_links: set[int]
    lines: dict[int, int]

    def row_hash(self, identity: int) -> int | None: ...
