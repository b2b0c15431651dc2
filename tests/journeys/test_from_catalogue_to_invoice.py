"""The whole story: an imported catalogue, a guest's order, its payment, invoice and status mails."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from oscar.core.loading import get_model
from pypdf import PdfReader

from shopflow.core import clock
from tests.journeys.shopping import check_out, put_into_basket

Order = get_model("order", "Order")

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GUEST = "kunde@example.org"


def sign_in_staff(page):
    from django.conf import settings

    email, password = (settings.DATA_DIR / "staff-login.txt").read_text().split()
    page.goto("/dashboard/login/")
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit], form input[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/dashboard/$"))


def move_order(page, number, button):
    page.goto(f"/dashboard/orders/{number}/")
    page.locator("#order_status_form").get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def test_a_guest_orders_pays_and_follows_a_part(demo_shop, page, browser, work, mailbox, looks_right):
    refused = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    page.goto("/")
    assert page.context.cookies() == []
    looks_right(page)
    for path in ("/catalogue/", "/suche/?q=bremsscheibe", "/suche/?q=gibtesnicht123", "/impressum/", "/datenschutz/"):
        page.goto(path)
        looks_right(page)
    for path in ("/agb/", "/widerruf/", "/versand-zahlung/", "/vertrag-widerrufen/", "/gibtsnicht/"):
        page.goto(path)
        looks_right(page)
    assert page.context.cookies() == []

    page.goto("/suche/?q=bremsscheibe")
    page.locator("main a[href*='/catalogue/']").first.click()
    looks_right(page)
    title = put_into_basket(page, "bremsscheibe")
    check_out(page, payment="bank_transfer", email=GUEST, look=looks_right)
    page.wait_for_url("**/thank-you/")
    looks_right(page)
    assert page.get_by_text("DE02 1203 0000 0000 2020 51").is_visible()
    assert page.locator("img[alt*=GiroCode], svg[aria-label*=GiroCode], figure.girocode").count() >= 1

    order = Order.objects.get()
    assert [line.title for line in order.lines.all()] == [title]
    work()
    confirmation = mailbox.last(GUEST)
    assert order.number in confirmation.subject
    names = [name for name, __, __ in confirmation.attachments]
    assert len([name for name in names if name.endswith(".pdf")]) >= 2

    staff = browser.new_context(base_url=demo_shop, locale="de-DE").new_page()
    sign_in_staff(staff)
    staff.goto(f"/dashboard/orders/{order.number}/")
    looks_right(staff)
    staff.locator("main a[href*='/payments/']").click()
    looks_right(staff)
    staff.locator("input[name=amount]").fill(f"{order.total_incl_tax:.2f}".replace(".", ","))
    staff.locator("input[name=reference]").fill("Kontoauszug 12")
    staff.locator("main form button[type=submit]").first.click()
    staff.wait_for_load_state()
    work()
    for button in ("In Bearbeitung", "Versandt", "Zugestellt"):
        clock.move_forward(timedelta(minutes=11))  # faster moves are told in one mail
        move_order(staff, order.number, button)
        work()
    order.refresh_from_db()
    assert order.status == "delivered"

    subjects = mailbox.subjects(GUEST)
    assert len(subjects) == 5, subjects
    invoices = [
        (name, content)
        for message in mailbox.to(GUEST)[1:]
        for name, content, __ in message.attachments
        if name.endswith(".pdf")
    ]
    assert len({content for __, content in invoices}) == 1
    text = PdfReader(io.BytesIO(invoices[0][1])).pages[0].extract_text()
    assert order.number in text
    assert title in text

    page.goto(mailbox.link(GUEST, "/bestellung/").replace("http://testserver", demo_shop))
    looks_right(page)
    assert page.locator(".badge").filter(has_text="Zugestellt").first.is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Rechnung|PDF")).first.click()
    assert download.value.path().read_bytes() == invoices[0][1]

    for path in ("/dashboard/", "/dashboard/orders/"):
        staff.goto(path)
        looks_right(staff)
    for code in ("imports", "automations", "mailbox", "messages", "documents"):
        staff.goto(f"/dashboard/shopflow/{code}/")
        looks_right(staff)
    assert refused == []

    work()
    clock.move_forward(timedelta(days=20))
    work()
    assert mailbox.subjects(GUEST) == subjects, "no review request without consent"
