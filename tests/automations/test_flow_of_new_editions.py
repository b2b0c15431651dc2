"""New editions of digital goods, with the real delivery room."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from oscar.test import factories

from oscar_ext.order.services import change_status
from shopflow.automations.models import Run
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.delivery.models import AccessGrant, DigitalGood
from shopflow.delivery.services import publish_edition
from shopflow.mailing.models import Message
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour, settings, tmp_path):
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path), "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    with only_flows("new_edition"):
        yield


@pytest.fixture
def told():
    def deliver():
        while deliver_due():
            pass

    return deliver


@pytest.fixture
def order():
    return factories.create_order(number="100123", guest_email="erika@example.org", user=None)


@pytest.fixture
def grant(order):
    line, now = order.lines.get(), clock.now()
    good = DigitalGood.objects.create(product=line.product, kind="ebook", contract_kind="digital_content")
    return AccessGrant.objects.create(
        order=order, order_line=line, good=good, email="Erika@example.org", state=AccessGrant.State.ACTIVE,
        locked_reason="", paid_at=now, confirmed_at=now, granted_at=now, max_downloads=5, downloads_used=5,
    )  # fmt: skip


def upload(good, version, label="E-Book", changes=""):
    body = b"%PDF-1.7\n" + version.encode() + label.encode()
    return publish_edition(
        good=good, label=label, version=version, filename="buch.pdf", content=io.BytesIO(body), size=len(body),
        changes=changes,
    )  # fmt: skip


def test_who_has_bought_it_hears_once_what_is_new(grant, told, work_on):
    upload(grant.good, "1")
    upload(grant.good, "1", label="Datenblatt")
    told()
    assert not Run.objects.exists(), "the first edition is what was bought"
    upload(grant.good, "2", changes="Neues Kapitel.")
    upload(grant.good, "2", label="Datenblatt", changes="Maße berichtigt.")
    told()
    work_on()
    work_on(minutes=59)
    assert not Message.objects.exists()
    work_on(minutes=2)
    message = Message.objects.get()
    assert (message.template, message.to_email, message.mail_class) == (
        "new_edition",
        "erika@example.org",
        "transactional",
    )
    assert message.reference == "100123"
    assert "Neues Kapitel." in message.text
    assert "Maße berichtigt." in message.text
    grant.refresh_from_db()
    assert grant.max_downloads == 8, "the new edition can be fetched, however often the old one was"
    clock.move_forward(timedelta(days=1))
    upload(grant.good, "3", changes="Drittes.")
    told()
    work_on()
    work_on(hours=2)
    assert Message.objects.count() == 2
    assert "Maße" not in Message.objects.last().text


@pytest.mark.parametrize("why", ["revoked", "expired", "returned"])
def test_who_may_not_use_it_any_more_hears_nothing(grant, told, work_on, why):
    upload(grant.good, "1")
    upload(grant.good, "2")
    if why == "returned":
        for status in ("paid", "in_work", "delivered", "returned"):
            type(grant.order).objects.filter(pk=grant.order_id, status="Pending").update(status="new")
            change_status(order_id=grant.order_id, new_status=status)
    else:
        changed = {"state": "revoked"} if why == "revoked" else {"expires_at": clock.now()}
        AccessGrant.objects.update(**changed)
    told()
    work_on()
    work_on(hours=2)
    assert not Message.objects.exists()


def test_an_edition_that_was_replaced_at_once_is_not_announced(grant, told):
    upload(grant.good, "1")
    upload(grant.good, "2")
    third = upload(grant.good, "3")
    told()
    assert [run.subject["file_id"] for run in Run.objects.all()] == [third.pk]
