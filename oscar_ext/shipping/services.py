"""Staff's verbs for shipping rates, and the only writer of their table."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from oscar.core.loading import get_model

from oscar_ext.shipping.models import ShippingRate
from oscar_ext.shipping.queries import served_countries
from shopflow.core.memo import changed


@transaction.atomic
def save_rate(
    *,
    code: str,
    name: str,
    countries: str,
    price: Decimal,
    days_from: int,
    days_to: int,
    free_from: Decimal | None = None,
    is_active: bool = True,
    dangerous_goods: str = "limited",
) -> ShippingRate:
    """Create or change the rate with ``code``. Raises ValidationError with a sentence for each wrong field."""
    rate = ShippingRate.objects.filter(code=code).first() or ShippingRate(code=code)
    rate.name, rate.price, rate.free_from = name, price, free_from
    rate.countries = " ".join(countries.upper().replace(",", " ").split())
    rate.days_from, rate.days_to, rate.is_active = days_from, days_to, is_active
    rate.dangerous_goods = dangerous_goods
    rate.full_clean()
    rate.save()
    mark_served_countries()
    return rate


@transaction.atomic
def remove_rate(*, code: str) -> None:
    """Delete a rate; countries that no other rate names are no longer served."""
    ShippingRate.objects.filter(code=code).delete()
    mark_served_countries()


def mark_served_countries() -> None:
    """Let Oscar's list of countries offer exactly those that a parcel can go to."""
    country = get_model("address", "Country")
    served = served_countries()
    country.objects.filter(iso_3166_1_a2__in=served).update(is_shipping_country=True)
    country.objects.exclude(iso_3166_1_a2__in=served).update(is_shipping_country=False)
    changed("address.Country")


def load_first_rate() -> None:
    """Parcels within Germany, unless staff have entered any rate."""
    if not ShippingRate.objects.exists():
        save_rate(
            code="parcel-de",
            name="Paketversand",
            countries="DE",
            price=Decimal("5.95"),
            free_from=Decimal("150.00"),
            days_from=2,
            days_to=3,
        )
