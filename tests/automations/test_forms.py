"""Every wait, condition and action has a form, and a form refuses what a definition would refuse."""

from __future__ import annotations

import pytest
from django.utils import translation

from shopflow.automations.definitions import missing_extensions, read
from shopflow.automations.definitions.waits import KINDS
from shopflow.automations.extensions import actions as our_actions
from shopflow.automations.extensions import conditions as our_conditions
from shopflow.automations.forms.settings import MailForm
from shopflow.automations.forms.waits import WAIT_FORMS
from shopflow.contracts.automations import actions, conditions, flows
from tests.automations.doubles import definition_with

FOR = {"amount": "3", "unit": "workdays", "at": "18:00", "weekdays": ["2", "4"]}
EVENTS = [{"event": "order_placed", "match": ["email"], "then": "stop"}]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("kind", "data", "entry"),
    [
        ("for", FOR, {"for": {"workdays": 3}, "at": "18:00", "weekdays": [2, 4]}),
        ("until", {"amount": "24", "unit": "hours"}, {"until": {"hours": 24}}),
        (
            "for",
            {"amount": "0", "unit": "days", "begins": "22:00", "ends": "06:00", "workdays": "on"},
            {"for": {"days": 0}, "window": {"from": "22:00", "to": "06:00"}, "workdays": True},
        ),
        ("until_time", {"at": "10:00", "weekdays": ["1"]}, {"until_time": {"at": "10:00", "weekdays": [1]}}),
        (
            "until_date",
            {"field": "due_on", "amount": "60", "unit": "days", "direction": "before", "past": "next", "at": "09:00"},
            {"until_date": {"field": "due_on", "past": "next", "at": "09:00", "before": {"days": 60}}},
        ),
        (
            "until_event",
            {"events": '[{"event": "order_placed", "match": ["email"], "then": "stop"}]', "amount": "2", "unit": "days",
             "since": "entry", "otherwise": "next"},
            {"until_event": {"timeout": {"days": 2}, "events": EVENTS, "since": "entry", "otherwise": "next"}},
        ),
        (
            "until_condition",
            {"ask": '{"condition": "ordered_since"}', "amount": "2", "unit": "days", "then": "next",
             "otherwise": "stop"},
            {"until_condition": {"timeout": {"days": 2}, "on": [], "ask": {"condition": "ordered_since"},
                                 "then": "next", "otherwise": "stop"}},
        ),
    ],
)  # fmt: skip
def test_a_wait_goes_through_its_form_and_back(kind, data, entry):
    form = WAIT_FORMS[kind](data)

    assert form.is_valid(), form.errors
    assert form.entry() == entry
    step = {"id": "w", "kind": "wait", **entry}
    read(definition_with(step, schema=2))
    again = WAIT_FORMS[kind](initial=WAIT_FORMS[kind].initial_of(step))
    shown = {name: again[name].value() for name in again.fields}
    assert WAIT_FORMS[kind]({k: v for k, v in shown.items() if v not in (None, "")}).is_valid()


@pytest.mark.parametrize(
    ("kind", "data", "problem"),
    [
        ("for", {"amount": "1", "unit": "days", "at": "18:00", "begins": "09:00", "ends": "17:00"}, "contradict"),
        ("for", {"amount": "1", "unit": "days", "begins": "09:00"}, "must be a time"),
        ("for", {"amount": "1", "unit": "years"}, "valid choice"),
        ("until_event", {"events": "[]", "amount": "1", "unit": "days", "since": "step", "otherwise": "next"},
         "required"),
        ("until_event", {"events": "{", "amount": "1", "unit": "days", "since": "step", "otherwise": "next"}, "JSON"),
        ("until_condition", {"ask": '{"all": []}', "amount": "1", "unit": "days", "then": "next", "otherwise": "stop"},
         "at least one question"),
    ],
)  # fmt: skip
def test_a_wait_that_makes_no_sense_is_refused_with_a_sentence(kind, data, problem):
    form = WAIT_FORMS[kind](data)

    assert not form.is_valid()
    assert any(problem in error for errors in form.errors.values() for error in errors), form.errors


def test_nothing_is_without_a_form():
    ours = (our_actions.__name__, our_conditions.__name__)
    assert set(WAIT_FORMS) == set(KINDS)
    for extension in [*actions, *conditions]:
        if type(extension).__module__ in ours:
            assert extension.form_class is not None, extension.code


def test_our_own_flows_settings_fit_their_forms():
    for provider in flows:
        assert missing_extensions(read(provider.define().definition)) == [], provider.code


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"mail_class": "transactional"}, "“template”"),
        ({"template": "x", "mail_class": "advertising"}, "Advertising needs a purpose and a legal basis"),
        ({"template": "x", "mail_class": "advertising", "purpose": "p", "basis": "none"}, "Choose one of"),
        ({"template": "x", "mail_class": "legal", "contexts": ["nothing"]}, "Choose from"),
        ({"template": "x", "mail_class": "legal", "colour": "red"}, "“colour” is no setting of it"),
    ],
)
def test_wrong_settings_are_named(settings, problem):
    step = {"id": "mail", "kind": "action", "action": "send_mail", "settings": settings}

    problems = missing_extensions(read(definition_with(step)))
    assert any(problem in one for one in problems), problems


def test_lists_are_read_from_json_and_from_a_page():
    data = {"template": "x", "mail_class": "legal"}
    known = MailForm({**data, "contexts": ["basket", "documents"]})
    typed = MailForm({**data, "contexts": "basket, documents"})

    assert known.is_valid()
    assert typed.is_valid()
    assert known.cleaned_data == typed.cleaned_data
