from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.automations.models import Flow, FlowDraft, FlowVersion, Run, StandingFigure
from shopflow.automations.queries import flows_with_numbers, standing_at
from shopflow.automations.services import open_draft
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from tests.automations.doubles import WAIT, WORK

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"shopflow-staff:automations-{name}", args=args)


def person(email, *permissions):
    user = get_user_model().objects.create_user(email, "secret-word-1")
    user.is_staff = True
    user.save()
    for codename in permissions:
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label="shopflow_automations", codename=codename)
        )
    return user


@pytest.fixture
def keeper(client):
    client.force_login(person("keeper@example.org", "view_flow", "change_flow"))
    return client


@pytest.fixture
def draft(make_flow):
    return open_draft(flow=make_flow(WAIT, WORK, enabled=False), actor=None)


def now(draft):
    draft.refresh_from_db()
    return draft.states.get(number=draft.position).definition


def ids(draft):
    return [step["id"] for step in now(draft)["steps"]]


def do(client, draft, verb, **more):
    draft.refresh_from_db()
    data = {"do": verb, "revision": draft.revision, **more}
    return client.post(url("builder-act", draft.flow.code), data)


def test_the_editor_is_for_those_who_may_change(client, draft):
    pages = [("builder",), ("builder-palette",), ("builder-step", "work"), ("builder-part", "trigger"),
             ("builder-name",), ("builder-import",), ("builder-export",), ("builder-publish",)]  # fmt: skip
    client.force_login(person("reader@example.org", "view_flow"))
    for name, *args in pages:
        assert client.get(url(name, "test_flow", *args)).status_code == 403
    assert client.get(url("new")).status_code == 403
    assert client.post(url("builder-begin", "test_flow")).status_code == 403
    assert do(client, draft, "delete:work").status_code == 403
    assert client.get(url("comparison", draft.base.pk)).status_code == 200
    assert ids(draft) == ["pause", "work"]


def test_every_page_of_a_draft_opens(keeper, draft):
    for name, *args in [("builder",), ("builder-palette",), ("builder-step", "work"), ("builder-step", "pause"),
                        ("builder-name",), ("builder-import",), ("builder-export",), ("builder-publish",),
                        *[("builder-part", part) for part in
                          ("trigger", "conditions", "entry", "exits", "goals", "limits")]]:  # fmt: skip
        assert keeper.get(url(name, "test_flow", *args)).status_code == 200, (name, args)
    assert keeper.get(url("builder-part", "test_flow", "nonsense")).status_code == 404
    assert keeper.get(url("builder-step", "test_flow", "gone")).status_code == 302


@pytest.mark.parametrize("kind", ["for", "until", "until_time", "until_date", "until_event", "until_condition"])
def test_every_kind_of_wait_has_its_form(keeper, draft, kind):
    page = keeper.get(url("builder-step", "test_flow", "pause"), {"art": kind})
    assert page.status_code == 200
    assert f'value="{kind}" selected' in page.content.decode()


# What is done to steps


def test_a_step_is_put_in_moved_copied_and_deleted(keeper, draft):
    answer = do(keeper, draft, "insert", entry="action:test_outside", place="after:pause")
    assert answer["Location"] == url("builder-step", "test_flow", "test_outside")
    assert ids(draft) == ["pause", "test_outside", "work"]
    do(keeper, draft, "down:test_outside")
    assert ids(draft) == ["pause", "work", "test_outside"]
    do(keeper, draft, "up:test_outside")
    do(keeper, draft, "duplicate:pause")
    assert ids(draft) == ["pause", "pause_2", "test_outside", "work"]
    do(keeper, draft, "move", step="work", place="first")
    assert ids(draft) == ["work", "pause", "pause_2", "test_outside"]
    do(keeper, draft, "delete:pause")
    assert ids(draft) == ["work", "pause_2", "test_outside"]
    assert [state.sentence for state in draft.states.order_by("number")][-1].startswith(("Gelöscht", "Deleted"))
    assert FlowVersion.objects.filter(flow=draft.flow).count() == 1


def test_ways_are_filled_and_meet_again(keeper, draft):
    do(keeper, draft, "insert", entry="condition:test_gate", place="after:pause")
    do(keeper, draft, "insert", entry="action:test_outside", place="in:test_gate:else")
    steps = {step["id"]: step for step in now(draft)["steps"]}
    assert [steps["test_gate"][way] for way in ("then", "else", "unknown")] == ["work", "next", "next"]
    assert steps["test_outside"]["then"] == "stop"

    keeper.post(url("builder-step", "test_flow", "test_gate"), {
        "save": "1", "revision": draft.revision, "ask-count": "1", "ask-0-what": "c:test_gate",
        "ask-0-was": "c:test_gate", "end-then": "next", "end-else": "work", "end-unknown": "same",
    })  # fmt: skip
    steps = {step["id"]: step for step in now(draft)["steps"]}
    assert list(steps) == ["pause", "test_gate", "test_outside", "work"]
    assert [steps["test_gate"][way] for way in ("then", "else", "unknown")] == ["work", "next", "next"]
    assert "then" not in steps["test_outside"]
    page = keeper.get(url("builder", "test_flow")).content.decode()
    assert page.index('id="step-test_outside"') < page.index('id="step-work"')


