"""What belongs to the articles of a DATANORM delivery, put aside in a temporary database until its article comes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from types import TracebackType
from typing import Any, Self

from dealer_import.sources.datanorm_lines import Record
from dealer_import.sources.datanorm_prices import Price, price_records

BATCH = 5_000
CACHE_KIB = 16_384
BETWEEN = ";"
"""Between the cells of a record that is put aside: the one character that none of them holds."""
MAX_TEXT_LINES = 500
"""Lines of one text; the standard allows 99."""

_TABLES = """
CREATE TABLE article (number TEXT);
CREATE TABLE extra (number TEXT, cells TEXT);
CREATE TABLE block (key TEXT, line INTEGER, text TEXT);
CREATE TABLE dimension (number TEXT, line INTEGER, block TEXT, text TEXT);
CREATE TABLE price (number TEXT, kind TEXT, per TEXT, cents TEXT, steps TEXT);
CREATE TABLE grouping (main TEXT, sub TEXT, name TEXT);
CREATE TABLE rebate (code TEXT, kind TEXT, value TEXT);
CREATE TABLE renumbered (number TEXT, former TEXT);
"""
_INDEXES = (
    "CREATE INDEX extra_number ON extra (number)",
    "CREATE INDEX block_key ON block (key, line)",
    "CREATE INDEX dimension_number ON dimension (number, line)",
    "CREATE INDEX price_number ON price (number)",
    "CREATE INDEX grouping_main ON grouping (main, sub)",
    "CREATE INDEX rebate_code ON rebate (code)",
    "CREATE INDEX renumbered_number ON renumbered (number)",
)


class Spool:
    """A private SQLite database that stays in memory while it is small and lies on disk when it is not.

    Of several records for one article the last counts, except for texts, whose lines are put in order. A number that
    several articles have (of several brands, say) gives each the records in the order in which they come.
    """

    def __init__(self) -> None:
        self.articles = self.undecodable = 0
        self._connection = sqlite3.connect("", isolation_level=None)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._filled: set[str] = set()
        self._shared: dict[str, int] = {}
        self.group_name = lru_cache(maxsize=4096)(self._group_name)
        self.rebate = lru_cache(maxsize=4096)(self._rebate)

    def __enter__(self) -> Self:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}", "temp_store=FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    # -- filling -----------------------------------------------------------------------------------------------------

    def put(self, record: Record, version: int) -> None:
        """Put a record aside; articles are only counted, and what no shop needs is dropped."""
        kind = record.cells[0]
        if kind == "A":
            self.articles += 1
            self._put("article", (record.cells[2],))
            if record.cells[1] == "X":
                self._put("renumbered", (new_number(record, version), record.cells[2]))
        elif kind in _KEEPERS and record.cells[1] != "L":
            _KEEPERS[kind](self, record.cells, version)

    def index(self) -> None:
        """Call it once after the last :meth:`put`."""
        for table in list(self._waiting):
            self._flush(table)
        for statement in _INDEXES:
            self._connection.execute(statement)
        shared = self._connection.execute("SELECT number FROM article GROUP BY number HAVING COUNT(*) > 1")
        self._shared = {number: -1 for (number,) in shared}

    def next_article(self, number: str) -> None:
        """Say which article is asked about from now on."""
        if number in self._shared:
            self._shared[number] += 1

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._waiting.pop(table, [])
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names
            self._filled.add(table)

    def _keep_extra(self, cells: Sequence[str], version: int) -> None:
        if version == 4:
            self._put("extra", (cells[2], BETWEEN.join(cells)))

    def _keep_block(self, cells: Sequence[str], version: int) -> None:
        places = ((4, 5),) if version == 5 else ((4, 6), (7, 9))
        for number, text in places:
            if text < len(cells) and (cells[number] or cells[text]):
                self._put("block", (cells[2], _line_number(cells[number]), cells[text]))

    def _keep_dimension(self, cells: Sequence[str], version: int) -> None:
        for number, mark, block, text in ((3, 4, 5, 6), (7, 8, 9, 10)):
            if text < len(cells) and (cells[number] or cells[text]):
                inserted = cells[block] if cells[mark] in ("T", "E") else ""
                self._put("dimension", (cells[2], _line_number(cells[number]), inserted, cells[text]))

    def _keep_price(self, cells: Sequence[str], version: int) -> None:
        for price in price_records(cells, version):
            steps = BETWEEN.join(chain.from_iterable(price.steps))
            self._put("price", (price.number, price.kind, price.per, price.cents, steps))

    def _keep_grouping(self, cells: Sequence[str], version: int) -> None:
        main, name = cells[2], cells[3]
        if main and name:
            self._put("grouping", (main, "", name))
        if len(cells) > 5 and cells[4] and cells[5]:
            self._put("grouping", (main, cells[4], cells[5]))

    def _keep_rebate(self, cells: Sequence[str], version: int) -> None:
        self._put("rebate", (cells[2], cells[3], cells[4]))

    @property
    def has_prices(self) -> bool:
        return "price" in self._filled

    # -- asking ------------------------------------------------------------------------------------------------------

    def second_record(self, number: str) -> list[str]:
        """The cells of the article's second record; empty when there is none."""
        row = self._of_article("extra", "SELECT cells FROM extra WHERE number = ? ORDER BY rowid", number)
        return str(row[0]).split(BETWEEN) if row else []

    def price(self, number: str) -> Price | None:
        row = self._of_article(
            "price", "SELECT kind, per, cents, steps FROM price WHERE number = ? ORDER BY rowid", number
        )
        if row is None:
            return None
        kind, per, cents, steps = row
        cells = steps.split(BETWEEN) if steps else []
        return Price(number, kind, per, cents, tuple(zip(cells[::2], cells[1::2], strict=True)))

    def former_numbers(self, number: str) -> list[str]:
        return [row[0] for row in self._all("renumbered", "SELECT former FROM renumbered WHERE number = ?", number)]

    def text_lines(self, key: str) -> list[str]:
        """The lines of a text block; empty when there is none with this key."""
        query = f"SELECT text FROM block WHERE key = ? ORDER BY line, rowid LIMIT {MAX_TEXT_LINES}"  # noqa: S608
        return [row[0] for row in self._all("block", query, key)] if key else []

    def dimension_lines(self, number: str) -> list[str]:
        """The article's own text, with the text blocks that it inserts."""
        query = f"SELECT block, text FROM dimension WHERE number = ? ORDER BY line, rowid LIMIT {MAX_TEXT_LINES}"  # noqa: S608
        lines: list[str] = []
        for block, text in self._all("dimension", query, number):
            lines += self.text_lines(block) if block else [text]
        return lines[:MAX_TEXT_LINES]

    def _group_name(self, main: str, sub: str) -> str:
        query = "SELECT name FROM grouping WHERE main = ? AND sub = ? LIMIT 1"
        row = self._connection.execute(query, (main, sub)).fetchone()
        return str(row[0]) if row else ""

    def _rebate(self, code: str) -> tuple[str, str] | None:
        query = "SELECT kind, value FROM rebate WHERE code = ? ORDER BY rowid DESC LIMIT 1"
        row = self._last("rebate", query, code)
        return (row[0], row[1]) if row else None

    def _of_article(self, table: str, query: str, number: str) -> Any:
        rows = self._all(table, query, number)
        place = self._shared.get(number, len(rows))
        return rows[min(place, len(rows) - 1)] if rows else None

    def _last(self, table: str, query: str, key: str) -> Any:
        return self._connection.execute(query, (key,)).fetchone() if table in self._filled else None

    def _all(self, table: str, query: str, key: str) -> list[Any]:
        return self._connection.execute(query, (key,)).fetchall() if table in self._filled else []


_KEEPERS: dict[str, Callable[[Spool, Sequence[str], int], None]] = {
    "B": Spool._keep_extra,
    "T": Spool._keep_block,
    "D": Spool._keep_dimension,
    "P": Spool._keep_price,
    "S": Spool._keep_grouping,
    "R": Spool._keep_rebate,
}


def new_number(record: Record, version: int) -> str:
    """The new number of a record with the mark X: it stands where other records have their first short text."""
    cells = record.cells
    if version == 4 and len(cells[3]) > 2:
        return cells[3]
    place = 3 if version == 5 else 4
    return cells[place] if place < len(cells) else ""


def _line_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
