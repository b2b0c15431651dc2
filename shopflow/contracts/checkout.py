"""Checkout gates: what must be agreed to, or be true, before an order may be placed."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class CheckoutLine:
    """One basket line as a gate sees it; prices include VAT, in cents."""

    line_id: int
    product_id: int
    title: str
    quantity: int
    requires_shipping: bool
    unit_price_cents: int


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The purchase that a gate judges. ``country`` is ISO 3166-1 alpha-2, ``language`` the language shown."""

    basket_id: int
    user_id: int | None
    email: str
    country: str
    language: str
    payment_method: str
    lines: Sequence[CheckoutLine]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Something shown on the review page. With ``checkbox`` the customer must or may tick it; never ticked before.

    ``html`` is the exact text shown and recorded; ``required`` stops the order when the box is left empty, with
    ``refusal`` as the sentence that says so. ``key`` is unique within the gate.
    """

    key: str
    html: str
    checkbox: bool = True
    required: bool = True
    refusal: Label = ""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A declaration with the customer's answer; ``accepted`` is true for texts that need no box."""

    declaration: Declaration
    accepted: bool


class CheckoutGate(ABC):  # noqa: B024 - a gate may ask, refuse or both
    """Asks for declarations, refuses purchases, and records what was agreed in the order's own transaction.

    A gate that raises does stop the purchase: selling without an answer would be worse than not selling.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        """Texts and boxes for the review page."""
        return ()

    def refusals(self, checkout: Checkout) -> Sequence[Label]:
        """Sentences that say why this purchase cannot be made, and what to do; empty when it can."""
        return ()

    def record(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        """Write down more than the texts and answers, which ordering records itself; in the order's transaction."""
        return

    def follow_up(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        """Do in the background what the customer need not wait for, such as a mail; at least once for each order."""
        return


checkout_gates: Registry[CheckoutGate] = Registry("checkout gate", CheckoutGate)
