"""The linter: one case for each finding, and one beside it that is all right."""

from __future__ import annotations

import copy
from datetime import date, time

import pytest
from django.utils import translation

from shopflow.automations.definitions import read
from shopflow.automations.facts import facts_about
from shopflow.automations.linting import MAX_WAYS, lint, ways
from shopflow.automations.linting.graph import walked_ways
from shopflow.contracts.automations import flows
from shopflow.contracts.linting import ERROR, Facts, Finding, LintRule, TextFacts, lint_rules
from shopflow.mailing.events import MailReplied
from tests.automations.doubles import ADVERT, WAIT, WORK, definition_with

DAYS = {"id": "days", "kind": "wait", "for": {"days": 3}}
TWICE = {**ADVERT, "id": "again"}
GATE = {"kind": "condition", "ask": {"condition": "test_gate"}, "unknown": "stop"}
REVOKED = {"event": "consent_changed", "match": ["email"], "where": {"purpose": ["newsletter"]}}
VOUCHER = {"id": "voucher", "kind": "action", "action": "give_voucher", "settings": {"days": 5}}
BOUGHT = {"event": "order_placed", "match": ["email"]}


def before(name, days):
    until = {"field": "kind", "before": {"days": days}, "unknown": "stop"}
    return {"id": name, "kind": "wait", "until_date": until}


def advert(purpose, **more):
    return {**ADVERT, "settings": {"purpose": purpose}, **more}


def codes(*steps, facts=None, **more):
    found = lint(definition_with(*steps, **{"schema": 2, "exits": [REVOKED], **more}), facts)
    return [(one.severity, one.code, one.step) for one in found]


def test_a_calm_flow_has_no_findings():
    assert codes(DAYS, ADVERT, {**DAYS, "id": "more"}, TWICE) == []


def test_what_cannot_be_read_is_told_and_nothing_else():
    found = lint({"schema": 2, "steps": []})
    assert {one.code for one in found} == {"unreadable"}
    assert all(one.is_error for one in found)
    assert lint(17)[0].is_error


@pytest.mark.parametrize(
    ("steps", "more", "expected"),
    [
        ([ADVERT, {**DAYS, "id": "more"}, TWICE], {}, [("warning", "first_at_once", "advert")]),
        ([ADVERT, {**DAYS, "id": "more"}, TWICE], {"trigger": {"event": "test_thing", "lag": {"hours": 1}}}, []),
        ([DAYS, ADVERT, TWICE], {}, [("error", "no_wait", "again")]),
        ([DAYS, ADVERT, {**DAYS, "id": "d", "for": {"hours": 30}}, TWICE], {}, [("warning", "too_fast", "again")]),
        ([DAYS, ADVERT, {**DAYS, "id": "d", "for": {"hours": 30}}, TWICE],
         {"cap": {"messages": 3, "days": 7, "gap": {"hours": 24}}}, []),
        # offsets count from the beginning: day 3 and day 4 are a day apart
        ([DAYS, ADVERT, {"id": "d", "kind": "wait", "until": {"days": 4}}, TWICE], {},
         [("warning", "too_fast", "again")]),
        # two waits for one date are as far apart as their offsets
        ([before("a", 60), ADVERT, before("b", 21), TWICE],
         {"trigger": {"event": "test_thing", "lag": {"hours": 1}}}, []),
        # the shorter of two ways counts
        ([DAYS, ADVERT, {**GATE, "id": "ask", "else": "again"}, {**DAYS, "id": "more"}, TWICE], {},
         [("error", "no_wait", "again")]),
    ],
)  # fmt: skip
def test_too_fast(steps, more, expected):
    assert codes(*steps, **more) == expected


@pytest.mark.parametrize("purpose", ["cart_reminder", "review_request"])
def test_no_exit_where_people_buy_or_give_back(purpose):
    wanted = {"cart_reminder": "no_exit_on_purchase", "review_request": "no_exit_on_return"}[purpose]
    own = {**REVOKED, "where": {"purpose": [purpose]}}
    found = codes(DAYS, advert(purpose), exits=[own])
    assert ("error", wanted, "") in found
    ends = [BOUGHT, {"event": "order_status_changed", "match": ["email"]}]
    assert ("error", wanted, "") not in codes(DAYS, advert(purpose), exits=[own, *ends])


