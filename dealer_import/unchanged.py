# ruff: noqa: S608 - the SQL is put together from table names and names of fields only
"""Parts whose row has another hash than last time, and yet says nothing that the shop does not have already.

That is so after a list of prices, another version of the profile, an export of the shop that comes back, a run that was
taken back. Such parts are compared value by value, once; the others are told by their hash alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.category_paths import categories_by_path, folded
from dealer_import.laid_out import planned
from dealer_import.models import FieldOwner, ScheduledPrice
from dealer_import.scope import Scope
from dealer_import.stage_rows import SEPARATOR
from dealer_import.staging import Staging, analyze
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import ExtraWork
from shopflow.parts.services.merging import COLUMNS, JSON_COLUMNS, staged
from shopflow.parts.services.sql import cents, differs, execute, literal

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table
LATER = ScheduledPrice._meta.db_table
REFERENCES = {
    "oe_numbers": "oe",
    "supplier_numbers": "supplier",
    "trade_numbers": "trade",
    "former_numbers": "former",
}
LOCATIONS = "stock_by_location"
EDITED, JUMP, NO_STOCK = "edited {}", "price jump", "no stock record"
TEXTS_EDITED = frozenset([EDITED.format("title"), EDITED.format("description")])
TRADE = TEXTS_EDITED | frozenset(
    ["price", "list_price_cents", "valid_from", "cost_cents", "num_in_stock", "stock_by_location"]
)
TRADE |= frozenset(["later price", "waiting price", JUMP, "missed_runs"])
"""What differs where nothing but price, cost and stock does; the rest of it is never written."""
VEHICLE = ("hsn", "tsn", "model", "year_from", "year_to")


@dataclass(frozen=True)
class Verdict:
    """``differing`` names what differs for any changed part: columns, relations as a whole, and what else is of use.

    ``price_jumps`` counts the changed parts whose price moves further than the profile allows, see :func:`price_jumps`.
    """

    differing: frozenset[str] = frozenset()
    price_jumps: int = 0


def set_aside_unchanged(staging: Staging, scope: Scope) -> Verdict:
    """Plan as ``same`` what would be ``changed``, where nothing that the delivery may write differs.

    One pass compares every value of every such part: what it finds out is worth keeping, because most deliveries
    change few kinds of things.
    """
    stage = staging.tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {stage.plan} WHERE kind = 'changed' LIMIT 1")
        any_whole = cursor.fetchone() is not None
    if not any_whole and not staging.trade_rows:
        return Verdict()
    if "category" in scope.provided:
        _find_categories(staging)
    extras = ExtraWork(stage, scope.provided)
    reasons = dict(_reasons(staging, scope))
    if extras.prepare():
        reasons["extras"] = f"EXISTS (SELECT 1 FROM {extras.table} e WHERE e.line = s.line)"
    masks: Counter[int] = Counter()
    if any_whole:
        masks.update(_compare(staging, scope, reasons))
    extras.drop()
    if staging.trade_rows:
        masks.update(_plan_trade(staging, scope, reasons))
    return _judged(masks, [*reasons, *_notes(scope)], len(reasons))


def same_row(scope: Scope) -> str:
    """SQL: the staged part ``s`` says what its data ``r`` was last written from."""
    same = "s.row_hash = r.row_hash AND NOT r.missing"
    return f"{same} AND r.source = {literal(scope.source)}" if scope.hides_missing else same


def _compare(staging: Staging, scope: Scope, reasons: Mapping[str, str]) -> dict[int, int]:
    """Plan as ``same`` what has no reason; the number of parts by mask, whose bits are ``reasons``, then the notes."""
    stage, product = staging.tables, get_model("catalogue", "Product")._meta.db_table
    verdicts, asked, any_reason = f"{stage.plan}_verdict", {**reasons, **_notes(scope)}, (1 << len(reasons)) - 1
    execute(f"DROP TABLE IF EXISTS {verdicts}")
    execute(
        f"""CREATE TEMPORARY TABLE {verdicts} AS SELECT s.line, {_mask(asked, asked)} AS mask FROM {stage.rows} s
            JOIN {RECORD} r ON r.id = s.part_id JOIN {product} p ON p.id = s.product_id
            {_with_stock(scope, "s.product_id")} WHERE s.kind = 'changed'"""
    )
    masks = _counted(f"SELECT mask, COUNT(*) FROM {verdicts} GROUP BY mask")
    if any(not mask & any_reason for mask in masks):
        same = f"SELECT line FROM {verdicts} WHERE mask & {any_reason} = 0"
        execute(f"UPDATE {stage.plan} SET kind = 'same' WHERE line IN ({same})")
        analyze(stage.plan)
    execute(f"DROP TABLE {verdicts}")
    return masks


def _plan_trade(staging: Staging, scope: Scope, reasons: Mapping[str, str]) -> dict[int, int]:
    """Plan and compare in one pass the parts of which nothing but price and stock is told; numbers by mask as above.

    Their texts are neither told nor written.
    """
    stage, asked = staging.tables, {**reasons, **_notes(scope)}
    mask = _mask(asked, asked.keys() & (TRADE | {NO_STOCK}) - TEXTS_EDITED)
    any_reason, fence = (1 << len(reasons)) - 1, "OFFSET 0" if connection.vendor == "postgresql" else "LIMIT -1"
    inner, outer = _laid_out_where_planned([*asked])
    execute(
        f"""INSERT INTO {stage.plan} (line, kind, part_id, product_id, adopted, relinked, mask
                {"".join(f", {name}" for name in outer)})
            SELECT w.line, CASE WHEN w.mask & {any_reason} = 0 THEN 'trade same' ELSE 'trade' END,
                w.part_id, w.product_id, 0, 0, w.mask {"".join(f", {sql}" for sql in outer.values())}
            FROM (SELECT s.line, r.id AS part_id, r.product_id,
                      CASE WHEN {same_row(scope)} THEN 0 ELSE {mask} END AS mask
                      {"".join(f", {sql} AS {name}" for name, sql in inner.items())}
                  FROM {stage.parts} s JOIN {RECORD} r ON r.id = s.known_part {_with_stock(scope, "r.product_id")}
                  {fence}) w"""
    )
    execute(f"CREATE INDEX {stage.plan}_kind ON {stage.plan} (kind) WHERE kind NOT IN ('trade', 'trade same')")
    analyze(stage.plan, "line", "kind", "part_id", "product_id", "record_id")
    return _counted(f"SELECT mask, COUNT(*) FROM {stage.plan} WHERE kind = 'trade' GROUP BY mask")


def _laid_out_where_planned(asked: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """SQL by column for price and stock of parts as they were and will be: what is read, and what is kept of it.

    Stocks by location are JSON, which is only read where it differs; ``asked`` are the names of the bits of ``mask``.
    SQLite does not know whether anybody writes a part before the run does, so nothing is laid out there.
    """
    if connection.vendor != "postgresql":
        return {}, {}
    read = planned()
    kept = {name: f"w.{name}" for name in read}
    bit = 1 << asked.index(LOCATIONS) if LOCATIONS in asked else 0
    for time, value in (("old", f"r.{LOCATIONS}"), ("new", f"s.{LOCATIONS}")):
        name = f"{time}_{LOCATIONS}"
        read[name], kept[name] = value, f"CASE WHEN w.mask & {bit} <> 0 THEN CAST(w.{name} AS jsonb) END"
    return read, kept


def _counted(sql: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def _mask(asked: Mapping[str, str], wanted: Container[str]) -> str:
    """SQL for a number with a bit for each of ``asked``, in their order; 0 for those that are not ``wanted``."""
    return "\n + ".join(
        f"CASE WHEN {sql} THEN {1 << bit} ELSE 0 END" for bit, (name, sql) in enumerate(asked.items()) if name in wanted
    )


def _with_stock(scope: Scope, product: str) -> str:
    stock = get_model("partner", "StockRecord")._meta.db_table
    return f"LEFT JOIN {stock} k ON k.product_id = {product} AND k.partner_id = {partner_id(scope)}"


def _judged(masks: Mapping[int, int], names: Sequence[str], reasons: int) -> Verdict:
    """What the bits of the masks say; only the first ``reasons`` of ``names`` make a part a changed one."""
    any_reason = (1 << reasons) - 1
    changed = {mask: count for mask, count in masks.items() if mask & any_reason}
    counts = {name: sum(count for mask, count in changed.items() if mask >> bit & 1) for bit, name in enumerate(names)}
    return Verdict(frozenset(name for name, count in counts.items() if count), counts.get(JUMP, 0))


def _notes(scope: Scope) -> dict[str, str]:
    """What is no reason to change a part, but good to know of those that change."""
    notes = {"hidden_by_import": "r.hidden_by_import", "missed_runs": "r.missed_runs > 0"} if scope.creates else {}
    for field in sorted({"title", "description"} & scope.provided):
        notes[EDITED.format(field)] = f"p.{field} <> r.imported_{field}"
    if "list_price" in scope.provided:
        notes |= {JUMP: price_jumps(scope), NO_STOCK: "k.id IS NULL"}
    return notes


def price_jumps(scope: Scope) -> str:
    """SQL, true for a staged part ``s`` (data ``r``, stock ``k``) whose price moves further than the profile allows.

    That is its list price, and what customers pay: an offer or a price rule may be wrong, too.
    """
    percent = int(scope.profile.brakes.price_change_percent)
    old = f"CAST({cents('k.price')} AS bigint)"
    paid = f"k.price > 0 AND ABS(s.sale_cents - {old}) * 100 > {percent} * {old}"
    return f"({list_price_jumps(scope)} OR {paid})"


def list_price_jumps(scope: Scope) -> str:
    """The same for the list price alone."""
    percent = int(scope.profile.brakes.price_change_percent)
    old, new = "CAST(r.list_price_cents AS bigint) * s.price_per", "CAST(s.list_price_cents AS bigint) * r.price_per"
    return f"r.list_price_cents > 0 AND ABS({new} - {old}) * 100 > {percent} * {old}"


def _reasons(staging: Staging, scope: Scope) -> Iterator[tuple[str, str]]:
    """Name and SQL, each true for a staged part ``s`` (data ``r``, product ``p``, stock ``k``) that really differs."""
    provided = scope.provided
    if scope.creates:
        yield "missing", "r.missing"
    yield from _values(scope)
    if "list_price" in provided:
        yield from _prices(staging)
    yield from _relations(staging, provided)
    claimed = [field for field in sorted(provided) if scope.owner(field) == "pim"]
    if claimed:
        missing = (
            f"NOT EXISTS (SELECT 1 FROM {OWNER} o WHERE o.part_id = r.id AND o.field = '{field}')" for field in claimed
        )
        yield "owner", " OR ".join(missing)


def _values(scope: Scope) -> Iterator[tuple[str, str]]:
    """What a part keeps in one column each."""
    provided = scope.provided
    if scope.hides_missing:
        yield "source", f"r.source <> {literal(scope.source)}"
    for name in dict.fromkeys(name for field, group in COLUMNS.items() if field in provided for name in group):
        if name != "list_price_cents":
            yield name, _other(name)
    if "category" in provided:
        yield "new category", "s.category_no IS NOT NULL AND s.category_id IS NULL"
    for field in {"title", "description"} & provided:
        if scope.owner(field) != "shop_once_edited":
            yield field, f"p.{field} <> s.{field}"
    if "gtin" in provided:
        yield "upc", differs("p.upc", "NULLIF(s.gtin, '')")
    if "stock" in provided:
        yield "num_in_stock", differs("k.num_in_stock", "s.stock")


def _other(name: str) -> str:
    """SQL: another value is told than the shop has. JSON is only read where its text is another one."""
    other = differs(f"r.{name}", staged(name))
    if name in JSON_COLUMNS and connection.vendor == "postgresql":
        return f"CASE WHEN CAST(r.{name} AS text) = s.{name} THEN FALSE ELSE {other} END"
    return other


def _prices(staging: Staging) -> Iterator[tuple[str, str]]:
    """A list price that goes on until a later day is not the delivery's to change; the later ones are compared."""
    yield "price", differs(cents("k.price"), "s.sale_cents")
    yield "list_price_cents", f"s.price_waits = 0 AND {differs('r.list_price_cents', 's.list_price_cents')}"
    same = " AND ".join(f"z.{name} = x.{name}" for name in ("valid_from", "list_price_cents", "sale_cents"))
    told, waiting = staging.tables.later_prices, f"{LATER} z WHERE z.switched_at IS NULL AND z.part_id = r.id"
    if staging.has_later_prices:
        yield (
            "later price",
            f"""EXISTS (SELECT 1 FROM {told} x WHERE x.line = s.line
                AND NOT EXISTS (SELECT 1 FROM {waiting} AND {same}))""",
        )
    if ScheduledPrice.objects.filter(switched_at=None).exists():
        yield (
            "waiting price",
            f"""EXISTS (SELECT 1 FROM {waiting}
                AND NOT EXISTS (SELECT 1 FROM {told} x WHERE x.line = s.line AND {same}))""",
        )


