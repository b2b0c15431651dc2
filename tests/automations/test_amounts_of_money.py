"""Amounts are asked, shown and said in the shop's currency, and stored as whole cents."""

from __future__ import annotations

import dataclasses
import json
from html.parser import HTMLParser

import pytest
from django import forms
from django.conf import settings as django_settings
from django.http import QueryDict
from django.utils.translation import override

from oscar_ext.order.events import OrderPlaced
from shopflow.automations.definitions import read
from shopflow.automations.definitions.facts import facts_text, field_label, labelled, value_text
from shopflow.automations.definitions.fields import event_fields, fields_for
from shopflow.automations.definitions.wording import expression_phrase, opening, step_phrase
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.models import Decision, Run
from shopflow.automations.services import open_draft
from shopflow.contracts.automations import Action, Condition, Outcome, RunContext, Verdict, actions, conditions
from shopflow.contracts.events import Event, events
from shopflow.contracts.expressions import parse
from shopflow.contracts.segments import AmountUnit, FieldKind, SegmentField, segment_fields
from shopflow.core.amounts import AmountField
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from tests.automations.doubles import WAIT, WORK, definition_with
from tests.automations.editor import now, save, url

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


SENTENCES = {
    "de": [
        f"„Bestellung eingegangen“ eintritt und Gesamtbetrag 49,90{NBSP}€ oder 1.234,56{NBSP}€ oder 0,00{NBSP}€ ist",
        f"Gesamtbetrag ist mindestens 49,90{NBSP}€",
        f"Gesamtbetrag liegt zwischen 0,05{NBSP}€ und 1.234,56{NBSP}€ oder",
        f"Gesamtbetrag ist -49,90{NBSP}€ oder",
        f"die Ware ist 50,00{NBSP}€ bis 49.950,90{NBSP}€ wert oder",
        f"Gesamtbetrag ist kleiner als 99,00{NBSP}€ oder",
        f"Nettosumme der Bestellungen ist größer als 500,00{NBSP}€ oder",
        f"Nettosumme der Bestellungen liegt zwischen 49,90{NBSP}€ und 99,00{NBSP}€ oder",
        f"gleich: Bestellung und Betrag 1,00{NBSP}€ oder 2,50{NBSP}€ ist:",
        f"Prüfe, ob: Gesamtbetrag ist größer als 100,00{NBSP}€",
        f"Gesamtbetrag ist kleiner als 0,01{NBSP}€",
    ],
    "en": [
        "When “Order placed” happens and total is €49.90 or €1,234.56 or €0.00",
        "total is at least €49.90",
        "total is between €0.05 and €1,234.56 or",
        "total is -€49.90 or",
        "the goods are worth from €50.00 to €49,950.90 or",
        "total is less than €99.00 or",
        "net sum of orders is greater than €500.00 or",
        "net sum of orders is between €49.90 and €99.00 or",
        "for the same order and amount is €1.00 or €2.50:",
        "Ask whether total is greater than €100.00",
        "total is less than €0.01",
    ],
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_sentences_say_amounts_as_people_write_them(language):
    definition = read(MONEY)
    with override(language):
        phrases = [opening(definition), *(step_phrase(step) for step in definition.steps)]
        said = " | ".join(line for phrase in phrases for line in [phrase.text, *phrase.notes])
    for sentence in SENTENCES[language]:
        assert sentence in said
    for raw in ("4990", "123456", "9900", "Cent", "cent", "total_"):
        assert raw not in said


def test_settings_of_extensions_without_a_sentence_are_said_as_amounts():
    class Costly(Condition):
        code, label = "test_costly", "Costly"

        def evaluate(self, context, settings):
            return Verdict(True, "")

    class Refund(Action):
        code, label = "test_refund", "Refund"

        def run(self, context, settings):
            return Outcome.done("done")

    settings = {"limit_cents": 4990, "days": 3}
    step = {**WORK, "action": "test_refund", "settings": settings}
    with conditions.registered(Costly), actions.registered(Refund), override("en"):
        assert expression_phrase(parse({"condition": "test_costly", "settings": settings})) == "Costly (€49.90, 3)"
        assert step_phrase(read(definition_with(step)).steps[0]).text == "Refund (€49.90, 3)"


@pytest.mark.django_db
def test_versions_are_compared_in_amounts(keeper, make_flow):
    class PricedAction(Action):
        code, label = "test_priced", "Priced"

        class form_class(forms.Form):
            limit_cents = AmountField(unit=AmountUnit.CENTS, label="Limit")

        def run(self, context, settings):
            return Outcome.done("done")

    with actions.registered(PricedAction):
        act = {"id": "act", "kind": "action", "action": "test_priced", "settings": {"limit_cents": 4990}}
        more = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "order:{order_id}"}
        at_least = {"field": "total_cents", "op": "at_least", "value": 4990}
        make_flow(WAIT, act, **more, conditions=[at_least])
        flow = make_flow(WAIT, {**act, "settings": {"limit_cents": 9900}}, **more,
                         conditions=[{**at_least, "value": 9900}])  # fmt: skip
        page = keeper.get(url("comparison", flow.active_version.pk))
        html = page.content.decode()
    changed = next(one for one in page.context["differences"] if one.step == "act")
    assert changed.details == [f"Limit: „49,90{NBSP}€“ → „99,00{NBSP}€“"]
    assert f"Gesamtbetrag ist mindestens 49,90{NBSP}€" in html
    assert f"Gesamtbetrag ist mindestens 99,00{NBSP}€" in html
    assert "4990" not in html


