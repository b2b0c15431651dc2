"""Many parts at once: from staging tables into the parts' tables, in a fixed number of SQL statements.

The caller fills staging tables on the same connection (``dealer_import.stage_tables`` documents their columns) and runs
these verbs in one transaction. A statement touches only rows that differ, so that what has not changed is not written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from shopflow.parts.models import (
    Brand,
    PartFitment,
    PartRecord,
    PartReference,
    PartSuccession,
    PriceHistory,
    VehicleType,
)
from shopflow.parts.services.sql import differs, execute
from shopflow.parts.services.succession import resolve_successions

RECORD, BRAND = PartRecord._meta.db_table, Brand._meta.db_table
REFERENCE, FITMENT = PartReference._meta.db_table, PartFitment._meta.db_table
SUCCESSION, PRICES = PartSuccession._meta.db_table, PriceHistory._meta.db_table
VEHICLE = VehicleType._meta.db_table
BATCH = 5000

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("number_display",),
    "unit": ("unit",),
    "pack_qty": ("pack_qty", "sales_qty"),
    "price_per": ("price_per", "sales_qty"),
    "list_price": ("list_price_cents",),
    "cost": ("cost_cents",),
    "discount_group": ("discount_group",),
    "tax": ("tax_code",),
    "core_deposit": ("core_deposit_cents",),
    "battery_deposit": ("battery_deposit_gross_cents",),
    "un_number": ("un_number",),
    "weight": ("weight_g",),
    "dimensions": ("length_mm", "width_mm", "height_mm"),
    "customs_no": ("customs_no",),
    "origin": ("origin",),
    "status": ("status",),
    "lead_days": ("lead_days",),
    "valid_from": ("valid_from",),
    "image": ("image_name",),
    "document": ("document_name",),
    "tyre_label": ("attributes",),
    "title": ("imported_title",),
    "description": ("imported_description",),
    "category": ("imported_category_id",),
    "stock": ("stock_by_location",),
}
"""Columns of the part data by the canonical field that fills them; the staging table uses the same names."""
SAME_NAME = {"imported_title": "title", "imported_description": "description", "imported_category_id": "category_id"}
VEHICLE_FIELDS = ("hsn", "tsn", "model", "year_from", "year_to")
CHANGED = "kind IN ('changed', 'trade')"
"""SQL: a staged part that the shop has and that changes, be it in price and stock alone."""
TOUCHED = "kind IN ('new', 'changed', 'trade')"
HASHES = ("identity", "raw_hash", "row_hash", "relations_hash", "rest_text_hash", "rest_hash")
JSON_COLUMNS = frozenset(["attributes", "stock_by_location"])


@dataclass(frozen=True)
class Stage:
    """Names of the filled staging tables; ``rows`` is the view of ``parts`` and ``plan`` together."""

    parts: str
    plan: str
    rows: str
    brands: str
    categories: str
    references: str
    fitments: str
    successions: str
    extras: str
    later_prices: str
    missing: str
    redo: str
    unlinked: str


def staged(column: str) -> str:
    """SQL for the staged value ``s`` of a column of the part data."""
    is_json = column in JSON_COLUMNS and connection.vendor == "postgresql"
    value = f"s.{SAME_NAME.get(column, column)}"
    return f"CASE {value} WHEN '{{}}' THEN '{{}}'::jsonb ELSE CAST({value} AS jsonb) END" if is_json else value


def add_brands(*, stage: Stage) -> int:
    """Add the brands of the staged parts that the shop does not know."""
    return execute(
        f"""INSERT INTO {BRAND} (code, name, number_rule)
            SELECT n.code, n.name, n.number_rule FROM {stage.brands} n
            WHERE NOT EXISTS (SELECT 1 FROM {BRAND} b WHERE b.code = n.code)"""
    )


def insert_records(*, stage: Stage, source: str, run_id: int | None) -> int:
    """Add the part data of staged new parts; their ``part_id`` and ``product_id`` must be given out by now."""
    names = list(dict.fromkeys(name for group in COLUMNS.values() for name in group))
    run = _integer(run_id)
    return execute(
        f"""INSERT INTO {RECORD} (id, product_id, brand_id, number_key, {", ".join(names)}, source,
                {", ".join(HASHES)}, missing, hidden_by_import, changed_by_run, created_by_run)
            SELECT s.part_id, s.product_id, b.id, s.number_key, {", ".join(staged(name) for name in names)}, %s,
                {", ".join(f"s.{name}" for name in HASHES)}, FALSE, FALSE, {run}, {run}
            FROM {stage.rows} s JOIN {BRAND} b ON b.code = s.brand_code WHERE s.kind = 'new'""",
        [source],
    )


def update_records(
    *,
    stage: Stage,
    provided: Iterable[str],
    source: str | None,
    run_id: int | None,
    differing: Collection[str],
    kept: Mapping[str, str] | None = None,
    whole: bool = True,
) -> int:
    """Bring the part data of staged changed parts up to date, in the ``provided`` canonical fields only.

    ``differing`` names the columns in which any part differs; ``new category`` among them says that some part's
    category did not exist when that was found out. ``kept`` is SQL by field or column, true for the parts ``s`` (data
    ``r``) whose field must stay as it is. ``source`` takes the parts over; None leaves them where they are. After a
    list that is not ``whole``, such as one of prices, a part is read and compared again by the next whole delivery,
    whatever its row says.
    """
    fields, kept, wanted = set(provided), kept or {}, set(differing)
    if "new category" in wanted:
        wanted.add("imported_category_id")
    sets = {
        name: _unless(kept.get(name) or kept.get(field), name)
        for field, group in COLUMNS.items()
        if field in fields
        for name in group
        if name in wanted
    }
    if "sales_qty" in sets:
        sets["sales_qty"] = staged("sales_qty")
    if whole:
        sets |= {name: f"s.{name}" for name in HASHES}
    else:
        sets |= {"identity": "s.identity", "raw_hash": "NULL", "row_hash": "NULL"}
        if fields & {"oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers"}:
            sets["relations_hash"] = "NULL"
    sets |= _marks(wanted, run_id)
    takes_over = source is not None and "source" in wanted
    if takes_over:
        sets["source"] = "%s"
    return execute(
        f"""UPDATE {RECORD} AS r SET {", ".join(f"{name} = {value}" for name, value in sets.items())}
            FROM {stage.rows} s WHERE s.kind = 'changed' AND r.id = s.part_id""",
        [source] if takes_over else [],
    )


def update_trade(
    *, rows: str, fields: Iterable[str], run_id: int | None, differing: Collection[str], only: str = "TRUE"
) -> int:
    """Bring the part data of parts up to date of which only price and stock differ; as :func:`update_records`.

    ``rows`` is a table with ``part_id``, ``raw_hash``, ``row_hash``, ``kind``, and ``old_`` and ``new_`` of each of the
    ``fields``; only its rows of the kind ``trade`` count. What is known of the rest of these parts goes on to hold.
    ``only`` is SQL, true for the rows ``s`` and part data ``r`` that are written.
    """
    sets = {
        name: f"CASE WHEN {differs(f's.old_{name}', f's.new_{name}')} THEN s.new_{name} ELSE r.{name} END"
        for name in fields
    }
    sets |= {"raw_hash": "s.raw_hash", "row_hash": "s.row_hash", **_marks(differing, run_id)}
    return execute(
        f"""UPDATE {RECORD} AS r SET {", ".join(f"{name} = {value}" for name, value in sets.items())}
            FROM {rows} s WHERE s.kind = 'trade' AND r.id = s.part_id AND {only}"""
    )


def _marks(wanted: Collection[str], run_id: int | None) -> dict[str, str]:
    marks = {"changed_by_run": _integer(run_id)}
    if set(wanted) & {"missing", "hidden_by_import", "missed_runs", "source"}:
        marks |= {"missing": "FALSE", "hidden_by_import": "FALSE", "missed_runs": "0"}
    return marks


def _unless(kept: str | None, name: str) -> str:
    if kept is None or name.startswith("imported_"):
        return staged(name)
    return f"CASE WHEN {kept} THEN r.{name} ELSE {staged(name)} END"


def remember_unchanged(*, stage: Stage) -> int:
    """Note the new hashes of parts whose row is written differently but means the same."""
    touched = 0
    for kind, names in (("same", HASHES), ("trade same", ("raw_hash", "row_hash"))):
        touched += execute(
            f"""UPDATE {RECORD} AS r SET {", ".join(f"{name} = s.{name}" for name in names)} FROM {stage.rows} s
                WHERE s.kind = '{kind}' AND r.id = s.part_id
                AND ({" OR ".join(differs(f"r.{name}", f"s.{name}") for name in names)})"""
        )
    return touched


def record_price_changes(*, rows: str, old_cents: str, new_cents: str, at: object, run_id: int | None) -> int:
    """Write the price history of the parts ``s`` of ``rows``, a table and a condition; all three are SQL."""
    return execute(
        f"""INSERT INTO {PRICES} (part_id, old_net_cents, new_net_cents, valid_from, run_id)
            SELECT s.part_id, {old_cents}, {new_cents}, %s, {_integer(run_id)} FROM {rows}
            AND {old_cents} <> {new_cents}""",
        [at],
    )


def merge_references(*, stage: Stage, kind: str, bare: bool = False) -> int:
    """Make the references of one kind of the staged new and changed parts what the staging table says.

    ``bare`` says that there are no changed ones, and that the table is without its indexes and locked.
    """
    merge, only = _add if bare else _merge, f"kind = '{kind}'"
    identity = ("part_id", "kind", "brand_code", "number_key")
    return merge(stage, REFERENCE, stage.references, identity, ("number_display",), where=only)


def merge_fitments(*, stage: Stage, bare: bool = False) -> int:
    """Make the fitments of the staged new and changed parts what the staging table says; ``bare`` as for references."""
    merge = _add if bare else _merge
    touched = merge(stage, FITMENT, stage.fitments, ("part_id", *VEHICLE_FIELDS), ())
    if touched:
        _add_vehicles(stage, bare=bare)
    return touched


def _add_vehicles(stage: Stage, *, bare: bool) -> None:
    listed = ", ".join(VEHICLE_FIELDS)
    told = f"""{", ".join(f"x.{name}" for name in VEHICLE_FIELDS)}
               FROM {_wanted(stage, stage.fitments, "new", "changed")} WHERE TRUE"""
    if bare and connection.vendor == "postgresql":
        execute(f"INSERT INTO {VEHICLE} ({listed}) SELECT DISTINCT {told} EXCEPT SELECT {listed} FROM {VEHICLE}")
    else:  # SQLite keeps the index of the constraint, and a first load's vehicles come in its order
        told = f"SELECT DISTINCT {told} ORDER BY {listed}"
        execute(f"INSERT INTO {VEHICLE} ({listed}) {told} ON CONFLICT ({listed}) DO NOTHING")


def _wanted(stage: Stage, told: str, *kinds: str) -> str:
    """SQL: the staged rows ``x`` of the parts ``s`` of these kinds whose relations differ."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"(SELECT * FROM {stage.plan} WHERE kind IN ({listed}) AND relinked = 1) s JOIN {told} x ON x.line = s.line"


