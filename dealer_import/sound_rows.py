"""The rows of a block with which all goes well, numbered from 0, while the reading goes through the block. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from dealer_import.canonical import Part
from dealer_import.mapping import Mapper
from dealer_import.mapping_columns import NOTHING_MAPPED
from dealer_import.part_columns import PartColumns, Taken
from dealer_import.remembering import Accepted
from dealer_import.sources.table import Found, Record
from shopflow.contracts.imports import RawRecord


def numbered(places: Iterable[int], count: int) -> list[int]:
    """Which of ``places`` each of ``count`` places is; -1 for those that are none of them."""
    numbers = [-1] * count
    for number, place in enumerate(places):
        numbers[place] = number
    return numbers


def end_of(numbers: Sequence[int], begin: int) -> int:
    """Where the run of numbers ends that begins at ``begin``."""
    try:
        return numbers.index(-1, begin)
    except ValueError:
        return len(numbers)


class SoundRows:
    """Rows of ``found`` that ``mapper`` can map by column; ``signature`` goes into their row hashes.

    ``rests`` are hashes of what the rows of its block say beside price and stock.
    """

    def __init__(self, found: Found, mapper: Mapper, signature: int, rests: Sequence[int | None]) -> None:
        self._found = found
        self._mapped = mapper.map_block(found.block) if found.block is not None else NOTHING_MAPPED
        self.row_hashes = list(map(signature.__xor__, self._mapped.hashes))
        self.places = [found.places[at] for at in self._mapped.places]
        self._rest_texts = [rests[at] for at in self._mapped.places]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def columns(self) -> PartColumns:
        """Their parts, if there are any rows."""
        if self._mapped.columns is None:
            raise LookupError("no sound rows")
        return self._mapped.columns

    @property
    def identities(self) -> Sequence[int]:
        """Their parts' identities."""
        found: Sequence[int] = self.columns.made["identity"]
        return found

    def part(self, number: int) -> Part:
        """One of their parts."""
        return self.columns.part(number)

    def record(self, number: int) -> RawRecord:
        """One of them as delivered."""
        if self._found.block is None:
            raise LookupError(number)
        return self._found.block.record(self._mapped.places[number])

    def other(self, place: int) -> Record | None:
        """What stands at a place where none of them does."""
        at, block = self._ats.get(place), self._found.block
        return self._found.others.get(place) if at is None or block is None else block.record(at)

    @cached_property
    def _ats(self) -> dict[int, int]:
        return {place: at for at, place in enumerate(self._found.places)}

    def taken(
        self, numbers: Sequence[int], raw_hashes: Sequence[int], odd: Mapping[int, Accepted] | None = None
    ) -> Taken | None:
        """What was accepted: those with ``numbers``, and ``odd`` parts by their places in the whole, lowest first.

        ``raw_hashes`` are those of all places.
        """
        if not numbers and not odd:
            return None
        whole = 0 < len(numbers) == len(self) and all(map(int.__eq__, numbers, range(len(self))))
        columns = self.columns if whole else self.columns.only(numbers) if numbers else None
        raws: list[int | None] = [raw_hashes[self.places[number]] or None for number in numbers]
        hashes = self.row_hashes if whole else [self.row_hashes[number] for number in numbers]
        texts: list[int | None] = [self._rest_texts[number] for number in numbers]
        rests: list[int | None] = [self._mapped.rests[number] for number in numbers]
        if odd:
            others = {place: accepted.part for place, accepted in odd.items()}
            columns = columns.with_others(others) if columns is not None else PartColumns.of(others.values())
            hashes = list(hashes)
            for place, accepted in odd.items():
                for column, value in ((raws, accepted.raw_hash), (texts, None), (rests, None)):
                    column.insert(place, value)
                hashes.insert(place, accepted.row_hash)
        return Taken(columns, raws, hashes, texts, rests) if columns is not None else None
