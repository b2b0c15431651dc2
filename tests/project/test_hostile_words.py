"""Markup in titles and names stays text: on pages, in mails, on the invoice."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from oscar.core.loading import get_model

from oscar_ext.order.links import order_token
from shopflow.contracts.checkout import checkout_gates
from shopflow.contracts.payments import payment_methods
from shopflow.documents.invoice import Invoice
from shopflow.legal.services import send_confirmation
from shopflow.mailing.models import Message
from tests.oscar_ext.checkout_support import ADDRESS, ScriptedPayment, germany, go_to_review, press, product

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = "<script>alert(2)</script>"
PATTERN = "{{ 7|add:7 }}{% now 'Y' %}"


@pytest.fixture
def order(client: Any, seller: Any) -> Any:
    germany()
    ScriptedPayment.reset()
    with payment_methods.registered(ScriptedPayment), checkout_gates.without(*checkout_gates.codes()):
        go_to_review(client, product(f"Filter {IMAGE} {PATTERN}"))
        client.post(
            "/checkout/shipping-address/", {**ADDRESS, "first_name": SCRIPT, "notes": f"{SCRIPT}\r\nBcc: x@y.de"}
        )
        review = client.get("/checkout/preview/")
        assert_harmless(review.content.decode())
        press(client, review)
        assert_harmless(client.get("/checkout/thank-you/").content.decode())
    return get_model("order", "Order").objects.get()


def assert_harmless(html: str) -> None:
    assert IMAGE not in html
    assert SCRIPT not in html
    assert "{{ 7|add:7 }}" in html or "Filter" not in html


def test_pages_show_them_as_text(client, order):
    page = client.get(f"/bestellung/{order_token(order)}/").content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert_harmless(page)

    team = get_user_model().objects.create_user("team@example.org", "geheim-1234")
    team.is_staff = team.is_superuser = True
    team.save()
    client.force_login(team)
    for address in (f"/dashboard/orders/{order.number}/", "/dashboard/orders/", "/dashboard/shopflow/payments/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert IMAGE not in answer.content.decode()
        assert SCRIPT not in answer.content.decode()


def test_mail_and_invoice_show_them_as_text(order):
    send_confirmation(order_id=order.pk)

    mail = Message.objects.get()
    assert_harmless(mail.html)
    assert f"Filter {IMAGE} {PATTERN}" in mail.text
    assert "\n" not in mail.subject
    content = Invoice().content(order.pk)
    paper = render_to_string(Invoice.template, {**content, "number": "RE-1", "issued_on": "2026-01-01"})
    assert_harmless(paper)
    assert "&lt;img" in paper
