"""Two staged readings of one delivery side by side: which parts only one of them has, and which fields differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from dealer_import.staging import Staging, analyze
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
    found: dict[str, Any] = {
        "same": counts["both"] - counts["different"],
        "different": counts["different"],
        "only_old": old.rows - counts["both"],
        "only_new": new.rows - counts["both"],
        "fields": {name: counts[name] for name in COMPARED if counts[name]},
    }
    found["examples"] = {}
    for name in found["fields"]:
        between()
        found["examples"][name] = _differing(pair, name)
    found["examples"] |= {"only_old": _alone(old, new), "only_new": _alone(new, old)}
    return found


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
