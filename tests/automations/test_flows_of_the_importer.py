"""Flows for staff: imports that stand still, and parts that run low, with the real importer around them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test import factories

from dealer_import.models import ImportRun, LowStock, Supplier
from dealer_import.profiles import load_profile
from dealer_import.services import (
    announce_low_stock,
    announce_stopped_runs,
    discard_run,
    release_run,
    send_supplier_order,
    settle_source,
)
from shopflow.automations.models import Flow, Run
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.core.workdays import add_working_days
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from shopflow.parts.models import Brand, PartRecord
from tests.automations.rooms import only_flows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _flows(seller, any_hour):
    with only_flows("import_guard", "reorder"):
        yield


@pytest.fixture
def told():
    """Deliver what was published."""

    def deliver():
        while deliver_due():
            pass

    return deliver


def stopped_run(source="dms", **fields):
    facts = {"state": "done", "outcome": "held", "reason": "too_many_missing", "created_at": clock.now()}
    return ImportRun.objects.create(source=source, file_name="teile.csv", **(facts | fields))


def tasks():
    return list(StaffTask.objects.order_by("pk").values_list("title", "state"))


def notes():
    return list(Message.objects.order_by("pk").values_list("template", "subject"))


def until_due(work_on):
    due_at = Run.objects.get(state="waiting").due_at
    work_on(seconds=(due_at - clock.now()).total_seconds() + 1)
    return localtime(due_at)


def test_they_come_switched_on():
    assert set(Flow.objects.filter(code__in=["import_guard", "reorder"]).values_list("enabled", flat=True)) == {True}


class TestImportGuard:
    def test_a_task_at_once_and_two_reminders_on_working_days(self, told, work_on):
        run = stopped_run()
        today = localtime(clock.now()).date()
        assert [announce_stopped_runs(), announce_stopped_runs()] == [1, 0]
        told()
        work_on()
        task = StaffTask.objects.get()
        assert (task.kind, task.title, task.url) == (
            "held_import",
            "Import dms: teile.csv ansehen",
            reverse("shopflow-staff:import-run", args=[run.pk]),
        )
        first, second = until_due(work_on), until_due(work_on)

        assert first.time() == time(9)
        assert first.date() in (add_working_days(today, 1), add_working_days(today, 2))
        assert second.date() == add_working_days(first.date(), 2)
        assert notes() == [
            ("automation_note", "Import dms steht seit gestern"),
            ("automation_note", "Import dms steht seit drei Werktagen"),
        ]
        assert Run.objects.get().state == "done"
        assert mail.outbox == []

    @pytest.mark.parametrize("decide", [discard_run, release_run])
    def test_a_decision_ends_it_and_closes_the_task(self, told, work_on, decide, admin_user):
        profile = load_profile("sample_csv")
        run = stopped_run(stored_file="kept.csv", profile=profile.name, profile_tables=dict(profile.options))
        announce_stopped_runs()
        told()
        work_on()
        decide(run_id=run.pk, actor=admin_user)
        told()
        work_on(days=10)

        assert tasks() == [("Import dms: teile.csv ansehen", "done")]
        assert (Run.objects.get().state, Run.objects.get().reason_code) == ("exited", "exit:import_settled")
        assert notes() == []

    def test_a_second_held_run_keeps_the_first_ones_task_open(self, told, work_on, admin_user):
        first, _second = stopped_run(), stopped_run()
        assert announce_stopped_runs() == 2
        told()
        work_on()
        discard_run(run_id=first.pk, actor=admin_user)
        assert [state for _title, state in tasks()] == ["open"]

    def test_a_failed_run_is_over_once_a_later_one_went_well(self, told, work_on):
        stopped_run(state="failed", outcome="", reason="")
        announce_stopped_runs()
        told()
        work_on()
        assert settle_source("dms") is False
        stopped_run(outcome="applied")
        assert settle_source("dms") is True
        told()
        work_on(days=10)
        assert [state for _title, state in tasks()] == ["done"]
        assert notes() == []

    def test_dry_runs_and_old_ones_are_no_news(self):
        stopped_run(dry_run=True)
        stopped_run(created_at=clock.now() - timedelta(days=3))
        assert announce_stopped_runs() == 0


class TestReorder:
    @pytest.fixture
    def supplier(self):
        brand = Brand.objects.create(code="MUSTER", name="Muster")
        supplier = Supplier.objects.create(name="Großhandel", email="order@example.org", threshold=2, target=5)
        supplier.brands.add(brand)
        for number in ("A1", "B2"):
            product = factories.create_product(price=10, num_in_stock=5)
            PartRecord.objects.create(
                product=product, brand=brand, number_display=number, number_key=number, list_price_cents=1000,
                cost_cents=600,
            )  # fmt: skip
        return supplier

    def set_stock(self, number, pieces):
        records = get_model("partner", "StockRecord").objects
        records.filter(product__part_record__number_key=number).update(num_in_stock=pieces)

    def test_a_task_the_list_at_eight_and_a_reminder_after_two_working_days(self, supplier, told, work_on):
        assert announce_low_stock() == 0
        self.set_stock("A1", 1)
        assert [announce_low_stock(), announce_low_stock()] == [1, 0]
        told()
        work_on()
        task = StaffTask.objects.get()
        assert (task.kind, task.title) == ("reorder", "Bei Großhandel nachbestellen: 1 Teile")
        assert task.url == reverse("shopflow-staff:import-supplier", args=[supplier.pk])
        morning = until_due(work_on)
        assert morning.time() == time(8)
        message = Message.objects.get()
        assert (message.template, message.to_email, message.mail_class) == (
            "reorder_digest",
            "shop@example.org",
            "staff",
        )
        assert "Großhandel" in message.text
        assert "24,00" in message.text
        second = until_due(work_on)
        assert second.date() == add_working_days(morning.date(), 2)
        assert notes()[-1] == ("automation_note", "Großhandel: seit zwei Werktagen nicht nachbestellt")

    def test_two_suppliers_make_one_mail_a_day(self, supplier, told, work_on):
        other = Supplier.objects.create(name="Zweiter", threshold=2, target=5)
        brand = Brand.objects.create(code="ZWEI", name="Zwei")
        other.brands.add(brand)
        PartRecord.objects.filter(number_key="B2").update(brand=brand)
        self.set_stock("A1", 0)
        self.set_stock("B2", 0)
        announce_low_stock()
        told()
        work_on()
        due_at = Run.objects.filter(state="waiting").latest("due_at").due_at
        work_on(seconds=(due_at - clock.now()).total_seconds() + 1)

        message = Message.objects.get()
        assert "Großhandel" in message.text
        assert "Zweiter" in message.text

    def test_an_order_ends_it_and_closes_the_task(self, supplier, told, work_on, admin_user):
        self.set_stock("A1", 1)
        announce_low_stock()
        told()
        work_on()
        part = PartRecord.objects.get(number_key="A1")
        send_supplier_order(supplier_id=supplier.pk, quantities={part.pk: 4}, actor=admin_user)
        told()
        work_on(days=20)

        assert tasks() == [("Bei Großhandel nachbestellen: 1 Teile", "done")]
        assert [template for template, _subject in notes()] == ["supplier_order"]
        assert Run.objects.get().reason_code == "exit:supplier_ordered"

    def test_stock_that_comes_back_ends_it_and_makes_room_for_the_next_time(self, supplier, told, work_on):
        self.set_stock("A1", 1)
        announce_low_stock()
        told()
        work_on()
        self.set_stock("A1", 9)
        assert announce_low_stock() == 1
        told()
        assert not LowStock.objects.exists()
        assert Run.objects.get().reason_code == "exit:stock_recovered"
        self.set_stock("A1", 0)
        announce_low_stock()
        told()
        assert Run.objects.filter(state__in=Run.OPEN).count() == 1
        assert OutboxEvent.objects.filter(code="stock_below_threshold").count() == 2
