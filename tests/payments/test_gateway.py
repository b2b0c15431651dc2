from __future__ import annotations

from urllib.error import URLError

import pytest
from django.db import transaction
from oscar.core.loading import get_model
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.core import PROVIDER_CACHE, BasicProvider

from oscar_ext.order.queries import paid_cents
from shopflow.contracts.payments import PaymentState, payment_methods
from shopflow.payments import gateway
from shopflow.payments.methods import gateway_method
from shopflow.payments.models import GatewayPayment, GatewayRefund

pytestmark = pytest.mark.django_db


class Elsewhere(BasicProvider):
    """A provider whose form is on its own pages, as most are."""

    def get_form(self, payment, data=None):
        raise RedirectNeeded("https://pay.example.com/session/1")


class Refusing(BasicProvider):
    def get_form(self, payment, data=None):
        raise PaymentError("no such merchant", code=401)

    def refund(self, payment, amount=None):
        raise PaymentError("too late")


class Unreachable(BasicProvider):
    def get_form(self, payment, data=None):
        raise URLError("no route")


class Immediate(BasicProvider):
    def get_form(self, payment, data=None):
        payment.change_status(PaymentStatus.CONFIRMED)
        raise RedirectNeeded(payment.get_success_url())


@pytest.fixture(autouse=True)
def variants(settings):
    PROVIDER_CACHE.clear()
    settings.PAYMENT_VARIANTS = {
        "dummy": ("payments.dummy.DummyProvider", {}),
        "card": ("shopflow.payments.demo_provider.DemoProvider", {}),
        **{cls.__name__.lower(): (f"{__name__}.{cls.__name__}", {}) for cls in (Elsewhere, Refusing, Unreachable)},
    }
    settings.SHOPFLOW_PAYMENT_LABELS = {"card": "Kreditkarte (Demo)"}
    made = {name: gateway_method(name) for name in settings.PAYMENT_VARIANTS}
    for cls in (Elsewhere, Refusing, Unreachable):
        PROVIDER_CACHE[cls.__name__.lower()] = cls()
    with payment_methods.without("gateway_card"), payment_methods.registered(*made.values()):
        yield
    PROVIDER_CACHE.clear()


@pytest.fixture
def told(monkeypatch):
    """References that ordering was told about."""
    seen = []
    monkeypatch.setattr(gateway, "payment_changed", lambda *, reference: seen.append(reference))
    return seen


def start(variant, order):
    return payment_methods.get(f"gateway_{variant}").start(order)


def test_variants_are_methods_with_labels():
    assert payment_methods.get("gateway_card").label == "Kreditkarte (Demo)"
    assert payment_methods.get("gateway_dummy").label == "Dummy"


def test_a_form_provider_is_continued_on_our_page(payment_order, told):
    result = start("card", payment_order())

    row = GatewayPayment.objects.get()
    assert result.state is PaymentState.REDIRECT
    assert result.redirect_url == f"http://testserver/zahlung/{row.token}/"
    assert result.provider_reference == row.token
    assert (row.total, row.currency, row.billing_city) == (row.total.__class__("129.95"), "EUR", "Köln")
    assert told == []


def test_starting_twice_opens_one_payment(payment_order):
    first, second = start("card", payment_order()), start("card", payment_order())

    assert first == second
    assert GatewayPayment.objects.count() == 1


def test_a_provider_elsewhere_gets_the_customer(payment_order):
    result = start("elsewhere", payment_order())

    assert (result.state, result.redirect_url) == (PaymentState.REDIRECT, "https://pay.example.com/session/1")
    assert payment_methods.get("gateway_elsewhere").status("ref-1", "").state is PaymentState.REDIRECT


@pytest.mark.parametrize(("variant", "words"), [("refusing", "declined"), ("unreachable", "does not answer")])
def test_a_failed_start_is_a_value(payment_order, told, variant, words):
    from django.utils import translation

    result = start(variant, payment_order())

    assert result.state is PaymentState.DECLINED
    with translation.override("en"):
        assert words in str(result.message)
    assert payment_methods.get(f"gateway_{variant}").status("ref-1", "").state is PaymentState.DECLINED
    assert told == []


def test_an_unknown_payment_was_never_started():
    assert payment_methods.get("gateway_card").status("nothing", "").state is PaymentState.CANCELLED


@pytest.mark.parametrize(
    ("outcome", "status", "state", "back"),
    [
        ("confirmed", "confirmed", PaymentState.PAID, "http://testserver/back/ref-1/"),
        ("rejected", "rejected", PaymentState.DECLINED, "http://testserver/cancel/ref-1/"),
        ("later", "waiting", PaymentState.UNKNOWN, "http://testserver/back/ref-1/"),
    ],
)
def test_the_customer_pays_on_our_page(client, payment_order, told, outcome, status, state, back):
    url = start("card", payment_order()).redirect_url
    assert client.get(url).status_code == 200
    told.clear()

    response = client.post(url, {"outcome": outcome})

    row = GatewayPayment.objects.get()
    assert (response.status_code, response["Location"], row.status) == (302, back, status)
    assert payment_methods.get("gateway_card").status("ref-1", "").state is state
    assert told == ([] if outcome == "later" else ["ref-1"])


def test_a_wrong_form_is_shown_again(client, payment_order):
    url = start("card", payment_order()).redirect_url

    response = client.post(url, {"outcome": "free beer"})

    assert response.status_code == 200
    assert GatewayPayment.objects.get().status == "input"


def test_a_settled_payment_is_not_paid_again(client, payment_order):
    url = start("card", payment_order()).redirect_url
    client.post(url, {"outcome": "confirmed"})

    response = client.post(url, {"outcome": "rejected"})

    assert response["Location"] == "http://testserver/back/ref-1/"
    assert GatewayPayment.objects.get().status == "confirmed"


