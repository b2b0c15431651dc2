from __future__ import annotations

from typing import Any

from django.urls import reverse
from oscar.core.loading import get_model

from oscar_ext.catalogue.reviews.events import ReviewPosted
from shopflow.core.services import publish


def announce_review(review: Any) -> None:
    """Publish ``review_posted`` for a new review, in the caller's transaction; once per review."""
    order = _last_order(review)
    event = ReviewPosted(
        review_id=review.pk,
        product_id=review.product_id,
        product_title=review.product.get_title()[:120],
        score=review.score,
        email=review.user.email.strip().lower() if review.user_id else "",
        user_id=review.user_id,
        order_id=order.pk if order else None,
        order_number=order.number if order else "",
        page=reverse("dashboard:reviews-update", args=[review.pk]),
    )
    publish(event, source_key=f"review:{review.pk}:posted")


def _last_order(review: Any) -> Any:
    """The customer's last order of the product that was not cancelled; None for guests."""
    if not review.user_id:
        return None
    orders = get_model("order", "Order").objects.filter(user_id=review.user_id, lines__product_id=review.product_id)
    return orders.exclude(status="cancelled").order_by("-date_placed", "-pk").first()
