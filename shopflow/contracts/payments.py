"""Payment methods. Outcomes are values; exceptions are for surprises only."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What a customer is about to pay. ``total_cents`` includes VAT and shipping, in ``currency``.

    ``user_id`` is None for a guest. ``shipping_method`` is empty for a purchase without shipping.
    """

    total_cents: int
    currency: str
    user_id: int | None
    email: str
    country: str
    shipping_method: str
    is_digital_only: bool


@dataclass(frozen=True, kw_only=True)
class PaymentOrder:
    """One payment to start. ``reference`` is unique per attempt: pass it on as idempotency key.

    ``order_number`` is what the customer and the bank see. ``return_url`` and ``cancel_url`` are absolute and
    lead back into the shop.
    """

    reference: str
    order_number: str
    purchase: Purchase
    description: str
    return_url: str
    cancel_url: str
    billing: dict[str, str]


class PaymentState(StrEnum):
    """What is known of a payment. PENDING: the order stands, the money follows. REDIRECT: the customer must act."""

    PENDING = "pending"
    REDIRECT = "redirect"
    AUTHORISED = "authorised"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class PaymentResult:
    """The outcome of a payment call. ``message`` is shown to the customer when it was declined."""

    state: PaymentState
    provider_reference: str = ""
    redirect_url: str = ""
    message: Label = ""
    amount_cents: int | None = None


class PaymentMethod(ABC):
    """A way to pay. No surcharge is possible, by design (§ 270a BGB)."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    position: ClassVar[int] = 100
    asks_provider: ClassVar[bool] = True
    """False when ``start`` decides by itself and calls nobody: then no money can be on its way before the order is."""

    def is_available(self, purchase: Purchase) -> bool:
        """Whether this customer may pay this purchase so."""
        return True

    def refusal(self, purchase: Purchase) -> Label:
        """Why this purchase cannot be paid so after all, as a sentence; empty when it can.

        Asked in the transaction that places an order whose money is still to come, so that a method may lock what it
        counts against: a limit that two purchases must not pass together.
        """
        return ""

    @abstractmethod
    def start(self, payment: PaymentOrder) -> PaymentResult:
        """Start the payment; called once the stock is reserved, and at most once per ``payment.reference``."""

    @abstractmethod
    def status(self, reference: str, provider_reference: str) -> PaymentResult:
        """Ask what became of a payment, after a crash or a redirect. UNKNOWN when nobody can say yet."""

    @abstractmethod
    def refund(self, reference: str, provider_reference: str, amount_cents: int) -> PaymentResult:
        """Give back ``amount_cents`` by the same means (§ 357 (3) BGB); idempotent per reference and amount."""

    def instructions(self, order_id: int) -> str:
        """HTML shown on the thank-you and status page while the money is awaited; empty if there is none."""
        return ""


payment_methods: Registry[PaymentMethod] = Registry("payment method", PaymentMethod)
