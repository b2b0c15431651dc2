"""Payments of the demo shop."""

from __future__ import annotations

from decimal import Decimal

from oscar_ext.shipping.services import mark_served_countries, save_rate
from shopflow.core.models import Seller
from shopflow.payments.services import save_bank_account

NEIGHBOURS = "AT BE CZ DK FR LU NL PL"


def load(*, seller: Seller) -> None:
    """Bank account and shipping rates of the demo dealer; the card comes from the ``PAYMENT_VARIANTS`` setting."""
    save_bank_account(holder=seller.name, iban="DE02120300000000202051")
    save_rate(
        code="parcel-de",
        name="Paketversand",
        countries="DE",
        price=Decimal("5.95"),
        free_from=Decimal("150.00"),
        days_from=2,
        days_to=3,
    )
    save_rate(
        code="parcel-eu",
        name="Paketversand ins EU-Ausland",
        countries=NEIGHBOURS,
        price=Decimal("14.95"),
        days_from=3,
        days_to=6,
    )
    mark_served_countries()
