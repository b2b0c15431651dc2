from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.contracts.payments import PaymentOrder, Purchase
from shopflow.payments.services import save_bank_account


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Each test has an empty private storage."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture(autouse=True)
def _english():
    """Sentences in assertions are the originals, whether or not translations are compiled."""
    with translation.override("en"):
        yield


@pytest.fixture
def account(db):
    return save_bank_account(holder="Autohaus Muster GmbH", iban="DE02 1203 0000 0000 2020 51")


@pytest.fixture
def make_order(db):
    """An order with one payment source, as the checkout leaves it."""

    def make(number="SF-2026-000123", total="129.95", method="bank_transfer", reference="ref-1", **fields):
        order = get_model("order", "Order").objects.create(
            number=number,
            currency="EUR",
            total_incl_tax=D(total),
            total_excl_tax=D(total),
            **({"status": "new"} | fields),
        )
        kind, _ = get_model("payment", "SourceType").objects.get_or_create(code=method, defaults={"name": method})
        order.sources.create(
            source_type=kind, currency="EUR", amount_allocated=D(total), reference=reference, label=f"by {method}"
        )
        return order

    return make


@pytest.fixture
def purchase():
    def make(total_cents=12995, **facts):
        known = {
            "currency": "EUR",
            "user_id": None,
            "email": "kunde@example.org",
            "country": "DE",
            "shipping_method": "parcel-de",
            "is_digital_only": False,
        }
        return Purchase(total_cents=total_cents, **(known | facts))

    return make


@pytest.fixture
def payment_order(purchase):
    def make(reference="ref-1", **facts):
        return PaymentOrder(
            reference=reference,
            order_number="SF-2026-000123",
            purchase=purchase(**facts),
            description="Order SF-2026-000123",
            return_url=f"http://testserver/back/{reference}/",
            cancel_url=f"http://testserver/cancel/{reference}/",
            billing={
                "first_name": "Max",
                "last_name": "Muster",
                "line4": "Köln",
                "postcode": "50667",
                "country_id": "DE",
            },
        )

    return make