def _relations(staging: Staging, provided: frozenset[str]) -> Iterator[tuple[str, str]]:
    stage = staging.tables
    kinds = ", ".join(f"'{kind}'" for field, kind in REFERENCES.items() if field in provided)
    if kinds:
        reference = PartReference._meta.db_table
        names = ("kind", "brand_code", "number_key")
        other = _other_rows(stage.references, reference, names, f"t.kind IN ({kinds})", f"x.kind IN ({kinds})")
        yield "references", _relinked(other)
    if "fitment" in provided:
        yield "fitments", _relinked(_other_rows(stage.fitments, PartFitment._meta.db_table, VEHICLE, "TRUE", "TRUE"))
    if "successor" in provided and (staging.successions or PartSuccession.objects.exists()):
        following = f"""{PartSuccession._meta.db_table} t JOIN {RECORD} n ON n.id = t.successor_id
                        WHERE t.part_id = r.id"""
        equal = "x.successor_key = n.number_key AND x.kind = t.kind AND x.position = t.position"
        told = f"{stage.successions} x WHERE x.line = s.line"
        yield (
            "successions",
            f"""EXISTS (SELECT 1 FROM {told} AND NOT EXISTS (SELECT 1 FROM {following} AND {equal}))
                OR EXISTS (SELECT 1 FROM {following} AND NOT EXISTS (SELECT 1 FROM {told} AND {equal}))""",
        )


