"""What stands between a due step and a mail, gate by gate, and what is asked again when the mail leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shopflow.automations.models import AutomationSettings, Decision, ExperimentAssignment, Flow, Run, RunStep
from shopflow.automations.services import block_person, halt_all, pause_flow, run_due, send_now
from shopflow.automations.services.departing import judge_departures
from shopflow.automations.services.gates import GATES
from shopflow.contracts.mail import Departure, MailClass
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import suppress
from tests.automations.doubles import ADVERT, WAIT, ThingEnded, ThingHappened

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
NEWS = (EMAIL, "newsletter")


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents.add(NEWS)


def rules(**values):
    AutomationSettings.objects.filter(pk=1).update(**values)


def mails():
    return list(Message.objects.order_by("pk").values_list("to_email", flat=True))


def rulings():
    return list(Decision.objects.filter(gate="sending").order_by("pk").values_list("code", flat=True))


def departure(message, **more):
    known = {
        "dedupe_key": message.dedupe_key, "email": message.to_email, "mail_class": MailClass(message.mail_class),
        "purpose": message.purpose, "queued_at": message.created_at,
    }  # fmt: skip
    return judge_departures([Departure(**{**known, **more})])[0]


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
    assert departure(message, mail_class=MailClass.TRANSACTIONAL) is None
    assert departure(message, dedupe_key="something else") is None


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


def quiet_now():
    """Quiet hours of five hours around now, in the shop's zone."""
    local = timezone.localtime(clock.now())
    rules(quiet_from=(local - timedelta(hours=1)).time(), quiet_until=(local + timedelta(hours=4)).time())


def test_quiet_hours_put_advertising_off_and_nothing_else(make_flow, happen, work_on):
    make_flow(ADVERT, {**ADVERT, "id": "note", "action": "test_mail"})
    make_flow({**ADVERT, "id": "note", "action": "test_mail"}, code="test_other")
    quiet_now()
    happen(ThingHappened(thing_id=1))
    work_on()

    run = Run.objects.get(flow__code="test_flow")
    assert (run.state, run.node, run.visit) == ("waiting", "advert", 1)
    assert timedelta(hours=3) < run.due_at - clock.now() <= timedelta(hours=4)
    assert RunStep.objects.get(run=run).outcome == "deferred"
    assert Message.objects.get().mail_class == "transactional"
    assert work_on(hours=3) == 0

    work_on(hours=2)

    run.refresh_from_db()
    assert (run.state, Message.objects.count()) == ("done", 3)
    assert RunStep.objects.filter(run=run, node="advert").count() == 1


def test_advertising_that_would_come_too_late_is_left_out_instead_of_put_off(make_flow, happen, work_on):
    make_flow({**ADVERT, "max_lateness": {"hours": 1}})
    quiet_now()
    happen(ThingHappened(thing_id=1))
    work_on()

    assert (Run.objects.get().state, mails(), rulings()) == ("done", [], ["quiet_hours"])


def test_the_cap_counts_what_was_sent_and_what_is_on_its_way(make_flow, happen, work_on):
    make_flow(ADVERT)
    for thing in (1, 2, 3):
        happen(ThingHappened(thing_id=thing))
    work_on()
    assert (len(mails()), sorted(rulings())) == (1, ["cap", "cap", "send"])
    assert work_on(hours=47) == 0

    work_on(hours=2)
    assert len(mails()) == 2
    work_on(days=4)
    assert len(mails()) == 2, "two in seven days"
    work_on(days=2)
    assert len(mails()) == 3
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}


def test_a_skipped_mail_does_not_count_and_orders_mails_neither(make_flow, happen, work_on):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    Message.objects.update(state="skipped", skip_code="given_up", due_at=None)
    make_flow({**ADVERT, "action": "test_mail"}, code="test_other")
    happen(ThingHappened(thing_id=2))
    work_on()

    assert rulings().count("send") == 3


