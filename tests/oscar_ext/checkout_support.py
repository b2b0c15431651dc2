"""A payment method that does what a test tells it, and a purchase ready for the button."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.contracts.payments import PaymentMethod, PaymentOrder, PaymentResult, PaymentState

Country = get_model("address", "Country")
StockRecord = get_model("partner", "StockRecord")

ADDRESS = {
    "first_name": "Erika",
    "last_name": "Beispiel",
    "line1": "Musterweg 1",
    "line4": "Musterstadt",
    "postcode": "12345",
    "country": "DE",
}


class ScriptedPayment(PaymentMethod):
    """Answers ``start`` and ``status`` from a script and remembers what it was asked."""

    code = "scripted"
    label = "Scripted"
    position = 1
    on_start: ClassVar[Any] = PaymentResult(state=PaymentState.PENDING)
    on_status: ClassVar[PaymentResult] = PaymentResult(state=PaymentState.UNKNOWN)
    started: ClassVar[list[PaymentOrder]] = []
    refunded: ClassVar[list[tuple[str, int]]] = []

    @classmethod
    def reset(cls) -> None:
        cls.on_start = PaymentResult(state=PaymentState.PENDING)
        cls.on_status = PaymentResult(state=PaymentState.UNKNOWN)
        cls.started = []
        cls.refunded = []

    def start(self, payment: PaymentOrder) -> PaymentResult:
        self.started.append(payment)
        if isinstance(self.on_start, Exception):
            raise self.on_start
        return self.on_start

    def status(self, reference: str, provider_reference: str) -> PaymentResult:
        return self.on_status

    def refund(self, reference: str, provider_reference: str, amount_cents: int) -> PaymentResult:
        self.refunded.append((reference, amount_cents))
        return PaymentResult(state=PaymentState.REFUNDED)


def product(title: str = "Bremsscheibe", price: str = "100.00", stock: int = 5) -> Any:
    return create_product(title=title, price=Decimal(price), num_in_stock=stock)


def germany() -> Any:
    return Country.objects.get_or_create(
        iso_3166_1_a2="DE",
        defaults={
            "iso_3166_1_a3": "DEU",
            "iso_3166_1_numeric": "276",
            "name": "Deutschland",
            "printable_name": "Deutschland",
            "is_shipping_country": True,
        },
    )[0]


def go_to_review(client: Any, goods: Any, *, quantity: int = 1, email: str = "kunde@example.org") -> Any:
    """Walk a guest to the review page and return its response."""
    client.post(f"/basket/add/{goods.pk}/", {"quantity": quantity})
    client.post("/checkout/", {"username": email, "options": "anonymous"})
    client.post("/checkout/shipping-address/", ADDRESS)
    response = client.get("/checkout/shipping-method/")
    if response.status_code == 200:
        client.post("/checkout/shipping-method/", {"method_code": response.context["methods"][0].code})
    client.post("/checkout/payment-method/", {"method": "scripted"})
    return client.get("/checkout/preview/")


def press(client: Any, review: Any, **answers: str) -> Any:
    return client.post("/checkout/preview/", {"action": "place_order", "button": review.context["button"], **answers})
