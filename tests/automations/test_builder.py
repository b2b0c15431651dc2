"""Drawing in the editor: who may, putting in, moving, taking back, and two people at one draft."""

from __future__ import annotations

import pytest

from shopflow.automations.models import FlowVersion
from shopflow.automations.services import discard_draft, open_draft
from tests.automations.editor import do, ids, now, person, save, url

pytestmark = pytest.mark.django_db


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
        "save": "1", "revision": draft.mark, "ask-count": "1", "ask-0-what": "c:test_gate",
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
    seen, revision = draft.mark, draft.revision
    do(keeper, draft, "delete:work")
    late = keeper.post(
        url("builder-act", "test_flow"),
        {"do": "insert", "entry": "action:test_outside", "place": "after:work", "revision": seen},
        headers={"X-Requested-With": "builder"},
    )
    assert late.status_code == 409
    told = late.json()
    draft.refresh_from_db()
    assert (told["revision"], draft.revision) == (draft.mark, revision + 1)
    assert 'id="step-work"' not in told["board"]
    assert ids(draft) == ["pause"]
    form = keeper.post(
        url("builder-part", "test_flow", "limits"),
        {"save": "1", "revision": seen, "limits-priority": "9", "limits-holdout": "0", "limits-unit": "hours"},
    )
    assert form.status_code == 409
    assert form.context["limits"]["priority"].value() == "9"
    assert "speichern Sie noch einmal" in form.content.decode()
    assert "priority" not in now(draft)
    assert keeper.post(url("builder-publish", "test_flow"), {"runs": "finish", "revision": seen}).status_code == 302
    assert FlowVersion.objects.filter(flow=draft.flow).count() == 1


def test_a_form_stands_on_what_it_was_opened_with(keeper, draft):
    """Whoever has seen the newer draft by another command, but not in this form, does not overwrite it unknowingly."""
    form = keeper.get(url("builder-step", "test_flow", "pause"))
    was = form.context["was"]
    do(keeper, draft, "duplicate:pause")
    data = {"s-amount": "5", "s-unit": "days", "art": "for"}
    assert save(keeper, draft, "pause", was=was, **data).status_code == 302
    late = save(keeper, draft, "pause", was=was, **data)
    assert late.status_code == 409
    assert "geändert in „Warte 5 Tage" in late.content.decode()
    assert save(keeper, draft, "pause", was=late.context["was"], **data).status_code == 302


def test_marks_of_an_earlier_draft_are_not_taken_for_those_of_the_next(keeper, draft):
    seen = draft.mark
    discard_draft(draft=draft, revision=draft.revision, actor=None)
    fresh = open_draft(flow=draft.flow, actor=None)
    assert fresh.revision == draft.revision
    answer = keeper.post(url("builder-act", "test_flow"), {"do": "delete:work", "revision": seen})
    assert answer.status_code == 302
    assert ids(fresh) == ["pause", "work"]


def test_a_step_that_is_drawn_elsewhere_says_why(keeper, draft):
    do(keeper, draft, "insert", entry="condition:", place="after:work")
    question = ids(draft)[-1]
    sentences = []
    for way in ("then", "else"):
        draft.refresh_from_db()
        answer = keeper.post(
            url("builder-act", "test_flow"),
            {"do": "insert", "entry": "action:test_outside", "place": f"in:{question}:{way}", "revision": draft.mark},
            headers={"X-Requested-With": "builder"},
        )
        sentences.append(answer.json()["hint"])
    assert sentences[0].startswith("Er steht darunter, weil alle anderen Wege hier enden")
    assert sentences[1] == ""


def test_the_script_gets_the_drawing_and_what_was_done(keeper, draft):
    answer = keeper.post(
        url("builder-act", "test_flow"),
        {"do": "insert", "entry": "wait:until_event", "place": "first", "revision": draft.mark},
        headers={"X-Requested-With": "builder"},
    ).json()
    assert (answer["step"], answer["opens"], answer["undo"], answer["redo"]) == ("until_event", True, True, False)
    assert answer["errors"] == 1
    assert 'id="step-until_event"' in answer["board"]
    assert "flow-remark--error" in answer["board"]


# Forms