def test_a_step_does_not_go_into_its_own_ways(keeper, draft):
    do(keeper, draft, "insert", entry="condition:test_gate", place="after:pause")
    before = now(draft)
    do(keeper, draft, "move", step="test_gate", place="in:test_gate:else")
    do(keeper, draft, "move", step="gone", place="first")
    do(keeper, draft, "insert", entry="action:nonsense", place="first")
    do(keeper, draft, "insert", entry="action:test_work", place="in:pause:else")
    assert do(keeper, draft, "nonsense").status_code == 400
    assert now(draft) == before


def test_every_change_can_be_taken_back_and_done_again(keeper, draft):
    do(keeper, draft, "delete:work")
    do(keeper, draft, "undo")
    assert ids(draft) == ["pause", "work"]
    do(keeper, draft, "redo")
    assert ids(draft) == ["pause"]
    do(keeper, draft, "undo")
    do(keeper, draft, "insert", entry="action:test_outside", place="first")
    assert do(keeper, draft, "redo").status_code == 302
    assert ids(draft) == ["test_outside", "pause", "work"]
    assert list(draft.states.order_by("number").values_list("number", flat=True)) == [1, 2]
    do(keeper, draft, "undo")
    do(keeper, draft, "undo")
    assert ids(draft) == ["pause", "work"]


def test_two_people_do_not_overwrite_each_other(keeper, draft):
    """Who was slower is told by whom it was changed, gets the newer state, and nothing of either is lost."""
    seen = draft.revision
    do(keeper, draft, "delete:work")
    late = keeper.post(
        url("builder-act", "test_flow"),
        {"do": "insert", "entry": "action:test_outside", "place": "after:work", "revision": seen},
        headers={"X-Requested-With": "builder"},
    )
    assert late.status_code == 409
    told = late.json()
    draft.refresh_from_db()
    assert told["revision"] == draft.revision == seen + 1
    assert 'id="step-work"' not in told["board"]
    assert ids(draft) == ["pause"]
    form = keeper.post(
        url("builder-part", "test_flow", "limits"),
        {"save": "1", "revision": seen, "limits-priority": "9", "limits-holdout": "0", "limits-unit": "hours"},
    )
    assert form.status_code == 302
    assert "priority" not in now(draft)
    assert keeper.post(url("builder-publish", "test_flow"), {"runs": "finish", "revision": seen}).status_code == 302
    assert FlowVersion.objects.filter(flow=draft.flow).count() == 1


def test_the_script_gets_the_drawing_and_what_was_done(keeper, draft):
    answer = keeper.post(
        url("builder-act", "test_flow"),
        {"do": "insert", "entry": "wait:until_event", "place": "first", "revision": draft.revision},
        headers={"X-Requested-With": "builder"},
    ).json()
    assert (answer["step"], answer["opens"], answer["undo"], answer["redo"]) == ("until_event", True, True, False)
    assert answer["errors"] == 1
    assert 'id="step-until_event"' in answer["board"]
    assert "flow-remark--error" in answer["board"]


# Forms


def save(client, draft, *args, **data):
    draft.refresh_from_db()
    name = (
        "builder-part" if args[0] in ("trigger", "conditions", "entry", "exits", "goals", "limits") else "builder-step"
    )
    return client.post(url(name, "test_flow", args[0]), {"save": "1", "revision": draft.revision, **data})


def test_the_trigger_and_its_values(keeper, draft):
    page = keeper.post(url("builder-part", "test_flow", "trigger"), {
        "row": "refresh", "revision": draft.revision, "trigger-was": "", "trigger-event": "test_thing",
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
    data = {"row": "group:ask", "revision": draft.revision, "ask-count": "1", "ask-0-what": "f:kind", "ask-0-was": ""}
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
        "row": "arm", "revision": draft.revision, "s-experiment": "subject", "arms-count": "1",
    }).content.decode()  # fmt: skip


# Publishing, comparing, files