def test_a_failing_provider_sends_the_customer_back(client, payment_order):
    url = start("dummy", payment_order()).redirect_url

    response = client.post(
        url,
        {"status": "waiting", "fraud_status": "unknown", "gateway_response": "failure", "verification_result": ""},
    )

    assert response["Location"] == "http://testserver/cancel/ref-1/"
    assert GatewayPayment.objects.get().status == "error"
    assert payment_methods.get("gateway_dummy").status("ref-1", "").state is PaymentState.DECLINED


def test_a_stranger_needs_the_token(client):
    assert client.get("/zahlung/7d444840-9dc0-11d1-b245-5ffdce74fad2/").status_code == 404
    assert client.post("/zahlung/process/7d444840-9dc0-11d1-b245-5ffdce74fad2/").status_code == 404


def confirm(client, row):
    return client.get(f"/zahlung/process/{row.token}/?verification_result=confirmed")


def test_a_later_confirmation_tells_ordering(client, payment_order, told):
    client.post(start("card", payment_order()).redirect_url, {"outcome": "later"})
    row = GatewayPayment.objects.get()

    assert confirm(client, row).status_code == 302

    row.refresh_from_db()
    assert (row.status, row.captured_amount) == ("confirmed", row.total)
    assert told == ["ref-1"]
    assert payment_methods.get("gateway_card").status("ref-1", "").amount_cents == 12995


def test_confirming_twice_books_one_payment(client, payment_order, make_order, told):
    client.post(start("card", payment_order()).redirect_url, {"outcome": "later"})
    order = make_order(method="gateway_card")
    row = GatewayPayment.objects.get()

    confirm(client, row)
    confirm(client, row)

    assert paid_cents(order.pk) == 12995
    assert get_model("payment", "Transaction").objects.filter(txn_type="Debit").count() == 1


def test_a_confirmation_that_cannot_be_booked_is_not_kept(client, payment_order, monkeypatch):
    client.post(start("card", payment_order()).redirect_url, {"outcome": "later"})
    row = GatewayPayment.objects.get()

    def broken(*, reference):
        raise RuntimeError("database gone")

    monkeypatch.setattr(gateway, "payment_changed", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        confirm(client, row)

    row.refresh_from_db()
    assert row.status == "waiting"


def test_the_amount_that_a_provider_names_is_kept(payment_order, make_order, told):
    start("card", payment_order())
    order = make_order(method="gateway_card")
    row = GatewayPayment.objects.get()

    row.captured_amount = 50
    row.change_status("confirmed")

    assert payment_methods.get("gateway_card").status("ref-1", "").amount_cents == 5000
    assert paid_cents(order.pk) == 5000
    order.refresh_from_db()
    assert order.status == "new"


@pytest.mark.parametrize("late", ["rejected", "error", "waiting", "input"])
def test_a_message_that_comes_after_the_money_does_not_undo_it(paid, told, late):
    told.clear()

    GatewayPayment.objects.get().change_status(late)

    paid.refresh_from_db()
    assert (paid.status, paid.captured_amount) == ("confirmed", paid.total)
    assert payment_methods.get("gateway_card").status("ref-1", "").state is PaymentState.PAID
    assert told == []


def test_money_after_a_refusal_is_told(client, payment_order, told):
    client.post(start("card", payment_order()).redirect_url, {"outcome": "rejected"})
    told.clear()

    GatewayPayment.objects.get().change_status("confirmed")

    assert told == ["ref-1"]
    assert payment_methods.get("gateway_card").status("ref-1", "").state is PaymentState.PAID


@pytest.fixture
def paid(client, payment_order, told):
    client.post(start("card", payment_order()).redirect_url, {"outcome": "confirmed"})
    return GatewayPayment.objects.get()


def refund(cents=12995, variant="card"):
    return payment_methods.get(f"gateway_{variant}").refund("ref-1", "", cents)


def test_a_refund_happens_once(paid):
    assert refund().state is PaymentState.REFUNDED
    assert refund().state is PaymentState.REFUNDED

    paid.refresh_from_db()
    assert (paid.status, paid.captured_amount, GatewayRefund.objects.count()) == ("refunded", 0, 1)


def test_part_refunds_keep_the_rest(paid):
    assert refund(2995).state is PaymentState.REFUNDED

    paid.refresh_from_db()
    assert (paid.status, paid.captured_amount) == ("confirmed", 100)


def test_more_than_was_paid_is_not_given_back(paid):
    assert refund(20000).state is PaymentState.DECLINED
    assert GatewayRefund.objects.get().state == "refused"


def test_a_refused_refund_can_be_tried_again(paid):
    PROVIDER_CACHE["card"], good = Refusing(), PROVIDER_CACHE["card"]
    assert refund().state is PaymentState.DECLINED

    PROVIDER_CACHE["card"] = good
    assert refund().state is PaymentState.REFUNDED


def test_a_refund_that_was_cut_off_is_left_to_people(paid, monkeypatch):
    class CutOff(BasicProvider):
        def refund(self, payment, amount=None):
            raise TimeoutError

    PROVIDER_CACHE["card"], good = CutOff(), PROVIDER_CACHE["card"]
    with pytest.raises(TimeoutError):
        refund()
    PROVIDER_CACHE["card"] = good

    assert refund().state is PaymentState.UNKNOWN
    assert GatewayRefund.objects.get().state == "started"


def test_an_authorisation_is_released(paid):
    GatewayPayment.objects.update(status="preauth", captured_amount=0)

    assert refund().state is PaymentState.REFUNDED
    assert GatewayPayment.objects.get().status == "refunded"
