"""All countries with their German names; goods go to the European Union."""

from __future__ import annotations

from typing import Any

import pycountry
from babel import Locale
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.core.memo import changed

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


def load(*, seller: Any) -> str:
    """Add the countries that are missing; the seller's own comes first in lists."""
    model = get_model("address", "Country")
    names = Locale("de").territories
    rows = [
        model(
            iso_3166_1_a2=country.alpha_2,
            iso_3166_1_a3=country.alpha_3,
            iso_3166_1_numeric=country.numeric,
            printable_name=names.get(country.alpha_2, country.name),
            name=names.get(country.alpha_2, country.name),
            display_order=1 if country.alpha_2 == seller.country else 0,
            is_shipping_country=country.alpha_2 in EU,
        )
        for country in pycountry.countries
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    changed("address.Country")
    return _("%(all)s countries, %(eu)s of them in the EU") % {"all": len(rows), "eu": len(EU)}