@pytest.mark.parametrize(
    ("steps", "more", "asked"),
    [
        ([DAYS, VOUCHER, ADVERT], {}, True),
        ([DAYS, {**VOUCHER, "action": "give_campaign_voucher", "settings": {}}, ADVERT], {}, True),
        ([DAYS, ADVERT], {"trigger": {"event": "campaign_started"}}, True),
        ([DAYS, ADVERT], {}, False),
        ([DAYS, VOUCHER, WORK], {}, False),  # a thank-you advertises nothing
        ([DAYS, VOUCHER, advert("birthday")], {}, False),  # a present of the day
    ],
)
def test_what_sells_by_a_campaign_or_a_voucher_ends_with_the_purchase(steps, more, asked):
    own = [REVOKED, {**REVOKED, "where": {"purpose": ["birthday"]}}]
    finding = ("error", "no_exit_on_purchase", "")
    assert (finding in codes(*steps, exits=own, **more)) is asked
    assert finding not in codes(*steps, exits=[*own, BOUGHT], **more)


@pytest.mark.parametrize("code", ["campaign", "personal_offer", "lead_magnet", "win_back"])
def test_the_shops_own_offers_want_the_exit_that_they_have(code):
    definition = copy.deepcopy(flows.get(code).define().definition)
    purchases = ("order_placed", "order_paid")
    assert "no_exit_on_purchase" not in {one.code for one in lint(definition)}
    for part in ("exits", "goals"):
        definition[part] = [way for way in definition.get(part, []) if way["event"] not in purchases]
    assert "no_exit_on_purchase" in {one.code for one in lint(definition) if one.is_error}


def test_a_goal_is_a_way_out_as_well():
    goal = {**BOUGHT, "id": "bought", "then": "stop"}
    own = {**REVOKED, "where": {"purpose": ["cart_reminder"]}}
    assert codes(DAYS, advert("cart_reminder"), exits=[own], goals=[goal]) == []


def test_a_consent_taken_back_should_end_the_run():
    assert codes(DAYS, ADVERT, exits=[]) == [("warning", "no_exit_on_revocation", "")]


def test_a_circle_without_an_end():
    circle = [WAIT, {**GATE, "id": "ask", "then": "pause", "else": "pause", "unknown": "pause"}]
    assert ("error", "endless", "pause") in codes(*circle)
    assert ("error", "endless", "pause") not in codes(WAIT, {**circle[1], "else": "stop"})


def test_stale_content():
    facts = Facts(
        today=date(2026, 6, 1),
        texts={
            "old": TextFacts(written_on=date(2025, 1, 1)),
            "dead": TextFacts(written_on=date(2026, 5, 1), troubles=["Der Link führt ins Leere."]),
        },
    )

    def mail(template, **settings):
        settings = {"template": template, "mail_class": "transactional", **settings}
        return {"id": "mail", "kind": "action", "action": "send_mail", "settings": settings}

    assert codes(mail("old"), facts=facts) == [("warning", "not_reviewed", "mail")]
    assert codes(mail("dead"), facts=facts) == [("warning", "dead_content", "mail")]
    assert codes(mail("none"), facts=facts) == [("error", "text_missing", "mail")]
    assert codes(mail("none")) == [], "nothing is known of the texts"
    expanded = codes(mail("{kind}"), facts=facts, trigger={"event": "test_thing", "where": {"kind": ["old", "none"]}})
    assert expanded == [("error", "text_missing", "mail"), ("warning", "not_reviewed", "mail")]


@pytest.mark.parametrize(
    ("written", "is_past"),
    [("2026-05-31", True), ("31.5.2026", True), ("2026-06-01", False), ("24.12.2026", False), ("99.99.2026", False)],
)
def test_dates_that_have_passed(written, is_past):
    ask = {**GATE, "id": "ask", "ask": {"field": "kind", "op": "is", "value": f"bis {written}"}}
    found = codes(ask, WORK, facts=Facts(today=date(2026, 6, 1)))
    assert (("warning", "past_date", "ask") in found) is is_past


def test_too_complex():
    many = [{**WORK, "id": f"w{number}"} for number in range(13)]
    assert codes(*many) == [("warning", "many_steps", "")]
    asks = [{**GATE, "id": f"a{number}", "else": "next"} for number in range(4)]
    found = codes(*[{**ask, "unknown": "advert"} for ask in asks], DAYS, ADVERT)
    assert ("warning", "branches_before_mail", "") in found
    forks = [{**GATE, "id": f"a{number}", "else": "stop", "unknown": "stop"} for number in range(6)]
    assert ("warning", "many_branches", "a5") in codes(*forks, WORK)
    lonely = codes({**WORK, "then": "stop"}, {**WORK, "id": "lonely"})
    assert lonely == [("warning", "unreachable", "lonely")]


