from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class WishlistAdded(Event):
    """A signed-in customer has put a product on a wish list where it did not stand yet."""

    code = "wishlist_added"
    label = _("Put on a wish list")
    description = _("A signed-in customer has put a product on a wish list.")

    wishlist_id: int
    product_id: int
    product_title: str
    email: str
    user_id: int
