"""The staging tables' columns, in the order in which they are filled.

``parts`` holds a row per part that is new or may have changed, written once. ``plan`` says for each of its lines what
is to happen: ``kind`` is ``new``, ``changed``, ``same`` or ``unknown`` (a part that a price or stock list names and the
shop does not have). ``rows`` is both together.

Of a part of which nothing differs from the last delivery but price and stock, only the ``TRADE_COLUMNS`` are filled;
``known_part`` is its key. It is planned as ``trade`` or ``trade same`` instead of ``changed`` or ``same``, and compared
at once: ``mask`` says what differs, and PostgreSQL lays out what it was and will be, see
:mod:`dealer_import.laid_out`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dealer_import.canonical import Part
from dealer_import.laid_out import PLANNED_COLUMNS
from shopflow.parts.services import Stage

TEXT, WHOLE, LARGE = "text NOT NULL", "integer", "bigint"

AS_THEY_ARE: dict[str, tuple[str, str]] = {
    "line": ("line", LARGE),
    "identity": ("identity", LARGE),
    "brand_code": ("brand_code", TEXT),
    "number_key": ("number_key", TEXT),
    "number_display": ("number_display", TEXT),
    "title": ("title", TEXT),
    "description": ("description", TEXT),
    "gtin": ("gtin", TEXT),
    "unit": ("unit", TEXT),
    "pack_qty": ("pack_qty", WHOLE),
    "price_per": ("price_per", WHOLE),
    "list_price_cents": ("list_price_cents", WHOLE),
    "cost_cents": ("cost_cents", WHOLE),
    "discount_group": ("discount_group", TEXT),
    "tax_code": ("tax_code", TEXT),
    "core_deposit_cents": ("core_deposit_cents", WHOLE),
    "battery_deposit_gross_cents": ("battery_deposit_cents", WHOLE),
    "un_number": ("un_number", TEXT),
    "weight_g": ("weight_g", WHOLE),
    "customs_no": ("customs_no", TEXT),
    "origin": ("origin", TEXT),
    "status": ("status", TEXT),
    "lead_days": ("lead_days", WHOLE),
    "image_name": ("image", TEXT),
    "document_name": ("document", TEXT),
    "relations_hash": ("relations", LARGE),
}
"""Columns that take a field of :class:`dealer_import.canonical.Part` as it is: the field's name and the kind."""
_ALL_COLUMNS: dict[str, str] = {
    **{column: kind for column, (_field, kind) in AS_THEY_ARE.items()},
    "sku": TEXT,
    "slug": TEXT,
    "category_no": WHOLE,
    "sales_qty": WHOLE,
    "sale_cents": WHOLE,
    "offer_cents": WHOLE,
    "price_waits": WHOLE,
    "stock": WHOLE,
    "stock_by_location": TEXT,
    "length_mm": WHOLE,
    "width_mm": WHOLE,
    "height_mm": WHOLE,
    "valid_from": "date",
    "attributes": TEXT,
    "raw_hash": LARGE,
    "row_hash": LARGE,
    "rest_text_hash": LARGE,
    "rest_hash": LARGE,
    "known_part": LARGE,
}
TRADE_COLUMNS = {
    name: _ALL_COLUMNS[name]
    for names in (
        ("line", "row_hash", "raw_hash", "known_part"),
        ("pack_qty", "price_per", "list_price_cents", "sales_qty", "price_waits", "stock"),
        ("sale_cents", "cost_cents", "discount_group", "stock_by_location", "valid_from", "offer_cents"),
    )
    for name in names
}
"""The columns of a part of which nothing else is told."""
PART_COLUMNS = TRADE_COLUMNS | _ALL_COLUMNS
"""Those of price and stock stand first: PostgreSQL finds a column by walking along the ones before it."""
PART_DEFAULTS: dict[str, str | int | None] = {
    **{name: Part._field_defaults.get(field) for name, (field, _kind) in AS_THEY_ARE.items()},
    **dict.fromkeys(["brand_code", "number_key", "number_display", "title", "sku", "slug"], ""),
    "relations_hash": 0,
    "category_no": None,
    "sales_qty": 1,
    "sale_cents": None,
    "offer_cents": None,
    "price_waits": 0,
    "stock": 0,
    "stock_by_location": "{}",
    "length_mm": None,
    "width_mm": None,
    "height_mm": None,
    "valid_from": None,
    "attributes": "{}",
    "raw_hash": None,
    "rest_text_hash": None,
    "rest_hash": None,
    "known_part": None,
}
"""What columns hold that nobody fills: where many parts share that, it is not written for each."""
REFERENCE_COLUMNS = {
    "line": LARGE,
    "kind": TEXT,
    "brand_code": TEXT,
    "number_key": TEXT,
    "number_display": TEXT,
}
FITMENT_COLUMNS = {
    "line": LARGE,
    "hsn": TEXT,
    "tsn": TEXT,
    "model": TEXT,
    "year_from": WHOLE,
    "year_to": WHOLE,
}
SUCCESSION_COLUMNS = {"line": LARGE, "successor_key": TEXT, "position": WHOLE, "kind": TEXT}
EXTRA_COLUMNS = {"line": LARGE, "data": TEXT}
LATER_COLUMNS = {
    "line": LARGE,
    "valid_from": "date",
    "list_price_cents": WHOLE,
    "price_per": WHOLE,
    "sale_cents": WHOLE,
    "offer_cents": WHOLE,
    "waits": WHOLE,
}
BRAND_COLUMNS = {"code": TEXT, "name": TEXT, "number_rule": TEXT}
CATEGORY_COLUMNS = {"no": "integer PRIMARY KEY", "names": TEXT, "id": LARGE}
"""That ``no`` is unique spares the statements that want nothing of a category the look at it."""
PLAN_COLUMNS = {
    "line": LARGE,
    "kind": TEXT,
    "part_id": LARGE,
    "product_id": LARGE,
    "adopted": WHOLE,
    "relinked": WHOLE,
    "mask": LARGE,
    **PLANNED_COLUMNS,
}
MISSING_COLUMNS = {"part_id": LARGE, "hides": WHOLE}
REDO_COLUMNS = {"line": LARGE, "drops_gtin": WHOLE}
UNLINKED_COLUMNS = {"part_id": LARGE}


