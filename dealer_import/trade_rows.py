"""Rows of a block in which nothing differs from the last delivery but price and stock. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dealer_import.canonical import Part, row_hashes_of
from dealer_import.mapping import Mapper
from dealer_import.part_columns import TradeTaken
from dealer_import.remembering import TRADED, Memory, TradeMemory
from dealer_import.sources.table import Block, Found, Some
from shopflow.contracts.imports import RawRecord

MANY = 4
"""From every fourth row on that is new or changed, it is worth while to know what the rows say beside price and stock:
the hashes of all parts are read for it."""
ENOUGH = 500
"""Not before so many rows are new or changed."""
TRIED, FOUND = 4000, 8
"""After so many rows it is given up if not every eighth was found: then the delivery changes other things."""


class TradeRows:
    """The rows at ``ats`` of ``found.block``, known as the parts at ``positions``, as far as all goes well with them.

    ``signature`` goes into their row hashes.
    """

    def __init__(
        self,
        found: Found,
        block: Block,
        ats: Sequence[int],
        positions: Sequence[int],
        mapper: Mapper,
        memory: TradeMemory,
        known: Memory,
        signature: int,
    ) -> None:
        mapped = mapper.map_trade(block if len(ats) == len(block) else Some(block, ats))
        self._block, self._mapper, self._columns = block, mapper, mapped.columns
        self._ats = [ats[at] for at in mapped.places]
        kept = [positions[at] for at in mapped.places]
        self.places, self._positions, self._came = [found.places[at] for at in self._ats], kept, known.came
        self.part_ids = [memory.part_ids[position] for position in kept]
        self.identities: Sequence[int] = [known.identities[position] for position in kept]
        rests = [memory.rests[position] for position in kept]
        self.row_hashes = list(map(signature.__xor__, row_hashes_of(rests, mapped.hashes)))

    def __len__(self) -> int:
        return len(self.places)

    def record(self, number: int) -> RawRecord:
        """One of them as delivered."""
        return self._block.record(self._ats[number])

    def part(self, number: int) -> Part:
        """One of them with all that it says."""
        return self._mapper.map(self.record(number))

    def taken(self, numbers: Sequence[int], raw_hashes: Sequence[int]) -> TradeTaken | None:
        """Those of them with ``numbers``, which have come now; ``raw_hashes`` are those of all places."""
        if self._columns is None or not numbers:
            return None
        for number in numbers:
            self._came[self._positions[number]] = TRADED
        whole = len(numbers) == len(self)
        columns = self._columns if whole else self._columns.only(numbers)
        columns.made = {**columns.made, "identity": self._picked(self.identities, numbers)}
        raws = [raw_hashes[self.places[number]] or None for number in numbers]
        ids, hashes = (self._picked(told, numbers) for told in (self.part_ids, self.row_hashes))
        return TradeTaken(columns, ids, raws, hashes)

    def _picked(self, column: Sequence[int], numbers: Sequence[int]) -> Sequence[int]:
        return column if len(numbers) == len(column) else [column[number] for number in numbers]


class TradeFinder:
    """Decides about rows whether anything but price and stock differs; ``load`` reads what the shop knows of that."""

    def __init__(self, mapper: Mapper, load: Callable[[], TradeMemory | None]) -> None:
        self._mapper, self._load = mapper, load
        self._memory: TradeMemory | None = None
        self._loaded = False
        self._tried = self._found = 0

    def rests(self, found: Found, key: int) -> Sequence[int | None]:
        """What the rows of ``found.block`` say beside price and stock, as numbers; ``key`` makes them others."""
        return self._mapper.rest_hashes(found.block, key) if found.block is not None else ()

    def rows(self, found: Found, rests: Sequence[int | None], known: Memory, signature: int) -> TradeRows | None:
        """Those of ``found`` that can be taken by price and stock alone; ``rests`` are the hashes of its rows."""
        memory, block = self._remembered(), found.block
        if memory is None or block is None or None in rests:
            return None
        if not self._tried:
            memory.by_rest.begin_at(rests)  # type: ignore[arg-type]
        positions = memory.by_rest.places(rests)  # type: ignore[arg-type]
        ats = [at for at, position in enumerate(positions) if position is not None]
        self._tried, self._found = self._tried + len(positions), self._found + len(ats)
        if not ats:
            return None
        own = [position for position in positions if position is not None]
        rows = TradeRows(found, block, ats, own, self._mapper, memory, known, signature)
        return rows if len(rows) else None

    def _remembered(self) -> TradeMemory | None:
        if not self._loaded:
            self._loaded, self._memory = True, self._load()
        if self._tried >= TRIED and self._found * FOUND < self._tried:
            self._memory = None
        return self._memory


def is_worth_while(changed: int, accepted: int) -> bool:
    """Whether so many rows are ``changed`` that what the shop knows of all parts should be looked at."""
    return changed >= ENOUGH and changed * MANY >= accepted


def without(found: Found, rests: Sequence[int | None], places: Iterable[int]) -> tuple[Found, Sequence[int | None]]:
    """What stands at all other places, with the hashes of those rows."""
    gone = set(places)
    kept = [rest for rest, place in zip(rests, found.places, strict=True) if place not in gone]
    return found.only({place for place in (*found.places, *found.others) if place not in gone}), kept
