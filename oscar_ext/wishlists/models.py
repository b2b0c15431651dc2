"""Oscar's wish lists; what is put on one is announced."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from oscar.apps.wishlists.abstract_models import AbstractWishList


class WishList(AbstractWishList):
    @transaction.atomic
    def add(self, product: Any) -> None:
        """Put ``product`` on the list, or raise its quantity; only the first is announced."""
        from oscar_ext.wishlists.services import announce_wish

        known = self.lines.filter(product=product).exists()
        super().add(product)
        if not known:
            announce_wish(self.lines.select_related("product").get(product=product))


from oscar.apps.wishlists.models import *  # noqa: E402
