"""Deliveries of a profile that maps every field that few rows have, and what the shop then holds."""

from __future__ import annotations

from oscar.core.loading import get_model

from dealer_import.profiles.building import build_profile
from shopflow.parts.models import (
    PartFile,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartRelation,
    PartVinPattern,
)

StockRecord = get_model("partner", "StockRecord")
TEXTS = (
    "images", "documents", "content", "content_unit", "features", "manufacturer", "manufacturer_address",
    "manufacturer_contact", "responsible", "responsible_address", "responsible_contact", "safety_text", "hazard_class",
    "packing_group", "limited_quantity", "price_tiers", "kit", "alternatives", "needed", "accessories", "vin_patterns",
    "model_patterns", "approval_kind", "approval_number", "approval_note", "core_taxed", "order_multiple",
    "goods_class", "sale_restriction", "pickup_only", "season", "image", "document", "price_kind", "un_number",
)  # fmt: skip
NAMES = ("number", "list_price", *TEXTS, "valid_to")


def profile_of(**changes):
    columns = {name: {"from": name} for name in TEXTS} | changes.pop("columns", {})
    table = {
        "format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "brands": {"Brehmer": "BREH"},
        "columns": {
            "number": {"from": "number"}, "brand": {"const": "Brehmer"}, "title": {"const": "Teil"},
            "list_price": {"from": "list_price"}, "stock": {"const": "0"},
            "valid_to": {"from": "valid_to", "type": "date"}, **columns,
        },
        **changes,
    }  # fmt: skip
    table["columns"].pop("stock")
    return build_profile("extras", table)


def part(number: str = "1") -> PartRecord:
    return PartRecord.objects.select_related("product").get(number_key=number)


def warnings(report) -> dict[str, int]:
    return dict(report.warnings)


FULL = {
    "number": "1",
    "images": "a.jpg, ordner/b.png",
    "documents": "abe.pdf",
    "content": "5",
    "content_unit": "l",
    "features": "Material=Stahl|Höhe=12,5 mm",
    "manufacturer": "Brehmer GmbH",
    "manufacturer_address": "Werkstr. 1, 12345 Musterstadt",
    "manufacturer_contact": "post@brehmer.example",
    "safety_text": "Augenschutz tragen.",
    "hazard_class": "3",
    "packing_group": "II",
    "limited_quantity": "ja",
    "price_tiers": "10=9,00|50=8,00",
    "vin_patterns": "WVWZZZ1K% Golf (2004-2008)|WVW_Z",
    "model_patterns": "Golf% (2004-2008)",
    "approval_kind": "ABE",
    "approval_number": "KBA 12345",
    "approval_note": "Nur bis 17 Zoll",
    "valid_to": "31.12.2026",
    "core_taxed": "A",
    "order_multiple": "2",
    "goods_class": "fluid",
    "sale_restriction": "business",
    "pickup_only": "1",
    "season": "10-3",
}


def state():
    names = ("number_key", "content_milli", "features", "hazard_class", "manufacturer__name", "imported_extras",
             "price_valid_to", "list_price_cents")  # fmt: skip
    return {
        "parts": list(PartRecord.objects.order_by("number_key").values_list(*names)),
        "files": list(PartFile.objects.order_by("kind", "name").values_list("part__number_key", "kind", "name")),
        "tiers": list(PartPriceTier.objects.values_list("part__number_key", "quantity", "net_cents")),
        "vins": sorted(PartVinPattern.objects.values_list("part__number_key", "pattern", "year_from")),
        "models": sorted(PartModelPattern.objects.values_list("part__number_key", "pattern", "year_from")),
        "relations": sorted(
            PartRelation.objects.values_list("part__number_key", "related__number_key", "kind", "quantity")
        ),
        "prices": list(StockRecord.objects.order_by("partner_sku").values_list("partner_sku", "price")),
    }
