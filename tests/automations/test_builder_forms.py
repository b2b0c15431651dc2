"""The forms of the editor: the trigger, questions, exits, limits, steps."""

from __future__ import annotations

import pytest

from shopflow.automations.services import open_draft
from tests.automations.doubles import WORK
from tests.automations.editor import do, now, save, url

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_trigger_and_its_values(keeper, draft):
    page = keeper.post(url("builder-part", "test_flow", "trigger"), {
        "row": "refresh", "revision": draft.mark, "trigger-was": "", "trigger-event": "test_thing",
        "trigger-unit": "hours",
    })  # fmt: skip
    assert 'name="trigger-where0-field"' in page.content.decode()
    save(keeper, draft, "trigger", **{
        "trigger-was": "test_thing", "trigger-event": "test_thing", "trigger-amount": "2", "trigger-unit": "hours",
        "trigger-where0-field": "kind", "trigger-where0-values": "round, square",
    })  # fmt: skip
    assert now(draft)["trigger"] == {"event": "test_thing", "where": {"kind": ["round", "square"]}, "lag": {"hours": 2}}
    save(keeper, draft, "trigger", **{"trigger-event": "", "trigger-unit": "hours"})
    assert now(draft)["trigger"] == {"manual": True}


def test_how_often_somebody_enters_is_a_choice_of_sentences(keeper, draft):
    shown = keeper.get(url("builder-part", "test_flow", "entry")).content.decode()
    for key in ("thing:{thing_id}", "contact:{email}", "contact:{email}:{year}"):
        assert f'value="{key}"' in shown
    save(keeper, draft, "entry", **{
        "entry-entry_key": "contact:{email}", "entry-mode": "after_exit", "entry-amount": "30", "entry-unit": "days",
    })  # fmt: skip
    found = now(draft)
    assert (found["entry_key"], found["reentry"]) == (
        "contact:{email}", {"mode": "after_exit", "min_gap": {"days": 30}}
    )  # fmt: skip
    assert save(keeper, draft, "entry", **{"entry-entry_key": "x:{y}", "entry-mode": "always"}).status_code == 422


def test_nested_questions_are_written_without_scripts(keeper, draft):
    """A group within a group, a condition with settings, a field, each turned round: row by row, then stored."""
    data = {"row": "group:ask", "revision": draft.mark, "ask-count": "1", "ask-0-what": "f:kind", "ask-0-was": ""}
    page = keeper.post(url("builder-part", "test_flow", "conditions"), data).content.decode()
    for name in ("ask-0-op", "ask-0-value", "ask-1-type", "ask-1-0-what"):
        assert f'name="{name}"' in page
    save(keeper, draft, "conditions", **{
        "ask-count": "2", "ask-join": "any", "ask-0-what": "f:kind", "ask-0-was": "f:kind", "ask-0-op": "in",
        "ask-0-value": "round, flat", "ask-1-type": "group", "ask-1-count": "2", "ask-1-join": "all",
        "ask-1-0-what": "c:test_gate", "ask-1-0-not": "on", "ask-1-1-what": "f:thing_id",
        "ask-1-1-was": "f:thing_id", "ask-1-1-op": "greater", "ask-1-1-value": "7",
    })  # fmt: skip
    asked = {"any": [
        {"field": "kind", "op": "in", "value": ["round", "flat"]},
        {"all": [{"not": {"condition": "test_gate"}}, {"field": "thing_id", "op": "greater", "value": 7}]},
    ]}  # fmt: skip
    assert now(draft)["conditions"] == [asked]
    shown = keeper.get(url("builder-part", "test_flow", "conditions")).content.decode()
    assert 'name="ask-1-1-value" value="7"' in shown
    wrong = save(keeper, draft, "conditions", **{
        "ask-count": "1", "ask-0-what": "f:kind", "ask-0-was": "f:kind", "ask-0-op": "in", "ask-0-value": " ",
    })  # fmt: skip
    assert wrong.status_code == 422
    assert now(draft)["conditions"] == [asked]
    save(keeper, draft, "conditions", **{"ask-count": "0"})
    assert "conditions" not in now(draft)


