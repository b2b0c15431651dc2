from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentOverdue(Event):
    """A transfer for an order is late by ``days``; ``due_on`` was its last day, as 2026-11-22."""

    code = "payment_overdue"
    label = _("Payment overdue")
    description = _("The transfer for an order has not come, the number of days after its date that you choose.")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    payment_method: str
    due_on: str
    days: int
    open_cents: int