def test_ways_that_nobody_could_test():
    doors = []
    for number in range(8):
        doors += [{**GATE, "id": f"a{number}", "else": f"b{number + 1}"}, {**WORK, "id": f"w{number}"},
                  {**WORK, "id": f"b{number + 1}"}]  # fmt: skip
    definition = definition_with(*doors, schema=2)
    assert len(ways(read(definition))) == MAX_WAYS + 1
    assert "too_many_ways" in {one.code for one in lint(definition)}


def test_untested_ways_are_counted():
    steps = [{**GATE, "id": "ask", "else": "stop"}, WORK]
    assert codes(*steps, facts=Facts(walked=frozenset())) == [("error", "untested", "")]
    found = lint(definition_with(*steps, schema=2), Facts(walked=frozenset({"ask"})))
    with translation.override("de"):
        assert str(found[0].message) == "1 von 2 Wegen sind getestet."
    with translation.override("en"):
        assert str(found[0].message) == "1 of 2 ways have been tested."
    assert codes(*steps, facts=Facts(walked=frozenset({"ask", "ask>work"}))) == []


def test_advertising_needs_a_basis_and_a_purpose():
    def mail(**settings):
        settings = {"template": "review_request", "mail_class": "advertising", **settings}
        return {"id": "mail", "kind": "action", "action": "send_mail", "settings": settings}

    found = {one[1] for one in codes(DAYS, mail())}
    assert {"no_basis", "no_purpose", "not_installed"} <= found
    found = {one[1] for one in codes(DAYS, mail(purpose="newsletter", basis="hope"))}
    assert "no_basis" in found
    service = {**mail(), "settings": {"template": "review_request", "mail_class": "transactional"}}
    texts = {"review_request": TextFacts(advertises=True)}
    assert codes(service, facts=Facts(texts=texts)) == [("error", "advertising_as_service", "mail")]


@pytest.mark.parametrize(
    ("wait", "late", "expected"),
    [
        ({"at": "10:00"}, None, []),
        ({"at": "22:00"}, None, [("warning", "quiet_hours", "advert")]),
        ({"at": "22:00"}, {"hours": 5}, [("error", "never_leaves", "advert")]),
        ({"at": "22:00"}, {"hours": 11}, [("warning", "quiet_hours", "advert")]),
        ({"window": {"from": "22:00", "to": "06:00"}}, None, [("warning", "quiet_hours", "advert")]),
        ({"window": {"from": "20:00", "to": "23:00"}}, None, []),
        ({"weekdays": [7], "at": "10:00"}, None, [("warning", "quiet_hours", "advert")]),
        ({"weekdays": [6, 7], "at": "10:00"}, None, []),
    ],
)  # fmt: skip
def test_planned_into_the_quiet_hours(wait, late, expected):
    act = ADVERT if late is None else {**ADVERT, "max_lateness": late}
    assert codes({**DAYS, **wait}, act, facts=Facts(quiet=(time(21), time(8)))) == expected
    assert codes({**DAYS, **wait}, act, facts=Facts(quiet=None, quiet_sundays=False)) == []


def test_unknown_codes_are_found_at_their_step():
    assert codes({**WORK, "action": "gone"}) == [("error", "not_installed", "work")]
    assert codes(WORK, exits=[{"event": "gone", "match": ["email"]}]) == [("error", "not_installed", "")]


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        ({"field": "kind", "op": "is", "value": "round"}, "same_answer"),
        ({"field": "kind", "op": "is", "value": "oval"}, "same_answer"),
        ({"all": [{"condition": "test_gate"}, {"not": {"condition": "test_gate"}}]}, "same_answer"),
        ({"any": [{"condition": "test_gate"}, {"not": {"condition": "test_gate"}}]}, "same_answer"),
        ({"any": [{"condition": "test_gate"}, {"field": "kind", "op": "is", "value": "oval"}]}, None),
        ({"condition": "test_gate"}, None),
    ],
)
def test_questions_that_are_always_answered_alike(ask, expected):
    trigger = {"event": "test_thing", "where": {"kind": ["round"]}}
    found = codes({**GATE, "id": "ask", "ask": ask, "else": "stop"}, WORK, trigger=trigger)
    assert [one[1] for one in found] == ([expected] if expected else [])


