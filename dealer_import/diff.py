"""What a staged delivery would change. Reads the shop and writes staging tables only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.canonical import identity_hash
from dealer_import.findings import Finding, Severity
from dealer_import.profiles import Profile
from dealer_import.reading import Reading
from dealer_import.staging import Staging, analyze
from dealer_import.successions import check_successions
from shopflow.parts.models import Brand, PartRecord, PartSuccession
from shopflow.parts.services.merging import execute

BRAND, RECORD = Brand._meta.db_table, PartRecord._meta.db_table


@dataclass
class Known:
    """What the shop holds of a source: part ids by identity, and identities by the raw hash of their last row.

    ``missing`` are parts that a former delivery no longer named; they count as absent until they come back.
    """

    ids: dict[int, int] = field(default_factory=dict)
    raw: dict[int, int] = field(default_factory=dict)

    def row_hash(self, identity: int) -> int | None:
        found = PartRecord.objects.filter(pk=self.ids.get(identity)).values_list("row_hash", flat=True)
        return found.first()


def known_parts(source: str) -> Known:
    """The parts that ``source`` keeps and that are not missing, in one query."""
    known = Known()
    rows = PartRecord.objects.filter(source=source, missing=False).values_list(
        "pk", "raw_hash", "brand__code", "number_key"
    )
    for pk, raw_hash, code, key in rows.iterator(chunk_size=5000):
        identity = identity_hash(code, key)
        known.ids[identity] = pk
        if raw_hash is not None:
            known.raw[raw_hash] = identity
    return known


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many parts a run would create, change, leave alone and hide; ``price_jumps`` beyond the profile's limit."""

    created: int
    changed: int
    unchanged: int
    missing: int
    price_jumps: int

    @property
    def touched(self) -> int:
        return self.created + self.changed + self.missing


def compute_difference(staging: Staging, reading: Reading, known: Known, profile: Profile) -> Difference:
    """Sort the staged parts into new, changed and same, and find the missing; adds warnings to ``reading``."""
    _link(staging)
    analyze(staging.tables.parts)
    _drop_taken_gtins(staging, reading)
    _classify(staging)
    analyze(staging.tables.parts)
    staging.put_successions(
        check_successions(
            staging.successions,
            exists=lambda code, key: _exists(code, key, reading, known),
            others=_links_outside(reading) if not profile.hides_missing else {},
            note=reading.note,
        )
    )
    gone = [pk for identity, pk in known.ids.items() if identity not in reading.seen] if profile.hides_missing else []
    staging.put_missing(gone)
    analyze(staging.tables.missing)
    analyze(staging.tables.successions)
    kinds = _kinds(staging)
    return Difference(
        created=kinds.get("new", 0),
        changed=kinds.get("changed", 0),
        unchanged=reading.unchanged + kinds.get("same", 0),
        missing=len(gone),
        price_jumps=_price_jumps(staging, profile),
    )


def _link(staging: Staging) -> None:
    execute(
        f"""UPDATE {staging.tables.parts} AS s SET part_id = r.id, product_id = r.product_id, kind = 'changed'
            FROM {BRAND} b, {RECORD} r
            WHERE b.code = s.brand_code AND r.brand_id = b.id AND r.number_key = s.number_key"""
    )


def _classify(staging: Staging) -> None:
    execute(
        f"""UPDATE {staging.tables.parts} AS s SET kind = 'same' FROM {RECORD} r
            WHERE s.part_id = r.id AND s.row_hash = r.row_hash AND NOT r.missing AND r.source = %s""",
        [staging.profile.source],
    )


def _kinds(staging: Staging) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, COUNT(*) FROM {staging.tables.parts} GROUP BY kind")
        return dict(cursor.fetchall())


def _drop_taken_gtins(staging: Staging, reading: Reading) -> None:
    """A GTIN belongs to one product: later parts of the file, and parts beside a product that has it, lose it.

    Their row is read again next time, and its hash says that the GTIN is left out.
    """
    stage = staging.tables.parts
    product = get_model("catalogue", "Product")._meta.db_table
    execute(f"CREATE INDEX {stage}_gtin ON {stage} (gtin)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.line, s.gtin FROM {stage} s WHERE s.gtin <> '' AND (
                    EXISTS (SELECT 1 FROM {stage} o WHERE o.gtin = s.gtin AND o.line < s.line)
                    OR EXISTS (SELECT 1 FROM {product} p WHERE p.upc = s.gtin
                               AND (s.product_id IS NULL OR p.id <> s.product_id)
                               AND (p.code IS NULL OR p.code <> s.sku)))
                ORDER BY s.line"""
        )
        taken = cursor.fetchall()
        marked = f"UPDATE {stage} SET gtin = '', raw_hash = NULL, row_hash = row_hash + 1 WHERE line = %s"
        if taken:
            cursor.executemany(marked, [(line,) for line, _gtin in taken])
    for line, gtin in taken:
        hint = _("Another part has this EAN; the part was taken without it.")
        reading.note(Finding("ean_duplicate", Severity.WARNING, line, "", gtin, hint))


def _exists(code: str, key: str, reading: Reading, known: Known) -> bool:
    identity = identity_hash(code, key)
    if identity in reading.seen or identity in known.ids:
        return True
    return PartRecord.objects.filter(brand__code=code, number_key=key).exists()


def _links_outside(reading: Reading) -> dict[int, list[int]]:
    links: dict[int, list[int]] = {}
    rows = PartSuccession.objects.values_list(
        "part__brand__code", "part__number_key", "successor__brand__code", "successor__number_key"
    )
    for code, key, next_code, next_key in _rows(rows):
        identity = identity_hash(code, key)
        if identity not in reading.seen:
            links.setdefault(identity, []).append(identity_hash(next_code, next_key))
    return links


def _rows(rows: object) -> Iterator[tuple[str, str, str, str]]:
    yield from rows.iterator(chunk_size=5000)  # type: ignore[attr-defined]


def _price_jumps(staging: Staging, profile: Profile) -> int:
    percent = profile.brakes.price_change_percent
    old, new = "r.list_price_cents * 1.0 / r.price_per", "s.list_price_cents * 1.0 / s.price_per"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT COUNT(*) FROM {staging.tables.parts} s JOIN {RECORD} r ON r.id = s.part_id
                WHERE s.kind = 'changed' AND ABS({new} - {old}) * 100 > %s * {old}""",
            [percent],
        )
        return int(cursor.fetchone()[0])
