"""What becomes of a draft: a version, a file, a copy, nothing; and what the pages cost."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopflow.automations.models import Flow, FlowDraft, FlowVersion, Run, StandingFigure
from shopflow.automations.queries import flows_with_numbers, standing_at
from shopflow.automations.services import open_draft
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from tests.automations.doubles import WAIT, WORK
from tests.automations.editor import do, ids, now, save, url

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_publishing_makes_a_version_and_says_who_did_it(keeper, draft):
    do(keeper, draft, "insert", entry="action:test_outside", place="after:work")
    page = keeper.get(url("builder-publish", "test_flow"))
    assert [(one.kind, one.step) for one in page.context["differences"]] == [("added", "test_outside")]
    before = draft.base
    AuditEntry.objects.all().delete()
    draft.refresh_from_db()
    data = {"revision": draft.mark, "note": "mehr Arbeit", "runs": "migrate"}
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
    answer = keeper.post(url("builder-publish", "test_flow"), {"revision": draft.mark, "runs": "finish"})
    assert answer.status_code == 422
    assert FlowVersion.objects.filter(flow=draft.flow).count() == 1
    assert FlowDraft.objects.filter(pk=draft.pk).exists()


def test_a_draft_is_discarded_and_a_new_flow_goes_with_it(keeper, draft):
    draft.refresh_from_db()
    keeper.post(url("builder-discard", "test_flow"), {"revision": draft.mark})
    assert not FlowDraft.objects.exists()
    assert Flow.objects.filter(code="test_flow").exists()
    keeper.post(url("new"), {"name": "Ganz neu"})
    fresh = FlowDraft.objects.get()
    assert (fresh.flow.code, fresh.flow.enabled, fresh.flow.active_version) == ("ganz_neu", False, None)
    assert keeper.get(url("flow", "ganz_neu")).status_code == 200
    keeper.post(url("builder-discard", "ganz_neu"), {"revision": fresh.mark})
    assert not Flow.objects.filter(code="ganz_neu").exists()


def test_a_double_click_publishes_once(keeper, draft):
    do(keeper, draft, "insert", entry="action:test_outside", place="after:work")
    draft.refresh_from_db()
    before = draft.flow.versions.count()
    data = {"revision": draft.mark, "note": "", "runs": "finish"}
    answers = [keeper.post(url("builder-publish", "test_flow"), data) for _click in range(2)]
    assert [answer["Location"] for answer in answers] == [url("flow", "test_flow")] * 2
    assert draft.flow.versions.count() == before + 1


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
    answer = keeper.post(url("builder-import", "test_flow"), {"file": broken, "revision": draft.mark})
    assert answer.status_code == 422
    assert ids(draft) == ["pause", "work"]
    for content in (b"{", b"[]", b"\xff\xfe"):
        upload = SimpleUploadedFile("flow.json", content)
        assert keeper.post(url("new"), {"name": "X", "file": upload}).status_code == 422


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"steps": [{**WORK, "id": f"s{n}"} for n in range(201)]}, "höchstens 200 Schritte"),
        ({"steps": {"a": 1}}, "„steps“"),
        ({"steps": [{"id": ["a"], "kind": "wait"}]}, "„id“"),
        ({"steps": [{**WORK, "kind": {}}]}, "„kind“"),
        ({"steps": [{**WORK, "settings": "x"}]}, "„settings“"),
        ({"steps": [{**WORK, "settings": {"text": "a\0b"}}]}, "lesbares JSON"),
        ({"steps": [{**WORK, "settings": {"text": "a\ud800b"}}]}, "lesbares JSON"),
        ({"steps": [{"id": "p", "kind": "wait", "for": {"days": 10**30}}]}, "höchstens zehn Jahre"),
        ({"steps": [{"id": "p", "kind": "wait", "for": {"days": 1}, "zone": "../../etc/passwd"}]}, "etc/passwd"),
        ({"priority": float("nan")}, "lesbares JSON"),
        ({"priority": float("inf")}, "lesbares JSON"),
        ({"entry_key": "{thing_id.__class__}"}, "entry_key"),
        ({"trigger": ["test_thing_happened"]}, "trigger"),
        ({"steps": [{**WORK, "id": "limits"}]}, "darf nicht „limits“ heißen"),
    ],
    ids=range(14),
)
def test_a_hostile_file_is_refused_with_a_sentence(keeper, draft, change, sentence):
    content = json.dumps({**draft.base.definition, **change}).encode()
    answer = keeper.post(
        url("builder-import", "test_flow"),
        {"file": SimpleUploadedFile("flow.json", content), "revision": draft.mark},
    )
    assert (answer.status_code, ids(draft)) == (422, ["pause", "work"])
    [said] = [error for errors in answer.context["form"].errors.values() for error in errors][:1]
    assert sentence in said


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


@pytest.mark.parametrize(
    ("action", "settings"),
    [
        ("send_mail", {"template": True, "mail_class": "advertising", "purpose": {"a": 1}, "basis": ["consent"]}),
        ("send_mail", {"template": "x" * 5000, "mail_class": {}, "contexts": [{}]}),
        ("open_staff_task", {"title": 7, "kind": {"a": []}}),
        ("open_staff_task", {"kind": "follow_up", "title": ["Anrufen"]}),
        ("open_staff_task", {"kind": "follow_up", "title": "Anrufen", "text": 7}),
    ],
)
def test_a_file_with_damaged_settings_is_shown_and_not_published(keeper, draft, action, settings):
    step = {"id": "mail", "kind": "action", "action": action, "settings": settings}
    damaged = {**now(draft), "steps": [step]}
    file = SimpleUploadedFile("flow.json", json.dumps(damaged).encode())
    assert keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark}).status_code == 302
    assert ids(draft) == ["mail"]
    for name, *args in (("builder",), ("builder-step", "mail"), ("builder-publish",), ("flow",)):
        assert keeper.get(url(name, "test_flow", *args)).status_code == 200, name
    draft.refresh_from_db()
    answer = keeper.post(url("builder-publish", "test_flow"), {"revision": draft.mark, "note": ""})
    assert (answer.status_code, draft.flow.versions.count()) == (422, 1)


@pytest.mark.parametrize("text", ['{"steps": NaN}', '{"trigger": "\\u0000"}', "[" * 100_000, "\xff", "[]", ""])
def test_a_file_that_is_none_changes_nothing(keeper, draft, text):
    before = now(draft)
    file = SimpleUploadedFile("flow.json", text.encode("latin-1"))
    answer = keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark})
    assert answer.status_code == 422
    assert now(draft) == before
