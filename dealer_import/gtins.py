# ruff: noqa: S608 - the SQL is put together from names of tables and literals only
"""A GTIN belongs to one product: which delivered ones have to stay outside, and which move to another part.

It moves where its holder is delivered with another one or none, and where its holder is out of the range: a part of the
same source that is missing, or that goes missing by this very delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.findings import Finding, Severity
from dealer_import.models import FieldOwner
from dealer_import.reading import Reading
from dealer_import.scope import Scope
from dealer_import.sentences import say as _
from dealer_import.staging import Staging
from dealer_import.unchanged import same_row
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import differs, execute, literal

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table
BATCH = 5000
ADDED = "q.kind = 'new' AND q.adopted = 0"
"""SQL: the planned part ``q`` comes with a product of its own."""


def settle_gtins(staging: Staging, reading: Reading, scope: Scope) -> bool:
    """Take the GTINs out of the staged parts that cannot have them; whether any of the others moves.

    That is a GTIN that another product keeps, and one that another part of the delivery has: the part in the shop, or
    else the first in the file. The rows are read again next time, and their hash says that the GTIN is left out; so
    they are compared once more. Parts that are missing must be staged by now.
    """
    stage, plan = staging.tables.parts, staging.tables.plan
    taken, moves = _held_by_others(staging, scope)
    if moves and reading.rejected:
        taken |= dict(_of_refused_rows(staging, reading, scope))
    taken |= dict(_come_again(staging, taken))
    if not taken:
        return moves
    staging.put_redo((line, 1) for line in taken)
    execute(
        f"""UPDATE {plan} AS q SET kind = CASE WHEN {same_row(scope)} THEN 'same' ELSE 'changed' END
            FROM {stage} s, {RECORD} r, {staging.tables.redo} d
            WHERE s.line = d.line AND q.line = d.line AND r.id = q.part_id"""
    )
    for line, gtin in sorted(taken.items()):
        hint = _("Another part has this EAN; the part was taken without it.")
        reading.note(Finding("ean_duplicate", Severity.WARNING, line, reading.profile.label("gtin"), gtin, hint))
    return moves


def out_of_range(stage: Stage, scope: Scope) -> str:
    """SQL: the part ``o`` in the shop is not sold any more and gives its GTIN up to the planned part ``q``.

    Never one that the delivery names, one of another source, or a product that is no part; nor where the field belongs
    to somebody else than this source.
    """
    if scope.owner("gtin") == "locked":
        return "FALSE"
    planned = f"SELECT x.part_id FROM {stage.plan} x WHERE x.part_id IS NOT NULL"
    return f"""(o.source = {literal(scope.source)} AND {_takes(scope)}
        AND (o.missing OR o.id IN (SELECT m.part_id FROM {stage.missing} m WHERE m.hides = 1))
        AND o.id NOT IN ({planned}) AND NOT {_belongs_to_others("o.id", scope)})"""


def _takes(scope: Scope) -> str:
    """SQL: the planned part ``q`` will have its delivered GTIN; staff's own products that become parts keep theirs."""
    locked = _belongs_to_others("q.part_id", scope)
    return f"({ADDED} OR q.kind = 'changed' AND NOT {locked})"


def _belongs_to_others(part: str, scope: Scope) -> str:
    mine = f"f.owner = 'pim' AND f.source = {literal(scope.source)}"
    return f"EXISTS (SELECT 1 FROM {OWNER} f WHERE f.part_id = {part} AND f.field = 'gtin' AND NOT ({mine}))"


def _held_by_others(staging: Staging, scope: Scope) -> tuple[dict[int, str], bool]:
    """GTIN by line where it belongs to another product and stays there; and whether any other one moves."""
    product = get_model("catalogue", "Product")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(upc) FROM {product}")
        if not cursor.fetchone()[0]:
            return {}, False
        gets = "q.kind = 'changed'" if scope.owner("gtin") == "locked" else f"(q.kind = 'changed' OR {ADDED})"
        gone = f"SELECT 1 FROM {RECORD} o WHERE o.product_id = p.id AND {out_of_range(staging.tables, scope)}"
        moves = f"{gets} AND {_gives_it_up(staging, product, scope)} OR EXISTS ({gone})"
        cursor.execute(
            f"""SELECT CASE WHEN {moves} THEN NULL ELSE s.line END AS place, MIN(s.gtin)
                FROM {_others(staging, product)} GROUP BY 1""",
            [],
        )
        taken: dict[int | None, str] = dict(cursor.fetchall())
    moving = taken.pop(None, None) is not None
    return {line: gtin for line, gtin in taken.items() if line is not None}, moving


def _others(staging: Staging, product: str) -> str:
    """SQL: staged parts ``s`` (plan ``q``) whose GTIN another product ``p`` has."""
    return f"""{staging.tables.parts} s
        JOIN {product} p ON p.upc = s.gtin JOIN {staging.tables.plan} q ON q.line = s.line
        WHERE s.gtin <> '' AND (q.product_id IS NULL OR q.product_id <> p.id) AND (p.code IS NULL OR p.code <> s.sku)"""


def _gives_it_up(staging: Staging, product: str, scope: Scope) -> str:
    """SQL: the delivery gives the product ``p`` another GTIN, or none, so that its own is free.

    A lock of staff keeps it where it is, and so does a row that had to do without its own GTIN last time. One set for
    all, made when the first part asks for it: thousands of GTINs may move at once.
    """
    return f"""p.id IN (SELECT h.product_id FROM {staging.tables.plan} h
                JOIN {staging.tables.parts} z ON z.line = h.line
                JOIN {RECORD} y ON y.id = h.part_id AND {differs("y.row_hash", "z.row_hash + 1")}
                JOIN {product} g ON g.id = h.product_id
                WHERE h.kind = 'changed' AND z.gtin <> g.upc AND NOT {_belongs_to_others("h.part_id", scope)})"""


def _of_refused_rows(staging: Staging, reading: Reading, scope: Scope) -> Iterator[tuple[int, str]]:
    """Lines with the GTIN of a missing part that the file names all the same, in a row that is refused."""
    product, last = get_model("catalogue", "Product")._meta.db_table, -1
    some = f"""SELECT q.line, q.gtin, o.identity FROM (SELECT s.line, s.gtin, q.kind, q.adopted, q.part_id, p.id
                    FROM {_others(staging, product)}) q JOIN {RECORD} o ON o.product_id = q.id
               WHERE q.line > %s AND {out_of_range(staging.tables, scope)} ORDER BY q.line LIMIT {BATCH}"""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(some, [last])
            rows = cursor.fetchall()
        for last, gtin, identity in rows:
            if identity is not None and reading.names(identity):
                yield last, gtin
        if len(rows) < BATCH:
            return


def _come_again(staging: Staging, taken: Collection[int]) -> Iterator[tuple[int, str]]:
    """Lines whose GTIN stands in the file before; those that have lost theirs are not asked."""
    stage = staging.tables.parts
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.line, s.gtin FROM {stage} s WHERE s.gtin IN (
                    SELECT gtin FROM {stage} WHERE gtin <> '' GROUP BY gtin HAVING COUNT(*) > 1) ORDER BY s.line"""
        )
        first = dict[str, int]()
        for line, gtin in cursor.fetchall():
            if line not in taken and first.setdefault(gtin, line) != line:
                yield line, gtin