def _merge(
    stage: Stage, table: str, told: str, identity: tuple[str, ...], values: tuple[str, ...], where: str = "TRUE"
) -> int:
    """Rows of changed parts that are not delivered any more go, new ones come; new parts have none that could clash."""
    same = " AND ".join(f"x.{name} = t.{name}" for name in identity if name != "part_id")
    changed = _wanted(stage, told, "changed")
    relinked = f"SELECT part_id FROM {stage.plan} WHERE kind = 'changed' AND relinked = 1"
    touched = execute(
        f"""DELETE FROM {table} AS t WHERE {where} AND t.part_id IN ({relinked})
            AND NOT EXISTS (SELECT 1 FROM {changed} WHERE s.part_id = t.part_id AND {same})"""
    )
    touched += _add(stage, table, told, identity, values, where)
    return touched + execute(
        f"""{_insertion(table, identity, values)} FROM {changed} WHERE {_only(where)}
            ON CONFLICT ({", ".join(identity)}) DO NOTHING"""
    )


def _add(
    stage: Stage, table: str, told: str, identity: tuple[str, ...], values: tuple[str, ...], where: str = "TRUE"
) -> int:
    """The rows of new parts come."""
    wanted = _wanted(stage, told, "new")
    return execute(f"{_insertion(table, identity, values)} FROM {wanted} WHERE {_only(where)}")


