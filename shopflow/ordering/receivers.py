"""Oscar tells through Django's signals alone that a basket changed; this is where we listen."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from oscar.apps.checkout.signals import start_checkout
from oscar.core.loading import get_model

from shopflow.ordering.services import note_checkout, touch_basket

Line = get_model("basket", "Line")


@receiver(post_save, sender=Line, dispatch_uid="shopflow_basket_line_saved")
def line_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        touch_basket(basket_id=instance.basket_id)


@receiver(post_delete, sender=Line, dispatch_uid="shopflow_basket_line_deleted")
def line_deleted(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """A line that goes because its whole basket goes leaves nothing to note."""
    if isinstance(origin, Line) or getattr(origin, "model", None) is Line:
        touch_basket(basket_id=instance.basket_id, removed=True)


@receiver(start_checkout, dispatch_uid="shopflow_checkout_started")
def checkout_started(sender: Any, request: Any, email: str = "", **kwargs: Any) -> None:
    """Somebody goes to the checkout; a guest has typed an address and sent it, so that the basket has one now."""
    if request.basket.pk:
        user = request.user if request.user.is_authenticated else None
        note_checkout(basket_id=request.basket.pk, email=email, user=user)
