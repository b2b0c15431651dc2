"""What stands between a due step and a mail, gate by gate, and what is asked again when the mail leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.automations.models import AutomationSettings, Decision, ExperimentAssignment, Flow, Run, RunStep
from shopflow.automations.services import block_person, halt_all, happenings, pause_flow, run_due
from shopflow.automations.services.gates import GATES
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import send_due, suppress
from tests.automations.doubles import ADVERT, WAIT, ThingEnded, ThingHappened
from tests.automations.rulings import EMAIL, NEWS, departure, mails, quiet_now, rules, rulings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents.add(NEWS)


def test_a_mail_that_passes_every_gate_says_so(make_flow, happen, work_on):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()

    assert mails() == [EMAIL]
    decision = Decision.objects.get(gate="sending")
    assert (decision.code, decision.verdict) == ("send", "true")
    assert decision.details == {"result": "send", "passed": [name for name, _gate, _label in GATES]}


def test_an_address_that_is_none_or_blocked_gets_nothing(make_flow, happen, work_on, world, admin_user):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1, email=""))
    happen(ThingHappened(thing_id=2, email="nobody"))
    block_person(email="Erika@example.org", blocked=True, actor=admin_user, reason="Anruf vom 3. März")
    happen(ThingHappened(thing_id=3))
    work_on()

    assert (mails(), rulings()) == ([], ["no_address", "invalid_address", "blocked"])
    assert "Anruf vom 3. März" in Decision.objects.get(code="blocked", gate="sending").reason
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}
    assert block_person(email=EMAIL, blocked=False, actor=admin_user, reason="Versehen")
    happen(ThingHappened(thing_id=4))
    work_on()
    assert mails() == [EMAIL]


def test_i02_nothing_leaves_without_consent_or_against_a_block(make_flow, happen, work_on, world):
    make_flow(ADVERT)
    world.consents.clear()
    happen(ThingHappened(thing_id=1))
    work_on()
    world.consents.add(NEWS)
    suppress(email=EMAIL, scope=Suppression.ADVERTISING, reason=Suppression.Reason.COMPLAINED)
    happen(ThingHappened(thing_id=2))
    work_on()

    assert (mails(), rulings()) == ([], ["no_consent", "suppressed"])


def test_i05_an_order_that_is_still_on_its_way_to_us_stops_the_mail(make_flow, happen, work_on):
    make_flow(WAIT, ADVERT, exits=[{"event": "test_thing_ended", "match": ["thing_id"]}])
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()
    with transaction.atomic():
        publish(ThingEnded(thing_id=1))  # in the outbox, delivered to nobody yet
    work_on(hours=3)

    first, second = Run.objects.order_by("pk")
    assert (first.state, first.reason_code, first.ending) == ("exited", "exit:test_thing_ended", "exit_rule")
    assert (second.state, mails()) == ("done", [EMAIL])


def test_i05_an_order_between_writing_and_leaving_stops_the_mail(make_flow, happen, work_on, world):
    make_flow({**ADVERT, "recheck": [{"condition": "test_gate"}]},
              exits=[{"event": "test_thing_ended", "match": ["thing_id"]}])  # fmt: skip
    happen(ThingHappened(thing_id=1))
    work_on()
    message = Message.objects.get()
    assert departure(message) is None

    world.holds = False
    assert departure(message).code == "test_gate"
    world.holds = True
    with transaction.atomic():
        publish(ThingEnded(thing_id=1))
    held = departure(message)
    assert (held.code, held.until) == ("overtaken", None)
    assert departure(message, mail_class=MailClass.TRANSACTIONAL).code == "overtaken", "a bill that is paid by now"
    assert departure(message, dedupe_key="something else") is None


@pytest.fixture
def ended_for_others(monkeypatch):
    """As many events as are read for one run, of other people, and older than the one that counts."""
    monkeypatch.setattr(happenings, "MANY", 5)

    def publish_theirs():
        with transaction.atomic():
            for number in range(5):
                publish(ThingEnded(thing_id=number, email=f"other{number}@example.org"))

    return publish_theirs


@pytest.mark.parametrize("written", [EMAIL, " Erika@Example.org"])
def test_i05_what_others_bought_before_does_not_hide_an_order_of_the_same_person(
    make_flow, happen, work_on, ended_for_others, written
):
    make_flow(WAIT, ADVERT, exits=[{"event": "test_thing_ended", "match": ["email"]}])
    happen(ThingHappened(thing_id=1))
    work_on()
    ended_for_others()
    with transaction.atomic():
        publish(ThingEnded(thing_id=1, email=written))
    work_on(hours=3)

    assert (Run.objects.get().reason_code, mails()) == ("exit:test_thing_ended", [])


def test_i05_nor_does_it_when_a_mail_that_is_written_leaves(make_flow, happen, work_on, ended_for_others):
    make_flow(ADVERT, exits=[{"event": "test_thing_ended", "match": ["email"]}])
    happen(ThingHappened(thing_id=1))
    work_on()
    message = Message.objects.get()
    ended_for_others()
    assert departure(message) is None

    happen(ThingEnded(thing_id=1))
    assert departure(message).code == "overtaken"


def test_a_mail_waits_for_the_stop_and_for_quiet_hours_to_end(make_flow, happen, work_on, admin_user):
    flow = make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    message = Message.objects.get()

    halt_all(halted=True, actor=admin_user, reason="Test")
    assert departure(message).code == "halted"
    assert departure(message).until > clock.now()
    halt_all(halted=False, actor=admin_user, reason="Test")
    pause_flow(flow=flow, paused=True, actor=admin_user, reason="Test")
    assert departure(message, mail_class=MailClass.TRANSACTIONAL).code == "paused"
    pause_flow(flow=flow, paused=False, actor=admin_user, reason="Test")
    quiet_now()
    assert departure(message).code == "quiet_hours"
    assert departure(message, mail_class=MailClass.TRANSACTIONAL) is None
    RunStep.objects.update(details={"urgent": True})
    assert departure(message) is None


def test_a_mail_that_has_waited_longer_than_its_step_allows_stays(make_flow, happen, work_on):
    make_flow({**ADVERT, "action": "test_mail", "max_lateness": {"hours": 12}})
    happen(ThingHappened(thing_id=1))
    work_on()
    message = Message.objects.get()
    clock.move_forward(timedelta(hours=11))
    assert departure(message) is None
    clock.move_forward(timedelta(hours=2))
    assert departure(message).code == "too_late"


def test_what_is_planned_anew_leaves_late(make_flow, happen, work_on):
    make_flow({**ADVERT, "max_lateness": {"hours": 12}, "late": "replan"})
    happen(ThingHappened(thing_id=1))
    work_on()
    clock.move_forward(timedelta(hours=13))
    assert departure(Message.objects.get()) is None


def test_advertising_that_has_waited_together_leaves_at_its_distance(make_flow, happen, work_on):
    make_flow(ADVERT, {**WAIT, "for": {"days": 3}}, {**ADVERT, "id": "second"}, code="test_two")
    happen(ThingHappened(thing_id=1))
    work_on()
    work_on(days=3)
    Message.objects.update(not_after=None)
    assert Message.objects.filter(state="planned").count() == 2
    send_due()

    first, second = Message.objects.order_by("pk")
    assert (first.state, second.state) == ("accepted", "deferred")
    assert timedelta(hours=47) < second.due_at - first.accepted_at <= timedelta(hours=48)
    assert departure(second).code == "cap"
    RunStep.objects.update(details={"urgent": True})
    assert departure(second) is None


def test_the_holdout_is_drawn_once_and_gets_everything_but_advertising(make_flow, happen, work_on, world):
    note = {**ADVERT, "id": "note", "action": "test_mail"}
    make_flow(ADVERT, note, holdout=50)
    people = [f"person{n}@example.org" for n in range(12)]
    world.consents |= {(email, "newsletter") for email in people}
    for number, email in enumerate(people):
        happen(ThingHappened(thing_id=number, email=email))
    work_on()

    out = set(ExperimentAssignment.objects.filter(arm="held_out").values_list("email", flat=True))
    advertised = set(Message.objects.filter(mail_class="advertising").values_list("to_email", flat=True))
    assert out
    assert advertised == set(people) - out
    assert Message.objects.filter(mail_class="transactional").count() == 12
    assert rulings().count("holdout") == len(out)
    Flow.objects.update(seed="another")
    happen(ThingHappened(thing_id=99, email=min(out)))
    work_on()
    assert rulings()[-2] == "holdout", "the draw is kept"


def test_the_draws_of_a_batch_are_read_and_stored_together(make_flow, happen, work_on, world):
    split = {"id": "split", "kind": "split", "experiment": "x", "arms": [{"code": "a"}, {"code": "b"}]}
    make_flow(split, schema=2)
    counts = []
    for people in (range(4), range(4, 20)):
        for number in people:
            happen(ThingHappened(thing_id=number, email=f"person{number}@example.org"))
        with CaptureQueriesContext(connection) as asked:
            work_on()
        counts.append(sum("experimentassignment" in query["sql"] for query in asked))

    assert ExperimentAssignment.objects.count() == 20
    assert counts[0] == counts[1]


def test_a_draw_that_another_worker_has_stored_meanwhile_holds(make_flow, happen, work_on, monkeypatch):
    from shopflow.automations.services.experiments import Draws

    split = {"id": "split", "kind": "split", "experiment": "x", "arms": [{"code": "a"}, {"code": "b"}]}
    flow = make_flow(split, schema=2)
    people = [f"person{number}@example.org" for number in range(6)]
    for number, email in enumerate(people):
        happen(ThingHappened(thing_id=number, email=email))
    drawn = {"flow": flow, "experiment": "x", "assigned_at": clock.now()}
    ExperimentAssignment.objects.bulk_create(ExperimentAssignment(email=email, arm="a", **drawn) for email in people)
    monkeypatch.setattr(Draws, "_read", lambda self, flow, experiment: {})
    work_on()

    assert set(RunStep.objects.filter(node="split").values_list("code", flat=True)) == {"arm:a"}
    assert ExperimentAssignment.objects.count() == 6


def test_i01_a_mail_is_never_written_twice(make_flow, happen, work_on):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    RunStep.objects.all().delete()
    Run.objects.update(state="active", node="advert", visit=1, due_at=clock.now(), ended_at=None)
    AutomationSettings.objects.update(cap_messages=9, cap_gap_hours=0)
    work_on()

    assert (mails(), rulings()) == ([EMAIL], ["send", "duplicate"])
    assert run.steps.get().code == "duplicate"


def test_the_emergency_stop_stops_everything_and_a_pause_one_flow(make_flow, happen, work_on, admin_user):
    flow = make_flow()
    make_flow(code="test_other")
    happen(ThingHappened(thing_id=1))
    assert halt_all(halted=True, actor=admin_user, reason="Falscher Preis")
    assert not halt_all(halted=True, actor=admin_user, reason="Noch einmal")
    assert work_on() == 0
    halt_all(halted=False, actor=admin_user, reason="Behoben")
    pause_flow(flow=flow, paused=True, actor=admin_user, reason="Text prüfen")
    work_on()

    states = dict(Run.objects.values_list("flow__code", "state"))
    assert states == {"test_flow": "active", "test_other": "done"}
    pause_flow(flow=flow, paused=False, actor=admin_user, reason="Geprüft")
    work_on()
    assert Run.objects.get(flow=flow).state == "done"


def test_the_gates_ask_once_for_a_whole_batch(make_flow, world):
    """Reading costs the same for three people as for fifteen, when they are written to and when their mails leave."""
    from shopflow.mailing.services import send_all_due

    rules(per_minute=100_000)
    exits = [{"event": "test_thing_ended", "match": ["email"]}]
    version = make_flow(WAIT, ADVERT, exits=exits).active_version

    def reads(*, count, batch):
        people = [f"p{n}@batch{batch}.example.org" for n in range(count)]
        world.consents |= {(email, "newsletter") for email in people}
        now = clock.now()
        Run.objects.bulk_create(
            Run(
                flow=version.flow, version=version, email=email, entry_key=email, subject={"email": email},
                state="active", node="advert", due_at=now, began_at=now, entered_at=now,
            )
            for email in people
        )  # fmt: skip
        found = []
        for work in (run_due, send_all_due):
            with CaptureQueriesContext(connection) as asked:
                work()
            reading = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
            found.append(sum("clockshift" not in one for one in reading))  # the clock of tests is a row
        assert Message.objects.filter(to_email__in=people, state="accepted").count() == count
        assert Decision.objects.filter(gate="sending", code="send", email__in=people).count() == count
        return found

    reads(count=2, batch=0)
    assert reads(count=3, batch=1) == reads(count=15, batch=2)


def test_a_mail_that_fails_takes_no_other_with_it(make_flow, happen, work_on, world, monkeypatch):
    from tests.automations.doubles import Advert

    real = Advert.run

    def fails_for_one(self, context, settings):
        if context.text("email") == "p1@example.org":
            raise LookupError("no words")
        return real(self, context, settings)

    monkeypatch.setattr(Advert, "run", fails_for_one)
    flow = make_flow(WAIT, ADVERT)
    for number in range(4):
        world.consents.add((f"p{number}@example.org", "newsletter"))
        happen(ThingHappened(thing_id=number, email=f"p{number}@example.org"))
    work_on()
    work_on(hours=3)

    assert sorted(mails()) == ["p0@example.org", "p2@example.org", "p3@example.org"]
    broken = Run.objects.get(email="p1@example.org")
    assert (broken.state, broken.reason_code) == ("parked", "action_failed")
    assert set(Run.objects.filter(flow=flow).exclude(pk=broken.pk).values_list("state", flat=True)) == {"done"}


def test_an_order_whose_transaction_ended_after_the_mail_was_written_stops_it(make_flow, happen, work_on):
    """It says when it began, which was before the mail, and nobody could see it then."""
    from shopflow.core.models import OutboxEvent

    make_flow(ADVERT, exits=[{"event": "test_thing_ended", "match": ["thing_id"]}])
    happen(ThingHappened(thing_id=1))
    work_on()
    Run.objects.update(entered_at=clock.now() - timedelta(hours=1))
    message = Message.objects.get()
    with transaction.atomic():
        publish(ThingEnded(thing_id=1))
    OutboxEvent.objects.filter(code="test_thing_ended").update(occurred_at=message.created_at - timedelta(seconds=2))

    assert departure(message).code == "overtaken"
