# ruff: noqa: S608 - the SQL is put together from table names and names of fields only
"""Fields that few parts have, from the staging table into the parts' tables: set-based, and only where they differ.

A table of work holds each part whose delivered fields are others than before, with both. A column of the part data
takes the delivered value where that has changed; a field of the shop, or one that staff have edited, stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from shopflow.parts.extra_fields import EXTRAS, MANUFACTURER, SCALARS
from shopflow.parts.models import (
    Brand,
    Manufacturer,
    PartFile,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartRelation,
    PartVinPattern,
)
from shopflow.parts.services.merging import Stage
from shopflow.parts.services.sql import differs, execute

RECORD, BRAND = PartRecord._meta.db_table, Brand._meta.db_table
DEFAULTS: Mapping[str, str] = {
    "content_milli": "NULL",
    "features": "'[]'",
    "limited_quantity": "FALSE",
    "core_taxed": "FALSE",
    "price_valid_to": "NULL",
    "order_multiple": "1",
    "pickup_only": "FALSE",
    "season_from": "NULL",
    "season_to": "NULL",
}
"""SQL of what a column is when nothing is delivered; texts are empty."""
KINDS: Mapping[str, str] = {
    "content_milli": "integer",
    "features": "jsonb",
    "limited_quantity": "boolean",
    "core_taxed": "boolean",
    "price_valid_to": "date",
    "order_multiple": "integer",
    "pickup_only": "boolean",
    "season_from": "integer",
    "season_to": "integer",
}
"""Column types on PostgreSQL; others are texts."""
ROWS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "file_rows": (PartFile, ("kind", "name", "position")),
    "tier_rows": (PartPriceTier, ("quantity", "net_cents")),
    "relation_rows": (PartRelation, ("kind", "related_id", "quantity", "position")),
    "vin_rows": (PartVinPattern, ("pattern", "prefix", "model", "year_from", "year_to")),
    "model_rows": (PartModelPattern, ("pattern", "year_from", "year_to")),
}
"""Tables that hold lists, with their columns, by the name of their undo entry."""
MAX_CENTS = 2_000_000_000
"""What a column of cents holds."""
ROWS_OF: Mapping[str, str] = {
    "images": "file_rows",
    "documents": "file_rows",
    "price_tiers": "tier_rows",
    "vin_patterns": "vin_rows",
    "model_patterns": "model_rows",
    **dict.fromkeys(("kit", "alternatives", "needed", "accessories"), "relation_rows"),
}


class ExtraWork:
    """The parts of one staged delivery whose extra fields are others than before. Use it inside a transaction."""

    def __init__(self, stage: Stage, provided: Iterable[str]) -> None:
        self.fields = sorted(set(provided) & EXTRAS.keys())
        self.stage, self.table = stage, f"{stage.plan}_extra"
        self.is_postgresql = connection.vendor == "postgresql"

    def prepare(self) -> int:
        """Fill the table of work; returns how many parts it holds."""
        self.drop()
        if not self.fields:
            return 0
        keys = [key for field in self.fields for key in EXTRAS[field]]
        execute(
            f"""CREATE TEMPORARY TABLE {self.table} AS SELECT * FROM (
                SELECT s.line, s.part_id, s.product_id, r.imported_extras AS before, {self._merged(keys)} AS after
                FROM {self.stage.plan} s JOIN {RECORD} r ON r.id = s.part_id
                LEFT JOIN {self.stage.extras} x ON x.line = s.line
                WHERE s.kind IN ('new', 'changed') AND (x.line IS NOT NULL OR r.imported_extras <> '{{}}')) w
                WHERE {differs("w.before", "w.after")}"""
        )
        if self.is_postgresql:
            execute(f"ANALYZE {self.table} (part_id)")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {self.table}")
            return int(cursor.fetchone()[0])

    def drop(self) -> None:
        execute(f"DROP TABLE IF EXISTS {self.table}")

    def _merged(self, keys: list[str]) -> str:
        """What is remembered of other deliveries' fields together with this one's."""
        if self.is_postgresql:
            listed = ", ".join(f"'{key}'" for key in keys)
            return f"(r.imported_extras - ARRAY[{listed}]) || COALESCE(CAST(x.data AS jsonb), CAST('{{}}' AS jsonb))"
        listed = ", ".join(f"'$.{key}'" for key in keys)
        return f"json_patch(json_remove(r.imported_extras, {listed}), COALESCE(x.data, '{{}}'))"

    # -- columns ---------------------------------------------------------------------------------------------------

    def text(self, state: str, key: str) -> str:
        """SQL for a delivered value as text; null when there is none. ``state`` is ``before`` or ``after``."""
        if self.is_postgresql:
            return f"(w.{state} ->> '{key}')"
        return f"json_extract(w.{state}, '$.{key}')"

    def value(self, state: str, key: str) -> str:
        """SQL for a delivered value in the type of its column; the column's default when there is none."""
        kind = KINDS.get(key, "text")
        text, default = self.text(state, key), DEFAULTS.get(key, "''")
        if self.is_postgresql:
            return f"COALESCE(CAST({text} AS {kind}), CAST({default} AS {kind}))"
        return f"COALESCE({text}, {default})"

    def current(self, key: str) -> str:
        """SQL for what the part ``r`` has now, comparable with :meth:`value`."""
        if KINDS.get(key) == "jsonb" and not self.is_postgresql:
            return f"json(r.{key})"
        return f"r.{key}"

    def is_new(self, field: str) -> str:
        """SQL: what is delivered of ``field`` is something else than before."""
        return " OR ".join(differs(self.text("before", key), self.text("after", key)) for key in EXTRAS[field])

    def is_edited(self, field: str) -> str:
        """SQL: the part ``r`` has another value than the last delivery gave it."""
        return " OR ".join(differs(self.current(key), self.value("before", key)) for key in SCALARS[field])

    def update(self, kept: Mapping[str, str], run_id: int | None) -> int:
        """Bring columns up to date. ``kept`` is SQL by field, true for the parts ``r`` of ``w`` that keep theirs."""
        sets = {"imported_extras": "w.after"}
        for field in self.fields:
            for key in SCALARS.get(field, ()):
                takes = f"({self.is_new(field)})" + (f" AND NOT ({kept[field]})" if field in kept else "")
                sets[key] = f"CASE WHEN {takes} THEN {self.value('after', key)} ELSE r.{key} END"
        return execute(
            f"""UPDATE {RECORD} AS r SET {", ".join(f"{name} = {sql}" for name, sql in sets.items())}
                FROM {self.table} w WHERE r.id = w.part_id"""
        )

    # -- lists -----------------------------------------------------------------------------------------------------

    def _elements(self, field: str, kept: Mapping[str, str]) -> str:
        """SQL from FROM on: every delivered element ``e`` (value, place) of a list that has changed."""
        (key,) = EXTRAS[field]
        stays = f" AND NOT ({kept[field]})" if field in kept else ""
        joined = f"{self.table} w JOIN {RECORD} r ON r.id = w.part_id"
        if self.is_postgresql:
            each = f"CROSS JOIN LATERAL jsonb_array_elements(w.after -> '{key}') WITH ORDINALITY AS e (value, place)"
        else:
            each = f"CROSS JOIN json_each(w.after, '$.{key}') e"
        return f"FROM {joined} {each} WHERE ({self.is_new(field)}){stays}"

    def _cell(self, index: int | None, kind: str = "text") -> str:
        """SQL for an element's value, or for one of its entries."""
        if self.is_postgresql:
            text = "(e.value #>> '{}')" if index is None else f"(e.value ->> {index})"
            return f"CAST({text} AS {kind})"
        return "e.value" if index is None else f"json_extract(e.value, '$[{index}]')"

    @property
    def _place(self) -> str:
        return "e.place" if self.is_postgresql else "(e.key + 1)"

    def _clear(self, field: str, table: str, kept: Mapping[str, str], condition: str = "") -> None:
        stays = f" AND NOT ({kept[field]})" if field in kept else ""
        execute(
            f"""DELETE FROM {table} WHERE part_id IN (
                SELECT w.part_id FROM {self.table} w JOIN {RECORD} r ON r.id = w.part_id
                WHERE ({self.is_new(field)}){stays}){condition}"""
        )

    def merge_files(self, field: str, kept: Mapping[str, str]) -> None:
        """Names of further pictures or papers."""
        table, kind = PartFile._meta.db_table, "picture" if field == "images" else "document"
        self._clear(field, table, kept, f" AND kind = '{kind}'")
        execute(
            f"""INSERT INTO {table} (part_id, kind, name, position)
                SELECT w.part_id, '{kind}', {self._cell(None)}, {self._place} {self._elements(field, kept)}
                ON CONFLICT (part_id, kind, name) DO NOTHING"""
        )

    def merge_vin_patterns(self, kept: Mapping[str, str]) -> None:
        """Beginnings of vehicle identification numbers, each with its part before the first free place."""
        table, pattern = PartVinPattern._meta.db_table, self._cell(0)
        found = f"strpos({pattern}, '_')" if self.is_postgresql else f"instr({pattern}, '_')"
        prefix = f"CASE WHEN {found} > 0 THEN substr({pattern}, 1, {found} - 1) ELSE {pattern} END"
        self._clear("vin_patterns", table, kept)
        execute(
            f"""INSERT INTO {table} (part_id, pattern, prefix, model, year_from, year_to)
                SELECT w.part_id, {pattern}, {prefix}, {self._cell(1)}, {self._cell(2, "integer")},
                    {self._cell(3, "integer")} {self._elements("vin_patterns", kept)}
                ON CONFLICT (part_id, pattern, year_from, year_to) DO NOTHING"""
        )

    def merge_model_patterns(self, kept: Mapping[str, str]) -> None:
        """Beginnings of the names of models."""
        table = PartModelPattern._meta.db_table
        self._clear("model_patterns", table, kept)
        execute(
            f"""INSERT INTO {table} (part_id, pattern, year_from, year_to)
                SELECT w.part_id, {self._cell(0)}, {self._cell(1, "integer")}, {self._cell(2, "integer")}
                {self._elements("model_patterns", kept)}
                ON CONFLICT (part_id, pattern, year_from, year_to) DO NOTHING"""
        )

    def merge_price_tiers(self, kept: Mapping[str, str], factor: str) -> None:
        """Net prices of one sale from a number of sales on; ``factor`` is SQL in millionths for the part ``r``."""
        table = PartPriceTier._meta.db_table
        cents, quantity = self._cell(1, "numeric"), self._cell(0, "bigint")
        sales = f"(({quantity} + r.sales_qty - 1) / r.sales_qty)"
        doubled, whole = (
            f"(2 * {cents} * ({factor}) * r.sales_qty + r.price_per * 1000000)",
            "(2 * r.price_per * 1000000)",
        )
        net = f"div({doubled}, {whole})" if self.is_postgresql else f"({doubled} / {whole})"
        self._clear("price_tiers", table, kept)
        execute(
            f"""INSERT INTO {table} (part_id, quantity, net_cents)
                SELECT part_id, quantity, MIN(net) FROM (
                    SELECT w.part_id, {sales} AS quantity, {net} AS net {self._elements("price_tiers", kept)}) t
                WHERE t.quantity > 1 AND t.net BETWEEN 1 AND {MAX_CENTS} GROUP BY part_id, quantity"""
        )

    def merge_manufacturers(self, kept: Mapping[str, str]) -> None:
        """Who made the parts: new makers are added, empty data of known ones filled in, what staff wrote stays."""
        maker = Manufacturer._meta.db_table
        changed = " OR ".join(self.is_new(field) for field in MANUFACTURER)
        names = [*MANUFACTURER]
        listed = ", ".join(self.text(state, name) for state in ("after", "before") for name in names)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT {listed} FROM {self.table} w WHERE {changed}")
            rows = cursor.fetchall()
        for row in rows:
            told = dict(zip(names, row[: len(names)], strict=True))
            if told["manufacturer"]:
                _fill_manufacturer(told, dict(zip(names, row[len(names) :], strict=True)))
        stays = f" AND NOT ({kept['manufacturer']})" if "manufacturer" in kept else ""
        after, before = self.text("after", "manufacturer"), self.text("before", "manufacturer")
        execute(
            f"""UPDATE {RECORD} AS r SET manufacturer_id = (SELECT m.id FROM {maker} m WHERE m.name = {after})
                FROM {self.table} w WHERE r.id = w.part_id AND ({self.is_new("manufacturer")}){stays} AND (
                    r.manufacturer_id IS NULL
                    OR r.manufacturer_id = (SELECT m.id FROM {maker} m WHERE m.name = {before}))"""
        )

    def merge_relations(self, field: str, kind: str, kept: Mapping[str, str]) -> None:
        """What a kit holds, alternatives and so on; parts that the shop does not know yet are left out."""
        table = PartRelation._meta.db_table
        self._clear(field, table, kept, f" AND kind = '{kind}'")
        execute(
            f"""INSERT INTO {table} (part_id, related_id, kind, quantity, position)
                SELECT t.part_id, o.id, '{kind}', t.quantity, t.place FROM (
                    SELECT w.part_id, {self._cell(0)} AS code, {self._cell(1)} AS number_key,
                        {self._cell(2, "integer")} AS quantity, {self._place} AS place {self._elements(field, kept)}) t
                JOIN {BRAND} b ON b.code = t.code JOIN {RECORD} o ON o.brand_id = b.id AND o.number_key = t.number_key
                WHERE o.id <> t.part_id ON CONFLICT (part_id, related_id, kind) DO NOTHING"""
        )

    def relate_to_new(self, field: str, kind: str, run_id: int) -> None:
        """Relations that earlier deliveries have named to parts that this run has added."""
        table = PartRelation._meta.db_table
        if self.is_postgresql:
            holds = f"r.imported_extras ? '{field}'"
            each = f"CROSS JOIN LATERAL jsonb_array_elements(r.imported_extras -> '{field}') "
            each += "WITH ORDINALITY AS e (value, place)"
        else:
            holds = f"json_type(r.imported_extras, '$.{field}') = 'array'"
            each = f"CROSS JOIN json_each(r.imported_extras, '$.{field}') e"
        execute(
            f"""INSERT INTO {table} (part_id, related_id, kind, quantity, position)
                SELECT r.id, o.id, '{kind}', {self._cell(2, "integer")}, {self._place}
                FROM {RECORD} r {each} JOIN {BRAND} b ON b.code = {self._cell(0)}
                JOIN {RECORD} o ON o.brand_id = b.id AND o.number_key = {self._cell(1)}
                WHERE r.imported_extras <> '{{}}' AND {holds} AND o.created_by_run = %s AND o.id <> r.id
                ON CONFLICT (part_id, related_id, kind) DO NOTHING""",
            [run_id],
        )


def _fill_manufacturer(told: Mapping[str, Any], former: Mapping[str, Any]) -> None:
    """Add the manufacturer, or complete it: a value that is neither empty nor the one delivered before is staff's."""
    values = {column: told[name] for name, column in MANUFACTURER.items() if name != "manufacturer_in_eu"}
    lies_outside = told["responsible"] or told["manufacturer_in_eu"] in ("false", 0, False)
    row, created = Manufacturer.objects.get_or_create(
        name=told["manufacturer"],
        defaults={**{column: value or "" for column, value in values.items()}, "is_in_eu": not lies_outside},
    )
    if created:
        return
    new = {
        column: told[name]
        for name, column in MANUFACTURER.items()
        if name not in ("manufacturer", "manufacturer_in_eu")
        and told[name]
        and getattr(row, column) in ("", former[name])
        and getattr(row, column) != told[name]
    }
    if lies_outside and row.is_in_eu and not row.responsible_name:
        new["is_in_eu"] = False
    if new:
        Manufacturer.objects.filter(pk=row.pk).update(**new)
