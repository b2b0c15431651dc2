"""A customer with an account: a reminded basket, a digital good behind its waiver, a review request."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from shopflow.core import clock
from tests.journeys.shopping import check_out, put_into_basket

Order = get_model("order", "Order")

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CUSTOMER = "kundin@example.org"
PASSWORD = "Schraube-und-Mutter-7"


def register(page):
    page.goto("/accounts/login/")
    page.locator("input[name=registration-email]").fill(CUSTOMER)
    page.locator("input[name=registration-password1]").fill(PASSWORD)
    page.locator("input[name=registration-password2]").fill(PASSWORD)
    page.locator("button[name=registration_submit]").click()
    page.wait_for_load_state()


def test_a_customer_is_reminded_buys_and_downloads(demo_shop, page, work, mailbox, looks_right):
    register(page)
    page.goto("/accounts/mail-einstellungen/")
    looks_right(page)
    page.locator("input[name=cart_reminder]").check(force=True)
    page.locator("input[name=review_request]").check(force=True)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    work()
    page.goto(mailbox.link(CUSTOMER, "/einstellungen/bestaetigen/").replace("http://testserver", demo_shop))
    confirm = page.locator("main form button[type=submit]")
    if confirm.count():
        confirm.first.click()
        page.wait_for_load_state()
    work()
    before = len(mailbox.to(CUSTOMER))

    put_into_basket(page, "bremsscheibe")
    work()
    assert len(mailbox.to(CUSTOMER)) == before
    clock.move_forward(timedelta(minutes=61))
    work()
    assert len(mailbox.to(CUSTOMER)) == before + 1
    reminder = mailbox.last(CUSTOMER)
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    clock.move_forward(timedelta(hours=24))
    work()
    assert len(mailbox.to(CUSTOMER)) == before + 2

    page.goto(mailbox.link(CUSTOMER, "/warenkorb/").replace("http://testserver", demo_shop))
    put_into_basket(page, "DIG-BREMSEN")
    check_out(page, payment="bank_transfer")
    assert page.url.endswith("/preview/"), "the e-book needs its own consent"
    assert Order.objects.count() == 0
    page.get_by_label(re.compile("Widerrufsrecht")).check(force=True)
    page.get_by_role("button", name="Zahlungspflichtig bestellen", exact=True).click()
    page.wait_for_url("**/thank-you/")
    work()
    clock.move_forward(timedelta(hours=48))
    work()
    subjects = mailbox.subjects(CUSTOMER)[before + 2 :]
    order = Order.objects.get()
    assert len(subjects) == 1, subjects
    assert order.number in subjects[0]

    from oscar_ext.order.services import change_status, record_payment

    page.goto(f"/accounts/orders/{order.number}/")
    looks_right(page)
    record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="Auszug 1")
    work()
    page.goto(f"/accounts/orders/{order.number}/")
    page.locator("main a.btn[href*='/downloads/']").first.click()
    page.wait_for_load_state()
    looks_right(page)
    with page.expect_download() as download:
        page.locator("main [href*='/datei/'], main form[action*='/datei/'] button").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    for status in ("in_work", "shipped", "delivered"):
        change_status(order_id=order.pk, new_status=status)
        work()
    sent = len(mailbox.to(CUSTOMER))
    clock.move_forward(timedelta(days=12))
    work()
    assert len(mailbox.to(CUSTOMER)) == sent + 1
    assert mailbox.last(CUSTOMER).extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
