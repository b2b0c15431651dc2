"""A part's data in the words and units of the product page."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import JSONDict, Label
from shopflow.parts.models import PartRecord
from shopflow.parts.queries import PartData
from shopflow.tax.queries import Situation
from shopflow.tax.rates import gross_price

UNITS: dict[str, Label] = {
    "C62": _("piece"),
    "SET": _("set"),
    "PR": _("pair"),
    "LTR": _("litre"),
    "MTR": _("metre"),
    "KGM": _("kilogram"),
    "PK": _("pack"),
    "RO": _("roll"),
}
TYRE_WORDS: dict[str, Label] = {
    "fuel": _("Fuel efficiency class"),
    "wet": _("Wet grip class"),
    "noise_db": _("External rolling noise in dB"),
    "noise_class": _("Noise class"),
    "snow": _("For severe snow (3PMSF)"),
    "eprel": _("EPREL number"),
}


def part_context(data: PartData) -> JSONDict:
    """The template context of the panel “part data”. Amounts are Decimals in euro, VAT included."""
    record = data.record
    return {
        "record": record,
        "unit": UNITS.get(record.unit, record.unit),
        "oe_numbers": data.oe_numbers,
        "vehicles": data.vehicles,
        "successors": data.successors,
        "core_deposit": _core_deposit(record),
        "battery_deposit": _euro(record.battery_deposit_gross_cents),
        "weight_kg": Decimal(record.weight_g) / 1000 if record.weight_g else None,
        "size": _size(record),
        "origin": _country(record.origin),
        "tyre": _tyre(record),
    }


def _euro(cents: int | None) -> Decimal | None:
    return Decimal(cents) / 100 if cents else None


def _core_deposit(record: PartRecord) -> Decimal | None:
    net = _euro(record.core_deposit_cents)
    if net is None:
        return None
    return gross_price(net, Situation().shelf_rate(record.tax_code))


def _country(code: str) -> str:
    """The country's name in the language of the page."""
    language = (get_language() or "de").replace("-", "_")
    return str(Locale.parse(language).territories.get(code, code))


def _size(record: PartRecord) -> str:
    sides = (record.length_mm, record.width_mm, record.height_mm)
    return " × ".join(str(side) for side in sides) if all(sides) else ""


def _tyre(record: PartRecord) -> list[tuple[Label, object]]:
    tyre = record.attributes.get("tyre", {})
    return [(label, tyre[name]) for name, label in TYRE_WORDS.items() if name in tyre]
