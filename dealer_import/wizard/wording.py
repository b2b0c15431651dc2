"""The canonical fields in words for staff, in the groups that the wizard shows them in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dealer_import.profiles.fields import FIELDS
from shopflow.contracts.types import Label

GROUPS: tuple[tuple[str, Label, tuple[str, ...]], ...] = (
    ("must", _("Needed"), ("number", "brand", "title", "list_price")),
    (
        "price",
        _("Price and unit"),
        (
            "unit",
            "pack_qty",
            "price_per",
            "price_kind",
            "cost",
            "discount_group",
            "tax",
            "core_deposit",
            "battery_deposit",
            "offer_price",
            "offer_from",
            "offer_until",
        ),
    ),
    ("stock", _("Stock and delivery"), ("stock", "reserved", "lead_days", "status", "valid_from")),
    ("text", _("Texts and pictures"), ("description", "category", "image", "document")),
    (
        "find",
        _("Numbers and vehicles"),
        (
            "gtin",
            "oe_numbers",
            "supplier_numbers",
            "trade_numbers",
            "former_numbers",
            "successor",
            "succession_kind",
            "fitment",
            "models",
        ),
    ),
    ("goods", _("About the goods"), ("un_number", "weight", "dimensions", "customs_no", "origin", "tyre_label")),
)
LABELS: dict[str, Label] = {
    "number": _("Part number"),
    "brand": _("Brand"),
    "title": _("Name"),
    "description": _("Description"),
    "category": _("Category"),
    "gtin": _("EAN"),
    "unit": _("Unit"),
    "pack_qty": _("Pack"),
    "price_per": _("Price is for"),
    "list_price": _("List price, net"),
    "price_kind": _("Kind of price"),
    "offer_price": _("Special offer, net"),
    "offer_from": _("Offer from"),
    "offer_until": _("Offer until"),
    "supplier_numbers": _("Supplier's numbers"),
    "trade_numbers": _("Trade numbers"),
    "former_numbers": _("Former numbers"),
    "cost": _("Cost, net"),
    "discount_group": _("Discount group"),
    "tax": _("VAT rate"),
    "core_deposit": _("Core deposit, net"),
    "battery_deposit": _("Battery deposit incl. VAT"),
    "stock": _("Stock"),
    "reserved": _("Reserved"),
    "lead_days": _("Lead time in days"),
    "successor": _("Replaced by"),
    "succession_kind": _("Kind of replacement"),
    "oe_numbers": _("OE numbers"),
    "fitment": _("HSN/TSN"),
    "models": _("Models"),
    "un_number": _("UN number"),
    "weight": _("Weight"),
    "dimensions": _("Dimensions"),
    "customs_no": _("Customs tariff number"),
    "origin": _("Country of origin"),
    "image": _("Picture file"),
    "document": _("Document file"),
    "tyre_label": _("Tyre label"),
    "valid_from": _("Price valid from"),
    "status": _("Status"),
}


def label_of(field: str) -> str:
    """The field in words; its name if it has none."""
    return str(LABELS.get(field, field))


def groups() -> list[tuple[str, Label, tuple[str, ...]]]:
    """All groups, with fields that were added later in the last one."""
    told = {field for _code, _label, fields in GROUPS for field in fields}
    rest = tuple(sorted(FIELDS - told))
    return [*GROUPS, *([("rest", _("Others"), rest)] if rest else [])]