def stage(prefix: str = "shopflow_stage") -> Stage:
    """Names of one set of staging tables."""
    return Stage(
        parts=f"{prefix}_part",
        plan=f"{prefix}_plan",
        rows=f"{prefix}_row",
        brands=f"{prefix}_brand",
        categories=f"{prefix}_category",
        references=f"{prefix}_reference",
        fitments=f"{prefix}_fitment",
        successions=f"{prefix}_succession",
        extras=f"{prefix}_extra",
        later_prices=f"{prefix}_later",
        missing=f"{prefix}_missing",
        redo=f"{prefix}_redo",
        unlinked=f"{prefix}_unlinked",
    )


def body_of(columns: Mapping[str, str], *, lines_are_rows: bool) -> str:
    """The columns of a staging table as its definition has them.

    ``lines_are_rows`` keeps parts and plan by their line: SQLite has no other join than looking rows up, and builds an
    index of all the columns that a statement wants for each statement otherwise.
    """
    defaults = PART_DEFAULTS if columns is PART_COLUMNS else {}
    kinds = dict(columns)
    if lines_are_rows and (columns is PART_COLUMNS or columns is PLAN_COLUMNS):
        kinds["line"] = "integer PRIMARY KEY"
    return ", ".join(f"{name} {kind}{_default(defaults.get(name))}" for name, kind in kinds.items())


def _default(value: str | int | None) -> str:
    return "" if value is None else f" DEFAULT '{value}'" if isinstance(value, str) else f" DEFAULT {value}"


def tables(names: Stage) -> dict[str, dict[str, str]]:
    """Table → columns of one set of staging tables."""
    return {
        names.parts: PART_COLUMNS,
        names.plan: PLAN_COLUMNS,
        names.brands: BRAND_COLUMNS,
        names.categories: CATEGORY_COLUMNS,
        names.references: REFERENCE_COLUMNS,
        names.fitments: FITMENT_COLUMNS,
        names.successions: SUCCESSION_COLUMNS,
        names.extras: EXTRA_COLUMNS,
        names.later_prices: LATER_COLUMNS,
        names.missing: MISSING_COLUMNS,
        names.redo: REDO_COLUMNS,
        names.unlinked: UNLINKED_COLUMNS,
    }
