"""A loaded demo shop behind a live server, a worker to call by hand, and a mailbox to look into."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from oscar_ext.checkout.services import settle_overdue
from shopflow.automations.services import run_due
from shopflow.core.services import deliver_due
from shopflow.mailing.services import send_due
from shopflow.ordering.services import announce_idle_baskets

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def demo_shop(shop_url: str, wagtail_site: Any) -> str:
    """The demo shop as ``make run`` loads it, without the pictures; returns its address."""
    call_command("load_demo", fast=True)
    return shop_url


@pytest.fixture
def work() -> Callable[[], None]:
    """Do what worker and scheduler would do, until nothing is left to do."""

    def until_idle() -> None:
        for _ in range(50):
            done = [deliver_due(), settle_overdue(), announce_idle_baskets(), run_due(), send_due()]
            if not any(done):
                return
        raise AssertionError("the work never ends")

    return until_idle


class Mailbox:
    """The mails that have left the shop."""

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in mail.outbox if address in m.to]

    def subjects(self, address: str) -> list[str]:
        return [str(m.subject) for m in self.to(address)]

    def last(self, address: str) -> Any:
        return self.to(address)[-1]

    def link(self, address: str, pattern: str) -> str:
        """The first link in the last mail to ``address`` that matches."""
        found = re.search(rf"https?://\S*{pattern}\S*", self.last(address).body)
        assert found, self.last(address).body
        return found.group().rstrip(".>)")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def looks_right(assert_accessible: Callable[..., None]) -> Callable[..., None]:
    """``looks_right(page)``: axe finds nothing and nothing scrolls sideways, at 1280 and at 390 pixels."""

    def check(page: Any) -> None:
        before = page.viewport_size
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert_accessible(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{page.url} is {width} pixels wide at {size['width']}"
        page.set_viewport_size(before)

    return check
