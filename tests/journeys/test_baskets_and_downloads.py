"""Customers with an account: reminded baskets, a digital good behind its waiver, a review request."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from shopflow.core import clock
from tests.journeys.shopping import NOTHING, check_out, put_into_basket

Order = get_model("order", "Order")

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]

CUSTOMER = "kundin@example.org"
UNDECIDED = "zauderer@example.org"
PASSWORD = "Schraube-und-Mutter-7"


def register(page, email):
    page.goto("/accounts/login/")
    page.locator("input[name=registration-email]").fill(email)
    page.locator("input[name=registration-password1]").fill(PASSWORD)
    page.locator("input[name=registration-password2]").fill(PASSWORD)
    page.locator("button[name=registration_submit]").click()
    page.wait_for_load_state()


def agree(page, email, *purposes, work, mailbox, shop, look=NOTHING):
    """Tick ``purposes`` among the account's mail settings, and confirm by the link that is mailed."""
    page.goto("/accounts/mail-einstellungen/")
    look(page)
    for purpose in purposes:
        page.locator(f"input[name={purpose}]").check(force=True)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    work()
    page.goto(mailbox.link(email, "/einstellungen/bestaetigen/").replace("http://testserver", shop))
    confirm = page.locator("main form button[type=submit]")
    if confirm.count():
        confirm.first.click()
        page.wait_for_load_state()
    work()


def test_one_is_reminded_buys_and_downloads_and_one_is_reminded_thrice(
    demo_shop, page, browser, work, mailbox, looks_right
):
    at_work = {"work": work, "mailbox": mailbox, "shop": demo_shop}
    register(page, CUSTOMER)
    agree(page, CUSTOMER, "cart_reminder", "review_request", look=looks_right, **at_work)
    other = browser.new_context(base_url=demo_shop, locale="de-DE").new_page()
    register(other, UNDECIDED)
    agree(other, UNDECIDED, "cart_reminder", **at_work)
    before, before_other = len(mailbox.to(CUSTOMER)), len(mailbox.to(UNDECIDED))

    put_into_basket(other, "bremsscheibe")
    other.context.close()
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
    assert len(mailbox.to(UNDECIDED)) == before_other + 2

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
    assert len(mailbox.to(UNDECIDED)) == before_other + 3
    clock.move_forward(timedelta(days=7))
    work()
    assert len(mailbox.to(UNDECIDED)) == before_other + 3
    (reminder,) = mailbox.subjects(CUSTOMER)[before + 3 :]
    assert reminder == f"Ihre Zahlung zur Bestellung {order.number} fehlt noch"

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
        clock.move_forward(timedelta(minutes=11))  # faster moves are told in one mail
        change_status(order_id=order.pk, new_status=status)
        work()
    sent = len(mailbox.to(CUSTOMER))
    clock.move_forward(timedelta(days=12))
    work()
    assert len(mailbox.to(CUSTOMER)) == sent + 1
    assert mailbox.last(CUSTOMER).extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
