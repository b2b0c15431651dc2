"""Oscar's products of staged parts: created, brought up to date where the shop has not edited them, hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oscar.core.loading import get_model

from dealer_import.apply import gtins
from dealer_import.apply.differing import SHOWN
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage, mark_missing
from shopflow.parts.services.merging import CHANGED
from shopflow.parts.services.sql import differs, execute

PART_CLASS_SLUG = "part"
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


def insert(stage: Stage, *, product_class_id: int, at: Any, moves_gtins: bool = False) -> int:
    """Add products for staged new parts; a product that has the part's code already is adopted.

    With ``moves_gtins`` some may have to wait for theirs, see :mod:`dealer_import.apply.gtins`.
    """
    gtin = "NULLIF(s.gtin, '')"
    columns = {
        "id": "s.product_id",
        "structure": "'standalone'",
        "is_public": "TRUE",
        "upc": gtins.or_later(gtin) if moves_gtins else gtin,
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
    return execute(
        f"""INSERT INTO {_product()} ({", ".join(columns)})
            SELECT {", ".join(columns.values())} FROM {stage.rows} s WHERE s.kind = 'new' AND s.adopted = 0""",
        [at, at, product_class_id],
    )


def update(stage: Stage, *, differing: frozenset[str], kept: Mapping[str, str], at: Any) -> None:
    """Bring texts, GTINs and visibility of changed parts up to date, where ``kept`` does not say otherwise.

    ``differing`` says which of them differ for any part, see :mod:`dealer_import.apply.differing`.
    """
    product = _product()
    joined = f"FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id"
    mine = "s.kind = 'changed' AND p.id = s.product_id"
    sets, changed = [], []
    for field in ("title", "description"):
        if field in differing:
            stays = kept.get(field)
            value = f"CASE WHEN {stays} THEN p.{field} ELSE s.{field} END" if stays else f"s.{field}"
            sets.append(f"{field} = {value}")
            changed.append(f"p.{field} <> {value}")
    if sets:
        execute(
            f"""UPDATE {product} AS p SET {", ".join(sets)}, date_updated = %s {joined}
                WHERE {mine} AND ({" OR ".join(changed)})""",
            [at],
        )
    if "gtin" in differing:
        _update_gtins(stage, product, kept.get("gtin"), at)
    if SHOWN in differing:
        execute(
            f"""UPDATE {product} AS p SET is_public = TRUE, date_updated = %s {joined}
                WHERE s.{CHANGED} AND p.id = s.product_id
                    AND r.hidden_by_import AND NOT r.hidden_by_gate AND NOT p.is_public""",
            [at],
        )


def _update_gtins(stage: Stage, product: str, kept: str | None, at: Any) -> None:
    """In two steps, because the unique GTIN may move from one product to another within one delivery."""
    joined = f"FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id"
    changed = f"""s.kind = 'changed' AND p.id = s.product_id AND {differs("p.upc", "NULLIF(s.gtin, '')")}"""
    if kept:
        changed += f" AND NOT ({kept})"
    execute(
        f"UPDATE {product} AS p SET upc = NULL, date_updated = %s {joined} WHERE {changed} AND p.upc IS NOT NULL",
        [at],
    )
    execute(
        f"UPDATE {product} AS p SET upc = s.gtin, date_updated = %s {joined} WHERE {changed} AND s.gtin <> ''",
        [at],
    )


def hide_missing(stage: Stage, *, run_id: int | None, at: Any, keep_visible: bool, partner_id: int) -> None:
    """Hide the products of missing parts, or show them as sold out. What staff had hidden before stays theirs."""
    product = _product()
    if keep_visible:
        mark_missing(stage=stage, hidden="FALSE", run_id=run_id)
        _sell_out(stage, partner_id=partner_id, at=at)
        return
    visible = f"SELECT p.is_public FROM {product} p WHERE p.id = r.product_id"
    mark_missing(stage=stage, hidden=visible, run_id=run_id)
    execute(
        f"""UPDATE {product} AS p SET is_public = FALSE, date_updated = %s
            FROM {RECORD} r JOIN {stage.missing} m ON m.part_id = r.id
            WHERE m.hides = 1 AND r.product_id = p.id AND p.is_public""",
        [at],
    )


def _sell_out(stage: Stage, *, partner_id: int, at: Any) -> None:
    stock = get_model("partner", "StockRecord")._meta.db_table
    execute(
        f"""UPDATE {stock} AS k SET num_in_stock = 0, date_updated = %s
            FROM {RECORD} r JOIN {stage.missing} m ON m.part_id = r.id
            WHERE m.hides = 1 AND k.product_id = r.product_id AND k.partner_id = %s AND k.num_in_stock > 0""",
        [at, partner_id],
    )
