from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class ReviewPosted(Event):
    """A review was written; staff may still have to approve it. ``score`` is 1 to 5 stars.

    ``email`` is the account's: what a guest types in belongs to nobody for sure, and stays empty. ``order_id`` and
    ``order_number`` are those of the customer's last order of the product, null and empty if there is none. ``page``
    is the review's page for staff.
    """

    code = "review_posted"
    label = _("Review written")
    description = _("A customer has written a review; you may still have to approve it.")

    review_id: int
    product_id: int
    product_title: str
    score: int
    email: str
    user_id: int | None
    order_id: int | None
    order_number: str
    page: str
