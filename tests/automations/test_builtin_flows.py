"""Basket reminders and review requests, from event to mail, with a moved clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from oscar.core.loading import get_model
from oscar.test import factories

from oscar_ext.catalogue.reviews.events import ReviewPosted
from oscar_ext.order.events import OrderPlaced
from shopflow.audience.models import Contact, ContactOrder
from shopflow.automations import demo
from shopflow.automations.models import Decision, Run
from shopflow.contracts.automations import flows
from shopflow.core import clock
from shopflow.legal.events import WithdrawalDeclared
from shopflow.legal.services import declare_withdrawal
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.models import Message
from shopflow.ordering.events import BasketIdle
from tests.automations.doubles import ConsentChanged
from tests.automations.orders import EMAIL, run_of, status_changed, templates

pytestmark = pytest.mark.django_db
CART = (EMAIL, "cart_reminder")
REVIEW = (EMAIL, "review_request")


@pytest.fixture(autouse=True)
def built_in_flows():
    demo.load(seller=None)


@pytest.fixture
def basket():
    basket = factories.BasketFactory()
    product = factories.ProductFactory(stockrecords__num_in_stock=5)
    basket.add_product(product, 2)
    return basket


@pytest.fixture
def order():
    return factories.create_order(number="100123", guest_email=EMAIL, user=None)


def reviewed(order):
    """Of the order's product, or of one that was bought elsewhere."""
    return ReviewPosted(
        review_id=1, product_id=1, product_title="Bremsscheibe", score=3, email=EMAIL, user_id=1,
        order_id=order and order.pk, order_number=order.number if order else "", page="",
    )  # fmt: skip


def idle(basket):
    return BasketIdle(basket_id=basket.pk, email=EMAIL, user_id=None)


