"""Staging tables: temporary, of one connection, gone with it. PostgreSQL fills them by COPY, SQLite by executemany."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from django.db import DataError, connection

from dealer_import import stage_tables
from dealer_import.copy_lines import OPTIONS, copy_columns, copy_lines
from dealer_import.part_columns import Same, Taken, TradeTaken
from dealer_import.pricing import PricePlan, price_rule
from dealer_import.profiles import Profile
from dealer_import.stage_rows import ColumnMaker
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import execute

BATCH = 2000
TABLES = stage_tables.stage()


@dataclass(slots=True)
class Succession:
    """A part's successors as delivered, checked once all parts of the file are known."""

    line: int
    brand_code: str
    number_key: str
    targets: tuple[str, ...]
    kind: str


class Staging:
    """The filled staging tables of one run. ``today`` decides which prices hold already."""

    def __init__(self, profile: Profile, today: date, tables: Stage = TABLES) -> None:
        self.profile, self.tables = profile, tables
        self.rows = self.trade_rows = 0
        self.successions: list[Succession] = []
        self.has_later_prices = self.has_waiting_prices = False
        self.rule = price_rule(profile.name, profile.options)
        self._make = ColumnMaker(profile, self.rule, today)

    def count_pieces(self) -> None:
        """Stage stock as pieces: how many make a sale is known only when the shop's parts are looked at."""
        self._make.counts = "sellable"

    def put(self, parts: Iterable[Taken | TradeTaken], progress: Callable[[], None]) -> None:
        """Stage all parts, streaming; ``progress`` is called after each batch."""
        with seldom_collected():
            batch: list[Taken | TradeTaken] = []
            waiting = 0
            for taken in parts:
                batch.append(taken)
                waiting += len(taken.row_hashes)
                if waiting >= BATCH:
                    self._put(batch)
                    batch, waiting = [], 0
                    progress()
            if batch:
                self._put(batch)
                progress()
        with _quick_writes():
            fill(self.tables.brands, stage_tables.BRAND_COLUMNS, self._make.brands())
            fill(self.tables.categories, stage_tables.CATEGORY_COLUMNS, self._make.categories())
        if not self.rows:
            return
        looked_at = ("line", "brand_code", "number_key", "sku", "gtin", "category_no")
        analyze(self.tables.parts, *looked_at, *(["known_part"] if self.trade_rows else []))
        if self.trade_rows and connection.vendor != "sqlite":  # which keeps parts by their line anyway
            execute(f"CREATE INDEX {self.tables.parts}_line ON {self.tables.parts} (line)")
        analyze(self.tables.references, "line")
        analyze(self.tables.fitments, "line")
        analyze(self.tables.extras, "line")
        analyze(self.tables.brands)
        analyze(self.tables.categories)

    def _put(self, batch: Sequence[Taken | TradeTaken]) -> None:
        self.rows += sum(len(taken.row_hashes) for taken in batch)
        self._put_whole([taken for taken in batch if isinstance(taken, Taken)])
        self._put_trade([taken for taken in batch if isinstance(taken, TradeTaken)])

    def _put_trade(self, batch: Sequence[TradeTaken]) -> None:
        """Parts of which nothing is staged but price and stock."""
        if not batch:
            return
        blocks, later = [], list[Any]()
        for taken in batch:
            columns, plans = self._make.trade_columns(taken)
            blocks.append(columns)
            later += self._later(columns, plans)
        self.trade_rows += sum(len(taken.row_hashes) for taken in batch)
        with _quick_writes():
            fill_columns(self.tables.parts, stage_tables.TRADE_COLUMNS, stage_tables.PART_DEFAULTS, blocks)
            fill(self.tables.later_prices, stage_tables.LATER_COLUMNS, later)

    def _later(self, columns: Mapping[str, Sequence[Any]], plans: Mapping[int, PricePlan]) -> Iterator[tuple[Any, ...]]:
        """The prices that hold from a later day on."""
        for at, plan in plans.items():
            line, per = columns["line"][at], columns["price_per"][at]
            for day, cents, sale, offer, waits in plan.later:
                self.has_later_prices = True
                yield line, day, cents, per, sale, offer, 1 if waits else 0
            self.has_waiting_prices = self.has_waiting_prices or plan.waits

    def _put_whole(self, batch: Sequence[Taken]) -> None:
        if not batch:
            return
        blocks, references, fitments, later, extras = [], [], [], list[Any](), []
        for taken in batch:
            parts, lines = taken.columns, taken.columns.made["line"]
            columns, plans = self._make.columns(taken)
            blocks.append(columns)
            references += [(lines[at], *reference) for at, told in parts.told("references") for reference in told]
            fitments += [(lines[at], *fitment) for at, told in parts.told("fitments") for fitment in told]
            extras += [(lines[at], json.dumps(told)) for at, told in parts.told("extras")]
            later += self._later(columns, plans)
            for at, targets in parts.told("successors"):
                part = parts.part(at)
                own = part.brand_code, part.number_key
                self.successions.append(Succession(part.line, *own, targets, part.succession_kind))
        with _quick_writes():
            fill_columns(self.tables.parts, stage_tables.PART_COLUMNS, stage_tables.PART_DEFAULTS, blocks)
            fill(self.tables.references, stage_tables.REFERENCE_COLUMNS, references)
            fill(self.tables.fitments, stage_tables.FITMENT_COLUMNS, fitments)
            fill(self.tables.later_prices, stage_tables.LATER_COLUMNS, later)
            fill(self.tables.extras, stage_tables.EXTRA_COLUMNS, extras)

    def put_successions(self, rows: Iterable[tuple[int, str, int, str]]) -> None:
        """Stage the checked successions: line, key of the successor, position, kind."""
        with _quick_writes():
            fill(self.tables.successions, stage_tables.SUCCESSION_COLUMNS, list(rows))

    def put_missing(self, rows: Iterable[tuple[int, int]]) -> None:
        """Stage the parts that the delivery no longer names: part id, and 1 if that hides it now."""
        stream = iter(rows)
        while batch := list(islice(stream, BATCH)):
            with _quick_writes():
                fill(self.tables.missing, stage_tables.MISSING_COLUMNS, batch)

    def put_redo(self, rows: Iterable[tuple[int, int]]) -> None:
        """Lines that must be read again next time, whatever stands there; 1 if the part must do without its GTIN."""
        listed = list(rows)
        if not listed:
            return
        parts, redo = self.tables.parts, self.tables.redo
        with _quick_writes():
            execute(f"DELETE FROM {redo}")
            fill(redo, stage_tables.REDO_COLUMNS, listed)
            execute(
                f"""UPDATE {parts} AS s SET raw_hash = NULL, row_hash = s.row_hash + d.drops_gtin,
                        gtin = CASE WHEN d.drops_gtin = 1 THEN '' ELSE s.gtin END
                    FROM {redo} d WHERE d.line = s.line"""
            )

    def put_unlinked(self, part_ids: Iterable[int]) -> None:
        """Parts that the file does not change, and whose successors turned out to form a loop."""
        with _quick_writes():
            fill(self.tables.unlinked, stage_tables.UNLINKED_COLUMNS, [(part_id,) for part_id in part_ids])

    @property
    def gives_prices(self) -> bool:
        return "list_price" in self.profile.provided


