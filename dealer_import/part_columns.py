"""Many parts by column: no part is an object of its own before somebody asks for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any

from dealer_import.canonical import Part
from dealer_import.remembering import Accepted

part_of = partial(tuple.__new__, Part)
_accepted = partial(tuple.__new__, Accepted)


class Same(list[Any]):
    """A column in which every row has the same value."""

    def cut(self, count: int) -> Same:
        """The same for ``count`` rows."""
        return Same(self[:1] * count)


class PartColumns:
    """Parts by column. A field of :class:`Part` stands in ``made``, or in ``shared`` if it is the same for all."""

    __slots__ = ("made", "shared")

    def __init__(self, made: Mapping[str, Sequence[Any]], shared: Mapping[str, Any]) -> None:
        self.made, self.shared = made, shared

    def __len__(self) -> int:
        return len(self.made["line"])

    def values(self, field: str) -> Iterable[Any]:
        """The field of each part; without an end if they share it."""
        made = self.made.get(field)
        return repeat(self.shared[field]) if made is None else made

    def told(self, field: str) -> Sequence[tuple[int, Any]]:
        """Place and value of each part in which the field is not empty."""
        made = self.made.get(field)
        if made is not None:
            return [(place, value) for place, value in enumerate(made) if value]
        return [(place, self.shared[field]) for place in range(len(self) if self.shared[field] else 0)]

    def part(self, place: int) -> Part:
        """One of the parts."""
        made, shared = self.made, self.shared
        return part_of([made[field][place] if field in made else shared[field] for field in Part._fields])

    def parts(self) -> list[Part]:
        """All of them."""
        return list(map(part_of, zip(*map(self.values, Part._fields))))  # noqa: B905 - shared ones have no end

    def only(self, places: Sequence[int]) -> PartColumns:
        """Those at ``places``, in that order."""
        picked = {field: list(map(values.__getitem__, places)) for field, values in self.made.items()}
        return PartColumns(picked, self.shared)

    def with_others(self, others: Mapping[int, Part]) -> PartColumns:
        """These and ``others``, which come to stand at the places given, lowest first."""
        count = len(self)
        made: dict[str, Sequence[Any]] = {}
        shared: dict[str, Any] = {}
        for number, field in enumerate(Part._fields):
            own = self.made.get(field)
            if own is None and all(part[number] == self.shared[field] for part in others.values()):
                shared[field] = self.shared[field]
                continue
            made[field] = column = [self.shared[field]] * count if own is None else list(own)
            for place, part in others.items():
                column.insert(place, part[number])
        return PartColumns(made, shared)

    @classmethod
    def of(cls, parts: Iterable[Part]) -> PartColumns:
        """At least one part, brought into columns."""
        return cls(dict(zip(Part._fields, zip(*parts, strict=True), strict=True)), {})


@dataclass(frozen=True, slots=True)
class Taken:
    """Accepted parts by column, in the order of the file: see :class:`Accepted`.

    ``rest_texts`` and ``rests`` are hashes of everything but price and stock, of the texts as delivered and of what
    they mean; None for those that are read as a whole the next time. Nothing is known of a column that is empty.
    """

    columns: PartColumns
    raw_hashes: Sequence[int | None]
    row_hashes: Sequence[int]
    rest_texts: Sequence[int | None] = ()
    rests: Sequence[int | None] = ()

    def each(self) -> Iterator[Accepted]:
        """One by one."""
        return map(_accepted, zip(self.columns.parts(), self.raw_hashes, self.row_hashes, strict=True))


@dataclass(frozen=True, slots=True)
class TradeTaken:
    """Known parts, by their ids, of which nothing differs from the last delivery but price and stock.

    Of ``columns`` only the line, the identity and what is needed for price and stock mean anything.
    """

    columns: PartColumns
    part_ids: Sequence[int]
    raw_hashes: Sequence[int | None]
    row_hashes: Sequence[int]
