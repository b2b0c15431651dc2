"""The canonical fields that a profile may fill, and what their columns may say."""

from __future__ import annotations

from collections.abc import Mapping

from shopflow.parts.extra_fields import EXTRAS

FIELDS = frozenset(
    [
        "number",
        "brand",
        "title",
        "description",
        "category",
        "gtin",
        "unit",
        "pack_qty",
        "price_per",
        "list_price",
        "price_kind",
        "cost",
        "offer_price",
        "offer_from",
        "offer_until",
        "discount_group",
        "tax",
        "core_deposit",
        "battery_deposit",
        "stock",
        "reserved",
        "lead_days",
        "successor",
        "succession_kind",
        "oe_numbers",
        "supplier_numbers",
        "trade_numbers",
        "former_numbers",
        "fitment",
        "models",
        "un_number",
        "weight",
        "dimensions",
        "customs_no",
        "origin",
        "image",
        "document",
        "tyre_label",
        "valid_from",
        "status",
        *EXTRAS,
        "content_unit",
    ]
)
EXTRA_FIELDS = frozenset([*EXTRAS, "content_unit"])
"""Fields that few rows have; they take a way of their own, see :mod:`dealer_import.extras`."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "full": ("number", "brand", "title", "list_price"),
    "delta": ("number", "brand", "title", "list_price"),
    "prices": ("number", "brand", "list_price"),
    "stock": ("number", "brand", "stock"),
    "numbers": ("number", "brand"),
}
"""By mode. A list of prices, stock or other numbers concerns parts that are in the shop already."""

MODES = tuple(REQUIRED)
TRADE_FIELDS = frozenset(
    ["list_price", "cost", "valid_from", "offer_price", "offer_from", "offer_until", "stock", "reserved"]
)
"""Fields that deliveries change from one day to the next."""
PARTIAL_FIELDS: Mapping[str, frozenset[str]] = {
    "prices": frozenset(
        [
            "list_price",
            "price_per",
            "price_kind",
            "cost",
            "discount_group",
            "core_deposit",
            "battery_deposit",
            "valid_from",
            "offer_price",
            "offer_from",
            "offer_until",
            "price_tiers",
            "valid_to",
        ]
    ),
    "stock": frozenset(["stock", "reserved", "lead_days", "status"]),
    "numbers": frozenset(["gtin", "oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers"]),
}
"""What a list that is no whole catalogue may write. It neither creates parts nor hides any."""
NEEDED_WITH = {"prices": frozenset(["tax"]), "stock": frozenset(["unit"])}
"""Fields that a list needs to understand what it may write."""
ON_ERROR = ("skip_row", "skip_field", "refuse_file")
TYPES = frozenset(
    ["", "text", "money", "cents", "quantity", "gtin", "date", "filename", "integer", "grams", "kilograms"]
)
OWNERS = frozenset(["dms", "shop_once_edited", "pim", "locked"])
AMOUNTS = frozenset(["list_price", "offer_price", "cost", "core_deposit", "battery_deposit"])
DEFAULT_DATES = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%Y%m%d")
DEFAULT_MAPS = {
    "unit": "units_de",
    "status": "status_de",
    "succession_kind": "succession_de",
    "price_kind": "price_kinds_de",
}
SHOP_OWNED = frozenset(["title", "description", "category", *EXTRAS]) - {"price_tiers", "valid_to", "core_taxed"}
KEYS = frozenset(
    [
        "archive",
        "brakes",
        "brake_floor",
        "brands",
        "category_separator",
        "columns",
        "decimal",
        "delimiter",
        "encoding",
        "extends",
        "footer",
        "format",
        "header",
        "identity",
        "ignore",
        "kind_at",
        "max_missing_percent",
        "max_price_change",
        "max_rejected_percent",
        "member",
        "min_rows_percent",
        "missing",
        "missing_after",
        "mode",
        "net_price_as",
        "number_rules",
        "on_error",
        "price_type",
        "price_rule",
        "prices",
        "rebates",
        "record_length",
        "records",
        "rows",
        "sheet",
        "skip_lines",
        "source",
        "stamp",
        "stock_counts",
        "thousands",
        "time_zone",
        "trailer",
    ]
)
"""Keys of a profile's table. A format may have others; one that nearly is one of these is a slip of the pen."""
