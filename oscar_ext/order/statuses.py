"""The words for order statuses, for customers and staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label

LABELS: dict[str, Label] = {
    "new": _("Received"),
    "paid": _("Paid"),
    "in_work": _("In progress"),
    "shipped": _("Shipped"),
    "ready_for_pickup": _("Ready for pickup"),
    "delivered": _("Delivered"),
    "returned": _("Returned"),
    "cancelled": _("Cancelled"),
}

NEXT_STEPS: dict[str, Label] = {
    "new": _("We have received your order and confirmed it by e-mail."),
    "paid": _("Your payment has arrived. We are now preparing your order."),
    "in_work": _("We are getting your order ready."),
    "shipped": _("Your parcel is on its way."),
    "ready_for_pickup": _("Your order is waiting for you at our counter."),
    "delivered": _("Your order has been handed over."),
    "returned": _("Your return has arrived with us."),
    "cancelled": _("This order was cancelled."),
}


def status_label(status: str) -> Label:
    """The word for ``status``; a status of the host shop's own is shown as it is."""
    return LABELS.get(status, status)
