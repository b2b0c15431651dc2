"""Automations that payments, delivery and the legal room bring along, with the real rooms around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test import factories

from oscar_ext.order.events import OrderPlaced
from oscar_ext.order.services import record_payment
from shopflow.automations.models import Flow, Run
from shopflow.automations.services import sync_builtin_flows
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.core.workdays import add_working_days
from shopflow.delivery.events import AccessGranted
from shopflow.delivery.models import AccessGrant, DigitalGood
from shopflow.desk.models import StaffTask
from shopflow.legal.models import WithdrawalHandling
from shopflow.legal.services import declare_withdrawal, handle_withdrawal
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    """The rooms' flows as they come, without the one that mails each change of an order's status."""
    sync_builtin_flows()
    Flow.objects.filter(code="order_status").update(enabled=False)


@pytest.fixture
def order():
    placed = factories.create_order(number="100123", guest_email=EMAIL, user=None)
    get_model("order", "Order").objects.filter(pk=placed.pk).update(status="new")
    placed.refresh_from_db()
    source_type, _made = get_model("payment", "SourceType").objects.get_or_create(
        code="bank_transfer", defaults={"name": "Vorkasse"}
    )
    placed.sources.create(source_type=source_type, currency="EUR", amount_allocated=placed.total_incl_tax)
    return placed


def placed_event(order):
    return OrderPlaced(
        order_id=order.pk,
        order_number=order.number,
        email=EMAIL,
        user_id=None,
        basket_id=None,
        payment_method="bank_transfer",
        total_cents=int(order.total_incl_tax * 100),
    )


def mails():
    """What was mailed, without the confirmation that every order gets."""
    sent = Message.objects.exclude(template="order_confirmation").order_by("pk")
    return list(sent.values_list("template", flat=True))


def run_of(code):
    return Run.objects.get(flow__code=code)


def until_due(code, work_on):
    """Let the time pass until the run's wait is over; returns when that is."""
    due_at = run_of(code).due_at
    work_on(seconds=(due_at - clock.now()).total_seconds() + 1)
    return due_at


def test_which_flows_come_switched_on():
    enabled = dict(Flow.objects.values_list("code", "enabled"))

    assert {code: enabled[code] for code in ("payment_reminder", "unused_download", "withdrawal_deadline")} == {
        "payment_reminder": True,
        "unused_download": True,
        "withdrawal_deadline": True,
    }


class TestPaymentReminder:
    def test_it_reminds_twice_and_cancels_on_working_days(self, order, happen, work_on):
        today = localtime(clock.now()).date()
        happen(placed_event(order))
        work_on()
        first = until_due("payment_reminder", work_on)
        assert mails() == ["payment_reminder"]
        second = until_due("payment_reminder", work_on)
        assert mails() == ["payment_reminder", "payment_last_reminder"]
        last = until_due("payment_reminder", work_on)
        while deliver_due():
            pass

        assert localtime(first).time() == time(10)
        third_day = localtime(first).date()
        assert third_day in (add_working_days(today, 3), add_working_days(today, 4)), "after 10 o'clock one more"
        assert localtime(second).date() == add_working_days(third_day, 4)
        assert localtime(last).date() == add_working_days(third_day, 7)
        assert {localtime(second).hour, localtime(last).hour} == {10}
        order.refresh_from_db()
        assert order.status == "cancelled"
        assert mails() == ["payment_reminder", "payment_last_reminder"]
        assert not StaffTask.objects.exists()
        message = Message.objects.last()
        assert "drei Werktagen" in message.text
        assert (message.mail_class, message.reference) == ("transactional", "100123")

    def test_a_payment_ends_it(self, order, happen, work_on):
        happen(placed_event(order))
        work_on()
        record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="statement")
        while deliver_due():
            pass
        work_on(days=30)

        assert mails() == []
        run = run_of("payment_reminder")
        assert (run.state, run.reason_code) == ("exited", "exit:order_paid")
        order.refresh_from_db()
        assert order.status == "paid"

    def test_an_order_that_is_paid_in_part_is_left_to_staff(self, order, happen, work_on):
        happen(placed_event(order))
        work_on()
        record_payment(order_id=order.pk, amount_cents=1, reference="statement")
        for _mail in range(3):
            until_due("payment_reminder", work_on)

        order.refresh_from_db()
        assert order.status == "new"
        assert mails() == ["payment_reminder", "payment_last_reminder"]
        task = StaffTask.objects.get()
        assert (task.title, task.reference) == ("Bestellung 100123: nur teilweise bezahlt", "100123")
        assert run_of("payment_reminder").state == "done"

    def test_other_ways_to_pay_are_not_reminded(self, order, happen, work_on):
        from dataclasses import replace

        happen(replace(placed_event(order), payment_method="invoice"))

        assert not Run.objects.exists()


