"""What a person does in the shop, step by step."""

from __future__ import annotations

import re
from typing import Any

ADDRESS = {
    "first_name": "Erika",
    "last_name": "Beispiel",
    "line1": "Musterweg 1",
    "line4": "Musterstadt",
    "postcode": "12345",
}
NOTHING = lambda page: None  # noqa: E731


def put_into_basket(page: Any, words: str) -> str:
    """Search for ``words``, put the first part that is in stock into the basket; returns its title."""
    page.goto("/suche/?q=" + words)
    card = page.locator("article, li").filter(has=page.get_by_role("button", name="In den Warenkorb")).first
    title = card.locator("h2, h3").first.inner_text()
    with page.expect_response(re.compile(r"/basket/add/")):
        card.get_by_role("button", name="In den Warenkorb").click()
    return str(title)


def check_out(page: Any, *, payment: str, email: str = "", tick: list[str] | None = None, look: Any = NOTHING) -> None:
    """From the basket to the thank-you page; ``tick`` holds texts of boxes to tick on the review page."""
    page.goto("/basket/")
    look(page)
    page.goto("/checkout/")
    if email:
        look(page)
        page.locator("input[name=username]:visible").first.fill(email)
        page.locator("main form.gateway button[type=submit]").click()
    page.wait_for_url("**/shipping-address/")
    look(page)
    for name, value in ADDRESS.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("main form#new_shipping_address button[type=submit]").click()
    page.wait_for_url(re.compile(r"/checkout/(shipping|payment)-method/"))
    if "shipping-method" in page.url:
        look(page)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/payment-method/")
    look(page)
    page.locator(f"input[name=method][value={payment}]").check(force=True)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/preview/")
    look(page)
    assert page.locator("main input[type=checkbox]:checked").count() == 0
    for text in tick or []:
        page.get_by_label(re.compile(text)).check(force=True)
    page.get_by_role("button", name="Zahlungspflichtig bestellen", exact=True).click()