class TestAbandonedCart:
    def test_three_mails_after_1_24_and_48_hours(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        assert templates() == ["cart_reminder_1"]
        work_on(hours=22, minutes=58)
        assert templates() == ["cart_reminder_1"]
        work_on(minutes=3)
        assert templates() == ["cart_reminder_1", "cart_reminder_2"]
        work_on(hours=23, minutes=57)
        assert len(templates()) == 2
        work_on(minutes=4)
        assert templates() == ["cart_reminder_1", "cart_reminder_2", "cart_reminder_3"]
        work_on(days=9)
        assert len(templates()) == 3
        assert run_of("abandoned_cart").state == "done"
        message = Message.objects.first()
        assert (message.mail_class, message.purpose, message.basis) == ("advertising", "cart_reminder", "consent")
        assert "Ölfilter" in message.text

    def test_without_consent_nothing_begins_and_the_reason_is_kept(self, basket, happen, work_on):
        happen(idle(basket))
        work_on(days=3)

        assert templates() == []
        assert not Run.objects.exists()
        decision = Decision.objects.get(flow__code="abandoned_cart")
        assert (decision.code, decision.verdict, decision.email) == ("has_consent", "false", EMAIL)
        assert decision.reason == "There is no consent."

    @pytest.mark.parametrize("by", ["basket", "email"])
    def test_an_order_ends_it(self, basket, happen, work_on, world, by):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        happen(
            OrderPlaced(
                order_id=1, order_number="1", user_id=None, payment_method="prepayment", total_cents=100,
                basket_id=basket.pk if by == "basket" else 999,
                email=EMAIL if by == "email" else "other@example.org",
            )
        )  # fmt: skip
        work_on(days=3)

        assert templates() == ["cart_reminder_1"]
        run = run_of("abandoned_cart")
        assert (run.state, run.reason_code) == ("exited", "exit:order_placed")

    def test_a_strangers_order_does_not_end_it(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        happen(
            OrderPlaced(
                order_id=1, order_number="1", user_id=None, payment_method="prepayment", total_cents=100,
                basket_id=999, email="other@example.org",
            )
        )  # fmt: skip
        work_on(hours=23, minutes=1)

        assert templates() == ["cart_reminder_1", "cart_reminder_2"]

    def test_consent_withdrawn_between_two_mails_ends_it(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        world.consents = set()
        happen(ConsentChanged(email=EMAIL, purpose="cart_reminder", action="withdraw"))

        run = run_of("abandoned_cart")
        assert (run.state, run.reason_code) == ("exited", "exit:consent_changed")
        work_on(days=3)
        assert templates() == ["cart_reminder_1"]

    def test_consent_is_asked_again_even_if_no_event_told_of_its_end(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        world.consents = set()
        work_on(days=1)

        assert templates() == ["cart_reminder_1"]
        run = run_of("abandoned_cart")
        assert (run.state, run.reason_code) == ("exited", "recheck:has_consent")

    def test_a_consent_to_something_else_changes_nothing(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        happen(ConsentChanged(email=EMAIL, purpose="newsletter", action="withdraw"))
        happen(ConsentChanged(email=EMAIL, purpose="cart_reminder", action="confirm"))
        assert run_of("abandoned_cart").state == "active"

    @pytest.mark.parametrize("change", ["emptied", "submitted", "merged", "gone"])
    def test_a_basket_that_is_not_left_any_more_ends_it(self, basket, happen, work_on, world, change):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        if change == "emptied":
            basket.lines.all().delete()
        elif change == "gone":
            basket.lines.all().delete()
            basket.delete()
        else:
            basket.status = change.title()
            basket.save()
        work_on(days=1)

        assert templates() == ["cart_reminder_1"]
        assert run_of("abandoned_cart").reason_code == "recheck:basket_still_open"

    def test_nobody_is_reminded_of_goods_that_cannot_be_had(self, basket, happen, work_on, world):
        world.consents = {CART}
        stock = basket.lines.get().product.stockrecords
        stock.update(num_in_stock=0)
        happen(idle(basket))
        work_on()
        assert (templates(), Run.objects.count()) == ([], 0)
        assert Decision.objects.get(flow__code="abandoned_cart").code == "goods_in_stock"

        stock.update(num_in_stock=5)
        happen(idle(basket))
        work_on()
        stock.update(num_in_stock=0)
        work_on(days=1)
        assert templates() == ["cart_reminder_1"]
        assert run_of("abandoned_cart").reason_code == "recheck:goods_in_stock"

    def test_an_order_that_no_event_told_of_is_found(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        factories.create_order(number="5", guest_email="Erika@example.org", user=None, date_placed=clock.now())
        work_on(days=1)

        assert templates() == ["cart_reminder_1"]
        assert run_of("abandoned_cart").reason_code == "recheck:ordered_since"

    def test_a_newer_basket_takes_over(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        newer = factories.BasketFactory()
        newer.add_product(factories.ProductFactory(stockrecords__num_in_stock=5), 2)
        happen(idle(newer))
        work_on()

        old, new = Run.objects.order_by("pk")
        assert (old.state, old.reason_code, old.ending) == ("exited", "exit:basket_idle", "replaced")
        assert (new.state, templates()) == ("waiting", ["cart_reminder_1"])
        assert new.decisions.get(gate="sending").code == "cap"
        work_on(hours=12)
        assert templates() == ["cart_reminder_1", "cart_reminder_1"]

    def test_after_a_standstill_the_mails_do_not_come_in_a_burst(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        work_on(hours=60)
        assert templates() == ["cart_reminder_1", "cart_reminder_2"]
        work_on(hours=11)
        assert len(templates()) == 2
        work_on(hours=2)
        assert len(templates()) == 3

    def test_nobody_is_reminded_of_a_trifle(self, happen, work_on, world):
        world.consents = {CART}
        small = factories.BasketFactory()
        small.add_product(factories.ProductFactory(stockrecords__price="9.99", stockrecords__num_in_stock=5), 1)
        happen(idle(small))
        work_on(days=3)
        assert templates() == []
        assert Decision.objects.get(flow__code="abandoned_cart").code == "goods_worth"

    def test_nobody_is_reminded_who_sends_something_back(self, order, basket, happen, work_on, world):
        world.consents = {CART}
        order.date_placed = clock.now() - timedelta(days=5)
        order.save()
        contact = Contact.objects.create(email=EMAIL, created_at=clock.now())
        ContactOrder.objects.create(contact=contact, order=order, placed_at=clock.now())
        declared = Declared(submission_key="1", name="Erika", contract=order.number, email=EMAIL)
        declare_withdrawal(declared=declared, language="de")
        happen(idle(basket))
        work_on(days=3)
        assert templates() == ["withdrawal_receipt"]
        assert run_of("abandoned_cart").state == "done"

    def test_a_withdrawal_between_two_mails_ends_it(self, basket, happen, work_on, world):
        world.consents = {CART}
        happen(idle(basket))
        work_on()
        happen(WithdrawalDeclared(declaration_id=1, order_id=1, email=EMAIL, user_id=None))
        work_on(days=3)
        assert templates() == ["cart_reminder_1"]
        assert run_of("abandoned_cart").reason_code == "exit:withdrawal_declared"


class TestReviewRequest:
    def test_it_goes_out_ten_days_later_at_six_in_the_evening(self, order, happen, work_on, world):
        world.consents = {REVIEW}
        before = clock.now()
        happen(status_changed(order, "delivered", "shipped"))
        work_on()

        run = run_of("review_request")
        local = run.due_at.astimezone(ZoneInfo("Europe/Berlin"))
        assert (local.hour, local.minute) == (18, 0)
        earliest = before.astimezone(ZoneInfo("Europe/Berlin")).date() + timedelta(days=10)
        assert local.date() in (earliest, earliest + timedelta(days=1))
        work_on(days=11, hours=1)

        message = Message.objects.get(template="review_request")
        assert (message.mail_class, message.purpose) == ("advertising", "review_request")
        product = order.lines.get().product
        assert f"http://testserver/catalogue/{product.slug}_{product.pk}/reviews/add/" in message.text
        work_on(days=6)
        assert templates().count("review_reminder") == 0
        work_on(days=1, hours=1)
        reminder = Message.objects.get(template="review_reminder")
        assert (reminder.mail_class, reminder.purpose) == ("advertising", "review_request")
        assert f"_{product.pk}/reviews/add/" in reminder.text
        work_on(days=40)
        assert sorted(set(templates())) == ["order_status_delivered", "review_reminder", "review_request"]
        assert len(templates()) == 3

    @pytest.mark.parametrize(
        ("way", "reason"),
        [
            ("review", "exit:review_posted"),
            ("other_review", "completed"),
            ("withdrawn", "exit:withdrawal_declared"),
            ("consent", "exit:consent_changed"),
        ],
    )
    def test_nobody_is_reminded_who_has_answered_or_must_not_be(self, order, happen, work_on, world, way, reason):
        world.consents = {REVIEW}
        happen(status_changed(order, "delivered", "shipped"))
        work_on()
        work_on(days=11, hours=1)
        if way == "withdrawn":
            happen(WithdrawalDeclared(declaration_id=1, order_id=order.pk, email=EMAIL, user_id=None))
        elif way == "consent":
            happen(ConsentChanged(email=EMAIL, purpose="review_request", action="withdraw"))
        else:
            happen(reviewed(order if way == "review" else None))
        work_on(days=9)

        assert "review_request" in templates()
        assert "review_reminder" not in templates()
        run = run_of("review_request")
        assert (run.state in Run.OPEN, run.reason_code) == (False, reason)

    @pytest.mark.parametrize(("basis", "asked"), [({REVIEW}, True), (set(), False)])
    def test_whoever_no_basis_allows_to_ask_is_not_asked(self, order, happen, work_on, world, basis, asked):
        """Consent or § 7 (3) UWG: the same basis as other mails to customers, judged when the mail would go."""
        world.consents = basis
        happen(status_changed(order, "delivered", "shipped"))
        work_on()
        work_on(days=12)
        assert ("review_request" in templates()) is asked
        if asked:
            assert Message.objects.get(template="review_request").basis == "consent_or_customer"

    def test_who_objects_is_not_asked(self, order, happen, work_on, world):
        world.consents = {REVIEW}
        happen(status_changed(order, "delivered", "shipped"))
        work_on()
        happen(ConsentChanged(email=EMAIL, purpose="review_request", action="object"))
        work_on(days=12)
        assert run_of("review_request").reason_code == "exit:consent_changed"
        assert "review_request" not in templates()

    @pytest.mark.parametrize("way", ["status_event", "status", "line", "announced", "consent", "product"])
    def test_it_is_not_sent_when_something_speaks_against_it(self, order, happen, work_on, world, way):
        from shopflow.core.models import OutboxEvent

        world.consents = {REVIEW}
        happen(status_changed(order, "delivered", "shipped"))
        work_on()
        if way == "status_event":
            happen(status_changed(order, "returned", "delivered"))
        elif way == "status":
            order.status = "returned"
            order.save()
        elif way == "line":
            order.lines.update(status="returned")
        elif way == "announced":
            OutboxEvent.objects.create(code="return_requested", payload={"order_id": order.pk}, occurred_at=clock.now())
        elif way == "consent":
            happen(ConsentChanged(email=EMAIL, purpose="review_request", action="withdraw"))
        else:
            get_model("catalogue", "Product").objects.update(is_public=False)
        work_on(days=12)

        assert "review_request" not in templates()
        assert run_of("review_request").reason_code == {
            "status_event": "exit:order_status_changed",
            "consent": "exit:consent_changed",
            "product": "recheck:has_reviewable_products",
        }.get(way, "recheck:no_open_return")


def test_summer_time_moves_no_review_request(monkeypatch):
    from shopflow.automations.definitions import read
    from shopflow.automations.definitions.timing import wait_ends

    wait = read(flows.get("review_request").define().definition).steps[0]
    delivered = datetime(2026, 3, 20, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    due = wait_ends(wait, now=delivered, began_at=delivered)
    assert due.astimezone(ZoneInfo("Europe/Berlin")).isoformat() == "2026-03-30T18:00:00+02:00"
