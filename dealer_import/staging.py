"""Staging tables: temporary, of one connection, gone with it. PostgreSQL fills them by COPY, SQLite by executemany."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from dealer_import import stage_tables as columns
from dealer_import.copy_lines import OPTIONS, copy_lines
from dealer_import.pricing import price_rule
from dealer_import.profiles import Profile
from dealer_import.reading import Accepted
from dealer_import.stage_rows import RowMaker
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import execute

BATCH = 2000
TABLES = columns.stage()


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
        self.rows = 0
        self.successions: list[Succession] = []
        self.has_later_prices = self.has_waiting_prices = False
        self.rule = price_rule(profile.name, profile.options)
        self._make = RowMaker(profile, self.rule, today)

    def count_pieces(self) -> None:
        """Stage stock as pieces: how many make a sale is known only when the shop's parts are looked at."""
        self._make.counts = "sellable"

    def put(self, accepted: Iterable[Accepted], progress: Callable[[], None]) -> None:
        """Stage all parts, streaming; ``progress`` is called after each batch."""
        stream = iter(accepted)
        with seldom_collected():
            while batch := list(islice(stream, BATCH)):
                with _quick_writes():
                    self._put(batch)
                progress()
        with _quick_writes():
            fill(self.tables.brands, columns.BRAND_COLUMNS, self._make.brands())
            fill(self.tables.categories, columns.CATEGORY_COLUMNS, self._make.categories())
        if not self.rows:
            return
        analyze(self.tables.parts, "line", "brand_code", "number_key", "sku", "gtin", "category_no")
        analyze(self.tables.references, "line")
        analyze(self.tables.fitments, "line")
        analyze(self.tables.extras, "line")
        analyze(self.tables.brands)
        analyze(self.tables.categories)

    def _put(self, batch: Sequence[Accepted]) -> None:
        make = self._make
        rows, references, fitments, later, extras = [], [], [], [], []
        for part, raw_hash, row_hash in batch:
            line = part.line
            row, prices = make.row(part, raw_hash, row_hash)
            rows.append(row)
            if prices.later:
                later += [(line, day, cents, part.price_per, sale, offer) for day, cents, sale, offer in prices.later]
                self.has_waiting_prices = self.has_waiting_prices or prices.waits
            if part.references:
                told = {(r.kind, r.brand_code, r.key): r.display for r in reversed(part.references)}
                references += [(line, *number, display) for number, display in told.items()]
            if part.fitments:
                fitments += [(line, *fitment) for fitment in dict.fromkeys(part.fitments)]
            if part.extras:
                extras.append((line, json.dumps(part.extras)))
            if part.successors:
                self.successions.append(
                    Succession(line, part.brand_code, part.number_key, part.successors, part.succession_kind)
                )
        self.rows += len(rows)
        self.has_later_prices = self.has_later_prices or bool(later)
        fill(self.tables.parts, columns.PART_COLUMNS, rows)
        fill(self.tables.references, columns.REFERENCE_COLUMNS, references)
        fill(self.tables.fitments, columns.FITMENT_COLUMNS, fitments)
        fill(self.tables.later_prices, columns.LATER_COLUMNS, later)
        fill(self.tables.extras, columns.EXTRA_COLUMNS, extras)

    def put_successions(self, rows: Iterable[tuple[int, str, int, str]]) -> None:
        """Stage the checked successions: line, key of the successor, position, kind."""
        with _quick_writes():
            fill(self.tables.successions, columns.SUCCESSION_COLUMNS, list(rows))

    def put_missing(self, rows: Iterable[tuple[int, int]]) -> None:
        """Stage the parts that the delivery no longer names: part id, and 1 if that hides it now."""
        stream = iter(rows)
        while batch := list(islice(stream, BATCH)):
            with _quick_writes():
                fill(self.tables.missing, columns.MISSING_COLUMNS, batch)

    def put_redo(self, rows: Iterable[tuple[int, int]]) -> None:
        """Lines that must be read again next time, whatever stands there; 1 if the part must do without its GTIN."""
        listed = list(rows)
        if not listed:
            return
        parts, redo = self.tables.parts, self.tables.redo
        with _quick_writes():
            execute(f"DELETE FROM {redo}")
            fill(redo, columns.REDO_COLUMNS, listed)
            execute(
                f"""UPDATE {parts} AS s SET raw_hash = NULL, row_hash = s.row_hash + d.drops_gtin,
                        gtin = CASE WHEN d.drops_gtin = 1 THEN '' ELSE s.gtin END
                    FROM {redo} d WHERE d.line = s.line"""
            )

    def put_unlinked(self, part_ids: Iterable[int]) -> None:
        """Parts that the file does not change, and whose successors turned out to form a loop."""
        with _quick_writes():
            fill(self.tables.unlinked, columns.UNLINKED_COLUMNS, [(part_id,) for part_id in part_ids])

    @property
    def gives_prices(self) -> bool:
        return "list_price" in self.profile.provided


@contextmanager
def staging(profile: Profile, today: date, tables: Stage = TABLES) -> Iterator[Staging]:
    """Empty staging tables for the length of the block."""
    _drop(tables)
    _plan_for_lookups()
    with connection.cursor() as cursor:
        for table, names in columns.tables(tables).items():
            body = ", ".join(f"{name} {kind}" for name, kind in names.items())
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


def _plan_for_lookups() -> None:
    if connection.vendor == "postgresql":
        for name, value in PLANNER.items():
            execute(f"SET {name} = {value}")


def _plan_as_usual() -> None:
    if connection.vendor == "postgresql":
        for name in PLANNER:
            execute(f"RESET {name}")


def _drop(tables: Stage) -> None:
    scope = "temp." if connection.vendor == "sqlite" else "pg_temp." if connection.vendor == "postgresql" else ""
    execute(f"DROP VIEW IF EXISTS {scope}{tables.rows}")
    names = [f"{scope}{table}" for table in columns.tables(tables)]
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


def fill(table: str, names: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add ``rows`` to a temporary table by the quickest way that the database has."""
    if not rows:
        return
    listed = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            texts = ", ".join(name for name, kind in names.items() if kind == columns.TEXT)
            kept = f", FORCE_NOT_NULL ({texts})" if texts else ""
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN ({OPTIONS}{kept})") as copy:
                copy.write(copy_lines(rows))
            return
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)


def analyze(table: str, *names: str) -> None:
    """Tell PostgreSQL what a temporary table holds now; it does not look by itself, and would loop row by row.

    ``names`` are the columns that statements join and sort by; looking at forty texts takes as long as writing them.
    """
    if connection.vendor == "postgresql":
        listed = f" ({', '.join(names)})" if names else ""
        execute(f"ANALYZE {table}{listed}")