def test_exits_goals_and_limits(keeper, draft):
    save(keeper, draft, "exits", **{
        "exits-count": "1", "exits-0-event": "test_thing_ended", "exits-0-match": "thing_id",
        "exits-0-reads_as": "subject_gone", "exits-0-ask-count": "1", "exits-0-ask-0-what": "c:test_gate",
    })  # fmt: skip
    assert now(draft)["exits"] == [{
        "event": "test_thing_ended", "match": ["thing_id"], "conditions": [{"condition": "test_gate"}],
        "as": "subject_gone",
    }]  # fmt: skip
    assert save(keeper, draft, "exits", **{"exits-count": "1", "exits-0-event": "test_thing_ended",
                                           "exits-0-reads_as": "exit_rule"}).status_code == 422  # fmt: skip
    save(keeper, draft, "goals", **{
        "goals-count": "1", "goals-0-event": "test_thing_ended", "goals-0-match": "email", "goals-0-amount": "7",
        "goals-0-unit": "days", "goals-0-then": "work",
    })  # fmt: skip
    assert now(draft)["goals"] == [{
        "event": "test_thing_ended", "match": ["email"], "id": "test_thing_ended", "within": {"days": 7},
        "then": "work",
    }]  # fmt: skip
    do(keeper, draft, "delete:work")
    assert now(draft)["goals"][0]["then"] == "stop"
    limits = {"limits-priority": "70", "limits-holdout": "10", "limits-messages": "3", "limits-days": "7",
              "limits-amount": "12", "limits-unit": "hours"}  # fmt: skip
    save(keeper, draft, "limits", **limits)
    found = now(draft)
    assert (found["priority"], found["holdout"], found["cap"]) == (
        70, 10, {"messages": 3, "days": 7, "gap": {"hours": 12}}
    )  # fmt: skip
    save(keeper, draft, "limits", **limits | {"limits-messages": "", "limits-days": ""})
    assert "cap" not in now(draft)


def test_an_action_its_questions_and_its_lateness(keeper, draft):
    save(keeper, draft, "work", **{
        "leave-count": "1", "leave-0-what": "c:test_gate", "skip-count": "1", "skip-0-what": "c:test_gate",
        "skip-0-not": "on", "late-amount": "2", "late-unit": "days", "late-late": "replan", "end-onward": "next",
    })  # fmt: skip
    step = now(draft)["steps"][1]
    assert step == {
        "id": "work", "kind": "action", "action": "test_work", "max_lateness": {"days": 2}, "late": "replan",
        "recheck": [{"condition": "test_gate"}, {"not": {"condition": "test_gate"}, "otherwise": "skip"}],
    }  # fmt: skip


def test_a_wait_keeps_what_its_form_does_not_show(keeper, make_flow):
    wait = {"id": "pause", "kind": "wait", "until": {"hours": 1, "days": 2}, "gap": {"hours": 12}, "zone": "Asia/Tokyo"}
    draft = open_draft(flow=make_flow(wait, WORK, schema=2), actor=None)
    save(keeper, draft, "pause", **{"s-amount": "1", "s-unit": "hours", "s-at": "18:00"})
    assert now(draft)["steps"][0] == {**wait, "at": "18:00"}
    save(keeper, draft, "pause", art="until_time", **{"s-at": "09:30", "s-weekdays": ["1", "2"]})
    assert now(draft)["steps"][0] == {
        "id": "pause", "kind": "wait", "until_time": {"at": "09:30", "weekdays": [1, 2]}
    }  # fmt: skip


def test_the_ways_of_an_experiment_keep_their_steps(keeper, draft):
    do(keeper, draft, "insert", entry="split:", place="after:pause")
    do(keeper, draft, "insert", entry="action:test_outside", place="in:split:arm1")
    arms = {"s-experiment": "subject", "arms-count": "2", "arms-0-was": "", "arms-0-code": "c", "arms-0-weight": "1",
            "arms-1-was": "arm1", "arms-1-code": "b", "arms-1-weight": "3"}  # fmt: skip
    save(keeper, draft, "split", **arms, **{"end-arm0": "next", "end-arm1": "next"})
    steps = {step["id"]: step for step in now(draft)["steps"]}
    arms = [(arm["code"], arm["weight"], arm["then"]) for arm in steps["split"]["arms"]]
    assert arms == [("c", 1, "work"), ("b", 3, "next")]
    assert list(steps) == ["pause", "split", "test_outside", "work"]
    assert "arm" in keeper.post(url("builder-step", "test_flow", "split"), {
        "row": "arm", "revision": draft.mark, "s-experiment": "subject", "arms-count": "1",
    }).content.decode()  # fmt: skip


# Publishing, comparing, files
