"""The menu of the staff pages, which is longer than most windows."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey, pytest.mark.once]

PAGES = {
    "/dashboard/": "Überblick",
    "/dashboard/shopflow/imports/": "Importe",
    "/dashboard/shopflow/mail_blocks/": "Gesperrte Adressen",
    "/dashboard/vouchers/": "Gutscheine",
}


def test_the_entry_of_the_page_is_in_sight(page, client, admin_user, shop_url):
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop_url}])
    page.set_viewport_size({"width": 1280, "height": 720})

    for path, entry in PAGES.items():
        page.goto(path)
        current = page.locator(".staff-nav [aria-current=page]")
        assert current.inner_text().strip() == entry
        box = current.bounding_box()
        assert 0 <= box["y"] <= 720 - box["height"], entry
