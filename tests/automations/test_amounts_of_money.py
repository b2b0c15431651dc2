"""Amounts are asked and shown in the shop's currency, and stored as whole cents."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.http import QueryDict
from django.utils.translation import override

from shopflow.automations.definitions.facts import field_label
from shopflow.automations.definitions.fields import event_fields, fields_for
from shopflow.automations.definitions.wording import expression_phrase
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.services import open_draft
from shopflow.contracts.automations import conditions
from shopflow.contracts.events import events
from shopflow.contracts.expressions import parse
from shopflow.contracts.segments import AmountUnit, FieldKind, SegmentField, segment_fields
from tests.automations.editor import now, save, url

pytestmark = pytest.mark.once
NBSP = "\u00a0"


class Sent(HTMLParser):
    """What a browser sends of a page's form that nobody has changed."""

    def __init__(self, html):
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.select, self.chosen, self.first = "", False, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name, value = found.get("name", ""), found.get("value") or ""
        if tag == "select":
            self.select, self.chosen, self.first = name, False, None
        elif tag == "option" and self.select:
            self.first = value if self.first is None else self.first
            if "selected" in found:
                self.data.setdefault(self.select, []).append(value)
                self.chosen = True
        elif tag == "textarea":
            raise AssertionError("read its text, too")
        elif tag == "input" and name and found.get("type") not in ("checkbox", "radio"):
            self.data.setdefault(name, []).append(value)
        elif tag == "input" and name and "checked" in found:
            self.data.setdefault(name, []).append(value or "on")

    def handle_endtag(self, tag):
        if tag == "select" and self.select and not self.chosen and self.first is not None:
            self.data.setdefault(self.select, []).append(self.first)
        if tag == "select":
            self.select = ""


MONEY = {
    "schema": 2,
    "trigger": {"event": "order_placed", "where": {"total_cents": [4990, 123456, 0]}},
    "entry_key": "order:{order_id}",
    "conditions": [
        {"field": "total_cents", "op": "at_least", "value": 4990},
        {"any": [
            {"field": "total_cents", "op": "between", "value": [5, 123456]},
            {"not": {"field": "total_cents", "op": "is", "value": -4990}},
            {"condition": "goods_worth", "settings": {"at_least": "50", "at_most": "49950.90"}},
            {"condition": "subject_field",
             "settings": {"field": "total_cents", "operator": "less", "value": 9900}},
            {"field": "orders_net", "op": "greater", "value": 500},
            {"field": "orders_net", "op": "between", "value": ["49.90", 99]},
            {"field": "total_cents", "op": "empty"},
        ]},
    ],
    "exits": [{
        "event": "order_paid", "match": ["order_id"], "where": {"amount_cents": [9900]},
        "conditions": [{"field": "total_cents", "op": "at_most", "value": 100_000_000}],
    }],
    "steps": [
        {"id": "wait", "kind": "wait", "until_event": {
            "events": [{"event": "order_paid", "match": ["order_id"], "where": {"amount_cents": [100, 250]},
                        "then": "next"}],
            "since": "step", "timeout": {"days": 3}, "otherwise": "next",
        }},
        {"id": "ask", "kind": "condition", "ask": {"field": "total_cents", "op": "greater", "value": 10_000},
         "then": "next", "else": "next", "unknown": "next"},
        {"id": "work", "kind": "action", "action": "test_work",
         "recheck": [{"field": "total_cents", "op": "less", "value": 1}]},
    ],
}  # fmt: skip


@pytest.fixture(params=["de", "en"])
def reader(request, keeper):
    """Somebody who may change automations, in each language."""
    keeper.cookies[django_settings.LANGUAGE_COOKIE_NAME] = request.param
    return request.param, keeper


@pytest.fixture
def priced(make_flow):
    more = {key: value for key, value in MONEY.items() if key != "steps"}
    return open_draft(flow=make_flow(*MONEY["steps"], enabled=False, **more), actor=None)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["trigger", "conditions", "exits", "wait", "ask", "work"])
