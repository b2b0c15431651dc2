"""What visitors have asked the shop to tell them. ``email`` is lower-case, ``user_id`` null for guests."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BackInStock(Event):
    """A product can be bought again, and it is this alert's turn: no more are called than there are pieces."""

    code = "back_in_stock"
    label = _("Back in stock")
    description = _("A product that somebody waits for can be bought again.")

    alert_id: int
    product_id: int
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class PriceDropped(Event):
    """A watched product has become cheaper for somebody who asked to be told; ``net_cents`` is the new net price."""

    code = "price_dropped"
    label = _("Price has fallen")
    description = _("A product whose price somebody watches has become cheaper.")

    watch_id: int
    product_id: int
    net_cents: int
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class ProductViewed(Event):
    """Somebody who is signed in and agrees to it has looked at a product; once a day for each product."""

    code = "product_viewed"
    label = _("Product looked at")
    description = _("A customer who is signed in, and agrees to being counted, has looked at a product.")
    on_demand = True

    product_id: int
    product_title: str
    email: str
    user_id: int
