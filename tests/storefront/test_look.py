"""The look: contrast of the tokens, no inline code, complete German, and pages that work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test import factories

import shopflow

ROOT = Path(shopflow.__file__).resolve().parent.parent
STATIC = ROOT / "shopflow" / "storefront" / "static" / "shopflow"
PAGES = [
    *(ROOT / "templates" / "oscar").rglob("*.html"),
    *(ROOT / "templates" / "shopflow" / "parts_of_page").rglob("*.html"),
]
OURS = [
    page for page in PAGES if not {"catalogue", "search", "orders"} & set(page.parts) and "processing" not in page.name
]
INLINE_CODE = re.compile(
    r"\sstyle=\"|<style\b|\son[a-z]+=\"|javascript:|<script(?![^>]*(?:\bsrc=|application/))", re.IGNORECASE
)
TRANSLATE = re.compile(r'{%\s*translate\s+"([^"]+)"(?:\s+context\s+"([^"]+)")?')
BLOCK = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT / "templates"))


def tokens() -> tuple[dict[str, str], dict[str, str]]:
    css = (STATIC / "css" / "tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)
    colours = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
    first = dict(colours.findall(light))
    return first, {**first, **dict(colours.findall(dark.split("@media", 1)[0]))}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("surface", "raised", "sunken")
READABLE = [
    *[(text, ground) for text in ("text", "muted", "accent", "critical", "positive", "warning") for ground in GROUNDS],
    *[("text", f"{tone}-soft") for tone in ("accent", "positive", "warning", "critical")],
    *[(tone, f"{tone}-soft") for tone in ("accent", "positive", "warning", "critical")],
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-critical", "critical"),
]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READABLE)
def test_text_is_readable_in_both_modes(mode: str, text: str, ground: str) -> None:
    colours = tokens()[mode == "dark"]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_controls_stand_out_in_both_modes(mode: str, ground: str) -> None:
    colours = tokens()[mode == "dark"]
    assert contrast(colours["line-strong"], colours[ground]) >= 3
    assert contrast(colours["focus"], colours[ground]) >= 3


@pytest.mark.parametrize("page", [p for p in PAGES if "dashboard" not in p.parts], ids=name)
def test_no_customer_page_has_inline_code(page: Path) -> None:
    assert INLINE_CODE.findall(page.read_text()) == []


def messages(source: str) -> Iterator[tuple[str, str]]:
    for text, context in TRANSLATE.findall(source):
        yield context, text
    for options, body in BLOCK.findall(source):
        singular = re.split(r"{%\s*plural\s*%}", body)[0]
        singular = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", singular)
        if "trimmed" in options:
            singular = " ".join(line.strip() for line in singular.splitlines() if line.strip())
        yield "", singular


def translated(package: Path) -> Iterator[tuple[str, str]]:
    for path in package.glob("**/locale/de/LC_MESSAGES/django.po"):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="de"):
                texts = [message.string] if isinstance(message.string, str) else list(message.string)
                if all(texts):
                    yield message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def test_every_text_of_the_frame_is_in_german() -> None:
    known = {entry for package in ("shopflow", "oscar_ext") for entry in translated(ROOT / package)}
    asked = {entry for page in OURS for entry in messages(page.read_text())}
    assert len(asked) > 150
    assert asked - known == set()


@pytest.fixture
def product() -> Any:
    made = factories.create_product(title="Ölfilter-Einsatz", upc="03N115562B", price=Decimal("9.75"), num_in_stock=9)
    get_model("partner", "StockRecord").objects.update(price_currency="EUR")
    return made


@pytest.fixture
def other() -> Any:
    made = factories.create_product(title="Bremsscheibe", upc="8E0615301T", price=Decimal("64.90"), num_in_stock=9)
    get_model("partner", "StockRecord").objects.update(price_currency="EUR")
    return made


@pytest.fixture
def full_basket(client: Client, product: Any, other: Any) -> Client:
    for item in (product, other):
        client.post(reverse("basket:add", kwargs={"pk": item.pk}), {"quantity": 2})
    return client


def lines(client: Client) -> dict[str, int]:
    basket = client.get(reverse("basket:summary")).context["basket"]
    return {line.product.upc: line.quantity for line in basket.all_lines()}


def formset(client: Client) -> dict[str, Any]:
    """What a browser without JavaScript would send of the basket's form."""
    found = client.get(reverse("basket:summary")).context["formset"]
    sent = {f"form-{key}": found.management_form[key].value() for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for form in found:
        sent |= {form["id"].html_name: form.instance.pk, form["quantity"].html_name: form.instance.quantity}
    return sent


@pytest.mark.django_db
def test_the_basket_works_without_javascript(full_basket: Client) -> None:
    assert lines(full_basket) == {"03N115562B": 2, "8E0615301T": 2}
    sent = formset(full_basket)
    full_basket.post(reverse("basket:summary"), {**sent, "form-0-quantity": 5})
    assert lines(full_basket) == {"03N115562B": 5, "8E0615301T": 2}
    full_basket.post(reverse("basket:summary"), {**formset(full_basket), "form-0-DELETE": "on"})
    assert lines(full_basket) == {"8E0615301T": 2}


@pytest.mark.django_db
def test_enter_in_a_quantity_field_never_removes_a_line(full_basket: Client) -> None:
    """The first button of a form is the one that Enter presses."""
    html = full_basket.get(reverse("basket:summary")).content.decode()
    form = html[html.index('id="basket_formset"') : html.index("</form>", html.index('id="basket_formset"'))]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "name=" not in first.group()
    assert form.count('name="form-0-DELETE"') == 1


@pytest.mark.django_db
def test_ordering_begins_with_countries_and_means_of_payment(full_basket: Client) -> None:
    get_model("address", "Country").objects.create(
        iso_3166_1_a2="DE", printable_name="Germany", name="Germany", is_shipping_country=True
    )
    for url in (reverse("basket:summary"), reverse("checkout:index")):
        html = full_basket.get(url, headers={"accept-language": "en"}).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        assert "We deliver to: Germany." in main or "Wir liefern nach: Deutschland." in main
        assert 'href="/versand-zahlung/"' in main


@pytest.mark.django_db
def test_every_page_has_one_heading_landmarks_and_the_legal_links(client: Client) -> None:
    for url in (reverse("basket:summary"), reverse("customer:login"), reverse("password-reset"), reverse("offer:list")):
        html = client.get(url).content.decode()
        assert html.count("<h1") == 1, url
        assert html.count("<main") == html.count("<header") == html.count("<footer") == 1, url
        assert 'href="#main"' in html, url
        for legal in ("/impressum/", "/datenschutz/", "/agb/", "/widerruf/", "/versand-zahlung/"):
            assert f'href="{legal}"' in html, url
        assert INLINE_CODE.findall(html) == [], url
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert sorted(ids) == sorted(set(ids)), url


@pytest.mark.django_db
def test_oscars_names_are_kept(client: Client) -> None:
    login = client.get(reverse("customer:login")).content.decode()
    for kept in ('id="login_form"', 'id="register_form"', 'name="login_submit"', 'name="registration_submit"'):
        assert kept in login
    assert 'id="password_reset_form"' in client.get(reverse("password-reset")).content.decode()


@pytest.mark.django_db
def test_a_wrong_login_is_said_on_top_and_beside_the_field(client: Client) -> None:
    sent = {"login-username": "", "login-password": "x", "login_submit": "Log In"}
    html = client.post(reverse("customer:login"), sent).content.decode()
    assert 'role="alert"' in html
    assert 'href="#id_login-username"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_login-username-error"' in html
    assert 'id="id_login-username-error"' in html


@pytest.mark.django_db
def test_a_lost_page_offers_the_search(client: Client) -> None:
    response = client.get("/there-is-nothing-here/")
    assert response.status_code == 404
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert 'action="/suche/"' in main
    assert 'name="q"' in main
