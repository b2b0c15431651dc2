"""The same purchase without JavaScript, and by the keys of the keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from oscar.core.loading import get_model

from tests.journeys.shopping import ADDRESS

Order = get_model("order", "Order")

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]

GUEST = "kunde@example.org"
MOST_STOPS = 80
"""Stops of the Tab key that a person may be asked to make to what they look for."""

OUTLINED = """element => {
  const shown = [element, element.closest('label, .choice, .check')].filter(Boolean);
  return shown.some(one => getComputedStyle(one).outlineStyle !== 'none' && one.getBoundingClientRect().width > 1);
}"""


def test_a_guest_buys_without_javascript(demo_shop, browser, work, mailbox):
    context = browser.new_context(
        base_url=demo_shop, locale="de-DE", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    scripts: list[str] = []
    page.on("request", lambda asked: scripts.append(asked.url) if asked.resource_type == "script" else None)

    page.goto("/")
    page.locator("input[name=q]:visible").first.fill("bremsscheibe")
    page.locator("input[name=q]:visible").first.press("Enter")
    found = page.locator("main article h2 a, main article h3 a, main li h2 a, main li h3 a").first
    title = found.inner_text()
    found.click()
    assert page.get_by_role("heading", level=1).inner_text() == title
    page.locator("main").get_by_role("button", name="In den Warenkorb").first.click()

    page.goto("/basket/")
    page.get_by_label(f"Menge von {title}").fill("2")
    page.locator("main .no-js-only").get_by_role("button", name="Mengen aktualisieren").click()
    assert page.get_by_label(f"Menge von {title}").input_value() == "2"
    page.get_by_role("link", name="Zur Kasse", exact=True).click()
    page.get_by_label("E-Mail-Adresse").first.fill(GUEST)
    page.get_by_role("button", name="Weiter zur Adresse").click()
    for name, value in ADDRESS.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("form#new_shipping_address button[type=submit]").click()
    page.wait_for_url(re.compile(r"/checkout/(shipping|payment)-method/"))
    if "shipping-method" in page.url:
        page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=method][value=bank_transfer]").check(force=True)
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("button", name="Zahlungspflichtig bestellen", exact=True).click()
    page.wait_for_url("**/thank-you/")

    order = Order.objects.get()
    assert order.number in page.locator("main").inner_text()
    assert [(line.title, line.quantity) for line in order.lines.all()] == [(title, 2)]
    work()
    assert order.number in mailbox.last(GUEST).subject
    assert scripts == []
    context.close()


class Keyboard:
    """A person who has no mouse: goes from stop to stop, and sees at each where they are."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def go_to(self, target: Any, *, key: str = "Tab") -> None:
        """Press ``key`` until ``target`` has the focus; every stop on the way must show it."""
        target = target.first
        target.wait_for(state="attached")
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            stop = self.page.evaluate_handle("document.activeElement").as_element()
            if stop.evaluate("element => element === document.body"):
                continue
            assert stop.evaluate(OUTLINED), "no focus is seen on " + stop.evaluate("element => element.outerHTML")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{MOST_STOPS} stops do not lead to {target}")

    def press(self, target: Any, key: str = "Enter") -> None:
        self.go_to(target)
        self.page.keyboard.press(key)

    def fill(self, target: Any, text: str) -> None:
        self.go_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, group: str, value: str) -> None:
        """Tab leads into a group of radio buttons, Space takes the one in focus, the arrows lead to the others."""
        radios = self.page.locator(f"input[name={group}]")
        self.go_to(radios)
        self.page.keyboard.press("Space")
        for _ in range(radios.count()):
            if radios.and_(self.page.locator(f"[value={value}]")).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {value}")


def test_a_guest_buys_by_keyboard(demo_shop, page):
    keyboard = Keyboard(page)
    page.goto("/")
    keyboard.press(page.locator(".skip-link"))
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.reload()
    keyboard.fill(page.locator("header input[name=q]"), "bremsscheibe")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suche/?*")
    found = page.locator("main article h2 a, main article h3 a, main li h2 a, main li h3 a").first
    title = found.inner_text()
    keyboard.press(found)
    page.wait_for_url("**/catalogue/**")
    with page.expect_response(re.compile(r"/basket/add/")):
        keyboard.press(page.locator("main").get_by_role("button", name="In den Warenkorb"), "Space")
    page.wait_for_load_state()
    keyboard.go_to(page.locator("#basket_link a, a#basket_link"), key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/basket/")
    keyboard.press(page.get_by_role("link", name="Zur Kasse", exact=True))

    page.wait_for_url("**/checkout/")
    keyboard.fill(page.locator("input[name=username]:visible"), GUEST)
    page.keyboard.press("Enter")
    page.wait_for_url("**/shipping-address/")
    for name, value in ADDRESS.items():
        keyboard.fill(page.locator(f"input[name={name}]"), value)
    keyboard.press(page.locator("form#new_shipping_address button[type=submit]"))
    page.wait_for_url(re.compile(r"/checkout/(shipping|payment)-method/"))
    if "shipping-method" in page.url:
        keyboard.press(page.locator("main form button[type=submit]"))
        page.wait_for_url("**/payment-method/")
    keyboard.choose("method", "bank_transfer")
    keyboard.press(page.locator("main form button[type=submit]").last)
    page.wait_for_url("**/preview/")
    keyboard.press(page.get_by_role("button", name="Zahlungspflichtig bestellen", exact=True), "Space")
    page.wait_for_url("**/thank-you/")

    order = Order.objects.get()
    assert order.number in page.locator("main").inner_text()
    assert [(line.title, line.quantity) for line in order.lines.all()] == [(title, 1)]
