"""Codes of findings in words, and small helps for the import's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext_lazy

from dealer_import.explaining import meaning_of, name_of
from dealer_import.plots import percent
from dealer_import.wizard.wording import label_of

register = template.Library()

register.filter("finding_name", name_of)


@register.filter
def finding_meaning(code: str, severity: str) -> str:
    """What a finding of this code means for the row."""
    return meaning_of(code, severity)


@register.filter
def at(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return (mapping or {}).get(key, ())


DEEDS = {
    "import_corrected": gettext_lazy("refused rows corrected"),
    "import_rolled_back": gettext_lazy("taken back (parts changed / hidden)"),
}


@register.filter
def deed(action: str) -> Any:
    """What was done, where the entry in the log only says to how many."""
    return DEEDS.get(action, "")


@register.filter
def cents(value: int | None) -> str:
    """``2765`` → ``27,65 €``."""
    return "–" if value is None else f"{value // 100:,}".replace(",", ".") + f",{value % 100:02d} €"


@register.filter
def change(row: Mapping[str, Any]) -> str:
    """The change of a price in percent, with its sign."""
    told = percent(int(row["old_cents"]), int(row["new_cents"]))
    return f"{told} %" if told else "–"


WRITTEN = {
    "list_price_cents": "list_price",
    "cost_cents": "cost",
    "core_deposit_cents": "core_deposit",
    "battery_deposit_gross_cents": "battery_deposit",
    "upc": "gtin",
    "number_display": "number",
    "sales_qty": "pack_qty",
    "weight_g": "weight",
    "length_mm": "dimensions",
    "width_mm": "dimensions",
    "height_mm": "dimensions",
    "attributes": "tyre_label",
    "image_name": "image",
    "document_name": "document",
    "num_in_stock": "stock",
    "reference_rows": "oe_numbers",
    "fitment_rows": "fitment",
    "succession_rows": "successor",
    "category_ids": "category",
    "tax_code": "tax",
    "content_milli": "content",
    "price_valid_to": "valid_to",
    "manufacturer_id": "manufacturer",
    "season_from": "season",
    "season_to": "season",
    "file_rows": "images",
    "tier_rows": "price_tiers",
    "relation_rows": "kit",
    "vin_rows": "vin_patterns",
    "model_rows": "model_patterns",
    "sale_cents": "price",
    "waiting_prices": "valid_from",
}

OWN_WORDS = {
    "price": gettext_lazy("Price in the shop"),
    "is_public": gettext_lazy("Visible in the shop"),
    "stock_by_location": gettext_lazy("Stock by location"),
    "relations_hash": gettext_lazy("Reference numbers and vehicles"),
}


@register.filter
def field_name(name: str) -> str:
    """A column of the shop's tables in words."""
    field = WRITTEN.get(name, name)
    return str(OWN_WORDS[field]) if field in OWN_WORDS else label_of(field)


@register.filter
def compared(value: str, name: str) -> str:
    """A value of a comparison for people: amounts in euros, no hashes."""
    if name.endswith("_cents") and value.isdecimal():
        return cents(int(value))
    return "…" if name == "relations_hash" else value or "–"
