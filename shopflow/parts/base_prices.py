"""The price of one litre, kilogram, metre or square metre, beside every price (§§ 4, 5 PAngV). Pure."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label
from shopflow.parts.models import PartRecord
from shopflow.tax.rates import to_cents

BASE_UNITS: dict[str, Label] = {
    "LTR": _("litre"),
    "MTR": _("metre"),
    "KGM": _("kilogram"),
    "MTK": _("square metre"),
}
"""Units (UN/ECE Rec 20) whose price per unit must stand beside the price."""
TOO_LITTLE = 10
"""Less than 10 g or 10 ml need no base price (§ 4 (3) PAngV); in thousandths of the unit."""


def base_price(part: PartRecord | None, price: Decimal | None) -> tuple[Decimal, Label] | None:
    """The price of one unit and that unit, without deposits (§ 7 PAngV); None where it equals the price or is not due.

    ``price`` is that of one sale, VAT included.
    """
    if part is None or price is None:
        return None
    milli, unit = contents(part)
    if unit not in BASE_UNITS or milli == 1000 or (unit in ("LTR", "KGM") and milli < TOO_LITTLE):
        return None
    return to_cents(price * 1000 / milli), BASE_UNITS[unit]


def contents(part: PartRecord) -> tuple[int, str]:
    """What one sale holds, in thousandths of a unit: as entered for the piece, else by the unit that it is sold in."""
    if part.content_milli and part.content_unit:
        return part.content_milli * part.sales_qty, part.content_unit
    return part.sales_qty * 1000, part.unit
