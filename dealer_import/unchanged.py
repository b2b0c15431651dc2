# ruff: noqa: S608 - the SQL is put together from table names and names of fields only
"""Parts whose row has another hash than last time, and yet says nothing that the shop does not have already.

That is so after a list of prices, another version of the profile, an export of the shop that comes back, a run that was
taken back. Such parts are compared value by value, once; the others are told by their hash alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.models import FieldOwner, ScheduledPrice
from dealer_import.scope import Scope
from dealer_import.stage_rows import SEPARATOR
from dealer_import.staging import Staging, analyze
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import ExtraWork
from shopflow.parts.services.merging import COLUMNS, staged
from shopflow.parts.services.sql import differs, execute

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table
LATER = ScheduledPrice._meta.db_table
REFERENCES = {
    "oe_numbers": "oe",
    "supplier_numbers": "supplier",
    "trade_numbers": "trade",
    "former_numbers": "former",
}
VEHICLE = ("hsn", "tsn", "model", "year_from", "year_to")


def set_aside_unchanged(staging: Staging, scope: Scope) -> None:
    """Plan as ``same`` what would be ``changed``, where nothing that the delivery may write differs."""
    stage = staging.tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {stage.plan} WHERE kind = 'changed' LIMIT 1")
        if cursor.fetchone() is None:
            return
    if "category" in scope.provided:
        _find_categories(staging)
    extras = ExtraWork(stage, scope.provided)
    has_extras = extras.prepare() > 0
    reasons = list(_reasons(staging, scope))
    if has_extras:
        reasons.append(f"EXISTS (SELECT 1 FROM {extras.table} e WHERE e.line = s.line)")
    product = get_model("catalogue", "Product")._meta.db_table
    stock = get_model("partner", "StockRecord")._meta.db_table
    listed = "\n OR ".join(f"({reason})" for reason in reasons)
    execute(
        f"""UPDATE {stage.plan} AS q SET kind = 'same' FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id
            JOIN {product} p ON p.id = s.product_id
            LEFT JOIN {stock} k ON k.product_id = s.product_id AND k.partner_id = {_partner_id(scope)}
            WHERE q.line = s.line AND q.kind = 'changed' AND s.kind = 'changed' AND NOT ({listed})"""
    )
    extras.drop()
    analyze(stage.plan)


def _reasons(staging: Staging, scope: Scope) -> Iterator[str]:
    """SQL, each true for a staged part ``s`` (data ``r``, product ``p``, stock record ``k``) that really differs."""
    provided = scope.provided
    yield "r.missing"
    yield from _values(scope)
    if "list_price" in provided:
        yield from _prices(staging)
    yield from _relations(staging, provided)
    for field in sorted(provided):
        if scope.owner(field) == "pim":
            yield f"NOT EXISTS (SELECT 1 FROM {OWNER} o WHERE o.part_id = r.id AND o.field = '{field}')"


def _values(scope: Scope) -> Iterator[str]:
    """What a part keeps in one column each."""
    provided = scope.provided
    if scope.hides_missing:
        yield "r.source <> '{}'".format(scope.source.replace("'", "''").replace("%", "%%"))
    for name in dict.fromkeys(name for field, group in COLUMNS.items() if field in provided for name in group):
        if name != "list_price_cents":
            yield differs(f"r.{name}", staged(name))
    if "category" in provided:
        yield "s.category_no IS NOT NULL AND s.category_id IS NULL"
    for field in {"title", "description"} & provided:
        if scope.owner(field) != "shop_once_edited":
            yield f"p.{field} <> s.{field}"
    if "gtin" in provided:
        yield differs("p.upc", "NULLIF(s.gtin, '')")
    if "stock" in provided:
        yield differs("k.num_in_stock", "s.stock")


def _prices(staging: Staging) -> Iterator[str]:
    """A price that goes on until the first later day is not the delivery's to change; the later ones are compared."""
    price = differs("CAST(ROUND(k.price * 100) AS integer)", "s.sale_cents")
    yield f"s.price_waits = 0 AND ({price} OR {differs('r.list_price_cents', 's.list_price_cents')})"
    same = " AND ".join(f"z.{name} = x.{name}" for name in ("valid_from", "list_price_cents", "sale_cents"))
    told, waiting = staging.tables.later_prices, f"{LATER} z WHERE z.switched_at IS NULL AND z.part_id = r.id"
    if staging.has_later_prices:
        yield f"""EXISTS (SELECT 1 FROM {told} x WHERE x.line = s.line
                  AND NOT EXISTS (SELECT 1 FROM {waiting} AND {same}))"""
    if ScheduledPrice.objects.filter(switched_at=None).exists():
        yield f"""EXISTS (SELECT 1 FROM {waiting}
                  AND NOT EXISTS (SELECT 1 FROM {told} x WHERE x.line = s.line AND {same}))"""


