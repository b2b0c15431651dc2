"""What a staged delivery would change. Reads the shop and writes staging tables only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.borrowing import borrow
from dealer_import.findings import Finding, Severity
from dealer_import.gtins import settle_gtins
from dealer_import.known import Known
from dealer_import.linking import link_successions
from dealer_import.reading import Reading
from dealer_import.scope import Scope
from dealer_import.sentences import say as _
from dealer_import.staging import Staging, analyze
from dealer_import.unchanged import TRADE, Verdict, same_row, set_aside_unchanged
from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.services.sql import differs, execute

BRAND, RECORD = Brand._meta.db_table, PartRecord._meta.db_table
BATCH = 5000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many parts a run would create, change, leave alone and hide; ``price_jumps`` beyond the profile's limit.

    ``absent`` are the parts of the source that the delivery leaves out, hidden now or later; ``unknown`` the ones that
    a price or stock list names and the shop does not have. ``differing`` says what differs for any changed part, see
    :class:`dealer_import.unchanged.Verdict`. ``named_again`` are parts that whole deliveries have left out lately, and
    that this one names although it is none. ``moves_gtins`` if any GTIN goes from one part to another.
    """

    created: int
    changed: int
    unchanged: int
    hidden: int
    absent: int
    unknown: int
    price_jumps: int
    differing: frozenset[str]
    named_again: tuple[int, ...] = ()
    moves_gtins: bool = False

    @property
    def touched(self) -> int:
        return self.created + self.changed + self.hidden

    @property
    def trade_only(self) -> bool:
        """Whether nothing but price, cost and stock of known parts differs."""
        return not (self.created or self.hidden) and self.differing <= TRADE


def compute_difference(staging: Staging, reading: Reading, known: Known, scope: Scope) -> Difference:
    """Sort the staged parts into new, changed and same, and find the missing; adds warnings to ``reading``."""
    verdict, moves_gtins = Verdict(), False
    absent = _find_missing(staging, reading, known, scope)
    if staging.rows:
        if staging.rows > staging.trade_rows:
            _plan(staging, scope)
            analyze(staging.tables.plan)
        if "gtin" in scope.provided:
            moves_gtins = settle_gtins(staging, reading, scope)
        borrow(staging, scope)
        link_successions(staging, reading, known, scope)
        analyze(staging.tables.successions)
        analyze(staging.tables.unlinked)
        verdict = set_aside_unchanged(staging, scope)
    kinds = _kinds(staging)
    if kinds.get("unknown"):
        _tell_unknown(staging, reading)
    return Difference(
        created=kinds.get("new", 0),
        changed=kinds.get("changed", 0) + kinds.get("trade", 0),
        unchanged=reading.unchanged + kinds.get("same", 0) + kinds.get("trade same", 0),
        hidden=_count(f"SELECT COUNT(*) FROM {staging.tables.missing} WHERE hides = 1"),
        absent=absent,
        unknown=kinds.get("unknown", 0),
        price_jumps=verdict.price_jumps,
        differing=verdict.differing,
        named_again=tuple(_named_again(reading, scope)),
        moves_gtins=moves_gtins,
    )


def _plan(staging: Staging, scope: Scope) -> None:
    """One pass that says which part each staged line is and what is to happen, where it is told as a whole."""
    product = get_model("catalogue", "Product")._meta.db_table
    execute(
        f"""INSERT INTO {staging.tables.plan} (line, kind, part_id, product_id, adopted, relinked)
            SELECT s.line,
                CASE WHEN r.id IS NULL THEN '{"new" if scope.creates else "unknown"}'
                     WHEN {same_row(scope)} THEN 'same' ELSE 'changed' END,
                r.id, COALESCE(r.product_id, p.id), CASE WHEN p.id IS NULL THEN 0 ELSE 1 END,
                CASE WHEN r.id IS NULL OR {differs("r.relations_hash", "s.relations_hash")} THEN 1 ELSE 0 END
            FROM {staging.tables.parts} s
            LEFT JOIN {BRAND} b ON b.code = s.brand_code
            LEFT JOIN {RECORD} r ON r.brand_id = b.id AND r.number_key = s.number_key
            LEFT JOIN {product} p ON r.id IS NULL AND p.code = s.sku
            {"WHERE s.known_part IS NULL" if staging.trade_rows else ""} ORDER BY s.line"""
    )


def _kinds(staging: Staging) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, COUNT(*) FROM {staging.tables.plan} GROUP BY kind")
        return dict(cursor.fetchall())


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _find_missing(staging: Staging, reading: Reading, known: Known, scope: Scope) -> int:
    """Stage the parts that the delivery leaves out, and those that it takes out of the range by name."""
    listed = set(_named_gone(reading))
    absent = 0
    if scope.hides_missing:
        now = 1 if scope.missing_after == 1 else 0
        staging.put_missing((pk, now) for pk in _left_out(reading, known, listed))
        absent = _count(f"SELECT COUNT(*) FROM {staging.tables.missing}")
        if not now:
            execute(
                f"""UPDATE {staging.tables.missing} AS m SET hides = 1 FROM {RECORD} r
                    WHERE r.id = m.part_id AND r.missed_runs + 1 >= %s""",
                [scope.missing_after],
            )
    staging.put_missing((pk, 1) for pk in listed)
    analyze(staging.tables.missing)
    return absent + len(listed)


def _named_again(reading: Reading, scope: Scope) -> Iterator[int]:
    if scope.creates and not scope.hides_missing:
        counted = PartRecord.objects.order_by().filter(source=scope.source, missing=False, missed_runs__gt=0)
        for pk, identity in counted.values_list("pk", "identity"):
            if identity is not None and reading.names(identity):
                yield pk


def _left_out(reading: Reading, known: Known, listed: set[int]) -> Iterator[int]:
    pks, identities = known.pks, known.identities
    for position in known.unseen():
        if not reading.names(identities[position]) and pks[position] not in listed:
            yield pks[position]


def _named_gone(reading: Reading) -> Iterator[int]:
    gone = [identity for identity in reading.gone if not reading.names(identity)]
    for start in range(0, len(gone), BATCH):
        rows = PartRecord.objects.filter(identity__in=gone[start : start + BATCH], missing=False)
        yield from rows.values_list("pk", flat=True)


def _tell_unknown(staging: Staging, reading: Reading) -> None:
    hint = _("The shop has no such part; a price or stock list adds none. Send the part in a full delivery.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, number_display FROM {staging.tables.rows} WHERE kind = 'unknown' ORDER BY line LIMIT 1000"
        )
        for line, number in cursor.fetchall():
            reading.note(Finding("part_unknown", Severity.WARNING, line, reading.profile.label("number"), number, hint))
