"""The request to review digital goods, from the first download to the reminder, with the real delivery room."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from oscar.apps.shipping.methods import FixedPrice, NoShippingRequired
from oscar.core.loading import get_model
from oscar.test import factories

from oscar_ext.catalogue.reviews.events import ReviewPosted
from oscar_ext.order.events import OrderStatusChanged
from shopflow.automations.models import Decision, Flow, Run
from shopflow.contracts.automations import RunContext, conditions
from shopflow.contracts.checkout import Agreement, Declaration
from shopflow.contracts.testing import check_condition
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.delivery.models import AccessGrant, DigitalGood
from shopflow.delivery.services import note_confirmed, note_paid, touch
from shopflow.legal.events import WithdrawalDeclared
from shopflow.mailing.models import Message
from shopflow.ordering.services import record_agreements
from tests.automations.doubles import ConsentChanged
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"
BOTH = ("review_request", "review_request_digital")


@pytest.fixture(autouse=True)
def _only(seller, any_hour, world):
    world.consents = {(EMAIL, "review_request")}
    with only_flows(*BOTH):
        Flow.objects.filter(code__in=BOTH).update(enabled=True)
        yield


def bought(method, *, goods=2):
    """A paid order of ``goods`` digital goods, all unlocked; what else it holds comes by ``method``."""
    basket = factories.BasketFactory()
    for _number in range(3):
        basket.add_product(factories.ProductFactory(stockrecords__num_in_stock=5), 1)
    placed = factories.create_order(
        number="100123", basket=basket, guest_email=EMAIL, user=None, shipping_method=method
    )
    type(placed).objects.filter(pk=placed.pk).update(status="new")
    waiver = Declaration(key="digital_content", html="content text")
    agreed = {("digital_content", "digital_content"): Agreement(declaration=waiver, accepted=True)}
    record_agreements(order_id=placed.pk, language="de", agreements=agreed)
    for line in placed.lines.all()[:goods]:
        DigitalGood.objects.create(product=line.product, kind="ebook", contract_kind="digital_content")
    note_confirmed(order_id=placed.pk)
    note_paid(order_id=placed.pk)
    tell()
    return placed


@pytest.fixture
def order():
    return bought(NoShippingRequired(), goods=3)


def tell():
    while deliver_due():
        pass


def use(order, *, number=0):
    touch(grant=AccessGrant.objects.filter(order=order).order_by("pk")[number])
    tell()


def delivered(order):
    return OrderStatusChanged(
        order_id=order.pk, order_number=order.number, email=EMAIL, user_id=None,
        old_status="shipped", new_status="delivered",
    )  # fmt: skip


def live(work_on, days):
    """Let the days pass one by one, so that nothing is late."""
    for _day in range(days):
        work_on(days=1)


def asked():
    return list(
        Message.objects.filter(template__startswith="review_").order_by("pk").values_list("template", flat=True)
    )


def test_five_days_after_the_first_use_at_six_in_the_evening_and_a_week_later(order, work_on):
    work_on(days=30)
    assert not Run.objects.exists()  # unlocked, and never opened
    before = clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    use(order)
    work_on()

    run = Run.objects.get()
    assert (run.flow.code, run.entry_key) == ("review_request_digital", f"order:{order.pk}")
    local = run.due_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.hour, local.minute) == (18, 0)
    assert (local.date() - before.date()).days in (5, 6)
    work_on(days=6, hours=1)

    message = Message.objects.get(template="review_request")
    assert (message.mail_class, message.purpose) == ("advertising", "review_request")
    assert (message.basis, message.to_email) == ("consent_or_customer", EMAIL)
    for line in order.lines.all():
        assert f"/catalogue/{line.product.slug}_{line.product_id}/reviews/add/" in message.text
    assert "100123" in message.subject
    work_on(days=6)
    assert asked() == ["review_request"]
    work_on(days=1, hours=1)
    assert asked() == ["review_request", "review_reminder"]
    work_on(days=60)
    assert asked() == ["review_request", "review_reminder"]


def test_an_order_of_several_goods_is_asked_about_once(order, work_on):
    for number in range(3):
        use(order, number=number)
        use(order, number=number)
        work_on(days=4)
    assert Run.objects.count() == 1
    live(work_on, 20)
    assert asked() == ["review_request", "review_reminder"]


@pytest.mark.parametrize("first", ["download", "delivery"])
def test_of_an_order_with_a_parcel_only_the_delivery_asks(happen, work_on, first):
    order = bought(FixedPrice(charge_excl_tax=5, charge_incl_tax=5))
    steps = [lambda: use(order), lambda: happen(delivered(order))]
    for step in steps if first == "download" else reversed(steps):
        step()
        work_on(hours=1)
    assert [run.flow.code for run in Run.objects.all()] == ["review_request"]
    refused = Decision.objects.filter(flow__code="review_request_digital", run=None)
    assert [(one.verdict, one.code) for one in refused] == [("false", "order_has_goods_to_hand_over")]
    live(work_on, 20)
    assert asked() == ["review_request", "review_reminder"]


@pytest.mark.parametrize("first", ["download", "delivery"])
def test_of_a_digital_order_only_the_use_asks_whatever_status_it_gets(order, happen, work_on, first):
    steps = [lambda: use(order), lambda: happen(delivered(order))]
    for step in steps if first == "download" else reversed(steps):
        step()
        work_on(hours=1)
    assert [run.flow.code for run in Run.objects.all()] == ["review_request_digital"]
    live(work_on, 20)
    assert asked() == ["review_request", "review_reminder"]


@pytest.mark.parametrize("mails", [0, 1])
@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("returned", "exit:order_status_changed"),
        ("cancelled", "exit:order_status_changed"),
        ("withdrawn", "exit:withdrawal_declared"),
        ("object", "exit:consent_changed"),
        ("withdraw", "exit:consent_changed"),
        ("review", "exit:review_posted"),
        ("silent_return", "recheck:no_open_return"),
        ("sold_out", "recheck:has_reviewable_products"),
    ],
)
def test_what_ends_it(order, happen, work_on, way, reason, mails):
    use(order)
    work_on()
    if mails:
        work_on(days=6, hours=1)
    if way in ("returned", "cancelled"):
        happen(
            OrderStatusChanged(
                order_id=order.pk, order_number=order.number, email=EMAIL, user_id=None,
                old_status="paid", new_status=way,
            )
        )  # fmt: skip
    elif way == "withdrawn":
        happen(WithdrawalDeclared(declaration_id=1, order_id=order.pk, email=EMAIL, user_id=None))
    elif way in ("object", "withdraw"):
        happen(ConsentChanged(email=EMAIL, purpose="review_request", action=way))
    elif way == "review":
        happen(
            ReviewPosted(
                review_id=1, product_id=1, product_title="E-Book", score=2, email=EMAIL, user_id=1,
                order_id=order.pk, order_number=order.number, page="",
            )
        )  # fmt: skip
    elif way == "silent_return":
        order.lines.update(status="returned")
    else:
        get_model("catalogue", "Product").objects.update(is_public=False)
    live(work_on, 20)
    run = Run.objects.get()
    assert (run.state in Run.OPEN, run.reason_code) == (False, reason)
    assert asked() == ["review_request"] * mails


def test_nobody_is_asked_without_a_basis(order, work_on, world):
    world.consents = set()
    use(order)
    live(work_on, 20)
    assert asked() == []


def test_the_question_behind_it(order, django_assert_num_queries):
    question = conditions.get("order_has_goods_to_hand_over")
    sent = factories.create_order(number="100124", guest_email=EMAIL, user=None)
    unsaid = factories.create_order(number="100125", guest_email=EMAIL, user=None)
    type(unsaid).objects.filter(pk=unsaid.pk).update(shipping_code="")

    def about(key):
        return RunContext(subject={"order_id": key}, now=clock.now(), run_key="run:1", flow="test")

    check_condition(question, context=about(order.pk))
    contexts = [about(key) for key in (order.pk, sent.pk, unsaid.pk, 0)]
    with translation.override("en"), django_assert_num_queries(1):
        found = question.evaluate_many(contexts, {})
    assert [(one.holds, one.reason) for one in found] == [
        (False, "The order holds digital goods only."),
        (True, "The order holds goods that are sent or picked up."),
        (True, "The order holds goods that are sent or picked up."),
        (None, "The order does not exist any more."),
    ]
