"""Late orders, deposits and reviews, with the real rooms around them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test import factories

from oscar_ext.order.events import OrderPlaced
from oscar_ext.order.services import change_status, record_payment
from oscar_ext.shipping.models import ShippingRate
from shopflow.automations.models import Decision, Run
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.core.workdays import add_working_days
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from shopflow.parts.models import Brand, DeliveryPromise, PartRecord
from shopflow.parts.services import announce_late_orders
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    with only_flows("late_delivery", "battery_deposit", "review_thanks"):
        yield


@pytest.fixture
def order():
    germany = get_model("address", "Country").objects.create(iso_3166_1_a2="DE", printable_name="Germany")
    address = factories.ShippingAddressFactory(country=germany)
    placed = factories.create_order(number="100123", guest_email=EMAIL, user=None, shipping_address=address)
    get_model("order", "Order").objects.filter(pk=placed.pk).update(status="new", shipping_code="dhl")
    placed.refresh_from_db()
    return placed


@pytest.fixture
def told():
    def deliver():
        while deliver_due():
            pass

    return deliver


def placed_event(order, payment_method="invoice"):
    return OrderPlaced(
        order_id=order.pk, order_number=order.number, email=EMAIL, user_id=None, basket_id=None,
        payment_method=payment_method, total_cents=int(order.total_incl_tax * 100),
    )  # fmt: skip


def mails():
    return list(
        Message.objects.exclude(template="order_confirmation").order_by("pk").values_list("template", flat=True)
    )


def run_of(code):
    return Run.objects.get(flow__code=code)


def until_due(code, work_on):
    due_at = run_of(code).due_at
    work_on(seconds=(due_at - clock.now()).total_seconds() + 1)
    return localtime(due_at)


def rate(days_to):
    ShippingRate.objects.create(
        code="dhl", name="Paket", countries="DE", price=Decimal("5.90"), days_from=1, days_to=days_to
    )


def part_of(product, **facts):
    brand, _made = Brand.objects.get_or_create(code="M", defaults={"name": "Muster"})
    return PartRecord.objects.create(
        product=product, brand=brand, number_display="A1", number_key="A1", list_price_cents=1000, **facts
    )


def to_day(day, hour=6):
    """Move the clock to ``hour`` of ``day`` on the shop's clocks."""
    wanted = datetime.combine(day, time(hour), tzinfo=localtime(clock.now()).tzinfo)
    clock.move_forward(wanted - clock.now())


class TestLateDelivery:
    def test_the_promise_is_what_the_pages_have_said(self, order, happen):
        rate(3)
        part_of(order.lines.get().product, lead_days=4)
        happen(placed_event(order))

        today = localtime(clock.now()).date()
        assert DeliveryPromise.objects.get().due_on == add_working_days(today, 7)

    def test_where_nothing_was_said_the_law_says_thirty_days(self, order, happen):
        happen(placed_event(order))
        assert DeliveryPromise.objects.get().due_on == localtime(clock.now()).date() + timedelta(days=30)

    def test_a_payment_in_advance_sets_the_clock_going(self, order, happen, told):
        rate(2)
        happen(placed_event(order, "bank_transfer"))
        assert not DeliveryPromise.objects.exists()
        clock.move_forward(timedelta(days=5))
        record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="statement")
        told()
        assert DeliveryPromise.objects.get().due_on == add_working_days(localtime(clock.now()).date(), 2)

    def test_downloads_promise_no_day(self, order, happen):
        get_model("order", "Order").objects.filter(pk=order.pk).update(shipping_address=None, shipping_code="")
        happen(placed_event(order))
        assert not DeliveryPromise.objects.exists()

    def test_on_the_day_the_customer_and_staff_hear_of_it_and_staff_again(self, order, happen, told, work_on):
        rate(2)
        happen(placed_event(order))
        due_on = DeliveryPromise.objects.get().due_on
        to_day(due_on - timedelta(days=1), 23)
        assert announce_late_orders() == 0
        to_day(due_on)
        assert [announce_late_orders(), announce_late_orders()] == [1, 0]
        told()
        work_on()
        assert mails() == []
        morning = until_due("late_delivery", work_on)
        assert (morning.date(), morning.time()) == (due_on, time(9))
        assert mails() == ["promise_at_risk"]
        message = Message.objects.get(template="promise_at_risk")
        assert (message.to_email, message.mail_class, message.reference) == (EMAIL, "transactional", "100123")
        assert due_on.strftime("%-d.") in message.text
        assert [task.title for task in StaffTask.objects.all()] == ["Bestellung 100123: Liefertermin nicht gehalten"]
        third = until_due("late_delivery", work_on)
        assert third.date() == add_working_days(due_on, 3)
        assert StaffTask.objects.count() == 2
        assert mails() == ["promise_at_risk"]
        assert run_of("late_delivery").state == "done"

    @pytest.mark.parametrize("steps", [["paid", "in_work", "shipped"], ["cancelled"]])
    def test_what_has_left_or_ended_is_not_late(self, order, happen, told, work_on, steps):
        rate(2)
        happen(placed_event(order))
        to_day(DeliveryPromise.objects.get().due_on)
        announce_late_orders()
        told()
        for step in steps:
            change_status(order_id=order.pk, new_status=step)
        told()
        work_on(days=1)
        assert mails() == []
        assert run_of("late_delivery").state == "exited"

    def test_a_shipped_order_raises_no_alarm(self, order, happen):
        rate(2)
        happen(placed_event(order))
        for step in ("paid", "in_work", "shipped"):
            change_status(order_id=order.pk, new_status=step)
        to_day(DeliveryPromise.objects.get().due_on)
        assert announce_late_orders() == 0
        assert DeliveryPromise.objects.get().settled_at is not None


