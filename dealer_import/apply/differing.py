"""What differs at all between a delivery and the shop, found in one pass: most runs change few kinds of things."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import differs

RECORD = PartRecord._meta.db_table
EDITED, SHOWN = "edited {}", "shown again"


def what_differs(stage: Stage, provided: Iterable[str]) -> frozenset[str]:
    """Fields that differ for any changed part: ``title``, ``description``, ``gtin`` and ``category`` by their names.

    ``edited title`` and so on say that staff have edited the field of any of them; ``shown again`` that a part comes
    back that an import has hidden.
    """
    fields = set(provided)
    asked = {SHOWN: "r.hidden_by_import"}
    for name in {"title", "description"} & fields:
        asked[name] = f"p.{name} <> s.{name}"
        asked[EDITED.format(name)] = f"p.{name} <> r.imported_{name}"
    if "gtin" in fields:
        asked["gtin"] = differs("p.upc", "NULLIF(s.gtin, '')")
    if "category" in fields:
        asked["category"] = f"s.category_id IS NOT NULL AND {differs('r.imported_category_id', 's.category_id')}"
    flags = ", ".join(f"MAX(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in asked.values())
    joined = f"FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id"
    with connection.cursor() as cursor:
        product = get_model("catalogue", "Product")._meta.db_table
        cursor.execute(f"SELECT {flags} {joined} JOIN {product} p ON p.id = s.product_id WHERE s.kind = 'changed'")
        found = {name for name, any_differs in zip(asked, cursor.fetchone(), strict=True) if any_differs}
        if "category" in fields:
            link = get_model("catalogue", "ProductCategory")._meta.db_table
            cursor.execute(
                f"""SELECT 1 {joined} JOIN {link} l ON l.product_id = s.product_id WHERE s.kind = 'changed'
                    AND {differs("l.category_id", "r.imported_category_id")} LIMIT 1"""
            )
            if cursor.fetchone():
                found.add(EDITED.format("category"))
    return frozenset(found)