def _insertion(table: str, identity: tuple[str, ...], values: tuple[str, ...]) -> str:
    chosen = ", ".join(["s.part_id", *(f"x.{name}" for name in (*identity[1:], *values))])
    return f"INSERT INTO {table} ({', '.join([*identity, *values])}) SELECT {chosen}"


def _only(where: str) -> str:
    return where if where == "TRUE" else f"x.{where}"


def merge_successions(*, stage: Stage) -> int:
    """Make the successions of every staged part, unchanged ones included, what the staging table says.

    Parts that the file does not change, and that lose theirs to a loop, are read again by the next delivery.
    """
    held = f"{stage.successions}_held"
    _hold_successions(stage, held)
    same = f"t.part_id = {SUCCESSION}.part_id AND t.successor_id = {SUCCESSION}.successor_id"
    touched = execute(
        f"""DELETE FROM {SUCCESSION} WHERE part_id IN (
                SELECT part_id FROM {stage.plan} WHERE kind IN ('changed', 'same')
                UNION ALL SELECT part_id FROM {stage.unlinked})
            AND NOT EXISTS (SELECT 1 FROM {held} t WHERE {same})"""
    )
    touched += execute(
        f"""UPDATE {SUCCESSION} SET position = t.position, kind = t.kind FROM {held} t
            WHERE {same} AND ({SUCCESSION}.position <> t.position OR {SUCCESSION}.kind <> t.kind)"""
    )
    touched += execute(
        f"""INSERT INTO {SUCCESSION} (part_id, successor_id, position, kind)
            SELECT part_id, successor_id, position, kind FROM {held} WHERE TRUE
            ON CONFLICT (part_id, successor_id) DO NOTHING"""
    )
    execute(f"DROP TABLE {held}")
    execute(
        f"""UPDATE {RECORD} SET raw_hash = NULL
            WHERE raw_hash IS NOT NULL AND id IN (SELECT part_id FROM {stage.unlinked})"""
    )
    if touched:
        resolve_successions()
    return touched


