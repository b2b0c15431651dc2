# ruff: noqa: S608 - the SQL is put together from names of tables and numbers only
"""What the shop holds of a source, in a few bytes a part: enough to skip what has not changed, and to miss parts."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence

from django.db import connection

from dealer_import.canonical import identity_hash
from dealer_import.models import FieldOwner
from dealer_import.raw_rows import RawRows
from dealer_import.remembering import TradeMemory
from shopflow.parts.models import PartRecord, PartSuccession

CHUNK = 50_000
ABSENT = -1
"""Stands for an identity or a hash that the shop has not kept; real ones are not negative."""


class Known:
    """The parts that ``source`` keeps and that are not missing, each at a position of its own.

    ``came`` says for each position whether the row was seen in the file: 1 if unchanged to the byte, 2 if nothing
    differs but price and stock. ``with_links`` are the
    positions of parts that have successors, and ``lines`` the lines on which those rows stood.
    """

    def __init__(self, pks: array[int], identities: array[int], hashes: array[int]) -> None:
        self.pks, self.identities = pks, identities
        self.by_raw = RawRows(hashes)
        self.came = bytearray(len(pks))
        self.with_links: set[int] = set()
        self.lines: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.pks)

    def unseen(self) -> Iterator[int]:
        """Positions of the parts whose row has not come, neither as it was nor with another price or stock."""
        position = self.came.find(0)
        while position >= 0:
            yield position
            position = self.came.find(0, position + 1)

    def seen(self) -> Iterator[int]:
        """Positions of the parts whose row came unchanged."""
        position = self.came.find(1)
        while position >= 0:
            yield position
            position = self.came.find(1, position + 1)

    def row_hash(self, identity: int) -> int | None:
        """The stored row hash of a part that was skipped."""
        return PartRecord.objects.filter(identity=identity).values_list("row_hash", flat=True).first()


def known_parts(source: str) -> Known:
    """Load what ``source`` keeps, in the order of its keys; parts from before this bookkeeping are mapped once more."""
    pks, identities, hashes = array("q"), array("q"), array("q")
    for columns in _columns(source):
        for whole, more in zip((pks, identities, hashes), columns, strict=True):
            whole.extend(more)
    if ABSENT in identities:
        _name(source, pks, identities, hashes)
    known = Known(pks, identities, hashes)
    linked = set(PartSuccession.objects.order_by().values_list("part_id", flat=True).distinct())
    if linked:
        known.with_links = {position for position, pk in enumerate(pks) if pk in linked}
    return known


def known_trade(source: str, known: Known) -> TradeMemory | None:
    """What ``source`` said last of the ``known`` parts beside price and stock; None if the shop has changed meanwhile.

    Nothing is known of parts that must be read again anyhow, of those of which somebody owns a field, and of those with
    successors: all that is judged of these is judged by the whole row.
    """
    pks, texts, rests = array("q"), array("q"), array("q")
    for columns in _columns(source, REST):
        for whole, more in zip((pks, texts, rests), columns, strict=True):
            whole.extend(more)
    if pks != known.pks:
        return None
    for position in known.with_links:
        texts[position] = ABSENT
    return TradeMemory(RawRows(texts), rests, pks)


ROWS = f"COALESCE(identity, {ABSENT}) AS first, COALESCE(raw_hash, {ABSENT}) AS second"
OWNED = f"SELECT part_id FROM {FieldOwner._meta.db_table}"
REST = f"""CASE WHEN raw_hash IS NULL OR rest_text_hash IS NULL OR rest_hash IS NULL OR id IN ({OWNED})
           THEN {ABSENT} ELSE rest_text_hash END AS first, COALESCE(rest_hash, {ABSENT}) AS second"""


def _columns(source: str, names: str = ROWS) -> Iterator[Sequence[array[int]]]:
    """Keys and two hashes of each part, some thousands at a time; ``names`` is SQL for the hashes."""
    read, last = (_read_packed if connection.vendor == "postgresql" else _read_rows), 0
    some = f"""SELECT id, {names} FROM {PartRecord._meta.db_table}
               WHERE source = %s AND NOT missing AND id > %s ORDER BY id LIMIT {CHUNK}"""
    while (columns := read(some, source, last)) and columns[0]:
        yield columns
        last = columns[0][-1]


def _read_rows(some: str, source: str, last: int) -> Sequence[array[int]]:
    with connection.cursor() as cursor:
        cursor.execute(some, [source, last])
        return [array("q", column) for column in zip(*cursor.fetchall(), strict=True)]


def _read_packed(some: str, source: str, last: int) -> Sequence[array[int]]:
    """Every number as eight bytes of one value: no row becomes an object."""
    listed = ", ".join(f"string_agg(int8send({name}), '')" for name in ("id", "first", "second"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM ({some}) part", [source, last])
        return [_unpacked(numbers) for numbers in cursor.fetchone()]


def _unpacked(numbers: bytes | None) -> array[int]:
    column = array("q")
    column.frombytes(numbers or b"")
    if sys.byteorder == "little":
        column.byteswap()
    return column


def _name(source: str, pks: array[int], identities: array[int], hashes: array[int]) -> None:
    """The identities of parts from before they were kept; their rows are read again."""
    rows = PartRecord.objects.filter(source=source, missing=False, identity__isnull=True).order_by()
    named = {pk: (code, key) for pk, code, key in rows.values_list("pk", "brand__code", "number_key").iterator()}
    for position, identity in enumerate(identities):
        if identity == ABSENT and pks[position] in named:
            identities[position] = identity_hash(*named[pks[position]])
            hashes[position] = ABSENT


class Restorer:
    """Gives a number back its leading zeros, where the shop knows exactly one number of the brand that ends like it."""

    def __init__(self) -> None:
        self._brands: dict[str, dict[str, str | None]] = {}

    def __call__(self, brand_code: str, key: str) -> str | None:
        if brand_code not in self._brands:
            self._brands[brand_code] = self._padded(brand_code)
        return self._brands[brand_code].get(key)

    def _padded(self, brand_code: str) -> dict[str, str | None]:
        """The displayed numbers of a brand that begin with zeros, by the key without them; None where two fit."""
        found: dict[str, str | None] = {}
        rows = PartRecord.objects.filter(brand__code=brand_code, number_key__startswith="0")
        for key, display in rows.order_by().values_list("number_key", "number_display").iterator(chunk_size=CHUNK):
            short = key.lstrip("0")
            found[short] = None if short in found else display
        return found
