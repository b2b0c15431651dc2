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


def test_what_is_shown_is_in_sight_in_menu_and_tabs(page, client, admin_user, shop_url):
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop_url}])
    page.set_viewport_size({"width": 1280, "height": 720})

    for path, entry in PAGES.items():
        page.goto(path)
        current = page.locator(".staff-nav [aria-current=page]")
        assert current.inner_text().strip() == entry
        box = current.bounding_box()
        assert 0 <= box["y"] <= 720 - box["height"], entry

    page.set_viewport_size({"width": 390, "height": 720})
    page.goto("/dashboard/shopflow/automations/warum/")
    tab = page.locator(".tabs [aria-current=page]")
    assert tab.inner_text().strip() == "Warum (nicht)?"
    box = tab.bounding_box()
    assert box["x"] + box["width"] <= 390
