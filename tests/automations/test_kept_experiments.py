"""An experiment keeps its arms and weights for as long as it keeps its name."""

from __future__ import annotations

import pytest
from django.utils import translation

from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.services import change_draft, open_draft, publish_draft, publish_version, roll_back
from tests.automations.doubles import WORK, definition_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_german():
    with translation.override("de"):
        yield


def split(first=1, second=1, *, name="x", codes=("a", "b"), **more):
    arms = [{"code": codes[0], "weight": first}, {"code": codes[1], "weight": second}]
    return {"id": "split", "kind": "split", "experiment": name, "arms": arms, **more}


def with_split(*args, **more):
    return definition_with(split(*args, **more), WORK, schema=2)


@pytest.mark.parametrize("changed", [with_split(9, 1), with_split(codes=("a", "c"))])
def test_other_weights_or_arms_under_the_same_name_are_refused(make_flow, changed):
    flow = make_flow(split(), WORK, schema=2)
    make_flow(WORK, schema=2)  # a version without it makes it no less known
    with pytest.raises(DefinitionInvalid) as refused:
        publish_version(flow=flow, definition=changed, actor=None)
    [problem] = refused.value.problems
    assert problem == (
        "Der Versuch „x“ hat andere Wege oder Gewichte als in Version 1, und wer schon gezogen wurde, behält seinen "
        "Weg. Geben Sie dem geänderten Versuch einen neuen Namen."
    )
    assert flow.versions.count() == 2


def test_a_draft_is_refused_as_well_and_stays(make_flow, admin_user):
    flow = make_flow(split(), WORK, schema=2)
    draft = open_draft(flow=flow, actor=admin_user)
    draft = change_draft(
        draft=draft, revision=draft.revision, definition=with_split(9, 1), sentence="…", actor=admin_user
    )
    with pytest.raises(DefinitionInvalid, match="einen neuen Namen"):
        publish_draft(draft=draft, revision=draft.revision, actor=admin_user)
    draft.refresh_from_db()
    flow.refresh_from_db()
    assert flow.active_version.number == 1


def test_a_new_name_another_order_and_other_ways_are_free(make_flow):
    flow = make_flow(split(2, 1), WORK, schema=2)
    make_flow(split(1, 2, codes=("b", "a")), WORK, schema=2)
    swapped = split(2, 1)
    swapped["arms"][0]["then"] = "stop"
    make_flow(swapped, WORK, schema=2)
    make_flow(split(9, 1, name="y"), WORK, schema=2)
    roll_back(version=flow.versions.get(number=1), actor=None)
    flow.refresh_from_db()
    assert flow.active_version.number == 5


def test_another_automation_may_use_the_name(make_flow):
    make_flow(split(), WORK, schema=2)
    assert make_flow(split(9, 1), WORK, schema=2, code="other").active_version.number == 1