# What a run says


def placed(cents):
    return OrderPlaced(
        order_id=7, order_number="107", email="erika@example.org", user_id=None, basket_id=None,
        payment_method="bank_transfer", total_cents=cents,
    )  # fmt: skip


@pytest.mark.django_db
def test_reasons_and_the_page_of_a_run_say_amounts(keeper, make_flow, happen, work_on):
    more = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "order:{order_id}"}
    make_flow(WAIT, WORK, conditions=[{"field": "total_cents", "op": "at_least", "value": 4990}], **more)
    with override("de"):
        happen(placed(4989))
    refused = Decision.objects.get(flow__code="test_flow", verdict="false")
    assert refused.reason == f"„Gesamtbetrag“ ist „49,89{NBSP}€“."
    assert refused.subject["total_cents"] == 4989
    happen(dataclasses.replace(placed(123456), order_id=8))
    run = Run.objects.get(flow__code="test_flow")
    html = keeper.get(url("run", run.pk)).content.decode()
    assert f"<dt>Gesamtbetrag</dt><dd>1.234,56{NBSP}€</dd>" in html
    assert "<dt>Warenkorb</dt><dd>–</dd>" in html
    assert "123456" not in html


def test_the_older_question_about_a_field_says_the_same():
    context = RunContext(subject={"total_cents": 4990}, now=None, run_key="x", flow="x")
    settings = {"field": "total_cents", "operator": "less", "value": 9900}
    asked = conditions.get("subject_field")
    with override("en"):
        assert asked.describe(settings) == "total is less than €99.00"
        verdict = asked.evaluate(context, settings)
    assert (verdict.holds, str(verdict.reason)) == (True, "“total” is “€49.90”.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Owed(Event):
    code = "test_owed"
    label = "Owed"
    open_cents: int
    phone: str = "0151 12345678"
    email: str = "erika@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.usefixtures("seller")
def test_texts_of_staff_say_amounts_in_the_shop_s_language(make_flow, happen, work_on, settings, world, language):
    """Whoever looks on, in whatever language: the text is the shop's."""
    settings.SHOPFLOW_SMS_SENDER = "console"
    world.consents.add(("erika@example.org", "newsletter"))
    sms = {"text": "Noch {open_cents}", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent"}
    task = {"kind": "follow_up", "title": "Offen: {open_cents}", "about": "owed:{open_cents}"}
    note = {"subject": "Offen", "text": "Es fehlen {open_cents}.", "to": "chef@example.org"}
    with events.registered(Owed):
        make_flow(
            {"id": "sms", "kind": "action", "action": "send_sms", "settings": sms},
            {"id": "task", "kind": "action", "action": "open_staff_task", "settings": task},
            {"id": "note", "kind": "action", "action": "notify_staff", "settings": note},
            trigger={"event": "test_owed"}, entry_key="who:{email}",
        )  # fmt: skip
        with override(language):
            happen(Owed(open_cents=123456))
            work_on()
    amount = f"1.234,56{NBSP}€"
    opened = StaffTask.objects.get()
    assert (opened.title, opened.about) == (f"Offen: {amount}", "owed:123456")
    assert Message.objects.get(channel="sms").text.startswith(f"Noch {amount}")
    told = Message.objects.get(template="automation_note")
    assert f"Es fehlen {amount}." in told.text
    assert f"offener Betrag: {amount}" in told.text


def test_facts_in_words():
    facts = {"total_cents": 4990, "open_cents": None, "order_number": "1", "user_id": ""}
    with override("en"):
        assert facts_text(facts) == {**facts, "total_cents": "€49.90"}
        assert value_text("total_cents", None) == ""
        assert value_text("kind", ["a", "b"]) == "a, b"
    assert labelled(facts) == [("Bestellnummer", "1"), ("Gesamtbetrag", f"49,90{NBSP}€")]


@pytest.mark.django_db
def test_the_browser_is_asked_for_a_text_not_for_a_number():
    editor = QuestionEditor(name="ask", event="order_placed", raw={"field": "total_cents", "op": "less", "value": 1})
    (row,) = editor.root.parts
    with override("en"):
        assert (row.input_type, row.hint) == ("text", "Such as €49.90.")
