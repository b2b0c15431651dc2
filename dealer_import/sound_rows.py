"""The rows of a block with which all goes well, numbered from 0, while the reading goes through the block. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from dealer_import.mapping import Mapper
from dealer_import.mapping_columns import NOTHING_MAPPED
from dealer_import.part_columns import PartColumns, Taken
from dealer_import.remembering import Accepted
from dealer_import.sources.table import Found, Record
from shopflow.contracts.imports import RawRecord


class SoundRows:
    """Rows of ``found`` that ``mapper`` can map by column; ``signature`` goes into their row hashes."""

    def __init__(self, found: Found, mapper: Mapper, signature: int) -> None:
        self._found = found
        self._mapped = mapper.map_block(found.block) if found.block is not None else NOTHING_MAPPED
        self.row_hashes = list(map(signature.__xor__, self._mapped.hashes))
        self.places = [found.places[at] for at in self._mapped.places]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def columns(self) -> PartColumns:
        """Their parts, if there are any rows."""
        if self._mapped.columns is None:
            raise LookupError("no sound rows")
        return self._mapped.columns

    def record(self, number: int) -> RawRecord:
        """One of them as delivered."""
        if self._found.block is None:
            raise LookupError(number)
        return self._found.block.record(self._mapped.places[number])

    def numbers(self, count: int) -> list[int]:
        """Which of them stands at each of ``count`` places; -1 where none does."""
        numbers = [-1] * count
        for number, place in enumerate(self.places):
            numbers[place] = number
        return numbers

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
        if odd:
            others = {place: accepted.part for place, accepted in odd.items()}
            columns = columns.with_others(others) if columns is not None else PartColumns.of(others.values())
            hashes = list(hashes)
            for place, accepted in odd.items():
                raws.insert(place, accepted.raw_hash)
                hashes.insert(place, accepted.row_hash)
        return Taken(columns, raws, hashes) if columns is not None else None
