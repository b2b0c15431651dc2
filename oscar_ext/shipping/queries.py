from __future__ import annotations

from oscar_ext.shipping.models import ShippingRate
from shopflow.core.memo import kept_while_unchanged


@kept_while_unchanged("shipping.ShippingRate")
def _offered() -> list[ShippingRate]:
    return list(ShippingRate.objects.filter(is_active=True))


def rates_to(country: str) -> list[ShippingRate]:
    """The rates offered to ``country`` (ISO code), cheapest first; empty where the shop does not deliver."""
    return [rate for rate in _offered() if country.upper() in rate.country_codes]


def served_countries() -> list[str]:
    """ISO codes of all countries that parcels go to, sorted."""
    return sorted({code for rate in ShippingRate.objects.filter(is_active=True) for code in rate.country_codes})
