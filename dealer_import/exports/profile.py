"""The profile that reads an export of the shop, made from what the shop knows of brands and places."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from dealer_import.exports import extras
from dealer_import.exports.catalogue import COLUMNS, STOCK, exported_parts, locations
from dealer_import.exports.offers import last_brand_codes, last_price_rule, last_stock_counts
from shopflow.parts.models import Brand, PartRecord

TYPES = {
    "list_price": "money",
    "offer_price": "money",
    "cost": "money",
    "core_deposit": "money",
    "battery_deposit": "money",
    "reserved": "quantity",
    "lead_days": "integer",
    "pack_qty": "integer",
    "price_per": "integer",
    "gtin": "gtin",
    "image": "filename",
    "document": "filename",
}
SPLITS = {
    "successor": "+",
    "oe_numbers": ",",
    "supplier_numbers": ",",
    "trade_numbers": ",",
    "former_numbers": ",",
    "fitment": ",",
    "models": "|",
    **extras.SPLITS,
}
REQUIRED = ("number", "brand", "title", "list_price")
SUFFIX, XLSX_SUFFIX = "_export", "_export_xlsx"
CACHE_KEY, CACHE_SECONDS = "dealer_import.export_profiles", 300
"""Which places there are takes a look at every part."""


def export_profiles() -> dict[str, Any]:
    """Two profiles per source of parts, ``<source>_export`` for CSV and ``<source>_export_xlsx``: they change parts of
    that source and hide none.
    """
    found: dict[str, Any] | None = cache.get(CACHE_KEY)
    if found is None:
        found = _made()
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def forget_export_profiles() -> None:
    """Look at brands and places again, because an export is being made now."""
    cache.delete(CACHE_KEY)


def _made() -> dict[str, Any]:
    sources = PartRecord.objects.exclude(source="").order_by().values_list("source", flat=True).distinct()
    found: dict[str, Any] = {}
    for source in sources:
        table = export_profile(source)
        found[profile_name(source)] = table
        found[profile_name(source, XLSX_SUFFIX)] = _as_workbook(table)
    return found


def profile_name(source: str, suffix: str = SUFFIX) -> str:
    """What the profile is called that reads the export of ``source``."""
    return f"{source[: 64 - len(suffix)]}{suffix}"


def _as_workbook(table: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in table.items() if key not in ("encoding", "delimiter")}
    return {**kept, "format": "catalogue_xlsx", "skip_lines": 0}


def export_profile(source: str) -> dict[str, Any]:
    """The profile table for the export of one source."""
    brands = list(Brand.objects.order_by("pk").values_list("name", "code", "number_rule"))
    columns: dict[str, Any] = {}
    for field, names in COLUMNS.items():
        columns[field] = {"from": names[0]}
        if field in TYPES:
            columns[field]["type"] = TYPES[field]
        if field in SPLITS:
            columns[field]["split"] = SPLITS[field]
        if field in REQUIRED:
            columns[field]["required"] = True
    places = locations(exported_parts(source)) or [STOCK]
    columns["stock"] = {"from": places if len(places) > 1 else places[0], "type": "quantity"}
    columns["unit"]["map"] = "units_rec20"
    for field in ("valid_from", "valid_to", "offer_from", "offer_until"):
        columns[field] |= {"type": "date", "formats": ["%d.%m.%Y"]}
    rule = last_price_rule(source)
    return {
        "format": "catalogue",
        "encoding": "utf-8",
        "delimiter": ";",
        "decimal": ",",
        "thousands": ".",
        "mode": "delta",
        "source": source,
        "brands": {code: code for code in last_brand_codes(source)} | {name: code for name, code, _rule in brands},
        "number_rules": {name: rule for name, _code, rule in brands if rule},
        "stock_counts": last_stock_counts(source),
        **({"price_rule": rule} if rule else {}),
        "columns": columns,
    }