class TestUnusedDownload:
    @pytest.fixture
    def grant(self, order):
        now = clock.now()
        line = order.lines.get()
        good = DigitalGood.objects.create(product=line.product, kind=DigitalGood.Kind.EBOOK)
        return AccessGrant.objects.create(
            order=order,
            order_line=line,
            good=good,
            email=EMAIL,
            state=AccessGrant.State.ACTIVE,
            locked_reason="",
            paid_at=now,
            confirmed_at=now,
            granted_at=now,
        )

    def granted(self, grant):
        return AccessGranted(order_id=grant.order_id, grant_id=grant.pk, email=EMAIL, user_id=None)

    def test_a_fresh_link_after_three_days_and_help_after_ten(self, grant, happen, work_on):
        happen(self.granted(grant))
        work_on()
        until_due("unused_download", work_on)
        assert mails() == ["download_waiting"]
        until_due("unused_download", work_on)
        work_on(days=30)

        assert mails() == ["download_waiting", "download_help"]
        assert grant.good.product.get_title() in Message.objects.first().text
        assert "http://testserver/" in Message.objects.first().text
        assert run_of("unused_download").state == "done"

    def test_a_week_before_the_access_ends_one_more(self, grant, happen, work_on):
        ends = clock.now() + timedelta(days=60)
        AccessGrant.objects.filter(pk=grant.pk).update(expires_at=ends)
        happen(replace(self.granted(grant), ends_on=localtime(ends).date().isoformat()))
        work_on()
        for _wait in range(2):
            until_due("unused_download", work_on)
        assert mails() == ["download_waiting", "download_help"]
        until_due("unused_download", work_on)

        assert mails() == ["download_waiting", "download_help", "download_ending"]
        last = Message.objects.last()
        assert (localtime(ends).date() - localtime(last.created_at).date()).days == 7
        assert date_format(localtime(ends), "DATE_FORMAT") in last.text
        assert run_of("unused_download").state == "done"

    def test_an_access_that_ends_too_soon_is_named_no_third_time(self, grant, happen, work_on):
        happen(replace(self.granted(grant), ends_on=localtime(clock.now() + timedelta(days=14)).date().isoformat()))
        work_on()
        for _wait in range(2):
            until_due("unused_download", work_on)
        assert run_of("unused_download").state == "done"
        work_on(days=30)

        assert mails() == ["download_waiting", "download_help"]

    def test_who_has_opened_it_hears_nothing(self, grant, happen, work_on):
        happen(self.granted(grant))
        work_on()
        AccessGrant.objects.filter(pk=grant.pk).update(first_used_at=clock.now())
        work_on(days=30)

        assert mails() == []
        assert run_of("unused_download").state == "exited"


class TestWithdrawalDeadline:
    @pytest.fixture
    def declaration(self, order):
        declared = Declared(submission_key="k" * 32, name="Erika Beispiel", contract=order.number, email=EMAIL)
        row = declare_withdrawal(declared=declared, language="de")
        while deliver_due():
            pass
        return row

    def tasks(self):
        return list(StaffTask.objects.order_by("pk").values_list("title", "state"))

    def test_three_tasks_and_a_warning_on_the_thirteenth_day(self, declaration, work_on):
        number = declaration.pk
        received = localtime(declaration.received_at).date()
        work_on()
        assert self.tasks() == [(f"Widerruf Nr. {number} aufnehmen", "open")]
        for _wait in range(3):
            until_due("withdrawal_deadline", work_on)

        assert self.tasks() == [
            (f"Widerruf Nr. {number} aufnehmen", "open"),
            (f"Widerruf Nr. {number}: erstatten", "open"),
            (f"Widerruf Nr. {number}: noch zwei Tage", "open"),
        ]
        days = [(localtime(task.due_at).date() - received).days for task in StaffTask.objects.order_by("pk")]
        assert days == [1, 14, 14]
        assert mails().count("automation_note") == 1
        assert set(StaffTask.objects.values_list("kind", flat=True)) == {"statutory_deadline"}

    def test_settling_it_closes_its_tasks_and_opens_no_more(self, declaration, work_on):
        work_on()
        handle_withdrawal(
            declaration_id=declaration.pk,
            state=WithdrawalHandling.State.SETTLED,
            note="",
            order=declaration.order,
            actor=None,
        )
        work_on(days=20)

        assert self.tasks() == [(f"Widerruf Nr. {declaration.pk} aufnehmen", "done")]
        assert "automation_note" not in mails()
