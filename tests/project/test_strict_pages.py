"""Customers' pages as the browser's policy wants them: no inline script, no inline style, no other host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from oscar.core.loading import get_model

from oscar_ext.order.links import order_token
from shopflow.core.services import deliver_due
from shopflow.delivery.links import grant_token
from shopflow.delivery.models import AccessGrant
from shopflow.mailing.services import send_due
from tests.oscar_ext.checkout_support import ADDRESS

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
EMAIL = "kunde@example.org"
DATA_TYPES = {"application/json", "application/ld+json"}
PASSIVE = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
FREE_LINKS = {"canonical", "alternate"}


class Strict(HTMLParser):
    """Collects what the policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.refused.append(f"inline style in <{tag}>")
        if tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES:
            self.refused.append("inline script")
        self.refused += [f"{name} in <{tag}>" for name in given if name.startswith("on")]
        if any((value or "").strip().lower().startswith("javascript:") for value in given.values()):
            self.refused.append(f"javascript: in <{tag}>")
        source = given.get(PASSIVE.get(tag, ""), "") or ""
        if re.match(r"(https?:)?//", source) and given.get("rel") not in FREE_LINKS:
            self.refused.append(f"other host in <{tag}>: {source}")


def look(client: Any, address: str, wrong: dict[str, Any], *statuses: int) -> Any:
    answer = client.get(address, follow=False)
    if answer.status_code not in (statuses or (200,)):
        wrong[address] = answer.status_code
        return answer
    policy = answer.headers["Content-Security-Policy"]
    if "unsafe" in policy:
        wrong[address] = policy
    if answer.headers["Content-Type"].startswith("text/html") and not answer.streaming:
        page = Strict()
        page.feed(answer.content.decode())
        if page.refused:
            wrong[address] = page.refused
    return answer


@pytest.fixture
def demo_shop(wagtail_site: Any) -> None:
    call_command("load_demo", fast=True)


@pytest.fixture
def buy(client: Any) -> Any:
    """``buy(product, …)``: fill the basket and walk to the review page; returns it."""

    def walk(*goods: Any, look_at: Any = None) -> Any:
        for product in goods:
            client.post(f"/basket/add/{product.pk}/", {"quantity": 1})
        seen = look_at or client.get
        seen("/basket/")
        seen("/checkout/")
        client.post("/checkout/", {"username": EMAIL, "options": "anonymous"})
        seen("/checkout/shipping-address/")
        client.post("/checkout/shipping-address/", ADDRESS)
        step = client.get("/checkout/shipping-method/")
        if step.status_code == 200:
            seen("/checkout/shipping-method/")
            client.post("/checkout/shipping-method/", {"method_code": step.context["methods"][0].code})
        seen("/checkout/payment-method/")
        client.post("/checkout/payment-method/", {"method": "bank_transfer"})
        return seen("/checkout/preview/")

    return walk


def press(client: Any, review: Any) -> Any:
    boxes = {asked.field_name: "on" for asked in review.context["agreements"] if asked.declaration.checkbox}
    return client.post("/checkout/preview/", {"action": "place_order", "button": review.context["button"], **boxes})


def parts_and_downloads() -> tuple[Any, Any]:
    """Goods that anybody may buy: a part that is no dangerous good, and a download."""
    parts = Product.objects.filter(part_record__un_number="", stockrecords__num_in_stock__gt=3, is_public=True)
    return parts.order_by("pk").first(), Product.objects.filter(digital_good__isnull=False).first()


def test_every_kind_of_page_keeps_to_the_policy(client, demo_shop, buy):
    wrong: dict[str, Any] = {}
    part, download = parts_and_downloads()
    category = get_model("catalogue", "Category").objects.filter(product__isnull=False).first()
    for address in (
        "/",
        "/catalogue/",
        category.get_absolute_url(),
        *{product.get_absolute_url() for product in [part, download, *Product.objects.filter(is_public=True)[:40]]},
        "/suche/?q=brems",
        "/suche/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/suche/vorschlag/?q=br",
        "/basket/",
        "/newsletter/",
        "/newsletter/danke/",
        "/vertrag-widerrufen/",
        "/accounts/login/",
        "/accounts/register/",
        "/password-reset/",
        "/offers/",
        "/robots.txt",
        "/sitemap.xml",
        "/impressum/",
        "/agb/",
        "/widerruf/",
        "/datenschutz/",
    ):
        look(client, address, wrong)
    look(client, "/gibt-es-nicht/", wrong, 404)
    look(client, "/bestellung/gefaelscht/", wrong, 404)

    review = buy(part, download, look_at=lambda address: look(client, address, wrong))
    assert press(client, review).headers["Location"] == "/checkout/thank-you/"
    look(client, "/checkout/thank-you/", wrong)
    assert wrong == {}


def test_pages_of_the_account_keep_to_the_policy(client, demo_shop, buy):
    wrong: dict[str, Any] = {}
    part, download = parts_and_downloads()
    press(client, buy(part, download))
    order = Order.objects.get()
    customer = get_user_model().objects.create_user("konto@example.org", "geheim-1234")
    Order.objects.update(user=customer, guest_email="")
    while deliver_due() or send_due():
        pass
    grant = AccessGrant.objects.get()
    AccessGrant.objects.update(user=customer)
    for address in (f"/bestellung/{order_token(order)}/", f"/downloads/{grant_token(grant)}/"):
        look(client, address, wrong)
    client.force_login(customer)
    for address in (
        "/accounts/orders/",
        f"/accounts/orders/{order.number}/",
        "/accounts/profile/",
        "/accounts/profile/edit/",
        "/accounts/change-password/",
        "/accounts/addresses/",
        "/accounts/addresses/add/",
        "/accounts/emails/",
        "/accounts/alerts/",
        "/accounts/notifications/inbox/",
        "/accounts/wishlists/",
        "/accounts/wishlists/create/",
        "/accounts/downloads/",
        "/accounts/mail-einstellungen/",
        f"/downloads/{grant.pk}/",
    ):
        look(client, address, wrong)
    assert wrong == {}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button onclick="go()">',
        '<a href=" JavaScript:go()">',
        '<img src="//cdn.example.com/a.png">',
    ],
)
def test_what_the_policy_refuses_is_noticed(html):
    page = Strict()
    page.feed(html)
    assert len(page.refused) == 1
