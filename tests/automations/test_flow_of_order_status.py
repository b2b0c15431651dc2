"""The mails about an order that moves on, from event to mail, with a moved clock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from oscar.test import factories

from shopflow.automations import demo
from shopflow.automations.models import Decision, Run
from shopflow.contracts.mail import Attachment, MailContext, mail_contexts
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery
from shopflow.core.services import deliver_due, publish
from shopflow.mailing.models import Message
from tests.automations.orders import EMAIL, run_of, status_changed, templates

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TOLD = ["paid", "in_work", "shipped", "ready_for_pickup", "delivered", "returned", "cancelled"]


@pytest.fixture(autouse=True)
def built_in_flows():
    demo.load(seller=None)


@pytest.fixture
def order():
    return factories.create_order(number="100123", guest_email=EMAIL, user=None)


class TestOrderStatus:
    @pytest.mark.parametrize("status", TOLD)
    def test_each_step_of_an_order_is_one_mail(self, order, happen, work_on, status):
        event = status_changed(order, status)
        happen(event)
        happen(event)
        work_on()

        (message,) = Message.objects.all()
        assert message.template == f"order_status_{status}"
        assert (message.to_email, message.mail_class, message.reference) == (EMAIL, "transactional", "100123")
        assert message.dedupe_key == f"run:{run_of('order_status').pk}:mail:1"
        assert "100123" in message.subject
        assert "100123" in message.text
        assert order.lines.get().title in message.html

    def test_other_statuses_are_not_told(self, order, happen, work_on):
        happen(status_changed(order, "in_the_works_council", "paid"))
        work_on()

        assert templates() == []
        assert Decision.objects.get(flow__code="order_status").code == "trigger_where"

    def test_a_document_goes_along_once(self, order, happen, work_on):
        class Papers(MailContext):
            code, label = "documents", "Documents"

            def context(self, subject):
                return {}

            def attachments(self, subject):
                return [Attachment("Rechnung.pdf", "application/pdf", "documents/1.pdf")]

        with mail_contexts.without("documents"), mail_contexts.registered(Papers):
            happen(status_changed(order, "paid"))
            work_on()
            happen(status_changed(order, "in_work", "paid"))
            work_on()
            work_on(minutes=11)
        paid, in_work = Message.objects.order_by("pk")
        assert [file["storage_name"] for file in paid.attachments] == ["documents/1.pdf"]
        assert in_work.attachments == []

    def test_moves_that_follow_each_other_fast_are_told_together(self, order, happen, work_on):
        happen(status_changed(order, "paid"))
        work_on()
        assert templates() == ["order_status_paid"]  # the first goes at once
        work_on(minutes=2)
        happen(status_changed(order, "in_work", "paid"))
        work_on()
        work_on(minutes=9)
        assert templates() == ["order_status_paid"]
        happen(status_changed(order, "shipped", "in_work"))
        work_on()
        overtaken = Run.objects.get(entry_key=f"order:{order.pk}:in_work")
        work_on(minutes=9)
        overtaken.refresh_from_db()
        assert (overtaken.state, templates()) == ("done", ["order_status_paid"])
        work_on(minutes=2)

        paid, shipped = Message.objects.order_by("pk")
        assert shipped.template == "order_status_shipped"
        assert "Zuvor:" in shipped.text
        assert "Zuvor: In Bearbeitung" in shipped.html
        assert "Zuvor:" not in paid.text + paid.html
        work_on(days=1)
        assert len(templates()) == 2

    def test_a_second_move_is_told_after_ten_minutes_if_nothing_comes(self, order, happen, work_on):
        happen(status_changed(order, "paid"))
        happen(status_changed(order, "in_work", "paid"))  # before the worker has come to the first
        work_on()
        assert templates() == ["order_status_paid"]
        work_on(minutes=11)
        assert templates() == ["order_status_paid", "order_status_in_work"]
        assert "Zuvor:" not in Message.objects.last().text
        happen(status_changed(order, "shipped", "in_work"))
        work_on()
        assert templates()[-1] == "order_status_shipped"  # more than ten minutes after the last move

    def test_another_orders_moves_do_not_matter(self, order, happen, work_on):
        other = factories.create_order(number="100124", guest_email=EMAIL, user=None)
        happen(status_changed(order, "paid"))
        happen(status_changed(other, "paid"))
        work_on()
        assert templates() == ["order_status_paid", "order_status_paid"]

    def test_a_move_that_is_not_told_overtakes_nothing(self, order, happen, work_on):
        happen(status_changed(order, "paid"))
        happen(status_changed(order, "in_work", "paid"))
        work_on()
        happen(status_changed(order, "in_the_works_council", "in_work"))
        work_on(minutes=11)
        assert templates() == ["order_status_paid", "order_status_in_work"]

    def test_events_that_arrive_the_wrong_way_round_lose_nothing(self, order, happen, work_on):
        with transaction.atomic():
            publish(status_changed(order, "paid"))
        late = OutboxDelivery.objects.filter(subscriber="automations")
        late.update(due_at=clock.now() + timedelta(minutes=1))
        happen(status_changed(order, "in_work", "paid"))
        work_on()
        assert templates() == []
        clock.move_forward(timedelta(minutes=2))
        while deliver_due():
            pass
        work_on()
        assert templates() == ["order_status_paid"]
        work_on(minutes=10)
        assert templates() == ["order_status_paid", "order_status_in_work"]


def test_money_in_mails_is_what_the_order_says(order, happen, work_on):
    order.total_incl_tax = Decimal("1234.50")
    order.save()
    happen(status_changed(order, "paid"))
    work_on()
    assert "1.234,50" in Message.objects.get().text
