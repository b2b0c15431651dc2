"""The pages behind automations' mails, in a real browser: readable for everybody, on a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from oscar.test.factories import create_product

from shopflow.audience.links import preferences_url, stay_url
from shopflow.audience.models import LeadMagnet, SurveyInvitation
from shopflow.audience.services import end_of_day, give_voucher, save_contact

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def look(page, address: str, assert_accessible) -> None:
    page.goto(address)
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
    page.set_viewport_size({"width": 1280, "height": 900})


def test_every_door_is_readable(page, seller, assert_accessible):
    anna = save_contact(email="anna@example.org")
    given = give_voucher(contact=anna, percent=10, ends_at=end_of_day(5), flow="test", source_key="a")
    LeadMagnet.objects.create(slug="bremsen", title="Checkliste Bremsen", file="magnets/x.pdf", text="Acht Punkte.")
    now = timezone.now()
    asked = SurveyInvitation.objects.create(
        contact=anna, survey="checkout", source_key="x", invited_at=now, expires_at=now + timedelta(days=1)
    )
    for address in (
        f"/gutschein/{given.voucher.code}/", "/unterlagen/anfordern/bremsen/", f"/umfrage/{asked.key}/",
        preferences_url(anna), stay_url(anna),
    ):  # fmt: skip
        look(page, address, assert_accessible)


def test_the_basket_goes_to_whoever_asks_for_it(page, seller, assert_accessible):
    product = create_product(title="Ölfilter", price="10.00", num_in_stock=9)
    page.goto(product.get_absolute_url())
    page.get_by_role("button", name="In den Warenkorb").first.click()
    page.goto("/basket/")
    page.get_by_text("Warenkorb an mich senden").click()
    page.get_by_label("E-Mail-Adresse").fill("anna@example.org")
    assert_accessible(page)
    page.get_by_role("button", name="Warenkorb senden").click()
    page.get_by_text("Wir schicken Ihren Warenkorb").wait_for()


def test_campaigns_are_written_by_staff(page, seller, assert_accessible):
    get_user_model().objects.create_superuser("chef@example.org", "geheim-1234")
    page.set_default_timeout(60_000)
    page.goto("/dashboard/login/?next=/dashboard/shopflow/campaigns/neu/")
    page.locator("#id_username").fill("chef@example.org")
    page.locator("#id_password").fill("geheim-1234")
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/campaigns/neu/")
    look(page, "/dashboard/shopflow/campaigns/neu/", assert_accessible)
    page.get_by_label("was angeboten wird").fill("Winterräder")
    page.get_by_label("Code", exact=True).fill("raeder")
    page.get_by_label("in zwei, drei Sätzen").fill("Fertig montiert.")
    page.get_by_label("beginnt am").fill(str(timezone.localdate() + timedelta(days=3)))
    page.get_by_label("Endet am, um 20 Uhr").fill(str(timezone.localdate() + timedelta(days=10)))
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Jetzt würden 0 Kontakte angeschrieben").wait_for()
    assert_accessible(page)
    look(page, "/dashboard/shopflow/campaigns/", assert_accessible)
