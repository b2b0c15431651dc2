from __future__ import annotations

from typing import Any

from oscar_ext.wishlists.events import WishlistAdded
from shopflow.core.services import publish


def announce_wish(line: Any) -> None:
    """Publish ``wishlist_added`` for a new line of a wish list, in the caller's transaction; once per line."""
    owner = line.wishlist.owner
    event = WishlistAdded(
        wishlist_id=line.wishlist_id,
        product_id=line.product_id,
        product_title=line.product.get_title()[:120],
        email=owner.email.strip().lower(),
        user_id=owner.pk,
    )
    publish(event, source_key=f"wish:{line.pk}:added")
