"""Which shipping methods a basket and an address may choose from."""

from __future__ import annotations

from typing import Any

from oscar.apps.shipping import repository as stock

from oscar_ext.shipping.methods import Parcel, Pickup
from oscar_ext.shipping.queries import rates_to
from oscar_ext.shipping.rules import open_ways
from shopflow.core.queries import seller


class Repository(stock.Repository):
    """Parcels to served countries, cheapest first, then pickup. Purely digital baskets need no shipping at all."""

    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **_: Any) -> list[Any]:
        country = shipping_addr.country_id if shipping_addr is not None else ""
        parcels = [Parcel(rate) for rate in rates_to(country or seller().country or "DE")]
        return open_ways(basket, [*parcels, Pickup()], country=country)
