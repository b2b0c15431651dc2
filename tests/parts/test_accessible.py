"""The pages of dates and safety notices in a real browser: axe finds nothing, and nothing is wider than a phone."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from oscar.test import factories

from shopflow.audience.services import grant_consent
from shopflow.parts.models import NoticeReceipt
from shopflow.parts.notice_flow import notice_url
from shopflow.parts.services import announce_notice, issue_notice, keep_dates, keep_vehicle
from shopflow.parts.vehicle_keys import Vehicle

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]
FACTS = {
    "kind": "recall", "title": "Scheibe kann brechen", "batch": "Chargen 2319 bis 2325, am Rand eingeschlagen",
    "hazard": "Die Scheibe kann beim Bremsen brechen.", "instructions": "Fahren Sie nicht weiter.",
    "remedy": "Sie bekommen eine neue Scheibe oder Ihr Geld zurück.",
}  # fmt: skip


def login(page, shop_url, user):
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop_url}])


def test_dates_and_notices_are_accessible(page, shop_url, seller, assert_accessible):
    users = get_user_model().objects
    user, staff = users.create_user("erika@example.org", "x"), users.create_superuser("chef@example.org", "x")
    kept = keep_vehicle(user=user, vehicle=Vehicle("0603", "BPH", "Golf", 2015), name="Kombi")
    grant_consent(email=user.email, purpose="vehicle", source="test", language="de", user=user)
    keep_dates(user=user, vehicle_id=kept.pk, told={"hu": date(2027, 5, 31), "oil": date(2026, 3, 31)})
    other = keep_vehicle(user=staff, vehicle=Vehicle("0603", "ABC", "Polo"))
    product = factories.create_product(title="Bremsscheibe", upc="BR-4711", price=10, num_in_stock=5)
    basket = factories.create_basket(empty=True)
    basket.add_product(product, 1)
    factories.create_order(number="100123", basket=basket, guest_email="erika@example.org", user=None)
    notice = issue_notice(facts=FACTS, product_ids=[product.pk], actor=staff)
    announce_notice(notice_id=notice.pk)
    ours = [
        reverse("parts-garage"),
        reverse("parts-garage-dates", args=[kept.pk]),
        notice_url(NoticeReceipt.objects.get().pk),
    ]
    theirs = [
        reverse("parts-garage-dates", args=[other.pk]),
        *(reverse(f"shopflow-staff:parts-{name}") for name in ("notices", "notice-new")),
        reverse("shopflow-staff:parts-notice-page", args=[notice.pk]),
    ]
    for person, urls in ((user, ours), (staff, theirs)):
        login(page, shop_url, person)
        for url in urls:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(url)
            assert_accessible(page)
            page.set_viewport_size({"width": 390, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, url