def test_a_definition_is_shown_in_euros_and_saved_byte_for_byte(reader, priced, part):
    language, keeper = reader
    page = "builder-part" if part in ("trigger", "conditions", "exits") else "builder-step"
    before = json.dumps(now(priced), sort_keys=True)
    html = keeper.get(url(page, "test_flow", part)).content.decode()
    shown = {
        "trigger": [(f"49,90{NBSP}€; 1.234,56{NBSP}€; 0,00{NBSP}€", "€49.90; €1,234.56; €0.00")],
        "conditions": [
            (f"49,90{NBSP}€", "€49.90"), (f"0,05{NBSP}€; 1.234,56{NBSP}€", "€0.05; €1,234.56"),
            (f"-49,90{NBSP}€", "-€49.90"), (f"50,00{NBSP}€", "€50.00"), (f"49.950,90{NBSP}€", "€49,950.90"),
            (f"99,00{NBSP}€", "€99.00"), (f"500,00{NBSP}€", "€500.00"),
            (f"49,90{NBSP}€; 99,00{NBSP}€", "€49.90; €99.00"),
        ],
        "exits": [(f"99,00{NBSP}€", "€99.00"), (f"1.000.000,00{NBSP}€", "€1,000,000.00")],
        "wait": [(f"1,00{NBSP}€; 2,50{NBSP}€", "€1.00; €2.50")],
        "ask": [(f"100,00{NBSP}€", "€100.00")],
        "work": [(f"0,01{NBSP}€", "€0.01")],
    }[part]  # fmt: skip
    for german, english in shown:
        assert f'value="{german if language == "de" else english}"' in html
    for raw in ("4990", "123456", "9900", "10000"):
        assert f'value="{raw}"' not in html
    sent = Sent(html).data
    answer = keeper.post(url(page, "test_flow", part), {**sent, "save": "1", "revision": priced.mark})
    assert answer.status_code == 302, answer.content.decode()
    assert json.dumps(now(priced), sort_keys=True) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "op", "typed", "stored"),
    [
        ("de", "at_least", "49,90", 4990),
        ("de", "at_least", "49.90 €", 4990),
        ("de", "at_least", "1.234", 123400),
        ("en", "at_least", "49,90", 4990),
        ("en", "at_least", "€1,234.5", 123450),
        ("de", "between", "10; 1.234,56", [1000, 123456]),
        ("de", "between", "10, 20", [1000, 2000]),
        ("en", "between", "10.50; 20", [1050, 2000]),
        ("de", "is", "-5", -500),
    ],
)
def test_what_people_type_is_stored_as_cents(keeper, priced, language, op, typed, stored):
    keeper.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    answer = save(keeper, priced, "conditions", **{
        "ask-count": "1", "ask-0-what": "f:total_cents", "ask-0-was": "f:total_cents", "ask-0-op": op,
        "ask-0-value": typed,
    })  # fmt: skip
    assert answer.status_code == 302
    assert now(priced)["conditions"] == [{"field": "total_cents", "op": op, "value": stored}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "op", "typed", "sentence"),
    [
        ("de", "at_least", "", "Geben Sie einen Betrag ein."),
        ("de", "at_least", "viel", f"Geben Sie einen Betrag wie 49,90{NBSP}€ ein."),
        ("de", "at_least", "1,234", "zwei Stellen nach dem Komma"),
        ("de", "between", "10", "Geben Sie zwei Beträge mit einem Semikolon dazwischen ein."),
        ("de", "between", "10,20", "Geben Sie zwei Beträge mit einem Semikolon dazwischen ein."),
        ("en", "between", "10,20", "Enter amounts with semicolons between them, such as €49.90; €99.00."),
        ("en", "at_least", "49.90 $", "Enter an amount such as €49.90."),
    ],
)
def test_what_cannot_be_read_is_said_and_stays_as_it_was_typed(keeper, priced, language, op, typed, sentence):
    keeper.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    before = now(priced)
    answer = save(keeper, priced, "conditions", **{
        "ask-count": "1", "ask-0-what": "f:total_cents", "ask-0-was": "f:total_cents", "ask-0-op": op,
        "ask-0-value": typed,
    })  # fmt: skip
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert f'name="ask-0-value" value="{typed}"' in html
    assert now(priced) == before


@pytest.mark.django_db
def test_a_row_that_is_right_is_shown_as_it_is_stored_beside_one_that_is_wrong(keeper, priced):
    answer = save(keeper, priced, "conditions", **{
        "ask-count": "2", "ask-0-what": "f:total_cents", "ask-0-was": "f:total_cents", "ask-0-op": "less",
        "ask-0-value": "9,9", "ask-1-what": "f:total_cents", "ask-1-was": "f:total_cents", "ask-1-op": "less",
        "ask-1-value": "x",
    })  # fmt: skip
    html = answer.content.decode()
    assert f'name="ask-0-value" value="9,90{NBSP}€"' in html
    again = save(keeper, priced, "conditions", **{
        "ask-count": "1", "ask-0-what": "f:total_cents", "ask-0-was": "f:order_id", "ask-0-op": "less",
    })  # fmt: skip
    assert again.status_code == 422, "a field that was only just chosen has no value yet"


