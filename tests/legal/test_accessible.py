"""axe finds nothing on the pages that a withdrawal leads through, on a desk and on a phone."""

from __future__ import annotations

import pytest

from shopflow.legal import demo

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_home_texts_and_withdrawal(page, seller, assert_accessible, width):
    demo.load(seller=seller)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", "/widerruf/", "/vertrag-widerrufen/"):
        page.goto(path)
        assert_accessible(page)
    page.fill("#id_name", "Erika Beispiel")
    page.fill("#id_contract", "SF-1")
    page.fill("#id_email", "gast@example.org")
    page.click("main button[type=submit]")
    assert_accessible(page)
    page.click("main button[type=submit]")
    page.wait_for_url("**/eingang/**")
    assert_accessible(page)
