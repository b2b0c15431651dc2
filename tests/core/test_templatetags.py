"""The shop and panel tags: money, seller, countries, panels that fail, the staff menu."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.contracts.pages import (
    Audience,
    OrderPanel,
    Panel,
    ProductPanel,
    StaffPage,
    order_panels,
    product_panels,
    staff_pages,
)
from shopflow.core.models import Seller
from shopflow.core.templatetags.shopflow_forms import control, in_address_order
from shopflow.core.templatetags.shopflow_panels import staff_menu
from shopflow.core.templatetags.shopflow_shop import money

NBSP = "\u00a0"


class Thing:
    """Stands for an order or a product; tags use nothing but its key."""

    def __init__(self, pk: int) -> None:
        self.pk = pk


class FactsPanel(OrderPanel):
    code, label, position = "t_facts", "Facts", 20

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        context = {"title": f"order {order_id} for {audience.value}"}
        return Panel(title="Facts <b>", template="shopflow/parts_of_page/test_body.html", context=context)


class FirstPanel(FactsPanel):
    code, label, position = "t_first", "First", 10


class SilentPanel(OrderPanel):
    code, label = "t_silent", "Silent"

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        return None


class BrokenPanel(OrderPanel):
    code, label, position = "t_broken", "Broken things", 15

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        raise RuntimeError("no such table")


class BrokenTemplatePanel(ProductPanel):
    code, label = "t_template", "Lost template"

    def panel(self, *, product_id: int) -> Panel | None:
        return Panel(title="Lost", template="nowhere/to-be-found.html")


class OpenPage(StaffPage):
    code, label, group, icon, position, url_name = "t_open", "Open page", "Group A", "truck", 10, "t-open"

    def urlpatterns(self) -> Sequence[Any]:
        return [path("", lambda request: None, name="t-open")]


class GuardedPage(OpenPage):
    code, label, position, permission = "t_guarded", "Guarded page", 20, "partner.dashboard_access"


class OtherGroupPage(OpenPage):
    code, label, group, icon, position = "t_other", "Other page", "Group B", "no-such-icon", 5


class LostPage(OpenPage):
    code, label, url_name = "t_lost", "Lost page", "no-such-name"


@pytest.fixture
def body_template(settings: Any, tmp_path: Any) -> None:
    folder = tmp_path / "shopflow" / "parts_of_page"
    folder.mkdir(parents=True)
    (folder / "test_body.html").write_text("<p>{{ title }}{{ order.pk }}</p>")
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine]


def person(*, staff: bool = False, permission: str = "") -> Any:
    user = get_user_model().objects.create_user(f"p{get_user_model().objects.count()}@example.org", "x")
    user.is_staff = staff
    user.save()
    if permission:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return get_user_model().objects.get(pk=user.pk)


def render(source: str, user: Any = None, **context: Any) -> str:
    request = RequestFactory().get("/somewhere/")
    request.user = user
    loads = "{% load shopflow_panels shopflow_shop %}"
    return Template(loads + source).render(Context({"request": request, "user": user, **context}))


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (Decimal("1234.56"), "de", f"1.234,56{NBSP}€"),
        (123456, "de", f"1.234,56{NBSP}€"),
        (5, "de", f"0,05{NBSP}€"),
        (Decimal("-0.5"), "de", f"-0,50{NBSP}€"),
        (0, "de", f"0,00{NBSP}€"),
        (Decimal("1234.56"), "en", "€1,234.56"),
        (None, "de", ""),
        ("", "de", ""),
    ],
)
def test_money_is_written_as_people_write_it(value: Any, language: str, expected: str) -> None:
    with translation.override(language):
        assert money(value) == expected


@pytest.mark.parametrize("value", [1.5, True])
def test_money_refuses_what_is_no_money(value: Any) -> None:
    with pytest.raises(TypeError, match="Decimal or integer cents"):
        money(value)


@pytest.mark.django_db
def test_seller_is_the_one_that_staff_entered() -> None:
    assert "Muster" not in render("{% seller as s %}{{ s.street }}")
    Seller.objects.create(pk=1, name="Muster GmbH", street="Werkstraße 12")
    assert render("{% seller as s %}{{ s.name }}, {{ s.street }}") == "Muster GmbH, Werkstraße 12"


@pytest.mark.django_db
def test_delivery_countries_are_named_in_the_readers_language() -> None:
    country = get_model("address", "Country").objects
    country.create(
        iso_3166_1_a2="DE", printable_name="Germany", name="Germany", is_shipping_country=True, display_order=1
    )
    country.create(iso_3166_1_a2="AT", printable_name="Austria", name="Austria", is_shipping_country=True)
    country.create(iso_3166_1_a2="FR", printable_name="France", name="France", is_shipping_country=False)
    source = "{% delivery_countries as c %}{{ c|join:', ' }}"
    with translation.override("de"):
        assert render(source) == "Deutschland, Österreich"
    with translation.override("en"):
        assert render(source) == "Germany, Austria"


def test_an_absent_template_leaves_no_trace() -> None:
    assert render("a{% include_if_there 'nowhere.html' %}b") == "ab"


@pytest.mark.django_db
@pytest.mark.usefixtures("body_template")
def test_panels_appear_in_order_and_escaped() -> None:
    with order_panels.registered(FactsPanel, FirstPanel, SilentPanel):
        html = render("{% order_panels order 'customer' %}", person(), order=Thing(7))
    assert html.index('id="panel-t_first"') < html.index('id="panel-t_facts"')
    assert "Facts &lt;b&gt;" in html
    assert html.count("<p>order 7 for customer7</p>") == 2
    assert "t_silent" not in html


@pytest.mark.django_db
@pytest.mark.usefixtures("body_template")
def test_a_page_may_leave_out_a_panel_that_repeats_it() -> None:
    with order_panels.registered(FactsPanel, FirstPanel):
        html = render("{% order_panels order 'customer' without='t_first' %}", person(), order=Thing(7))
    assert "panel-t_first" not in html
    assert "panel-t_facts" in html


@pytest.mark.django_db
@pytest.mark.usefixtures("body_template")
def test_a_broken_panel_is_logged_and_hidden_from_customers(caplog: pytest.LogCaptureFixture) -> None:
    with order_panels.registered(FactsPanel, BrokenPanel), caplog.at_level(logging.ERROR):
        html = render("{% order_panels order 'customer' %}", person(), order=Thing(7))
    assert "panel-t_facts" in html
    assert "Broken things" not in html
    assert "The panel t_broken failed." in caplog.text
    assert "no such table" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("body_template")
def test_a_broken_panel_is_shown_to_staff() -> None:
    with order_panels.registered(FactsPanel, BrokenPanel):
        html = render("{% order_panels order 'staff' %}", person(staff=True), order=Thing(7))
    assert "Broken things" in html
    assert "notice--warning" in html
    assert "no such table" not in html


@pytest.mark.django_db
def test_a_lost_template_does_not_break_the_product_page(caplog: pytest.LogCaptureFixture) -> None:
    with product_panels.registered(BrokenTemplatePanel):
        html = render("before{% product_panels product %}after", person(), product=Thing(3))
    assert html.startswith("before")
    assert html.endswith("after")
    assert "Lost" not in html
    assert "The panel t_template failed." in caplog.text


@pytest.mark.django_db
def test_an_unknown_audience_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match="anyone"):
        render("{% order_panels order 'anyone' %}", person(), order=Thing(7))


@pytest.fixture
def staff_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.urls import NoReverseMatch

    from shopflow.core.templatetags import shopflow_panels

    def reverse(name: str) -> str:
        if name != "shopflow-staff:t-open":
            raise NoReverseMatch(name)
        return "/dashboard/shopflow/t_open/"

    monkeypatch.setattr(shopflow_panels, "reverse", reverse)


def menu(user: Any, path: str = "/somewhere/") -> list[tuple[str, list[str]]]:
    request = RequestFactory().get(path)
    with staff_pages.without(*staff_pages.codes()), staff_pages.registered(OpenPage, GuardedPage, OtherGroupPage):
        groups = staff_menu(Context({"request": request, "user": user}))["groups"]
    return [(str(group.label), [str(entry.label) for entry in group.entries]) for group in groups]


@pytest.mark.django_db
@pytest.mark.usefixtures("staff_urls")
def test_the_menu_shows_only_what_the_person_may_open() -> None:
    assert menu(person(staff=True)) == [("Group B", ["Other page"]), ("Group A", ["Open page"])]
    allowed = person(staff=True, permission="partner.dashboard_access")
    assert menu(allowed) == [("Group B", ["Other page"]), ("Group A", ["Open page", "Guarded page"])]
    assert menu(person(permission="partner.dashboard_access")) == []
    assert menu(None) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("staff_urls")
def test_a_wrong_icon_or_address_costs_its_entry_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    pages = (OtherGroupPage, LostPage)
    with staff_pages.without(*staff_pages.codes()), staff_pages.registered(*pages):
        html = render("{% staff_menu %}", person(staff=True))
    assert "Other page" in html
    assert "<svg" in html
    assert "Lost page" not in html
    assert "no-such-icon" in caplog.text
    assert "no-such-name" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("staff_urls")
def test_the_menu_marks_the_page_that_is_open() -> None:
    user = person(staff=True)
    request = RequestFactory().get("/dashboard/shopflow/t_open/4/")
    with staff_pages.without(*staff_pages.codes()), staff_pages.registered(OpenPage):
        groups = staff_menu(Context({"request": request, "user": user}))["groups"]
    assert [entry.is_current for group in groups for entry in group.entries] == [True]


class Address(forms.Form):
    line1 = forms.CharField(label="Street")
    line3 = forms.CharField(required=False)
    notes = forms.CharField(required=False, help_text="Ring twice.")
    postcode = forms.CharField()
    state = forms.CharField(required=False)
    first_name = forms.CharField()


def test_address_fields_come_as_they_are_written() -> None:
    assert [field.name for field in in_address_order(Address())] == ["first_name", "line1", "postcode", "notes"]
    known = Address(initial={"state": "Tirol"})
    assert [field.name for field in in_address_order(known)] == ["first_name", "line1", "postcode", "state", "notes"]


def test_a_control_names_its_purpose_its_error_and_its_hint() -> None:
    form = Address({"line1": "", "notes": "x"})
    assert form.is_valid() is False
    street = str(control(form["line1"]))
    assert 'autocomplete="address-line1"' in street
    assert 'aria-invalid="true"' in street
    assert 'aria-describedby="id_line1-error"' in street
    notes = str(control(form["notes"], data_kind="x"))
    assert 'aria-describedby="id_notes_helptext"' in notes
    assert 'data-kind="x"' in notes
    assert "autocomplete" not in notes
    assert "aria-invalid" not in notes