@pytest.mark.django_db
def test_reading_twice_changes_nothing():
    editor = QuestionEditor(name="ask", event="order_placed", data=_posted("ask-0-value=49,90"))
    with override("de"):
        assert editor.is_valid()
        assert editor.is_valid()
    assert editor.raw() == {"field": "total_cents", "op": "less", "value": 4990}
    shown = QuestionEditor(name="ask", event="order_placed", raw=editor.raw())
    assert shown.is_valid()
    assert shown.raw() == editor.raw()


def _posted(value):
    return QueryDict(f"ask-count=1&ask-0-what=f:total_cents&ask-0-was=f:total_cents&ask-0-op=less&{value}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [("de", "49,90 €; 99", [4990, 9900]), ("en", "49.90; 1,234", [4990, 123400]), ("de", "49,90", [4990])],
)
def test_values_of_the_trigger_are_amounts(keeper, priced, language, typed, stored):
    keeper.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    trigger = {"trigger-was": "order_placed", "trigger-event": "order_placed", "trigger-unit": "hours",
               "trigger-where0-field": "total_cents"}  # fmt: skip
    save(keeper, priced, "trigger", **trigger, **{"trigger-where0-values": typed})
    assert now(priced)["trigger"] == {"event": "order_placed", "where": {"total_cents": stored}}
    wrong = save(keeper, priced, "trigger", **trigger, **{"trigger-where0-values": "1;x"})
    assert wrong.status_code == 422
    assert ("Betrag" if language == "de" else "amount") in wrong.content.decode()


@pytest.mark.django_db
def test_prices_of_goods_are_typed_as_people_write_them(keeper, priced):
    def ask(**settings):
        return save(keeper, priced, "conditions", **{
            "ask-count": "1", "ask-0-what": "c:goods_priced", "ask-0-was": "c:goods_priced",
            **{f"ask-0-s-{name}": value for name, value in settings.items()},
        })  # fmt: skip

    assert ask(at_least="49,90 €", at_most="1.000").status_code == 302
    asked = {"condition": "goods_priced", "settings": {"at_least": "49.90", "at_most": "1000"}}
    assert now(priced)["conditions"] == [asked]
    for bad in ({"at_least": "-1"}, {"at_least": "20", "at_most": "10"}, {}, {"at_least": "viel"}):
        assert ask(**bad).status_code == 422


def test_a_file_with_a_comma_in_a_price_is_refused():
    """People type it; a file holds numbers, by which the question is answered."""
    form = conditions.get("goods_priced").form_class
    with override("de"):
        assert form({"at_least": "49.90"}).is_valid()
        assert form({"at_least": 50}).is_valid()
        assert not form({"at_least": "49,90"}).is_valid()
        assert not form({"at_least": "1.234"}).is_valid()


# Sentences


def test_all_amounts_of_events_are_known_as_such():
    units = {}
    for event in events:
        units |= {one.code: one.amount_unit for one in event_fields(event.code) if one.code.endswith("_cents")}
    assert set(units) >= {"total_cents", "amount_cents", "open_cents", "net_cents"}
    assert set(units.values()) == {AmountUnit.CENTS}
    for language, word in (("de", "Cent"), ("en", "cent")):
        with override(language):
            for name in units:
                assert word not in str(field_label(name))
                assert "_" not in str(field_label(name))


@pytest.mark.django_db
def test_facts_about_contacts_are_amounts_as_well():
    class Deposit(SegmentField):
        code, label, group, kind = "test_deposit_cents", "Deposit", "Test", FieldKind.NUMBER

        def expression(self):
            return None

    with segment_fields.registered(Deposit):
        known = fields_for("order_placed")
        assert known["test_deposit_cents"].amount_unit is AmountUnit.CENTS
        with override("en"):
            phrase = expression_phrase(parse({"field": "test_deposit_cents", "op": "less", "value": 4990}))
            assert phrase == "Deposit is less than €49.90"
    assert known["orders_net"].amount_unit is AmountUnit.WHOLE
    assert {known[code].amount_unit for code in ("orders_count", "score", "order_id", "email")} == {None}