@contextmanager
def staging(profile: Profile, today: date, tables: Stage = TABLES) -> Iterator[Staging]:
    """Empty staging tables for the length of the block."""
    _drop(tables)
    _plan_for_lookups()
    with connection.cursor() as cursor:
        for table, names in stage_tables.tables(tables).items():
            body = stage_tables.body_of(names, lines_are_rows=connection.vendor == "sqlite")
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({body})")
        cursor.execute(
            f"""CREATE TEMPORARY VIEW {tables.rows} AS
                SELECT s.*, p.kind, p.part_id, p.product_id, p.adopted, p.relinked, c.id AS category_id
                FROM {tables.plan} p JOIN {tables.parts} s ON s.line = p.line
                LEFT JOIN {tables.categories} c ON c.no = s.category_no"""
        )
    try:
        yield Staging(profile, today, tables)
    finally:
        if not connection.needs_rollback:
            _drop(tables)
            _plan_as_usual()


PLANNER = {"random_page_cost": "1.1", "work_mem": "'96MB'", "jit": "off", "default_statistics_target": "10"}
"""What differs is few beside the catalogue, and the catalogue's pages are in memory: find it by index. Hashing whole
catalogues gets room for it, and no statement runs long enough to be worth a compilation. Of staging tables a small
sample does: the numbers of rows and of different values are what counts."""

