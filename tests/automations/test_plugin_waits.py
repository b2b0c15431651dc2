"""A wait that a plugin brings: read, said, shown in the editor, waited for, and parked when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django import forms

from shopflow.automations.definitions import read
from shopflow.automations.definitions.waits import KINDS, kinds
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.forms.waits import WAIT_FORMS
from shopflow.automations.models import Run, RunStep
from shopflow.automations.palette import WAITS
from shopflow.contracts.automations import RunContext
from shopflow.contracts.testing import check_wait
from shopflow.contracts.waits import NoMoment, Wait, waits
from shopflow.core import clock
from tests.automations.doubles import WORK, ThingHappened, definition_with

STEP = {"id": "pause", "kind": "wait", "test_meeting": {"days_before": 1}}


class MeetingForm(forms.Form):
    days_before = forms.IntegerField(min_value=0, max_value=30)


class NextMeeting(Wait):
    code = "test_meeting"
    label = "Wait until the club meets"
    description = "The evening before or the day itself."
    form_class = MeetingForm
    meets_in = timedelta(days=10)
    trouble: Exception | None = None

    def due(self, context, settings, *, zone):
        if self.trouble is not None:
            raise self.trouble
        assert zone == "Europe/Berlin"
        return context.now + self.meets_in - timedelta(days=settings.get("days_before", 0))

    def describe(self, settings):
        return f"Wait until {settings.get('days_before', 0)} days before the club meets"


@pytest.fixture
def meeting(monkeypatch):
    with waits.registered(NextMeeting):
        yield lambda **given: [monkeypatch.setattr(NextMeeting, name, value) for name, value in given.items()]


def test_it_is_read_said_and_shown(meeting):
    step = read(definition_with(STEP, WORK)).steps[0]

    assert (step.code, step.settings) == ("test_meeting", {"days_before": 1})
    assert step_phrase(step).text == "Wait until 1 days before the club meets"
    assert kinds() == (*KINDS, "test_meeting")
    assert set(WAIT_FORMS) == set(WAITS) == set(kinds())
    assert WAITS["test_meeting"] == (NextMeeting.label, NextMeeting.description, {"test_meeting": {}})
    context = RunContext(subject={}, now=datetime(2026, 11, 22, tzinfo=UTC), run_key="run:1:pause:1", flow="x")
    check_wait(waits.get("test_meeting"), context=context, settings={"days_before": 1})


def test_its_form_gives_the_entry_and_is_filled_from_it(meeting):
    form_class = WAIT_FORMS["test_meeting"]
    form = form_class({"days_before": "3"})

    assert list(form.fields) == ["days_before"]
    assert form.is_valid(), form.errors
    assert form.entry() == {"test_meeting": {"days_before": 3}}
    assert form_class.initial_of(STEP) == {"days_before": 1}
    assert not form_class({"days_before": "99"}).is_valid()


def test_without_its_plugin_the_definition_says_what_is_missing():
    with pytest.raises(DefinitionInvalid):
        read(definition_with(STEP, WORK))


@pytest.mark.django_db
def test_a_run_waits_for_its_moment(meeting, make_flow, happen, work_on, world):
    make_flow(STEP, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    assert (run.state, run.node) == ("waiting", "pause")
    assert timedelta(days=8, hours=23) < run.due_at - clock.now() <= timedelta(days=9)

    work_on(days=8)
    assert world.done == []
    work_on(days=1, minutes=1)
    assert len(world.done) == 1
    assert Run.objects.get().state == "done"


@pytest.mark.django_db
def test_a_moment_that_has_passed_ends_the_wait_at_once(meeting, make_flow, happen, work_on, world):
    meeting(meets_in=timedelta(days=-5))
    make_flow(STEP, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    assert Run.objects.get().state == "done"
    assert RunStep.objects.get(node="pause").code == "waited"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "code"), [(NoMoment("No meeting is planned."), "no_such_moment"), (KeyError("hall"), "wait_failed")]
)
def test_what_goes_wrong_parks_the_run_and_is_told(meeting, make_flow, happen, work_on, trouble, code):
    meeting(trouble=trouble)
    make_flow(STEP, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    assert (run.state, run.reason_code) == ("parked", code)
    assert str(trouble) in run.reason


def test_codes_that_mean_something_else_are_refused():
    class Gap(NextMeeting):
        code = "gap"

    with pytest.raises(AssertionError, match="means something else"):
        check_wait(Gap())
