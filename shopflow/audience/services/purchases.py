"""Orders and who placed them, by address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from oscar.core.loading import get_model

from shopflow.audience.models import BasketLead, Contact, ContactOrder
from shopflow.audience.same_person import is_same_person
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.sources import record_touch


def link_order(*, order_id: int, language: str = "") -> Contact | None:
    """Link an order to the contact with its address, made if there is none, with what led to the basket.

    A new contact is written to in ``language``, that of the order; somebody known keeps their own.

    Linking again changes nothing and returns the contact. None for an order without an address or without a person
    any more.
    """
    with transaction.atomic():
        known = ContactOrder.objects.select_related("contact").filter(order_id=order_id).first()
        if known is not None:
            return known.contact
        order: Any = get_model("order", "Order").objects.select_related("user").filter(pk=order_id).first()
        email = (order.guest_email or getattr(order.user, "email", "")) if order is not None else ""
        if not email:
            return None
        contact = save_contact(email=email, user=order.user, language=language or settings.LANGUAGE_CODE)
        lead = BasketLead.objects.filter(basket=order.basket_id).first() if order.basket_id else None
        share_link_id = _foreign_link(lead, order, contact)
        ContactOrder.objects.get_or_create(
            order_id=order_id,
            defaults={
                "contact": contact,
                "placed_at": order.date_placed,
                "share_link_id": share_link_id,
                "led_at": lead.at if lead else None,
                **{name: getattr(lead, name) if lead else "" for name in ("source", "medium", "campaign")},
            },
        )
        if lead is not None:
            record_touch(contact=contact, lead=lead, at=order.date_placed)
            lead.delete()
    return contact


def _foreign_link(lead: BasketLead | None, order: Any, buyer: Contact) -> int | None:
    """The share link that led to the basket, unless it is the buyer's own: nobody recommends the shop to themselves."""
    link = lead.share_link if lead is not None else None
    if link is None:
        return None
    own = link.contact is not None and is_same_person(order=order, buyer=buyer, contact=link.contact)
    return None if own else link.pk


def link_orders(*, limit: int = 500) -> int:
    """Link orders that came in by other ways, such as those of an older shop; returns how many were linked."""
    orders = get_model("order", "Order").objects.filter(contact_link__isnull=True)
    with_address = orders.exclude(guest_email="", user__isnull=True).exclude(guest_email="", user__email="")
    keys = list(with_address.order_by("-pk").values_list("pk", flat=True)[:limit])
    return sum(link_order(order_id=key) is not None for key in keys)
