"""Instructions for bought parts, with the real parts room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from oscar.core.loading import get_model
from oscar.test import factories

from oscar_ext.order.services import change_status
from shopflow.automations.models import Flow, Run
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from shopflow.parts.models import Brand, PartDocument, PartRecord
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    with only_flows("fitting"):
        Flow.objects.filter(code="fitting").update(enabled=True)
        yield


@pytest.fixture
def order():
    germany = get_model("address", "Country").objects.create(iso_3166_1_a2="DE", printable_name="Germany")
    address = factories.ShippingAddressFactory(country=germany)
    placed = factories.create_order(number="100123", guest_email="e@example.org", user=None, shipping_address=address)
    get_model("order", "Order").objects.filter(pk=placed.pk).update(status="shipped")
    return placed


@pytest.fixture
def part(order):
    brand = Brand.objects.create(code="M", name="Muster")
    return PartRecord.objects.create(
        product=order.lines.get().product, brand=brand, number_display="BR-4711", number_key="BR4711",
        list_price_cents=1000, document_name="scheibe.pdf", approval_kind="abe",
    )  # fmt: skip


def paper(kind="manual"):
    return PartDocument.objects.create(
        name="scheibe.pdf", kind=kind, title="Einbau Scheibe", file="part-documents/scheibe.pdf", added_at=clock.now()
    )


@pytest.fixture
def delivered(order, work_on):
    def deliver():
        change_status(order_id=order.pk, new_status="delivered")
        while deliver_due():
            pass
        work_on()

    return deliver


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def days_of_mails():
    begun = Run.objects.get().began_at
    return [round((message.created_at - begun) / timedelta(days=1)) for message in Message.objects.order_by("pk")]


def test_papers_at_once_and_what_matters_after_3_7_and_14_days(part, delivered, work_on):
    paper()
    delivered()
    for _wait in range(3):
        due_at = Run.objects.get().due_at
        work_on(seconds=(due_at - clock.now()).total_seconds() + 1)

    assert mails() == ["fitting_papers", "fitting_before", "fitting_help", "fitting_after"]
    assert [min(abs(day - wanted) for wanted in (0, 3, 7, 14)) <= 1 for day in days_of_mails()] == [True] * 4
    first, before, _help, after = Message.objects.order_by("pk")
    assert (first.mail_class, first.reference) == ("transactional", "100123")
    assert "Einbau Scheibe" in first.text
    assert "part-documents/scheibe.pdf" in first.text
    assert "BR-4711" in before.text
    assert "ABE im Fahrzeug" in after.text
    assert Run.objects.get().state == "done"


def test_parts_without_papers_need_no_words(part, delivered):
    paper(kind="sds")
    delivered()
    assert mails() == []
    assert not Run.objects.exists()


def test_a_return_ends_it(order, part, delivered, work_on):
    paper()
    delivered()
    change_status(order_id=order.pk, new_status="returned")
    while deliver_due():
        pass
    work_on(days=20)
    assert mails() == ["fitting_papers"]
