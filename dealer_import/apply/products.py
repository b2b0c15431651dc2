"""Oscar's products of staged parts: created, brought up to date where the shop has not edited them, hidden."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.findings import Finding, Severity
from dealer_import.profiles import Profile
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage, mark_missing
from shopflow.parts.services.merging import differs, execute

PART_CLASS_SLUG = "part"
TEXTS = {"title": "imported_title", "description": "imported_description"}
RECORD = PartRecord._meta.db_table


def part_class() -> Any:
    """The product class of car parts: shipped, and sold from stock."""
    model = get_model("catalogue", "ProductClass")
    found, _created = model.objects.get_or_create(
        slug=PART_CLASS_SLUG, defaults={"name": "Ersatzteil", "requires_shipping": True, "track_stock": True}
    )
    return found


def _product() -> str:
    return str(get_model("catalogue", "Product")._meta.db_table)


def insert(stage: Stage, *, product_class_id: int, at: Any) -> int:
    """Add products for staged new parts and fill ``product_id``; a product with the part's code is adopted."""
    known = (
        f"UPDATE {stage.parts} AS s SET product_id = p.id FROM {_product()} p WHERE s.kind = 'new' AND p.code = s.sku"
    )
    execute(known)
    columns = {
        "structure": "'standalone'",
        "is_public": "TRUE",
        "upc": "NULLIF(s.gtin, '')",
        "title": "s.title",
        "slug": "s.slug",
        "description": "s.description",
        "meta_title": "''",
        "meta_description": "''",
        "priority": "0",
        "date_created": "%s",
        "date_updated": "%s",
        "product_class_id": "%s",
        "is_discountable": "TRUE",
        "code": "s.sku",
    }
    added = execute(
        f"""INSERT INTO {_product()} ({", ".join(columns)})
            SELECT {", ".join(columns.values())} FROM {stage.parts} s
            WHERE s.kind = 'new' AND s.product_id IS NULL ORDER BY s.line""",
        [at, at, product_class_id],
    )
    execute(f"{known} AND s.product_id IS NULL")
    return added


def update(stage: Stage, *, profile: Profile, at: Any) -> list[Finding]:
    """Bring titles, descriptions, GTINs and visibility of changed parts up to date; returns ``field_locked`` findings.

    A text that differs from the one last imported was edited by staff and stays, unless the profile gives it to the
    dealer's system (``owner = "dms"``).
    """
    product, locked = _product(), []
    joined = f"FROM {stage.parts} s JOIN {RECORD} r ON r.id = s.part_id"
    mine = "s.kind = 'changed' AND p.id = s.product_id"
    for field, imported in TEXTS.items():
        column = profile.columns.get(field)
        if column is None:
            continue
        if column.owner not in ("dms", "pim"):
            locked += _locked(field, imported, joined, product, owner=column.owner)
        free = {"dms": "TRUE", "pim": "TRUE", "locked": "FALSE"}.get(column.owner, f"p.{field} = r.{imported}")
        execute(
            f"""UPDATE {product} AS p SET {field} = s.{field}, date_updated = %s {joined}
                WHERE {mine} AND p.{field} <> s.{field} AND {free}""",
            [at],
        )
    if "gtin" in profile.columns:
        _update_gtins(stage, product, at)
    execute(
        f"""UPDATE {product} AS p SET is_public = TRUE, date_updated = %s {joined}
            WHERE {mine} AND r.hidden_by_import AND NOT p.is_public""",
        [at],
    )
    return locked


def _update_gtins(stage: Stage, product: str, at: Any) -> None:
    """In two steps, because the unique GTIN may move from one product to another within one delivery."""
    changed = f"""s.kind = 'changed' AND p.id = s.product_id AND {differs("p.upc", "NULLIF(s.gtin, '')")}"""
    execute(
        f"UPDATE {product} AS p SET upc = NULL, date_updated = %s FROM {stage.parts} s WHERE {changed}"
        " AND p.upc IS NOT NULL",
        [at],
    )
    execute(
        f"""UPDATE {product} AS p SET upc = s.gtin, date_updated = %s FROM {stage.parts} s
            WHERE {changed} AND s.gtin <> ''""",
        [at],
    )


def _locked(field: str, imported: str, joined: str, product: str, *, owner: str) -> list[Finding]:
    edited = "TRUE" if owner == "locked" else f"p.{field} <> r.{imported}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.line, s.{field} {joined} JOIN {product} p ON p.id = s.product_id
                WHERE s.kind = 'changed' AND s.{field} <> r.{imported} AND p.{field} <> s.{field} AND {edited}
                ORDER BY s.line"""
        )
        rows = cursor.fetchall()
    hint = _("The shop has its own text here, so the delivered one was not taken.")
    return [Finding("field_locked", Severity.WARNING, line, field, str(text)[:200], hint) for line, text in rows]


def hide_missing(stage: Stage, *, run_id: int | None, at: Any) -> int:
    """Hide the products of missing parts. What staff had hidden before stays theirs."""
    product = _product()
    visible = f"SELECT p.is_public FROM {product} p WHERE p.id = r.product_id"
    mark_missing(stage=stage, hidden=visible, run_id=run_id)
    return execute(
        f"""UPDATE {product} AS p SET is_public = FALSE, date_updated = %s
            FROM {RECORD} r JOIN {stage.missing} m ON m.part_id = r.id
            WHERE r.product_id = p.id AND p.is_public""",
        [at],
    )
