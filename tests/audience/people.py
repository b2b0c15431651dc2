"""Contacts, orders and staff, as tests need them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from shopflow.audience.models import Contact
from shopflow.audience.services import link_order, save_contact
from shopflow.core import clock

Order = get_model("order", "Order")
Line = get_model("order", "Line")


def contact(email: str = "anna@example.org", **values: Any) -> Contact:
    made = save_contact(email=email)
    if values:
        Contact.objects.filter(pk=made.pk).update(**values)
        made.refresh_from_db()
    return made


def staff(email: str = "chef@example.org") -> Any:
    return get_user_model().objects.create_superuser(email, "geheim-1234")


def order(
    email: str = "anna@example.org",
    *,
    net: str = "100.00",
    status: str = "paid",
    placed: datetime | None = None,
    product: Any = None,
    sku: str = "",
    basket: Any = None,
    link: bool = True,
) -> Any:
    """An order of a guest with one line, linked to its contact; shipping costs 5 net."""
    shipping = Decimal("5.00")
    made = Order.objects.create(
        number=f"T{Order.objects.count() + 1:05d}",
        guest_email=email,
        currency="EUR",
        total_excl_tax=Decimal(net) + shipping,
        total_incl_tax=(Decimal(net) + shipping) * Decimal("1.19"),
        shipping_excl_tax=shipping,
        shipping_incl_tax=shipping * Decimal("1.19"),
        status=status,
        date_placed=placed or clock.now(),
        basket=basket,
    )
    Line.objects.create(
        order=made,
        product=product,
        title="Bremsscheibe",
        partner_sku=sku,
        upc=getattr(product, "upc", None),
        quantity=1,
        num_allocated=0,
        line_price_excl_tax=Decimal(net),
        line_price_incl_tax=Decimal(net) * Decimal("1.19"),
        line_price_before_discounts_excl_tax=Decimal(net),
        line_price_before_discounts_incl_tax=Decimal(net) * Decimal("1.19"),
        unit_price_excl_tax=Decimal(net),
        unit_price_incl_tax=Decimal(net) * Decimal("1.19"),
    )
    if link:
        link_order(order_id=made.pk)
    return made
