"""Names of BMEcat's elements and what they are called as fields; ranks of languages; metres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from dealer_import.sources.bmecat_prices import NUMBERS

LIST = "\x1f"
"""Between the values of a field that has several. XML cannot contain it, so no value can."""
TYRE_FEATURES = {
    "fuel": "Kraftstoffeffizienz",
    "wet": "Nasshaftung",
    "noise_db": "Rollgeräusch dB",
    "noise_class": "Rollgeräuschklasse",
    "snow": "3PMSF",
    "eprel": "EPREL",
}
"""Which feature says what of the EU tyre label; the profile's ``tyre_features`` overrides it."""
OE_KEYWORDS = ("OE ", "OEM ", "OE-Nr. ", "OE-Nr.: ")
"""How a keyword begins that is an OE number; the profile's ``oe_keywords`` overrides it."""
OLD = frozenset(["old_product", "old_article"])
CONDITIONS = frozenset(["new", "used", "refurbished", "core_product", "core_article"])

OLD_NAMES = {"PROD_ID_TO": "ART_ID_TO", "PROD_ID": "ART_ID"}

A = TypeVar("A")


def both(actions: Mapping[str, A]) -> dict[str, A]:
    """``actions`` under the names of both generations."""
    old = {
        OLD_NAMES.get(name) or name.replace("PRODUCT", "ARTICLE").replace("_PID", "_AID"): action
        for name, action in actions.items()
    }
    return {**old, **actions}


PLAIN = both(
    {
        "SUPPLIER_PID": "supplier_pid",
        "MANUFACTURER_PID": "manufacturer_pid",
        "MANUFACTURER_NAME": "manufacturer_name",
        "MANUFACTURER_IDREF": "manufacturer_idref",
        "EAN": "gtin",
        "DELIVERY_TIME": "delivery_time",
        "ORDER_UNIT": "order_unit",
        "CONTENT_UNIT": "content_unit",
        "NO_CU_PER_OU": "no_cu_per_ou",
        "PRICE_QUANTITY": "price_quantity",
        "QUANTITY_MIN": "quantity_min",
        "QUANTITY_INTERVAL": "quantity_interval",
        "CUSTOMS_NUMBER": "customs_number",
        "COUNTRY_OF_ORIGIN": "country_of_origin",
        "WEIGHT": "weight",
        "LENGTH": "length",
        "WIDTH": "width",
        "DEPTH": "depth",
    }
)
LOCALIZED = {
    "DESCRIPTION_SHORT": "description_short",
    "DESCRIPTION_LONG": "description_long",
    "MANUFACTURER_TYPE_DESCR": "manufacturer_type",
}
PRICE_PARTS = {
    "PRICE_AMOUNT": "amount",
    "PRICE_CURRENCY": "currency",
    "TAX": "tax",
    "PRICE_FACTOR": "factor",
    "LOWER_BOUND": "lower",
}
DECIDING = frozenset(
    ["FNAME", "MIME_TYPE", "MIME_PURPOSE", "PRICE_CURRENCY", "PRICE_FACTOR", "TAX", "LOWER_BOUND", "MANUFACTURER_IDREF"]
)
"""Tags whose values say what others mean."""
SUPPLIER_NUMBERS = frozenset(["SUPPLIER_PID", "SUPPLIER_AID", "PROD_ID_TO", "ART_ID_TO"])
MADE = frozenset(["MANUFACTURER_NAME", "MANUFACTURER_PID"])
REFERRED = frozenset(["PROD_ID_TO", "ART_ID_TO"])
STRIPPED = SUPPLIER_NUMBERS | MADE | {"PRICE_AMOUNT", "DATE", "FVALUE", "FUNIT", "MANUFACTURER_AID"}
"""Tags around whose values blanks do not count."""
MIME_PARTS = ("MIME_TYPE", "MIME_SOURCE", "MIME_PURPOSE")


def language_rank(language: str | None, default: str) -> int:
    """0 for German, 1 for a text in the catalogue's own language, 2 for any other."""
    if language is None:
        return 0 if default[:2] in ("de", "ge") else 1
    return 0 if language[:2].lower() == "de" or language.lower() == "ger" else 2


def millimetres(metres: str) -> int:
    """``0.232`` as 232; ValueError for what is no number."""
    whole, _point, fraction = metres.partition(".")
    if len(fraction) == 3 and fraction.isdigit() and whole.isdigit() and metres.isascii():
        return int(whole + fraction)
    return NUMBERS.scaled(metres.strip(), 3)[0]


def tell_dimensions(fields: dict[str, str]) -> None:
    """The size in millimetres from metres as BMEcat has them; as they stand if any of the three is no number."""
    sides = [fields.get(name, "").strip() for name in ("length", "width", "depth")]
    if all(sides):
        try:
            fields["dimensions"] = "x".join(str(millimetres(side)) for side in sides)
        except ValueError:
            fields["dimensions"] = f"{' x '.join(sides)} m"