def _relations(staging: Staging, provided: frozenset[str]) -> Iterator[str]:
    stage, same = staging.tables, []
    kinds = ", ".join(f"'{kind}'" for field, kind in REFERENCES.items() if field in provided)
    if kinds:
        reference = PartReference._meta.db_table
        names = ("kind", "brand_code", "number_key")
        same += list(_other_rows(stage.references, reference, names, f"t.kind IN ({kinds})", f"x.kind IN ({kinds})"))
    if "fitment" in provided:
        same += list(_other_rows(stage.fitments, PartFitment._meta.db_table, VEHICLE, "TRUE", "TRUE"))
    if same:
        yield f"{differs('r.relations_hash', 's.relations_hash')} AND ({' OR '.join(same)})"
    if "successor" in provided:
        following = f"""{PartSuccession._meta.db_table} t JOIN {RECORD} n ON n.id = t.successor_id
                        WHERE t.part_id = r.id"""
        equal = "x.successor_key = n.number_key AND x.kind = t.kind AND x.position = t.position"
        told = f"{stage.successions} x WHERE x.line = s.line"
        yield f"EXISTS (SELECT 1 FROM {told} AND NOT EXISTS (SELECT 1 FROM {following} AND {equal}))"
        yield f"EXISTS (SELECT 1 FROM {following} AND NOT EXISTS (SELECT 1 FROM {told} AND {equal}))"


def _other_rows(told: str, table: str, names: tuple[str, ...], mine: str, wanted: str) -> Iterator[str]:
    """SQL: rows that are delivered and not there, and rows that are there and not delivered."""
    equal = " AND ".join(f"NOT ({differs(f't.{name}', f'x.{name}')})" for name in names)
    new, old = f"{told} x WHERE x.line = s.line AND {wanted}", f"{table} t WHERE t.part_id = r.id AND {mine}"
    yield f"EXISTS (SELECT 1 FROM {new} AND NOT EXISTS (SELECT 1 FROM {old} AND {equal}))"
    yield f"EXISTS (SELECT 1 FROM {old} AND NOT EXISTS (SELECT 1 FROM {new} AND {equal}))"


def _find_categories(staging: Staging) -> None:
    """Fill in the keys of the named categories that the shop has."""
    table, model = staging.tables.categories, get_model("catalogue", "Category")
    ids: dict[tuple[str, ...], int] = {}
    names: dict[str, tuple[str, ...]] = {}
    for path, name, pk in model.objects.order_by("path").values_list("path", "name", "pk"):
        names[path] = (*names.get(path[: -model.steplen], ()), name.casefold())
        ids.setdefault(names[path], pk)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT no, names FROM {table}")
        told = [(number, tuple(text.casefold().split(SEPARATOR))) for number, text in cursor.fetchall()]
        found = [(ids[path], number) for number, path in told if path in ids]
        if found:
            cursor.executemany(f"UPDATE {table} SET id = %s WHERE no = %s", found)


def _partner_id(scope: Scope) -> int:
    """Key of the partner that the parts are sold by; 0 before the first import."""
    partner = get_model("partner", "Partner").objects.filter(code=scope.partner_code)
    return partner.values_list("pk", flat=True).first() or 0
