"""What a consumer hears of a withdrawal, with the real legal room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test import factories

from shopflow.core.services import deliver_due
from shopflow.desk.models import StaffTask
from shopflow.legal.services import declare_withdrawal, handle_withdrawal
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.models import Message
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour, wagtail_site):
    with only_flows("withdrawal_status"):
        yield


@pytest.fixture
def declaration():
    address = factories.ShippingAddressFactory()
    order = factories.create_order(number="100123", guest_email=EMAIL, user=None, shipping_address=address)
    declared = Declared(submission_key="k" * 32, name="Erika Beispiel", contract=order.number, email=EMAIL)
    return declare_withdrawal(declared=declared, language="de")


@pytest.fixture
def handle(declaration, work_on):
    def to(state, note=""):
        handle_withdrawal(declaration_id=declaration.pk, state=state, note=note, order=declaration.order, actor=None)
        while deliver_due():
            pass
        work_on()

    return to


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def test_receipt_at_once_then_accepted_and_settled(declaration, handle, work_on):
    handle("accepted")
    assert mails() == ["withdrawal_receipt"]
    work_on(minutes=11)
    handle("accepted", note="nur eine Notiz")
    work_on(minutes=11)
    assert mails() == ["withdrawal_receipt", "withdrawal_accepted"]
    message = Message.objects.get(template="withdrawal_accepted")
    assert (message.to_email, message.mail_class, message.reference) == (EMAIL, "transactional", "100123")
    refund_by = localtime(declaration.received_at) + timedelta(days=14)
    assert f"{refund_by:%-d}. " in message.text
    assert "Musterstraße 1, 12345 Musterstadt" in message.text
    handle("settled")
    work_on(minutes=11)
    assert mails()[2:] == ["withdrawal_settled"]
    assert not StaffTask.objects.exists()


def test_nothing_has_to_be_sent_back_where_nothing_was_sent(declaration, handle, work_on):
    get_model("order", "Order").objects.filter(pk=declaration.order_id).update(shipping_address=None)
    handle("accepted")
    work_on(minutes=11)
    assert "Musterstraße 1, 12345 Musterstadt\n-" not in Message.objects.get(template="withdrawal_accepted").text
    assert "senden Sie die Ware" not in Message.objects.get(template="withdrawal_accepted").text


def test_a_slip_that_is_corrected_at_once_mails_nothing(handle, work_on):
    handle("accepted")
    work_on(minutes=5)
    handle("open")
    work_on(minutes=30)
    assert mails() == ["withdrawal_receipt"]


def test_a_refusal_is_explained_by_a_person(declaration, handle, work_on):
    handle("rejected", note="Frist vorbei")
    work_on(minutes=11)
    assert mails() == ["withdrawal_receipt"]
    task = StaffTask.objects.get()
    assert (task.kind, task.title) == (
        "statutory_deadline",
        f"Widerruf Nr. {declaration.pk}: Ablehnung erklären",
    )
    assert task.url == reverse("shopflow-staff:withdrawal", args=[declaration.pk])
