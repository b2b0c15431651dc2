"""Who a field belongs to: an import never overwrites a higher owner, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.findings import Finding, Severity
from dealer_import.models import FieldOwner
from dealer_import.profiles.fields import TRADE_FIELDS
from dealer_import.reading import MAX_FINDINGS
from dealer_import.scope import Scope
from dealer_import.unchanged import EDITED
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import CHANGED, COLUMNS, staged
from shopflow.parts.services.sql import differs, execute, literal

OWNER, RECORD = FieldOwner._meta.db_table, PartRecord._meta.db_table
HIGHER: Mapping[str, tuple[str, ...]] = {
    "dms": ("pim", "locked"),
    "shop_once_edited": ("shop", "pim", "locked"),
    "pim": ("locked",),
    "locked": (),
}
"""Owners in the database that a column of this owner does not overwrite."""
EDITABLE = ("title", "description", "category")
"""Fields of which the shop can tell that staff have edited them."""


@dataclass(frozen=True)
class Kept:
    """SQL by field or column, true for the changed parts ``s`` (data ``r``, product ``p``) that keep theirs."""

    sql: Mapping[str, str]

    def with_column(self, column: str, field: str, condition: str) -> Kept:
        """The same with one more reason for one column of a field to stay."""
        before = self.sql.get(field)
        return Kept({**self.sql, column: f"({before} OR {condition})" if before else condition})


def kept_fields(stage: Stage, scope: Scope, differing: frozenset[str]) -> Kept:
    """Which of the delivered fields have a higher owner, for some part at least."""
    owned = owned_fields(stage)
    kept = {}
    for field in scope.provided:
        owner = scope.owner(field)
        reasons = ["TRUE"] if owner == "locked" else []
        higher = HIGHER[owner]
        if field in owned and higher:
            reasons.append(held(field, higher, scope.source))
        if owner == "shop_once_edited" and EDITED.format(field) in differing:
            reasons.append(_edited(field))
        if reasons:
            kept[field] = f"({' OR '.join(reasons)})"
    return Kept(kept)


def owned_fields(stage: Stage) -> set[str]:
    """Fields that somebody has claimed, for some part that is about to change."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT o.field FROM {OWNER} o JOIN {stage.plan} s ON s.part_id = o.part_id
                WHERE s.{CHANGED}"""
        )
        return {row[0] for row in cursor.fetchall()}


def held(field: str, owners: tuple[str, ...], source: str, *, part: str = "s.part_id") -> str:
    """SQL: the field of the part belongs to one of ``owners``, and not to this very source."""
    listed = ", ".join(f"'{owner}'" for owner in owners)
    return f"""EXISTS (SELECT 1 FROM {OWNER} o WHERE o.part_id = {part} AND o.field = '{field}'
               AND o.owner IN ({listed}) AND NOT (o.owner = 'pim' AND o.source = {literal(source)}))"""


def _edited(field: str) -> str:
    if field != "category":
        return f"p.{field} <> r.imported_{field}"
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    return f"""EXISTS (SELECT 1 FROM {link} l WHERE l.product_id = s.product_id
               AND (r.imported_category_id IS NULL OR l.category_id <> r.imported_category_id))"""


def _joined(stage: Stage) -> str:
    product = get_model("catalogue", "Product")._meta.db_table
    return f"""FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id
               JOIN {product} p ON p.id = s.product_id"""


def locked_findings(stage: Stage, kept: Kept, *, partner_id: int) -> list[Finding]:
    """One finding per delivered value that was new and had to stay outside."""
    found = []
    stock = get_model("partner", "StockRecord")._meta.db_table
    for field, condition in sorted(kept.sql.items()):
        shown, is_new = _delivered(field)
        kinds = CHANGED if field in TRADE_FIELDS else "kind = 'changed'"
        joins = f"{_joined(stage)} LEFT JOIN {stock} k ON k.product_id = p.id AND k.partner_id = {int(partner_id)}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT s.line, {shown} {joins} WHERE s.{kinds} AND {is_new} AND {condition}
                    ORDER BY s.line LIMIT {MAX_FINDINGS}"""
            )
            rows = cursor.fetchall()
        found += [_finding(line, field, str(value)) for line, value in rows]
    return found


def _finding(line: int, field: str, value: str) -> Finding:
    hint = _("The shop has its own value here, so the delivered one was not taken.")
    return Finding("field_locked", Severity.WARNING, line, field, value[:200], hint)


def _delivered(field: str) -> tuple[str, str]:
    """SQL for the delivered value, and whether it is another one than the shop's and than the one before."""
    if field in ("title", "description"):
        return f"s.{field}", f"s.{field} <> r.imported_{field} AND p.{field} <> s.{field}"
    if field == "category":
        new = differs("r.imported_category_id", "s.category_id")
        return _category_name(), f"s.category_id IS NOT NULL AND {new}"
    if field == "gtin":
        return "s.gtin", differs("p.upc", "NULLIF(s.gtin, '')")
    if field == "list_price":
        return "s.list_price_cents", "CAST(ROUND(k.price * 100) AS integer) <> s.sale_cents"
    if field == "stock":
        return "s.stock", differs("k.num_in_stock", "s.stock")
    names = COLUMNS.get(field)
    if not names:
        return "s.line", "FALSE"
    return f"s.{names[0]}", " OR ".join(differs(f"r.{name}", staged(name)) for name in names).join("()")


def _category_name() -> str:
    category = get_model("catalogue", "Category")._meta.db_table
    return f"(SELECT c.name FROM {category} c WHERE c.id = s.category_id)"


def note_edits(stage: Stage, scope: Scope, kept: Kept, *, at: Any) -> None:
    """Write down that staff have edited a field: from now on it is the shop's, whatever it says later."""
    for field in EDITABLE:
        if field not in kept.sql or scope.owner(field) != "shop_once_edited":
            continue
        execute(
            f"""INSERT INTO {OWNER} (part_id, field, owner, source, set_at)
                SELECT s.part_id, '{field}', 'shop', '', %s {_joined(stage)}
                WHERE s.kind = 'changed' AND {_edited(field)}
                ON CONFLICT (part_id, field) DO NOTHING""",
            [at],
        )


def claim(stage: Stage, scope: Scope, *, at: Any) -> None:
    """Fields that the profile gives to a product information system belong to it where it has delivered them."""
    for field in sorted(scope.provided):
        if scope.owner(field) != "pim":
            continue
        execute(
            f"""INSERT INTO {OWNER} (part_id, field, owner, source, set_at)
                SELECT s.part_id, %s, 'pim', %s, %s FROM {stage.plan} s WHERE s.kind IN ('new', 'changed')
                ON CONFLICT (part_id, field) DO UPDATE SET owner = 'pim', source = excluded.source
                WHERE {OWNER}.owner NOT IN ('locked', 'pim')""",
            [field, scope.source, at],
        )
