"""Telling automations that baskets begin, change and are taken up again: only while one of them asks for it, because
most changes are of no interest to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from oscar.core.loading import get_model

from shopflow.core.services import is_heard, publish
from shopflow.ordering.events import AboutBasket, BasketCreated, BasketRecovered, BasketUpdated
from shopflow.ordering.models import BasketActivity

Basket = get_model("basket", "Basket")


@dataclass(frozen=True)
class Standing:
    """Whose basket it is, and when it was touched and announced as left; None for never."""

    email: str
    user_id: int | None
    touched_at: datetime | None
    left_at: datetime | None

    @classmethod
    def of(cls, basket: Any) -> Standing:
        noted: BasketActivity | None = getattr(basket, "activity", None)
        owner = basket.owner
        return cls(
            email=(owner.email if owner else noted.email if noted else "").strip().lower(),
            user_id=owner.pk if owner else None,
            touched_at=noted.touched_at if noted else None,
            left_at=noted.announced_at if noted else None,
        )


@contextmanager
def announcing_news(basket_id: int, *, in_checkout: bool, removed: bool) -> Iterator[None]:
    """Publish, in one transaction with the note that the block writes, what it means for the basket."""
    if not is_heard(BasketCreated, BasketUpdated, BasketRecovered):
        yield
        return
    with transaction.atomic():
        before = _standing(basket_id)
        yield
        after = _standing(basket_id)
        if before is not None and after is not None and after.email:
            _announce(basket_id, before, after, in_checkout=in_checkout, removed=removed)


def _standing(basket_id: int) -> Standing | None:
    basket = Basket.objects.select_related("owner", "activity").filter(pk=basket_id, status=Basket.OPEN).first()
    return None if basket is None else Standing.of(basket)


def _announce(basket_id: int, before: Standing, after: Standing, *, in_checkout: bool, removed: bool) -> None:
    whose: dict[str, Any] = {"basket_id": basket_id, "email": after.email, "user_id": after.user_id}
    if not removed and (before.touched_at is None or not before.email):
        _publish(BasketCreated(**whose), f"basket:{basket_id}:created")
    elif not in_checkout:
        assert after.touched_at is not None  # noqa: S101 - the block has just written it
        _publish(BasketUpdated(**whose), f"basket:{basket_id}:changed:{after.touched_at.isoformat()}")
    if before.left_at is not None and not removed:
        _publish(BasketRecovered(**whose), f"basket:{basket_id}:recovered:{before.left_at.isoformat()}")


def _publish(event: AboutBasket, source_key: str) -> None:
    if is_heard(type(event)):
        publish(event, source_key=source_key)