def _hold_successions(stage: Stage, held: str) -> None:
    """Look up the parts of the staged successions once, beginning with these: they are few beside the parts."""
    execute(f"DROP TABLE IF EXISTS {held}")
    execute(
        f"""CREATE TEMPORARY TABLE {held} AS WITH told AS MATERIALIZED (
                SELECT p.part_id, q.brand_code, x.successor_key, x.position, x.kind FROM {stage.successions} x
                JOIN {stage.plan} p ON p.line = x.line JOIN {stage.parts} q ON q.line = x.line)
            SELECT s.part_id, r.id AS successor_id, s.position, s.kind FROM told s
            JOIN {BRAND} b ON b.code = s.brand_code
            JOIN {RECORD} r ON r.brand_id = b.id AND r.number_key = s.successor_key WHERE r.id <> s.part_id"""
    )
    execute(f"CREATE INDEX {held}_pair ON {held} (part_id, successor_id)")


def mark_missing(*, stage: Stage, hidden: str, run_id: int | None) -> int:
    """Count the full delivery that left parts out, and mark those of them that are gone by now.

    ``hidden`` is SQL that says whether the part ``r`` is hidden for this reason, and not by staff.
    """
    execute(
        f"""UPDATE {RECORD} AS r SET missed_runs = r.missed_runs + 1
            FROM {stage.missing} m WHERE m.part_id = r.id AND m.hides = 0"""
    )
    return execute(
        f"""UPDATE {RECORD} AS r SET missing = TRUE, hidden_by_import = ({hidden}), raw_hash = NULL, row_hash = NULL,
                missed_runs = r.missed_runs + 1, changed_by_run = {_integer(run_id)}
            FROM {stage.missing} m WHERE m.part_id = r.id AND m.hides = 1"""
    )


def forgive_missed(*, stage: Stage, source: str) -> int:
    """Start counting anew for the parts of ``source`` that a full delivery names again."""
    return execute(
        f"""UPDATE {RECORD} SET missed_runs = 0 WHERE source = %s AND missed_runs > 0 AND NOT missing
            AND NOT EXISTS (SELECT 1 FROM {stage.missing} m WHERE m.part_id = {RECORD}.id)""",
        [source],
    )


def forgive_named(*, part_ids: Sequence[int]) -> int:
    """Start counting anew for these parts: something else than a full delivery has named them."""
    some = (part_ids[start : start + BATCH] for start in range(0, len(part_ids), BATCH))
    return sum(PartRecord.objects.filter(pk__in=pks, missed_runs__gt=0).update(missed_runs=0) for pks in some)


def _integer(value: int | None) -> str:
    return "NULL" if value is None else str(int(value))
