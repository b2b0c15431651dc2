"""Two staged readings of one delivery side by side: which parts only one of them has, and which fields differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from dealer_import.staging import Staging, analyze
from shopflow.contracts.types import JSONDict
from shopflow.parts.services.sql import differs

EXAMPLES = 20
COMPARED = (
    "number_display",
    "title",
    "description",
    "gtin",
    "unit",
    "pack_qty",
    "price_per",
    "list_price_cents",
    "sale_cents",
    "cost_cents",
    "discount_group",
    "tax_code",
    "core_deposit_cents",
    "battery_deposit_gross_cents",
    "stock",
    "un_number",
    "weight_g",
    "length_mm",
    "width_mm",
    "height_mm",
    "customs_no",
    "origin",
    "status",
    "lead_days",
    "valid_from",
    "image_name",
    "document_name",
    "attributes",
    "relations_hash",
)
"""Columns of the staging table that are compared; ``relations_hash`` stands for reference numbers and vehicles."""


def differences(old: Staging, new: Staging, between: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Counts and examples, as :func:`dealer_import.services.compare_profiles` documents them.

    ``between`` is called between two statements and may raise to end it.
    """
    for staged in (old, new):
        analyze(staged.tables.parts)
    pair = (
        f"{old.tables.parts} o JOIN {new.tables.parts} n ON n.brand_code = o.brand_code AND n.number_key = o.number_key"
    )
    any_differs = " OR ".join(differs(f"o.{name}", f"n.{name}") for name in COMPARED)
    counts = _counts(pair, any_differs)
    extras = _Extras(old, new, pair, any_differs)
    different = counts["different"] + extras.parts
    columns = {name: counts[name] for name in COMPARED if counts[name]}
    found: dict[str, Any] = {
        "same": counts["both"] - different,
        "different": different,
        "only_old": old.rows - counts["both"],
        "only_new": new.rows - counts["both"],
        "fields": columns | extras.counts,
    }
    found["examples"] = dict(extras.examples)
    for name in columns:
        between()
        found["examples"][name] = _differing(pair, name)
    found["examples"] |= {"only_old": _alone(old, new), "only_new": _alone(new, old)}
    return found


class _Extras:
    """The fields that few parts have, which are staged as JSON: read one by one where the texts differ.

    ``parts`` counts the parts that differ in nothing else.
    """

    def __init__(self, old: Staging, new: Staging, pair: str, any_differs: str) -> None:
        self.parts = 0
        self.counts: dict[str, int] = {}
        self.examples: dict[str, list[dict[str, str]]] = {}
        sql = f"""SELECT o.number_display, o.brand_code, eo.data, en.data, CASE WHEN {any_differs} THEN 1 ELSE 0 END
                  FROM {pair} LEFT JOIN {old.tables.extras} eo ON eo.line = o.line
                  LEFT JOIN {new.tables.extras} en ON en.line = n.line
                  WHERE {differs("eo.data", "en.data")} ORDER BY o.line"""
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for number, brand, before, after, differs_already in cursor:
                self._take(number, brand, json.loads(before or "{}"), json.loads(after or "{}"), bool(differs_already))

    def _take(self, number: str, brand: str, before: JSONDict, after: JSONDict, differs_already: bool) -> None:
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        self.parts += bool(names) and not differs_already
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1
            shown = self.examples.setdefault(name, [])
            if len(shown) < EXAMPLES:
                values = {"old": _text(before.get(name)), "new": _text(after.get(name))}
                shown.append({"number": number, "brand": brand, **values})


def _counts(pair: str, any_differs: str) -> dict[str, int]:
    sums = ", ".join(
        f"COALESCE(SUM(CASE WHEN {differs(f'o.{name}', f'n.{name}')} THEN 1 ELSE 0 END), 0)" for name in COMPARED
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN {any_differs} THEN 1 ELSE 0 END), 0), {sums} FROM {pair}"
        )
        return dict(zip(("both", "different", *COMPARED), map(int, cursor.fetchone()), strict=True))


def _differing(pair: str, name: str) -> list[dict[str, str]]:
    return _parts(
        f"""SELECT o.number_display, o.brand_code, o.{name}, n.{name} FROM {pair}
            WHERE {differs(f"o.{name}", f"n.{name}")} ORDER BY o.line LIMIT {EXAMPLES}"""
    )


def _alone(mine: Staging, other: Staging) -> list[dict[str, str]]:
    return _parts(
        f"""SELECT o.number_display, o.brand_code, o.title, '' FROM {mine.tables.parts} o
            WHERE NOT EXISTS (SELECT 1 FROM {other.tables.parts} n
                              WHERE n.brand_code = o.brand_code AND n.number_key = o.number_key)
            ORDER BY o.line LIMIT {EXAMPLES}"""
    )


def _parts(sql: str) -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    return [
        {"number": number, "brand": brand, "old": _text(old), "new": _text(new)} for number, brand, old, new in rows
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)[:200]
