from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@dataclasses.dataclass(frozen=True, kw_only=True)
class AboutBasket(Event):
    """Base of what happens to a basket whose address is known."""

    basket_id: int
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketIdle(AboutBasket):
    """A basket with goods and a known address has rested for an hour."""

    code = "basket_idle"
    label = _("Basket left for an hour")
    description = _("A basket with goods and a known address has rested for an hour.")


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketCreated(AboutBasket):
    """A basket with a known address holds goods for the first time; for a guest, as soon as the address is sent."""

    code = "basket_created"
    label = _("Basket begun")
    description = _("Somebody with a known address has put the first goods into a basket.")
    on_demand = True


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketUpdated(AboutBasket):
    """Goods of a basket with a known address were added, changed or taken out; for each line."""

    code = "basket_updated"
    label = _("Basket changed")
    description = _("Somebody with a known address has changed what the basket holds.")
    on_demand = True


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketRecovered(AboutBasket):
    """A basket that had been left for an hour is filled further or taken to the checkout; once per rest."""

    code = "basket_recovered"
    label = _("Basket taken up again")
    description = _("Somebody has gone on with a basket that had been left for an hour.")
    on_demand = True


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketMailRequested(AboutBasket):
    """Somebody wants their basket by mail. ``day`` is the ISO date in the shop's time zone."""

    code = "basket_mail_requested"
    label = _("Basket asked for by mail")
    description = _("Somebody has asked for the basket by e-mail.")

    day: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class CheckoutAbandoned(AboutBasket):
    """Somebody went to the checkout and has let the basket rest for an hour since; once for each time."""

    code = "checkout_abandoned"
    label = _("Checkout left without ordering")
    description = _("Somebody was at the checkout and has not ordered within an hour.")


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class CheckoutStarted(AboutBasket):
    """Somebody whose address is known has gone to the checkout; once a day for each basket."""

    code = "checkout_started"
    label = _("Checkout begun")
    description = _("Somebody with a known address has gone to the checkout.")


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class RefundMade(Event):
    """Money has been given back for which there is no order, because the goods were gone when it came.

    ``order_number`` is the one that the customer has read at paying; ``payment_method`` is a code.
    """

    code = "refund_made"
    label = _("Money given back")
    description = _("A payment that no order could be made of has been given back.")

    order_number: str
    basket_id: int
    email: str
    user_id: int | None
    amount_cents: int
    payment_method: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """A payment that was begun has come to nothing, and with it the order; the basket is open again.

    ``order_number`` is the one that the customer has read at paying; ``payment_method`` is a code; ``failure`` is
    ``declined`` (by the provider, or by the customer who came back) or ``expired`` (nobody came back in time).
    """

    code = "payment_failed"
    label = _("Payment failed")
    description = _("A payment was declined, broken off or not finished in time; nothing was ordered.")

    order_number: str
    basket_id: int
    email: str
    user_id: int | None
    amount_cents: int
    payment_method: str
    failure: str