def test_a_fork_whose_ways_do_not_part():
    assert codes({**GATE, "id": "ask", "else": "work", "unknown": "work"}, WORK) == [
        ("warning", "no_difference", "ask")
    ]


def test_fields_that_nobody_knows():
    ask = {"field": "unheard_of", "op": "is", "value": 1}
    assert ("error", "unknown_field", "") in codes({**GATE, "id": "ask", "ask": ask}, WORK)
    known = {"field": "language", "op": "is", "value": "de"}
    assert codes({**GATE, "id": "ask", "ask": known}, WORK) == []


def test_people_who_drop_out_unseen():
    silent = {"id": "ask", "kind": "condition", "ask": {"condition": "test_gate"}}
    assert codes(silent, WORK) == [("warning", "drops_unseen", "ask")]
    assert codes({**silent, "unknown": "stop"}, WORK) == []
    date_wait = {"id": "day", "kind": "wait", "until_date": {"field": "kind", "past": "stop"}}
    assert codes(date_wait, WORK) == [("warning", "drops_unseen", "day")]


def test_a_walk_through_a_loop_counts_for_the_loop_and_for_the_rest():
    assert walked_ways("", ["a", "b", "a", "b", "c"]) == {"a>b>↺a", "a>b>c"}
    assert walked_ways("goal:x", ["c"]) == {"goal:x>c"}


def test_a_plugin_adds_a_rule_of_its_own():
    """The example of docs/extend/lint-rule.md."""

    class PointsOnce(LintRule):
        code = "loyalty_points_once"
        label = "Points given twice"

        def check(self, plan):
            giving = [step["id"] for step in plan.steps if step.get("action") == "test_work"]
            for step in giving[1:]:
                yield Finding(self.code, ERROR, step, "The automation gives points twice.", "Remove one of the two.")

    with lint_rules.registered(PointsOnce):
        assert codes(WORK, {**WORK, "id": "more"}) == [("error", "loyalty_points_once", "more")]
        assert codes(WORK) == []


def test_a_rule_that_fails_is_named_and_takes_nothing_along():
    class Broken(LintRule):
        code = "loyalty_broken"
        label = "Points"

        def check(self, plan):
            raise ZeroDivisionError

    with lint_rules.registered(Broken):
        assert codes(DAYS, ADVERT) == [("warning", "rule_failed", "")]


def begun_by(event, facts=None, **where):
    trigger = {"event": event, **({"where": where} if where else {})}
    return codes(WORK, trigger=trigger, entry_key="x", facts=facts)


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ("contact_inactive", {"days": [75]}),
        ("orders_lapsed", {"days": [180]}),
        ("date_reached", {"field": ["birthday"]}),
        ("payment_overdue", {"days": [3]}),
        ("vehicle_due", {"kind": ["hu"]}),
    ],
)
def test_time_brings_only_what_is_named(event, where):
    assert begun_by(event) == [("error", "never_begins", "")]
    assert begun_by(event, **where) == []
    assert begun_by("order_anniversary") == []


def test_the_end_of_any_automation_is_seldom_meant():
    assert begun_by("automation_finished") == [("warning", "every_end", "")]
    assert begun_by("automation_finished", ending=["completed"]) == [("warning", "every_end", "")]
    assert begun_by("automation_finished", automation=["abandoned_cart"]) == []


@pytest.mark.django_db
def test_an_event_that_cannot_come_is_named_with_the_reason(settings):
    def found():
        raw = definition_with(WORK, schema=2, trigger={"event": "external", "where": {"name": "x"}}, entry_key="x")
        return [(one.code, str(one.advice)) for one in lint(raw, facts_about(raw)) if one.code == "silent_event"]

    settings.SHOPFLOW_EVENTS_SECRET = ""
    with translation.override("en"):
        assert found() == [("silent_event", "Other systems may call once SHOPFLOW_EVENTS_SECRET is set.")]
    settings.SHOPFLOW_EVENTS_SECRET = "x" * 24
    assert found() == []
    assert begun_by("external") == [], "what is not known is not found"


def test_answers_to_mails_need_the_providers_door(settings):
    settings.ANYMAIL = {}
    assert "ANYMAIL_WEBHOOK_SECRET" in str(MailReplied.silent_because())
    settings.ANYMAIL = {"WEBHOOK_SECRET": "shop:secret"}
    assert MailReplied.silent_because() == ""