class TestBatteryDeposit:
    @pytest.fixture
    def deposit(self, order):
        order.surcharges.create(
            name="Batteriepfand", code="battery_deposit", incl_tax=Decimal("7.50"), excl_tax=Decimal("6.30")
        )

    def deliver(self, order, told):
        for step in ("paid", "in_work", "shipped", "delivered"):
            change_status(order_id=order.pk, new_status=step)
        told()

    def test_a_week_after_the_delivery_the_buyer_hears_how_to_get_it_back(self, order, deposit, told, work_on):
        today = localtime(clock.now()).date()
        self.deliver(order, told)
        work_on()
        assert mails() == []
        due = until_due("battery_deposit", work_on)
        assert (due.date() - today).days in (7, 8)
        assert due.time() == time(10)
        message = Message.objects.get()
        assert (message.template, message.mail_class) == ("battery_deposit", "transactional")
        assert "7,50 €" in message.text
        work_on(days=60)
        assert mails() == ["battery_deposit"]

    def test_orders_without_a_deposit_hear_nothing(self, order, told):
        self.deliver(order, told)
        assert not Run.objects.exists()
        assert Decision.objects.filter(flow__code="battery_deposit", code="order_has_charge").count() == 1

    def test_a_return_ends_it(self, order, deposit, told, work_on):
        self.deliver(order, told)
        change_status(order_id=order.pk, new_status="returned")
        told()
        work_on(days=10)
        assert mails() == []


class TestReviewThanks:
    @pytest.fixture
    def user(self, client):
        user = get_user_model().objects.create_user("Kundin@example.org", "geheim-1234")
        client.force_login(user)
        return user

    @pytest.fixture
    def product(self):
        return factories.create_product(title="Bremsscheibe", price=10)

    def review(self, client, product, score, **more):
        url = reverse("catalogue:reviews-add", kwargs={"product_slug": product.slug, "product_pk": product.pk})
        return client.post(url, {"title": "Meine Meinung", "score": score, "body": "So ist sie.", **more})

    def test_everybody_is_thanked_and_a_bad_review_is_a_task(self, client, user, product, told, work_on):
        assert self.review(client, product, 2).status_code == 302
        told()
        work_on()
        message = Message.objects.get()
        assert (message.template, message.to_email) == ("review_thanks", "kundin@example.org")
        assert "Bremsscheibe" in message.subject
        assert "nicht zufrieden" in message.text
        task = StaffTask.objects.get()
        review = get_model("reviews", "ProductReview").objects.get()
        assert task.title == "Bewertung mit 2 von 5 Sternen: Bremsscheibe"
        assert task.url == reverse("dashboard:reviews-update", args=[review.pk])
        assert review.score == 2

    def test_a_good_one_is_no_task(self, client, user, product, told, work_on):
        self.review(client, product, 3)
        told()
        work_on()
        assert mails() == ["review_thanks"]
        assert "nicht zufrieden" not in Message.objects.get().text
        assert not StaffTask.objects.exists()

    def test_a_guest_gets_no_mail_at_an_address_that_nobody_confirmed(self, client, product, told, work_on):
        self.review(client, product, 1, name="Gast", email="victim@example.org")
        told()
        work_on()
        assert mails() == []
        assert StaffTask.objects.count() == 1

    def test_it_says_which_order_it_belongs_to(self, client, user, product, told):
        order = factories.create_order(number="100200", user=user)
        get_model("order", "Line").objects.filter(order=order).update(product=product)
        self.review(client, product, 5)
        told()
        assert run_of("review_thanks").subject["order_number"] == "100200"