def test_a_flow_may_have_a_cap_of_its_own_for_its_purpose(make_flow, happen, work_on, world):
    make_flow(ADVERT)
    world.consents.add((EMAIL, "series"))
    series = {"kind": "action", "action": "test_advert", "settings": {"purpose": "series"}}
    make_flow({**series, "id": "one"}, {"id": "pause", "kind": "wait", "for": {"hours": 12}}, {**series, "id": "two"},
              code="test_series", cap={"messages": 2, "days": 7, "gap": {"hours": 12}})  # fmt: skip
    happen(ThingHappened(thing_id=1))
    work_on()
    work_on(hours=13)

    sent = list(Message.objects.order_by("pk").values_list("purpose", flat=True))
    assert sorted(sent) == ["newsletter", "series", "series"]


def test_the_more_important_automation_writes_first(make_flow, happen, work_on):
    make_flow(ADVERT, code="test_small", priority=10)
    make_flow(ADVERT, code="test_great", priority=90)
    happen(ThingHappened(thing_id=1))
    small = Run.objects.get(flow__code="test_small")
    Run.objects.filter(pk=small.pk).update(due_at=clock.now() - timedelta(minutes=1))

    assert run_due(limit=1) == 1, "the small one alone"
    small.refresh_from_db()
    assert (small.state, rulings()) == ("waiting", ["yields"])
    work_on()

    assert Message.objects.get().dedupe_key.startswith(f"run:{Run.objects.get(flow__code='test_great').pk}:")


def test_staff_may_hurry_a_mail_past_the_cap_but_not_past_the_law(make_flow, happen, work_on, world, admin_user):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()
    run = Run.objects.get(state="waiting")
    world.consents.clear()
    send_now(run_id=run.pk, actor=admin_user, reason="Kunde wartet")
    work_on()
    assert (len(mails()), rulings()[-1]) == (1, "no_consent")

    world.consents.add(NEWS)
    happen(ThingHappened(thing_id=3))
    work_on()
    run = Run.objects.get(state="waiting")
    send_now(run_id=run.pk, actor=admin_user, reason="Kunde wartet")
    work_on()
    assert (len(mails()), rulings()[-1]) == (2, "send")


def test_i12_a_backlog_leaves_at_the_shops_pace(make_flow, happen, work_on, world):
    rules(per_minute=5)
    flow = make_flow(WAIT, ADVERT)
    version, now = flow.active_version, clock.now()
    people = [f"person{n}@example.org" for n in range(23)]
    world.consents |= {(email, "newsletter") for email in people}
    Run.objects.bulk_create(
        Run(
            flow=flow, version=version, email=email, entry_key=email, subject={"email": email}, state="active",
            node="advert", due_at=now, began_at=now, entered_at=now,
        )
        for email in people
    )  # fmt: skip

    clock.move_forward(timedelta(hours=30))  # the outage
    for _minute in range(8):
        work_on()
        clock.move_forward(timedelta(minutes=1))

    per_minute = {}
    for created in Message.objects.values_list("created_at", flat=True):
        minute = created.replace(second=0, microsecond=0)
        per_minute[minute] = per_minute.get(minute, 0) + 1
    assert sum(per_minute.values()) == 23
    assert max(per_minute.values()) <= 5


def test_what_was_planned_anew_counts_from_now_on(make_flow, happen, work_on):
    make_flow({**ADVERT, "max_lateness": {"hours": 1}, "late": "replan"})
    happen(ThingHappened(thing_id=1))
    work_on(hours=30)

    assert mails() == [EMAIL]


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
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

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


def test_places_in_a_minute_that_nobody_needed_are_given_back(make_flow, happen, work_on, world):
    from shopflow.automations.models import SendingMinute

    make_flow(ADVERT)
    for number in range(5):
        email = f"p{number}@example.org"
        if number != 3:
            world.consents.add((email, "newsletter"))
        happen(ThingHappened(thing_id=number, email=email))
    work_on()

    assert len(mails()) == 4
    assert sum(SendingMinute.objects.values_list("taken", flat=True)) == 4


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
