"""Sentences, reasons and texts of automations say amounts in the shop's currency."""

from __future__ import annotations

import dataclasses

import pytest
from django import forms
from django.utils.translation import override

from oscar_ext.order.events import OrderPlaced
from shopflow.automations.definitions import read
from shopflow.automations.definitions.facts import facts_text, labelled, value_text
from shopflow.automations.definitions.wording import expression_phrase, opening, step_phrase
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.models import Decision, Run
from shopflow.contracts.automations import Action, Condition, Outcome, RunContext, Verdict, actions, conditions
from shopflow.contracts.events import Event, events
from shopflow.contracts.expressions import parse
from shopflow.contracts.segments import AmountUnit
from shopflow.core.amounts import AmountField
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from tests.automations.doubles import WAIT, WORK, definition_with
from tests.automations.editor import url
from tests.automations.test_amounts_of_money import MONEY, NBSP

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
