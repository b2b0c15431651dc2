"""Whole purchases through the shop's doors: tax, shipping, gateway, order and invoice agree to the cent."""

from __future__ import annotations

from decimal import Decimal as D
from urllib.parse import urlsplit

import pytest
from oscar.core.loading import get_model
from payments.core import PROVIDER_CACHE

from oscar_ext.order.queries import paid_cents
from oscar_ext.shipping.services import save_rate
from shopflow.contracts.checkout import checkout_gates
from shopflow.contracts.payments import payment_methods
from shopflow.core.services import deliver_due
from shopflow.documents.models import Document
from shopflow.payments.methods import gateway_method
from shopflow.payments.models import GatewayPayment
from shopflow.tax.models import TaxSettings
from tests.oscar_ext.checkout_support import ADDRESS, germany, press, product

Order = get_model("order", "Order")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


@pytest.fixture(autouse=True)
def _shop(settings):
    PROVIDER_CACHE.clear()
    settings.PAYMENT_VARIANTS = {"card": ("shopflow.payments.demo_provider.DemoProvider", {})}
    germany()
    get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="AT",
        defaults={
            "iso_3166_1_a3": "AUT",
            "iso_3166_1_numeric": "040",
            "name": "Österreich",
            "printable_name": "Österreich",
            "is_shipping_country": True,
        },
    )
    save_rate(code="parcel-de", name="Paket", countries="DE", price=D("5.95"), days_from=2, days_to=3)
    save_rate(code="parcel-eu", name="Paket EU", countries="AT", price=D("14.95"), days_from=3, days_to=6)
    gates = checkout_gates.without(*[code for code in checkout_gates.codes() if code != "tax_destination"])
    card = payment_methods.without("gateway_card"), payment_methods.registered(gateway_method("card"))
    with gates, card[0], card[1]:
        yield
    PROVIDER_CACHE.clear()


def review(client, goods, *, country="DE", method="gateway_card", quantity=1):
    client.post(f"/basket/add/{goods.pk}/", {"quantity": quantity})
    client.post("/checkout/", {"username": "kunde@example.org", "options": "anonymous"})
    client.post(
        "/checkout/shipping-address/",
        {**ADDRESS, "country": country, "postcode": "1010" if country == "AT" else "12345"},
    )
    response = client.get("/checkout/shipping-method/")
    if response.status_code == 200:
        client.post("/checkout/shipping-method/", {"method_code": response.context["methods"][0].code})
    client.post("/checkout/payment-method/", {"method": method})
    return client.get("/checkout/preview/")


def pay(client, outcome):
    """Press the button, choose the payment's outcome at the provider, and follow back into the shop."""
    url = urlsplit(GatewayPayment.objects.latest("pk").get_process_url().replace("process/", "")).path
    back = client.post(url, {"outcome": outcome})
    return client.get(urlsplit(back["Location"]).path)


def test_a_card_purchase_abroad_is_taxed_there_and_invoiced(client):
    TaxSettings.objects.create(pk=1, destination_rates=True)
    page = review(client, product(price="100.00"), country="AT")
    press(client, page)
    pay(client, "confirmed")

    order = Order.objects.get()
    line = order.lines.get()
    assert (order.total_incl_tax, order.shipping_incl_tax) == (D("133.95"), D("14.95"))
    assert (line.tax_code, order.shipping_tax_code) == ("distance:AT:20.00", "distance:AT:20.00")
    assert paid_cents(order.pk) == 13395

    deliver_due()
    content = Document.objects.get(order=order).content
    assert content["total"] == "133.95"
    assert content["taxes"] == [{"country": "AT", "percent": "20", "net": "111.62", "vat": "22.33", "gross": "133.95"}]


def test_a_declined_card_leaves_no_order_and_the_next_try_works(client):
    goods = product(price="100.00", stock=1)
    press(client, review(client, goods))
    pay(client, "rejected")

    assert not Order.objects.exists()
    assert (goods.stockrecords.get().num_allocated or 0) == 0

    press(client, review(client, goods, quantity=1))
    pay(client, "confirmed")
    assert Order.objects.count() == 1


def test_a_bank_that_confirms_later_places_the_order_then(client):
    press(client, review(client, product(price="100.00")))
    pay(client, "later")
    assert not Order.objects.exists()

    payment = GatewayPayment.objects.get()
    for _ in range(2):
        client.get(f"{payment.get_process_url()}?verification_result=confirmed")
        from oscar_ext.checkout.services import settle_overdue

        settle_overdue()

    order = Order.objects.get()
    assert paid_cents(order.pk) == 12495
    assert order.sources.get().transactions.filter(txn_type="Debit").count() == 1


def test_a_transfer_is_awaited_then_booked_then_invoiced(client, account):
    press(client, review(client, product(price="100.00"), method="bank_transfer"))
    order = Order.objects.get()
    assert order.status == "new"

    from oscar_ext.order.services import record_payment

    record_payment(order_id=order.pk, amount_cents=12495, reference="statement")
    deliver_due()

    order.refresh_from_db()
    assert order.status == "paid"
    assert Document.objects.get(order=order).content["total"] == str(order.total_incl_tax) == "124.95"
