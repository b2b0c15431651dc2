"""The deposit of a battery, from the review page to mail, order page and invoice, to the cent."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.storage.filesystem import FileSystemStorage
from django.core.management import call_command
from oscar.core.loading import get_model
from pypdf import PdfReader

from oscar_ext.order.links import order_token
from oscar_ext.order.services import record_payment
from shopflow.core.models import NumberSequence, OutboxDelivery
from shopflow.core.services import deliver_due
from shopflow.documents.models import Document
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due
from shopflow.parts.models import PartRecord
from tests.oscar_ext.checkout_support import go_to_review, press

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


@pytest.fixture
def order(client: Any, wagtail_site: Any, settings: Any, tmp_path: Any) -> Any:
    """Two batteries with deposit, ordered by a guest from the demo shop, to be paid by transfer."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    call_command("load_demo", fast=True)
    battery = PartRecord.objects.filter(battery_deposit_gross_cents__gt=0, product__stockrecords__num_in_stock__gt=2)
    review = go_to_review(client, battery.first().product, quantity=2)
    client.post("/checkout/payment-method/", {"method": "bank_transfer"})
    review = client.get("/checkout/preview/")
    boxes = {asked.field_name: "on" for asked in review.context["agreements"] if asked.declaration.checkbox}
    press(client, review, **boxes)
    return Order.objects.get()


def work() -> None:
    while deliver_due() or send_due():
        pass


def german(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".")


def pay(order: Any) -> None:
    record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="statement")


@pytest.mark.once
def test_every_paper_and_page_names_the_deposit(client, order):
    [deposit] = order.surcharges.all()
    assert deposit.incl_tax == Decimal("15.00")
    lines = sum(line.line_price_incl_tax for line in order.lines.all())
    assert order.total_incl_tax == lines + order.shipping_incl_tax + deposit.incl_tax
    pay(order)
    work()

    confirmation = Message.objects.get(template="order_confirmation")
    for text in (confirmation.html, confirmation.text):
        assert deposit.name in text
        assert german(order.total_incl_tax) in text.replace("\u00a0", " ")
    page = client.get(f"/bestellung/{order_token(order)}/").content.decode()
    assert deposit.name in page
    assert "15,00" in page

    document = Document.objects.get()
    content = document.content
    amounts = [*content["lines"], *content["charges"]]
    assert sum(Decimal(amount["gross"]) for amount in amounts) == order.total_incl_tax == Decimal(content["total"])
    assert sum(Decimal(tax["gross"]) for tax in content["taxes"]) == order.total_incl_tax
    assert all(Decimal(tax["net"]) + Decimal(tax["vat"]) == Decimal(tax["gross"]) for tax in content["taxes"])
    assert [charge["rate"] for charge in content["charges"] if charge["title"] == deposit.name] == ["19 %"]
    with storages["private"].open(document.pdf) as pdf:
        printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.read())).pages)
    printed = re.sub(r"\s+", " ", printed)
    assert re.sub(r"\s+", " ", deposit.name) in printed
    assert german(order.total_incl_tax) in printed


def test_a_full_disk_numbers_nothing_and_is_tried_again(order, monkeypatch):
    real = FileSystemStorage.save

    def full(self: Any, name: str, content: Any, max_length: Any = None) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)
    pay(order)
    while deliver_due():
        pass

    assert Document.objects.count() == 0
    assert not NumberSequence.objects.filter(series__startswith="document:", last_value__gt=0).exists()
    assert not Message.objects.filter(template="order_confirmation").exists()
    waiting = OutboxDelivery.objects.filter(state="waiting")
    assert set(waiting.values_list("subscriber", flat=True)) >= {"documents.invoices", "legal_order_confirmation"}
    assert all("No space left" in delivery.last_error for delivery in waiting)

    monkeypatch.setattr(FileSystemStorage, "save", real)
    waiting.update(due_at=order.date_placed)
    work()

    assert Document.objects.get().number.endswith("00001")
    assert Message.objects.filter(template="order_confirmation", state="accepted").count() == 1