def test_publishing_makes_a_version_and_says_who_did_it(keeper, draft):
    do(keeper, draft, "insert", entry="action:test_outside", place="after:work")
    page = keeper.get(url("builder-publish", "test_flow"))
    assert [(one.kind, one.step) for one in page.context["differences"]] == [("added", "test_outside")]
    before = draft.base
    AuditEntry.objects.all().delete()
    draft.refresh_from_db()
    data = {"revision": draft.revision, "note": "mehr Arbeit", "runs": "migrate"}
    answer = keeper.post(url("builder-publish", "test_flow"), data)

    assert answer["Location"] == url("take-along", before.pk)
    version = Flow.objects.get(code="test_flow").active_version
    assert (version.number, version.note, version.source) == (before.number + 1, "mehr Arbeit", "staff")
    assert [step["id"] for step in version.definition["steps"]] == ["pause", "work", "test_outside"]
    assert not FlowDraft.objects.filter(flow=version.flow).exists()
    entry = AuditEntry.objects.get(action="automation_version_published")
    assert (entry.actor.email, entry.data["version"]) == ("keeper@example.org", version.number)


def test_what_is_missing_keeps_a_draft_from_being_published(keeper, draft):
    do(keeper, draft, "insert", entry="wait:until_date", place="first")
    page = keeper.get(url("builder-publish", "test_flow"))
    assert page.context["board"].errors == 1
    draft.refresh_from_db()
    answer = keeper.post(url("builder-publish", "test_flow"), {"revision": draft.revision, "runs": "finish"})
    assert answer.status_code == 422
    assert FlowVersion.objects.filter(flow=draft.flow).count() == 1
    assert FlowDraft.objects.filter(pk=draft.pk).exists()


def test_a_draft_is_discarded_and_a_new_flow_goes_with_it(keeper, draft):
    draft.refresh_from_db()
    keeper.post(url("builder-discard", "test_flow"), {"revision": draft.revision})
    assert not FlowDraft.objects.exists()
    assert Flow.objects.filter(code="test_flow").exists()
    keeper.post(url("new"), {"name": "Ganz neu"})
    fresh = FlowDraft.objects.get()
    assert (fresh.flow.code, fresh.flow.enabled, fresh.flow.active_version) == ("ganz_neu", False, None)
    assert keeper.get(url("flow", "ganz_neu")).status_code == 200
    keeper.post(url("builder-discard", "ganz_neu"), {"revision": fresh.revision})
    assert not Flow.objects.filter(code="ganz_neu").exists()


def test_versions_are_compared_in_sentences(keeper, make_flow):
    flow = make_flow({**WAIT, "for": {"hours": 2}}, WORK)
    old = flow.active_version
    flow = make_flow(WORK, {**WAIT, "for": {"hours": 3}}, {**WORK, "id": "more"},
                     exits=[{"event": "test_thing_ended", "match": ["email"]}])  # fmt: skip
    page = keeper.get(url("comparison", flow.active_version.pk))
    found = [(one.kind, one.step) for one in page.context["differences"]]
    assert found[0] == ("changed", "")
    assert sorted(found[1:]) == [("added", "more"), ("changed", "pause"), ("moved", "pause")]
    changed = next(one for one in page.context["differences"] if one.step == "pause" and one.kind == "changed")
    assert (changed.before, changed.after) == ("Warte 2 Stunden", "Warte 3 Stunden")
    back = keeper.get(url("comparison", old.pk), {"mit": flow.active_version.pk})
    assert ("removed", "more") in [(one.kind, one.step) for one in back.context["differences"]]


def test_a_flow_leaves_as_a_file_and_comes_back(keeper, draft):
    file = keeper.get(url("export", draft.base.pk))
    assert "attachment" in file["Content-Disposition"]
    told = json.loads(file.content)
    assert told["definition"] == draft.base.definition
    upload = SimpleUploadedFile("flow.json", file.content, content_type="application/json")
    keeper.post(url("new"), {"name": "Aus Datei", "file": upload})
    copy = FlowDraft.objects.get(flow__code="aus_datei")
    assert [step["id"] for step in now(copy)["steps"]] == ["pause", "work"]
    assert keeper.get(url("builder", "aus_datei")).status_code == 200

    broken = SimpleUploadedFile("flow.json", json.dumps({"schema": 2, "steps": []}).encode())
    draft.refresh_from_db()
    answer = keeper.post(url("builder-import", "test_flow"), {"file": broken, "revision": draft.revision})
    assert answer.status_code == 422
    assert ids(draft) == ["pause", "work"]
    for content in (b"{", b"[]", b"\xff\xfe"):
        upload = SimpleUploadedFile("flow.json", content)
        assert keeper.post(url("new"), {"name": "X", "file": upload}).status_code == 422


def test_a_copy_begins_as_the_original_and_has_a_name_of_its_own(keeper, draft):
    keeper.post(url("new"), {"name": "test flow", "copy_of": "test_flow"})
    copy = FlowDraft.objects.get(flow__code="test_flow_2")
    assert [step["id"] for step in now(copy)["steps"]] == ["pause", "work"]
    data = {"name": "Anders", "description": "d", "reason": "r"}
    keeper.post(url("builder-name", "test_flow_2"), data)
    copy.flow.refresh_from_db()
    assert (copy.flow.name, copy.flow.description, copy.flow.reason) == ("Anders", "d", "r")


