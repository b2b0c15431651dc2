"""What of the fields that may belong to somebody else differs between a delivery and the shop, inside the transaction.

The comparison has told what to look for: most runs change few kinds of things. What staff have done since then counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.unchanged import EDITED
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import differs

RECORD = PartRecord._meta.db_table
SHOWN = "shown again"


def what_differs(stage: Stage, provided: Iterable[str], told: frozenset[str]) -> frozenset[str]:
    """Fields that differ for any changed part: ``title``, ``description``, ``gtin`` and ``category`` by their names.

    ``edited title`` and so on say that staff have edited the field of any of them; ``shown again`` that a part comes
    back that an import has hidden. ``told`` is what the comparison has found, see
    :class:`dealer_import.unchanged.Verdict`: a field in which no part differed then is not asked for.
    """
    fields, found = set(provided), set()
    joined = f"FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id"
    if asked := _asked(fields, told):
        product = get_model("catalogue", "Product")._meta.db_table
        flags = ", ".join(f"MAX(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in asked.values())
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {flags} {joined} JOIN {product} p ON p.id = s.product_id WHERE s.kind = 'changed'")
            found |= {name for name, any_differs in zip(asked, cursor.fetchone(), strict=True) if any_differs}
    if "category" in fields and _any_moved(stage):
        found.add(EDITED.format("category"))
    return frozenset(found)


def _asked(fields: set[str], told: frozenset[str]) -> dict[str, str]:
    asked = {SHOWN: "r.hidden_by_import"} if "hidden_by_import" in told else {}
    for name in sorted({"title", "description"} & fields):
        if {name, f"imported_{name}", EDITED.format(name)} & told:
            asked[name] = f"p.{name} <> s.{name}"
            asked[EDITED.format(name)] = f"p.{name} <> r.imported_{name}"
    if "gtin" in fields and "upc" in told:
        asked["gtin"] = differs("p.upc", "NULLIF(s.gtin, '')")
    if "category" in fields and {"imported_category_id", "new category"} & told:
        asked["category"] = f"s.category_id IS NOT NULL AND {differs('r.imported_category_id', 's.category_id')}"
    return asked


def _any_moved(stage: Stage) -> bool:
    """Whether staff have sorted any changed part anew."""
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT COUNT(*) FROM {stage.plan} s JOIN {RECORD} r ON r.id = s.part_id
                JOIN {link} l ON l.product_id = s.product_id
                WHERE s.kind = 'changed' AND {differs("l.category_id", "r.imported_category_id")}"""
        )
        return bool(cursor.fetchone()[0])
