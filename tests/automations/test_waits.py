"""Waits for dates, events and conditions; nested questions; goals; arms of an experiment."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import translation

from shopflow.audience.models import Contact
from shopflow.automations.definitions import missing_extensions, read
from shopflow.automations.definitions.wording import exit_phrase, opening, step_phrase
from shopflow.automations.models import Decision, ExperimentAssignment, Run, RunStep
from shopflow.automations.services.experiments import draw
from shopflow.core import clock
from tests.automations.doubles import WAIT, WORK, ThingEnded, ThingHappened, decisions, definition_with

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
STOPS = [{"id": name, "kind": "action", "action": "stop"} for name in ("one", "two", "three")]


def lives_in(zone, email=EMAIL):
    Contact.objects.update_or_create(email=email, defaults={"time_zone": zone, "created_at": clock.now()})


def wait(kind, **entries):
    return {"id": "pause", "kind": "wait", kind: entries}


def reached():
    return list(RunStep.objects.order_by("pk").values_list("node", "outcome", "code"))


def test_a_wait_goes_by_the_clocks_where_the_person_lives(make_flow, happen, work_on):
    make_flow({**WAIT, "for": {"days": 1}, "at": "18:00"}, WORK, schema=2)
    lives_in("America/New_York")
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2, email="max@example.org"))
    work_on()

    erika, other = Run.objects.order_by("pk")
    assert erika.due_at.astimezone(ZoneInfo("America/New_York")).time().isoformat() == "18:00:00"
    assert other.due_at.astimezone(ZoneInfo("Europe/Berlin")).time().isoformat() == "18:00:00"
    assert erika.wait["zone"] == "America/New_York"


@pytest.mark.parametrize(("kind", "way"), [("2026-01-05", "two"), ("not a date", "three"), ("", "three")])
def test_a_date_that_is_past_or_none_has_its_own_way(make_flow, happen, work_on, kind, way):
    step = wait("until_date", field="kind", before={"days": 7}, at="09:00", past="two", unknown="three")
    make_flow(step, *STOPS, schema=2)
    happen(ThingHappened(thing_id=1, kind=kind))
    work_on()

    assert [node for node, _outcome, _code in reached()] == ["pause", way]
    assert Decision.objects.get(gate="wait").code == ("past" if way == "two" else "unknown")


def test_a_date_to_come_is_waited_for(make_flow, happen, work_on):
    make_flow(wait("until_date", field="kind", before={"days": 7}, at="09:00"), WORK, schema=2)
    day = (clock.now() + timedelta(days=30)).date()
    happen(ThingHappened(thing_id=1, kind=day.isoformat()))
    work_on()

    run = Run.objects.get()
    local = run.due_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.date(), local.hour) == (day - timedelta(days=7), 9)
    work_on(days=31)
    run.refresh_from_db()
    assert run.state == "done"


def event_wait(since="step", **more):
    ways = [
        {"event": "test_thing_ended", "match": ["thing_id"], "then": "two"},
        {"event": "test_thing", "match": ["email"], "where": {"kind": "again"}, "then": "three"},
    ]
    return wait("until_event", events=ways, timeout={"days": 2}, since=since, otherwise="one", **more)


def test_an_event_leads_its_own_way_and_the_timeout_another(make_flow, happen, work_on, world):
    make_flow(event_wait(), *STOPS, schema=2, conditions=[{"not": {"field": "kind", "op": "is", "value": "again"}}])
    for number, email in enumerate(("a@example.org", "b@example.org", "c@example.org")):
        happen(ThingHappened(thing_id=number, email=email))
    work_on()
    happen(ThingEnded(thing_id=0, email="a@example.org"))
    happen(ThingHappened(thing_id=77, email="b@example.org", kind="again"))
    assert work_on() == 2

    work_on(days=3)

    last = {run.email[0]: run.steps.order_by("-pk")[0].node for run in Run.objects.all()}
    assert last == {"a": "two", "b": "three", "c": "one"}
    codes = {run.email[0]: run.steps.get(node="pause").code for run in Run.objects.all()}
    assert codes == {"a": "event:test_thing_ended", "b": "event:test_thing", "c": "timeout"}


@pytest.mark.parametrize(("since", "node"), [("entry", "two"), ("step", "one")])
def test_an_event_before_the_wait_counts_only_since_the_entry(make_flow, happen, work_on, since, node):
    make_flow({**WAIT, "id": "first"}, event_wait(since), *STOPS, schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    happen(ThingEnded(thing_id=1))
    work_on(hours=3)
    work_on(days=3)

    assert RunStep.objects.order_by("-pk")[0].node == node


def test_a_condition_is_waited_for_daily_and_on_events(make_flow, happen, work_on, world):
    step = wait(
        "until_condition", ask={"condition": "test_gate"}, timeout={"days": 5},
        on=[{"event": "test_thing_ended", "match": ["thing_id"]}], then="two", otherwise="three",
    )  # fmt: skip
    make_flow(step, *STOPS, schema=2)
    world.holds = None
    for number in (1, 2):
        happen(ThingHappened(thing_id=number))
    work_on()
    first, second = Run.objects.order_by("pk")
    assert first.due_at - clock.now() <= timedelta(days=1)
    assert work_on(hours=25) == 2

    world.holds = True
    happen(ThingEnded(thing_id=1))
    work_on()
    first.refresh_from_db()
    assert (first.state, first.steps.order_by("-pk")[0].node) == ("done", "two")
    world.holds = False
    for _day in range(5):
        work_on(days=1)
    second.refresh_from_db()
    assert (second.state, second.steps.order_by("-pk")[0].node) == ("done", "three")
    assert second.steps.filter(node="pause").count() == 1


def test_nested_questions_are_answered_and_kept(make_flow, happen, work_on, world):
    asked = {"any": [{"all": [{"field": "kind", "op": "is", "value": "round"}, {"condition": "test_gate"}]},
                     {"not": {"field": "nothing_known", "op": "empty"}}]}  # fmt: skip
    make_flow({"id": "ask", "kind": "condition", "ask": asked, "then": "one", "else": "two", "unknown": "three"},
              *STOPS, schema=2)  # fmt: skip
    world.holds = False
    happen(ThingHappened(thing_id=1))
    work_on()
    world.holds = True
    happen(ThingHappened(thing_id=2))
    work_on()

    assert [node for node, _outcome, _code in reached()] == ["ask", "three", "ask", "one"]
    told = Decision.objects.filter(gate="branch").order_by("pk")
    assert [(row.code, row.verdict) for row in told] == [("expression", "unknown"), ("expression", "true")]
    assert [answer["holds"] for answer in told[0].details["answers"]] == [True, False, None]
    assert told[1].details["answers"][1] == {
        "asked": {"condition": "test_gate"}, "holds": True, "said": "The gate says True."
    }  # fmt: skip


@pytest.mark.parametrize(("then", "ends"), [("stop", "goal_reached"), ("three", "completed")])
def test_a_goal_ends_the_run_or_sends_it_to_its_thanks(make_flow, happen, work_on, then, ends):
    goal = {"id": "bought", "event": "test_thing_ended", "match": ["thing_id"], "within": {"days": 7}, "then": then}
    make_flow(WAIT, *STOPS, goals=[goal], schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    happen(ThingEnded(thing_id=1))
    work_on()

    run = Run.objects.get()
    assert run.ending == ends
    assert reached()[0] == ("pause", "skipped", "goal:bought")
    assert [node for node, _o, _c in reached()[1:]] == ([] if then == "stop" else ["three"])
    told = Decision.objects.get(gate="goal")
    assert (told.code, told.verdict, told.details["in_time"]) == ("bought", "true", True)


def test_an_experiment_is_fair_repeatable_and_sticky(make_flow, happen, work_on):
    arms = [{"code": "a", "weight": 3, "then": "one"}, {"code": "b", "weight": 1, "then": "two"}]
    make_flow({"id": "try", "kind": "split", "experiment": "subject", "arms": arms}, *STOPS, schema=2)
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()

    place = ExperimentAssignment.objects.get()
    node = {"a": "one", "b": "two"}[place.arm]
    assert list(RunStep.objects.filter(node=node).values_list("node", flat=True)) == [node, node]
    weights = [("a", 3), ("b", 1)]
    drawn = [draw("seed", "subject", f"{n}@example.org", weights) for n in range(4000)]
    assert drawn == [draw("seed", "subject", f"{n}@example.org", weights) for n in range(4000)]
    assert 0.70 < drawn.count("a") / 4000 < 0.80
    other = [draw("seed", "other", f"{n}@example.org", weights) for n in range(4000)]
    assert 0.5 < sum(one == two for one, two in zip(drawn, other, strict=True)) / 4000 < 0.75, "independent draws"


def enter(happen, count=1, email=EMAIL, start=1):
    for number in range(start, start + count):
        happen(ThingHappened(thing_id=number, email=email))


def test_once_ever_means_once(make_flow, happen, work_on):
    make_flow(reentry={"mode": "once_ever"}, schema=2)
    enter(happen, 3)
    work_on()

    assert Run.objects.count() == 1
    assert decisions()[-2:] == [("trigger", "entered_before", "false"), ("action", "worked", "true")]


def test_after_the_exit_and_a_gap_somebody_may_come_again(make_flow, happen, work_on):
    make_flow(WAIT, entry_key="always", reentry={"mode": "after_exit", "min_gap": {"days": 30}}, schema=2)
    enter(happen, 2)
    assert decisions()[-1] == ("trigger", "under_way", "false")
    work_on()
    work_on(hours=3)
    enter(happen, 1, start=5)
    assert decisions()[-1] == ("trigger", "too_soon", "false")
    work_on(days=31)
    enter(happen, 1, start=6)

    assert list(Run.objects.order_by("pk").values_list("entry_key", "state")) == [
        ("always", "done"), ("always~2", "active"),
    ]  # fmt: skip


def test_the_database_lets_nobody_in_twice_at_a_time(make_flow, happen):
    from django.db import IntegrityError

    make_flow(WAIT, entry_key="always", reentry={"mode": "after_exit"}, schema=2)
    enter(happen)
    run = Run.objects.get()
    run.pk, run.entry_key = None, "always~2"
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_always_has_a_limit_of_its_own(make_flow, happen, work_on):
    make_flow(WAIT, entry_key="{email}", reentry={"mode": "always", "max_concurrent": 2}, schema=2)
    enter(happen, 3)
    enter(happen, 1, email="max@example.org")
    assert Run.objects.count() == 3
    work_on()
    work_on(hours=3)
    enter(happen, 1, start=9)

    assert Run.objects.filter(email=EMAIL).count() == 3


def test_the_year_is_a_word_of_every_entry_key(make_flow, happen):
    make_flow(entry_key="birthday:{year}", schema=2)
    enter(happen, 2)

    assert Run.objects.get().entry_key == f"birthday:{clock.now().year}"


def test_everything_reads_as_sentences():
    with translation.override("en"):
        _everything_reads_as_sentences()


def _everything_reads_as_sentences():
    definition = read(
        definition_with(
            {**WAIT, "for": {"workdays": 3, "months": 1}, "weekdays": [2, 4],
             "window": {"from": "22:00", "to": "06:00"}},
            {"id": "date", "kind": "wait", "until_date": {"field": "kind", "before": {"days": 7}, "unknown": "last"}},
            {**event_wait("entry"), "id": "event"},
            {"id": "cond", "kind": "wait",
             "until_condition": {"timeout": {"days": 1}, "ask": {"any": [
                 {"condition": "test_gate"}, {"field": "kind", "op": "in", "value": ["a", "b"]}]}}},
            {"id": "try", "kind": "split", "experiment": "x",
             "arms": [{"code": "a", "weight": 1}, {"code": "b", "weight": 3, "then": "stop"}]},
            {**WORK, "id": "last", "max_lateness": {"hours": 2}, "late": "replan"},
            *STOPS,
            schema=2,
            trigger={"manual": True},
            exits=[{"event": "test_thing_ended", "match": ["thing_id"], "as": "goal_reached"}],
        )
    )  # fmt: skip
    words = [step_phrase(step).text for step in definition.steps]

    assert words[0] == ("Wait 1 month 3 working days, then until Tuesday, Thursday, then until between 22:00 and 06:00")
    assert words[1].startswith("Wait until 7 days before the date in")
    assert words[3] == "Wait until the gate is open or kind is one of a, b, at most 1 day"
    assert step_phrase(definition.steps[4]).notes == ["a (25 %): go on", "b (75 %): end"]
    assert opening(definition).text == "When staff start it by hand"
    assert "Thing ended" in exit_phrase(definition.exits[0])
    assert missing_extensions(definition) == []


def test_a_fact_about_the_contact_is_named_in_words():
    """Reports, lists and versions are read by people who have never seen the codes of fields."""
    from shopflow.automations.definitions.wording import expression_phrase
    from shopflow.contracts.expressions import Compare

    with translation.override("de"):
        phrases = [
            expression_phrase(Compare(name, "at_least", 2)) for name in ("orders_count", "new_status", "unheard_of")
        ]
    assert phrases == [
        "Zahl der Bestellungen ist mindestens 2",
        "der neue Status ist mindestens 2",
        "unheard_of ist mindestens 2",
    ]