ROOM = "64MB"
"""Room in memory for staging tables, which are read several times; a connection takes of it what it fills, and keeps
that. PostgreSQL lets nobody change it once the connection has used temporary tables: then they have the usual 8 MB."""


def _plan_for_lookups() -> None:
    if connection.vendor == "postgresql":
        if not connection.in_atomic_block:
            with suppress(DataError):
                execute(f"SET temp_buffers = '{ROOM}'")
        for name, value in PLANNER.items():
            execute(f"SET {name} = {value}")
    if connection.vendor == "sqlite":  # what is staged need not be written over before it goes; the shop's file is
        execute("PRAGMA temp.secure_delete = OFF")


def _plan_as_usual() -> None:
    if connection.vendor == "postgresql":
        for name in PLANNER:
            execute(f"RESET {name}")


def _drop(tables: Stage) -> None:
    scope = "temp." if connection.vendor == "sqlite" else "pg_temp." if connection.vendor == "postgresql" else ""
    execute(f"DROP VIEW IF EXISTS {scope}{tables.rows}")
    names = [f"{scope}{table}" for table in stage_tables.tables(tables)]
    for listed in [", ".join(names)] if connection.vendor == "postgresql" else names:
        execute(f"DROP TABLE IF EXISTS {listed}")


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage cycles less often: a million small objects without any come and go here."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _quick_writes() -> Iterator[None]:
    """One transaction around a batch of temporary rows on SQLite: deferred, so that it never locks the shop's file."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def fill(table: str, names: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add ``rows`` to a temporary table by the quickest way that the database has."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(table, names, copy_lines(rows))
    else:
        _insert(table, names, rows)


def fill_columns(
    table: str, kinds: Mapping[str, str], defaults: Mapping[str, Any], blocks: Sequence[Mapping[str, Sequence[Any]]]
) -> None:
    """Add the rows of ``blocks`` of columns, without the columns that are nothing but the table's default in all."""
    named = {
        name: kind
        for name, kind in kinds.items()
        if name not in defaults or not all(_is_default(block[name], defaults[name]) for block in blocks)
    }
    chosen = [[block[name] for name in named] for block in blocks]
    if connection.vendor == "postgresql":
        _copy(table, named, "".join(map(copy_columns, chosen)))
    else:
        _insert(table, named, list(chain.from_iterable(zip(*columns, strict=True) for columns in chosen)))


def _is_default(column: Sequence[Any], default: Any) -> bool:
    return isinstance(column, Same) and column[0] == default


def _copy(table: str, names: Mapping[str, str], lines: str) -> None:
    texts = ", ".join(name for name, kind in names.items() if kind == stage_tables.TEXT)
    kept = f", FORCE_NOT_NULL ({texts})" if texts else ""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN ({OPTIONS}{kept})") as copy,
    ):
        copy.write(lines)


def _insert(table: str, names: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def analyze(table: str, *names: str) -> None:
    """Tell PostgreSQL what a temporary table holds now; it does not look by itself, and would loop row by row.

    ``names`` are the columns that statements join and sort by; looking at forty texts takes as long as writing them.
    """
    if connection.vendor == "postgresql":
        listed = f" ({', '.join(names)})" if names else ""
        execute(f"ANALYZE {table}{listed}")
