"""Segments, tags and other rows that a definition names: what is said, refused and decided when they are gone."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from shopflow.audience.exceptions import SegmentRefused
from shopflow.audience.models import Segment, Stage, Tag
from shopflow.audience.services import delete_segment
from shopflow.automations.definitions import read
from shopflow.automations.definitions.diagnosis import Diagnosis
from shopflow.automations.definitions.mentions import Mention, mentions
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.facts import facts_about
from shopflow.automations.linting import lint
from shopflow.automations.models import Flow, FlowDraft, FlowVersion, Run
from shopflow.automations.rows import KINDS, existing, missing_rows
from shopflow.automations.services import publish_version, sync_builtin_flows
from shopflow.contracts.usage import uses_of
from shopflow.core import clock
from tests.audience.people import staff
from tests.automations.asking import asking, condition, field
from tests.automations.doubles import WAIT, WORK, ThingHappened, definition_with
from tests.automations.editor import do, ids, now, url

pytestmark = pytest.mark.django_db


def act(action, name="act", **settings):
    return {"id": name, "kind": "action", "action": action, "settings": settings}


def whole(*steps, **more):
    return definition_with(*steps or [WORK], **{"schema": 2, **more})


def segment(code="regulars", label="Stammkunden"):
    return Segment.objects.create(
        code=code, label=label, kind="static", expression={"all": []}, created_at=clock.now()
    )  # fmt: skip


ENTERED = {"event": "segment_entered", "match": ["email"], "where": {"segment": "gone"}}
GONE = field("segments", "contains", "gone")
ADDRESS = {"trigger": {"manual": True, "segment": "gone"}, "entry_key": "{occasion}:{email}"}
EVERYWHERE = {
    "trigger by hand": (ADDRESS, [WORK], ("segment", "gone", "trigger")),
    "trigger": (
        {"trigger": {"event": "tag_added", "where": {"tag": ["gone"]}}, "entry_key": "{email}"}, [WORK],
        ("tag", "gone", "trigger"),
    ),
    "stage": (
        {"trigger": {"event": "stage_changed", "where": {"new_stage": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("stage", "gone", "trigger"),
    ),
    "date": (
        {"trigger": {"event": "date_reached", "where": {"field": ["gone"]}}, "entry_key": "{email}"}, [WORK],
        ("attribute", "gone", "trigger"),
    ),
    "document": (
        {"trigger": {"event": "lead_magnet_requested", "where": {"magnet": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("document", "gone", "trigger"),
    ),
    "campaign": (
        {"trigger": {"event": "campaign_started", "where": {"campaign": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("campaign", "gone", "trigger"),
    ),
    "threshold": (
        {"trigger": {"event": "score_reached", "where": {"threshold": 77}}, "entry_key": "{email}"}, [WORK],
        ("threshold", "77", "trigger"),
    ),
    "automation": (
        {"trigger": {"event": "automation_finished", "where": {"automation": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("automation", "gone", "trigger"),
    ),
    "link": (
        {"trigger": {"event": "link_clicked", "where": {"template": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("text", "gone", "trigger"),
    ),
    "conditions": ({"conditions": [GONE]}, [WORK], ("segment", "gone", "conditions")),
    "exits": ({"exits": [ENTERED]}, [WORK], ("segment", "gone", "exits")),
    "question of an exit": (
        {"exits": [{"event": "test_thing_ended", "match": ["email"], "conditions": [GONE]}]}, [WORK],
        ("segment", "gone", "exits"),
    ),
    "goals": ({"goals": [{**ENTERED, "id": "there"}]}, [WORK], ("segment", "gone", "goals")),
    "branch": ({}, [asking(condition("in_segment", segment="gone")), WORK], ("segment", "gone", "ask")),
    "nested": (
        {}, [asking({"any": [condition("test_gate"), {"not": field("tags", "in", ["gone"])}]}), WORK],
        ("tag", "gone", "ask"),
    ),
    "field of the event": (
        {}, [asking(condition("subject_field", field="purpose", operator="is", value="gone")), WORK],
        ("purpose", "gone", "ask"),
    ),
    "attribute": ({}, [asking(field("attribute.gone", "is", "x")), WORK], ("attribute", "gone", "ask")),
    "share link": ({}, [asking(field("share_link", "contains", "gone")), WORK], ("share_link", "gone", "ask")),
    "category": ({}, [asking(field("bought_categories", "in", ["999999"]))], ("category", "999999", "ask")),
    "automation answered": (
        {"trigger": {"event": "mail_replied", "where": {"flow": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("automation", "gone", "trigger"),
    ),
    "mail that was sent": (
        {"trigger": {"event": "mail_sent", "where": {"template": "gone"}}, "entry_key": "{email}"}, [WORK],
        ("text", "gone", "trigger"),
    ),
    "wait": (
        {}, [{"id": "rest", "kind": "wait", "until_event": {"events": [ENTERED], "timeout": {"days": 2}}}, WORK],
        ("segment", "gone", "rest"),
    ),
    "wake": (
        {}, [{"id": "rest", "kind": "wait", "until_condition":
              {"ask": condition("test_gate"), "on": [ENTERED], "timeout": {"days": 2}}}, WORK],
        ("segment", "gone", "rest"),
    ),
    "recheck": ({}, [{**WORK, "recheck": [GONE]}], ("segment", "gone", "work")),
    "action": ({}, [act("set_stage", stage="gone")], ("stage", "gone", "act")),
    "mail": ({}, [act("send_mail", template="gone", mail_class="transactional")], ("text", "gone", "act")),
}  # fmt: skip


@pytest.mark.parametrize("place", EVERYWHERE)
def test_whatever_is_named_is_found_wherever_it_is_named(place, make_flow, any_hour):
    more, steps, told = EVERYWHERE[place]
    definition = whole(*steps, **more)
    kind, code, where = told

    assert mentions(read(definition)) == [Mention(*told)]
    [sentence] = missing_rows(read(definition))
    assert code in sentence
    with override("en"):
        said = str(KINDS[kind].missing % {"code": code})
        assert list(Diagnosis(definition).problems) == [where]
        assert Diagnosis(definition).problems[where] == [f"{said} {KINDS[kind].advice}"]
        found = [one for one in lint(definition, facts_about(definition)) if one.code == f"{kind}_missing"]
        assert [(one.is_error, one.step) for one in found] == [(True, where if where in ("ask", "rest", "work", "act")
                                                                else "")]  # fmt: skip
        assert said in str(found[0].message)
        flow = Flow.objects.create(code="mine", name="Meine")
        with pytest.raises(DefinitionInvalid) as refused:
            publish_version(flow=flow, definition=definition, actor=None)
        assert [said in one and str(KINDS[kind].advice) in one for one in refused.value.problems] == [True]


def test_what_is_there_may_be_named():
    segment("gone")
    Tag.objects.create(code="gone", label="Gone")
    Stage.objects.create(code="gone", label="Gone", position=99)
    rows = [GONE, field("tags", "contains", "gone"), field("stage", "is", "gone"), field("tags", "not_empty", None)]
    del rows[-1]["value"]
    definition = whole(*(asking(row, f"ask{number}") for number, row in enumerate(rows)), WORK)
    assert [one.kind for one in mentions(read(definition))] == ["segment", "tag", "stage"]
    assert (missing_rows(read(definition)), Diagnosis(definition).problems) == ([], {})


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (field("tag", "starts_with", "v"), []),
        (field("tag", "contains", "v"), []),
        (field("tag", "in", ["v", "w"]), ["v", "w"]),
        (field("tags", "contains", "v"), ["v"]),
        (field("segments", "not_empty", None), []),
        (condition("subject_field", field="tag", value="v"), ["v"]),
        (condition("subject_field", field="tag", operator="starts_with", value="v"), []),
        (field("attribute.birthday", "is", "05-31"), ["birthday"]),
    ],
)
def test_only_whole_codes_are_taken_for_rows(ask, named):
    ask = {name: value for name, value in ask.items() if value is not None}
    assert [one.code for one in mentions(read(whole(asking(ask), WORK)))] == named


def test_a_tag_that_the_automation_gives_itself_need_not_exist_yet():
    given = [act("add_tag", tag="Ganz Neu"), asking(field("tags", "contains", "ganz-neu")), WORK]
    assert mentions(read(whole(*given))) == []
    assert [one.code for one in mentions(read(whole(*given[1:])))] == ["ganz-neu"]


def test_what_comes_with_the_shop_names_only_what_is_there(seller):
    sync_builtin_flows()
    found = {
        version.flow.code: missing_rows(read(version.definition))
        for version in FlowVersion.objects.select_related("flow")
    }
    assert len(found) > 20
    assert {code: gone for code, gone in found.items() if gone} == {}


def test_a_text_named_by_a_field_is_wanted_only_where_a_run_with_that_value_can_come():
    where = {"trigger": {"event": "test_thing", "where": {"kind": ["receipt", "rejected"]}}}
    mail = act("send_mail", template="withdrawal_{kind}", mail_class="transactional")
    assert [one.code for one in mentions(read(whole(mail, **where)))] == ["withdrawal_receipt", "withdrawal_rejected"]
    refuse = asking(field("kind", "is", "rejected"), "refused", **{"then": "stop", "else": "next", "unknown": "next"})
    assert missing_rows(read(whole(refuse, mail, **where))) == []
    doubt = {**refuse, "ask": {"any": [refuse["ask"], condition("test_gate")]}}
    assert missing_rows(read(whole(doubt, mail, **where))) == []
    doubt = {**refuse, "ask": {"all": [refuse["ask"], condition("test_gate")]}}
    assert len(missing_rows(read(whole(doubt, mail, **where)))) == 1


@pytest.mark.parametrize("count", [1, 12])
def test_looking_costs_one_query_for_each_kind(count, django_assert_num_queries):
    named = [Mention(kind, f"{number}", "trigger") for kind in KINDS for number in range(count)]
    with django_assert_num_queries(len(KINDS) - 2):  # purposes and texts are no rows of tables
        found = existing(named)
    assert found == dict.fromkeys(KINDS, frozenset())


def test_a_file_that_names_too_much_is_kept_and_says_what_is_missing(keeper, draft):
    steps = [asking(field("segments", "contains", f"gone{number}"), f"ask{number}") for number in range(7)]
    told = {**draft.base.definition, "schema": 2, "steps": [*steps, WORK]}
    draft.refresh_from_db()
    file = SimpleUploadedFile("flow.json", json.dumps(told).encode())
    answer = keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark}, follow=True)

    assert ids(draft) == [*(f"ask{number}" for number in range(7)), "work"]
    said = [str(one) for one in answer.context["messages"]]
    assert "Schritt „" in said[1]
    assert "Es gibt kein Segment „gone0“. Wählen Sie hier ein anderes Segment" in said[1]
    assert said[-1] == "2 weitere fehlen: siehe die Schritte."
    assert len(said) == 7
    board = answer.context["board"]
    assert (board.errors, board.is_whole) == (7, False)
    assert board.cards[0].text.startswith("Prüfe, ob: Segmente")

    file = SimpleUploadedFile("flow.json", json.dumps(told).encode())
    answer = keeper.post(url("new"), {"name": "Aus Datei", "file": file}, follow=True)
    assert len(list(answer.context["messages"])) == 6
    assert FlowDraft.objects.filter(flow__code="aus_datei").exists()


def test_publishing_is_refused_at_the_step_and_goes_through_once_the_segment_is_there(keeper, draft):
    draft.refresh_from_db()
    file = SimpleUploadedFile("flow.json", json.dumps({**now(draft), "steps": [asking(GONE), WORK]}).encode())
    keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark})
    draft.refresh_from_db()
    data = {"revision": draft.mark, "note": "", "runs": "finish"}
    answer = keeper.post(url("builder-publish", "test_flow"), data)
    assert answer.status_code == 422
    [problem] = answer.context["problems"]
    assert problem.startswith("Schritt „")
    assert "Es gibt kein Segment „gone“." in problem
    assert "legen Sie unter Kunden → Segmente eines mit diesem Code an" in problem

    segment("gone")
    assert keeper.post(url("builder-publish", "test_flow"), data).status_code == 302
    assert draft.flow.versions.count() == 2


def test_a_card_keeps_its_sentence_and_for_whom_its_question(keeper, draft):
    draft.refresh_from_db()
    told = {**now(draft), "conditions": [GONE], "steps": [act("set_stage", stage="gone")]}
    file = SimpleUploadedFile("flow.json", json.dumps(told).encode())
    keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark})
    board = keeper.get(url("builder", "test_flow")).context["board"]
    whom = next(part for part in board.parts if part.code == "conditions")
    assert whom.lines[0].startswith("Nur falls: Segmente")
    assert [one.text.partition(".")[0] for one in whom.remarks] == ["Es gibt kein Segment „gone“"]
    assert "gone" in board.cards[0].text


def test_the_editor_asks_no_more_for_many_that_are_gone(keeper, draft):
    def queries(count):
        do(keeper, draft, "undo")
        draft.refresh_from_db()
        steps = [asking(field("segments", "contains", f"gone{number}"), f"ask{number}") for number in range(count)]
        file = SimpleUploadedFile("flow.json", json.dumps({**now(draft), "steps": [*steps, WORK]}).encode())
        keeper.post(url("builder-import", "test_flow"), {"file": file, "revision": draft.mark})
        with CaptureQueriesContext(connection) as captured:
            assert keeper.get(url("builder", "test_flow")).context["board"].errors == count
        return len(captured)

    queries(1)
    assert queries(2) == queries(20)


def test_the_list_and_the_page_name_what_is_gone_at_a_constant_price(keeper, make_flow):
    kept = segment()
    make_flow(asking(field("segments", "contains", "regulars")), WORK, code="a", schema=2)
    assert "badge--critical" not in keeper.get(url("flow", "a")).content.decode()
    for code in "bcde":
        make_flow(asking(field("segments", "contains", "regulars")), WORK, code=code, schema=2)
    Segment.objects.filter(pk=kept.pk).delete()
    with CaptureQueriesContext(connection) as captured:
        page = keeper.get(reverse("shopflow-staff:automations")).content.decode()
    assert page.count("Es gibt kein Segment „regulars“.") == 5
    assert sum("shopflow_audience_segment" in query["sql"] for query in captured) == 1
    page = keeper.get(url("flow", "a")).content.decode()
    assert "Sie nennt etwas, das es nicht gibt" in page
    assert "Es gibt kein Segment „regulars“. Wählen Sie hier" in page


def test_who_uses_a_segment_is_known_by_name_at_a_constant_price(make_flow, happen, django_assert_num_queries):
    segment()
    make_flow(asking(field("segments", "contains", "regulars")), WORK, code="b", schema=2)
    make_flow(WORK, code="a", schema=2, enabled=False, trigger={"manual": True, "segment": "regulars"},
              entry_key="{occasion}:{email}")  # fmt: skip
    make_flow(act("add_tag", tag="regulars"), code="other", schema=2)
    make_flow(WAIT, asking(field("segments", "contains", "regulars")), WORK, code="old", schema=2)
    happen(ThingHappened(thing_id=1, email="anna@example.org", kind="x"))
    make_flow(WORK, code="old", schema=2)
    make_flow(WORK, code="b2", schema=2)
    with django_assert_num_queries(2):
        found = uses_of("segment", "regulars")
    assert [(str(use.label), use.url) for use in found] == [
        (f"die Automation „{code}“", url("flow", code)) for code in ("a", "b", "old")
    ]
    Run.objects.update(state="done")
    assert len(uses_of("segment", "regulars")) == 2
    assert uses_of("tag", "regulars") == []


def test_deleting_is_possible_once_no_automation_names_the_segment(make_flow):
    kept = segment()
    make_flow(asking(field("segments", "contains", "regulars")), WORK, schema=2)
    with pytest.raises(SegmentRefused) as refused:
        delete_segment(segment=kept, actor=staff())
    assert refused.value.problems == [
        "„Stammkunden“ wird gebraucht: die Automation „test_flow“. Ändern Sie das zuerst."
    ]
    make_flow(WORK, schema=2)
    delete_segment(segment=kept, actor=staff("chef2@example.org"))
    assert not Segment.objects.exists()