def _relinked(reasons: Iterable[str]) -> str:
    """Rows are compared only where the hash over them differs."""
    return f"{differs('r.relations_hash', 's.relations_hash')} AND ({' OR '.join(reasons)})"


def _other_rows(told: str, table: str, names: tuple[str, ...], mine: str, wanted: str) -> Iterator[str]:
    """SQL: rows that are delivered and not there, and rows that are there and not delivered."""
    equal = " AND ".join(f"NOT ({differs(f't.{name}', f'x.{name}')})" for name in names)
    new, old = f"{told} x WHERE x.line = s.line AND {wanted}", f"{table} t WHERE t.part_id = r.id AND {mine}"
    yield f"EXISTS (SELECT 1 FROM {new} AND NOT EXISTS (SELECT 1 FROM {old} AND {equal}))"
    yield f"EXISTS (SELECT 1 FROM {old} AND NOT EXISTS (SELECT 1 FROM {new} AND {equal}))"


def _find_categories(staging: Staging) -> None:
    """Fill in the keys of the named categories that the shop has."""
    table, known = staging.tables.categories, categories_by_path()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT no, names FROM {table}")
        told = [(number, folded(text.split(SEPARATOR))) for number, text in cursor.fetchall()]
        found = [(known[path].pk, number) for number, path in told if path in known]
        if found:
            cursor.executemany(f"UPDATE {table} SET id = %s WHERE no = %s", found)


def partner_id(scope: Scope) -> int:
    """Key of the partner that the parts are sold by; 0 before the first import."""
    partner = get_model("partner", "Partner").objects.filter(code=scope.partner_code)
    return partner.values_list("pk", flat=True).first() or 0