def test_delivered_flows_keep_their_names(keeper):
    keeper.post(url("builder-begin", "review_request"))
    before = Flow.objects.get(code="review_request").name
    keeper.post(url("builder-name", "review_request"), {"name": "Anders"})
    assert Flow.objects.get(code="review_request").name == before


# Numbers


def test_the_editor_asks_as_many_questions_whatever_is_under_way(keeper, draft, make_flow):
    def count(*names):
        with CaptureQueriesContext(connection) as asked:
            for name, *args in names:
                assert keeper.get(url(name, *args)).status_code == 200
        statements = [query["sql"].lower() for query in asked]
        assert [one for one in statements if "count(" in one and "shopflow_automations_run" in one] == []
        return len(statements)

    pages = [("builder", "test_flow"), ("builder-publish", "test_flow"), ("builder-step", "test_flow", "work")]
    before = count(*pages)
    make_flow(WAIT, code="another")
    Run.objects.bulk_create(
        [
            Run(flow=draft.flow, version=draft.base, email=f"p{n}@example.org", entry_key=f"thing:{n}", subject={},
                state="waiting", node="pause", due_at=clock.now(), began_at=clock.now(), entered_at=clock.now())
            for n in range(300)
        ]
    )  # fmt: skip
    StandingFigure.objects.create(flow=draft.flow, version=1, node="pause", count=300, oldest_at=clock.now(),
                                  at=clock.now())  # fmt: skip
    assert count(*pages) == before
    assert keeper.get(url("builder", "test_flow")).context["board"].card("pause").standing == 300


def test_the_list_counts_no_further_than_it_shows(keeper, make_flow, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("shopflow.automations.queries.COUNTED", 2)
    flow = make_flow(WAIT, enabled=False)
    rows = [("done", 3), ("waiting", 2), ("active", 1), ("parked", 1)]
    Run.objects.bulk_create(
        [
            Run(flow=flow, version=flow.active_version, email=f"{state}{n}@example.org", entry_key="x", subject={},
                state=state, node="pause", due_at=clock.now(), began_at=clock.now(), entered_at=clock.now())
            for state, count in rows
            for n in range(count)
        ]
    )  # fmt: skip
    with django_assert_num_queries(1):
        line = next(one for one in flows_with_numbers() if one.flow == flow)
    assert (line.open, line.parked, line.done, line.exited, line.failed) == ("2+", "1", "2+", "0", "")
    StandingFigure.objects.create(flow=flow, version=flow.active_version.number, node="pause", count=41,
                                  oldest_at=clock.now(), at=clock.now())  # fmt: skip
    assert standing_at(flow.active_version) == {"pause": 41}
    monkeypatch.setattr("shopflow.automations.queries.COUNTED", 10)
    assert standing_at(flow.active_version) == {"pause": 4}
    text = keeper.get(url("flow", "test_flow")).content.decode()
    assert "badge--info" in text


def test_runs_are_proposed_a_place_in_the_new_version(keeper, make_flow):
    """By name, else by what the step does; the numbers come before the deed."""
    flow = make_flow(WAIT, {**WAIT, "id": "later", "for": {"days": 3}}, WORK, enabled=False)
    old = flow.active_version
    flow = make_flow({**WAIT, "id": "renamed"}, WORK)
    form = keeper.get(url("take-along", old.pk)).context["form"]
    assert [form[f"node_{step}"].initial for step in ("pause", "later", "work")] == ["renamed", "stay", "work"]
    form = keeper.get(url("take-along", old.pk), {"alle": "stop"}).context["form"]
    assert {form[f"node_{step}"].initial for step in ("pause", "later", "work")} == {"stop"}


def test_a_mail_is_chosen_by_its_subject_not_by_codes(keeper, make_flow):
    mail = {"id": "mail", "kind": "action", "action": "send_mail",
            "settings": {"template": "order_status_{kind}", "mail_class": "transactional",
                         "contexts": ["basket"]}}  # fmt: skip
    draft = open_draft(flow=make_flow(mail, enabled=False), actor=None)
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    assert '<option value="order_status_{kind}" selected>' in page
    assert "(payment_reminder)</option>" in page
    save(keeper, draft, "mail", **{
        "s-template": "payment_reminder", "s-mail_class": "transactional", "s-contexts": ["basket", "documents"],
        "leave-count": "0", "skip-count": "0", "late-unit": "days", "late-late": "skip",
    })  # fmt: skip
    assert now(draft)["steps"][0]["settings"] == {
        "template": "payment_reminder", "mail_class": "transactional", "contexts": ["basket", "documents"]
    }  # fmt: skip
