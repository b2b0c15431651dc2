"""Dry runs over history: what they tell, and that they touch nothing."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.models import AutomationSettings, Decision, DryRun, Flow, Recipient, Run
from shopflow.automations.services import publish_version, run_due, switch_flow
from shopflow.automations.services.dry_runs import execute_dry_run, start_dry_run
from shopflow.automations.services.dry_runs.shadows import nothing_else_written, shadowed
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, publish
from shopflow.mailing.models import Message
from tests.automations.doubles import ADVERT, WORK, ThingHappened, definition_with

NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def any_time():
    from datetime import time

    def set_it():
        AutomationSettings.objects.update_or_create(
            pk=1,
            defaults={
                "quiet_from": time(0), "quiet_until": time(0), "quiet_sundays": False, "quiet_holidays": False
            },
        )  # fmt: skip

    return set_it


def flow_of(*steps, code="test_flow", **more):
    with clock.imagined_at(NOON - timedelta(days=1)):
        flow = Flow.objects.create(code=code, name=code, enabled=True)
        publish_version(flow=flow, definition=definition_with(*steps, schema=2, **more), actor=None)
    flow.refresh_from_db()
    return flow


def live_through(*events, every=timedelta(hours=1)):
    for number, event in enumerate(events):
        with clock.imagined_at(NOON + number * every):
            with transaction.atomic():
                publish(event)
            while deliver_due():
                pass
            while run_due():
                pass


def dry(flow, definition=None, **more):
    with clock.imagined_at(NOON + timedelta(days=20)):
        dry_run = start_dry_run(
            flow=flow, since=NOON - timedelta(hours=1), until=NOON + timedelta(days=10), actor=None,
            definition=definition, **more,
        )  # fmt: skip
        assert execute_dry_run(dry_run_id=dry_run.pk)
    dry_run.refresh_from_db()
    assert dry_run.state == DryRun.State.DONE, dry_run.error
    return dry_run


def lines(dry_run):
    found = dry_run.lines.order_by("at", "pk")
    return [
        ((line.at - NOON) / timedelta(hours=1), line.email[:1], line.what, line.outcome, line.code) for line in found
    ]


def rows():
    """Every row that a dry run might touch."""
    models = (Run, Decision, Message, Recipient, Flow, OutboxEvent)
    return {model: sorted(map(str, model.objects.values_list())) for model in models}


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_tried_on_the_past_and_changes_nothing(world, any_time):
    """In the way of the worker: no transaction around it, each step commits for itself."""
    any_time()
    world.consents.add(("b@example.org", "newsletter"))
    flow = flow_of(WORK)
    live_through(*(ThingHappened(thing_id=n, email=f"{name}@example.org") for n, name in enumerate("abab")))
    before, done = rows(), list(world.done)
    draft = definition_with({"id": "day", "kind": "wait", "for": {"days": 1}}, ADVERT, schema=2)

    dry_run = dry(flow, draft, together=False)

    assert lines(dry_run) == [
        (24, "a", "test_advert", "skipped", "no_consent"),
        (25, "b", "test_advert", "sent", "sent"),
        (26, "a", "test_advert", "skipped", "no_consent"),
        (73, "b", "test_advert", "sent", "sent"),  # 48 hours after the first
    ]
    report = dry_run.report
    assert (report["entered"], report["outcomes"]) == (4, {"sent": 2, "skipped": 2})
    assert (report["put_off"], report["baseless"]) == ({"cap": 1}, {"newsletter/consent": 2})
    assert report["days"] == {"2026-05-05": {"skipped": 2, "sent": 1}, "2026-05-07": {"sent": 1}}
    assert (dry_run.events_done, dry_run.events_total) == (report["happened"], report["happened"])
    assert rows() == before
    assert world.done == done
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DELETE FROM shopflow_automations_dryrunline WHERE 1 = 0")  # may be written again


@pytest.mark.django_db(transaction=True)
def test_a_wait_of_somebody_elses_row_is_never_needed(world, any_time):
    """An action that writes although it was asked not to meets the database itself, and the shop keeps its rows."""
    from shopflow.contracts.automations import Action, Outcome, actions

    class Careless(Action):
        code = "test_careless"
        label = "careless"
        transactional = True

        def run(self, context, settings):
            from shopflow.audience.models import Stage

            Stage.objects.create(code="oops", label="oops")
            return Outcome.done()

    any_time()
    with ExitStack() as stack:
        stack.enter_context(actions.registered(Careless))
        flow = flow_of(WORK)
        live_through(ThingHappened(thing_id=1))
        step = {"id": "careless", "kind": "action", "action": "test_careless"}
        dry_run = dry(flow, definition_with(step, WORK, schema=2))

    assert [line[3:] for line in lines(dry_run)] == [("failed", "action_failed")]
    assert dry_run.report["parked"] == {"action_failed": 1}
    from shopflow.audience.models import Stage

    assert not Stage.objects.filter(code="oops").exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_whatever_is_not_a_shadow():
    with shadowed([Flow], {}), nothing_else_written():
        Flow.objects.create(code="only_here", name="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            Recipient.objects.create(email="a@example.org")
    assert not Flow.objects.filter(code="only_here").exists()
    Recipient.objects.create(email="a@example.org")
    assert Recipient.objects.count() == 1


@pytest.mark.django_db
def test_what_others_have_written_counts_towards_the_caps(world, any_time):
    any_time()
    world.consents.add(("a@example.org", "newsletter"))
    flow = flow_of(WORK)
    flow_of({**ADVERT, "id": "first"}, code="other", trigger={"event": "test_thing", "where": {"kind": "square"}})
    live_through(ThingHappened(thing_id=1, email="a@example.org", kind="square"))
    assert Message.objects.count() == 1
    live_through_later = ThingHappened(thing_id=2, email="a@example.org")
    with clock.imagined_at(NOON + timedelta(hours=2)), transaction.atomic():
        publish(live_through_later)
    with clock.imagined_at(NOON + timedelta(hours=2)):
        while deliver_due():
            pass
    draft = definition_with(ADVERT, schema=2, trigger={"event": "test_thing", "where": {"kind": "round"}})

    for together in (True, False):
        dry_run = dry(flow, draft, together=together)
        assert lines(dry_run) == [(48, "a", "test_advert", "sent", "sent")], together


@pytest.mark.django_db
def test_the_switch_and_the_versions_of_then_are_taken(world, any_time):
    any_time()
    flow = flow_of({**WORK, "id": "old"})
    live_through(ThingHappened(thing_id=1))
    with clock.imagined_at(NOON + timedelta(hours=2)):
        switch_flow(flow=flow, enabled=False, actor=None)
    with clock.imagined_at(NOON + timedelta(hours=3)):
        with transaction.atomic():
            publish(ThingHappened(thing_id=2))
        deliver_due()
    with clock.imagined_at(NOON + timedelta(hours=4)):
        publish_version(flow=flow, definition=definition_with({**WORK, "id": "new"}, schema=2), actor=None)
        switch_flow(flow=flow, enabled=True, actor=None)
    with clock.imagined_at(NOON + timedelta(hours=5)):
        with transaction.atomic():
            publish(ThingHappened(thing_id=3))
        deliver_due()
        run_due()

    dry_run = dry(flow)

    assert list(dry_run.lines.order_by("at").values_list("entry_key", "node", "outcome")) == [
        ("thing:1", "old", "done"), ("thing:3", "new", "done")
    ]  # fmt: skip
    assert dry_run.report["refused"] == {"switched_off": 1}


@pytest.mark.django_db
def test_the_rules_the_stop_and_the_pause_of_then_are_taken(world, any_time, admin_user):
    from datetime import time

    from shopflow.automations.services import halt_all, pause_flow, save_rules

    any_time()
    world.consents.add(("erika@example.org", "newsletter"))
    flow = flow_of(WORK, ADVERT)
    at = lambda hours: clock.imagined_at(NOON + timedelta(hours=hours))  # noqa: E731 - reads like a calendar
    live_through(ThingHappened(thing_id=1))
    with at(2):
        halt_all(halted=True, actor=admin_user, reason="Probe")
    for hours, thing in ((3, 2), (8, 3)):
        with at(hours):
            with transaction.atomic():
                publish(ThingHappened(thing_id=thing, email=f"{thing}@example.org"))
            deliver_due()
        with at(hours + 1):
            pause_flow(flow=flow, paused=hours == 3, actor=admin_user, reason="Probe")
            halt_all(halted=False, actor=admin_user, reason="Probe")
    with at(20):
        save_rules(values={"quiet_from": time(1), "quiet_until": time(0, 59), "quiet_sundays": True}, actor=admin_user)

    dry_run = dry(flow)

    assert [line[0] for line in lines(dry_run) if line[2] == "test_work"] == [0, 9, 9]
    assert [(line[0], line[3]) for line in lines(dry_run) if line[2] == "test_advert"] == [
        (0, "sent"), (9, "skipped"), (9, "skipped")
    ]  # fmt: skip


@pytest.mark.django_db
def test_orders_and_consents_are_those_of_then_and_other_answers_are_marked(world, any_time):
    from oscar.core.loading import get_model
    from oscar.test.factories import create_order

    any_time()
    order = create_order(number="1001")
    orders = get_model("order", "Order").objects.filter(pk=order.pk)
    orders.update(date_placed=NOON - timedelta(days=3), status="shipped")
    changes = get_model("order", "OrderStatusChange").objects
    changes.create(order=order, old_status="paid", new_status="shipped")
    changes.update(date_created=NOON + timedelta(hours=12))
    flow = flow_of(WORK)
    live_through(ThingHappened(thing_id=order.pk), ThingHappened(thing_id=order.pk + 1), every=timedelta(days=1))
    ask = {"id": "ask", "kind": "condition", "condition": "test_paid", "else": "stop"}
    draft = definition_with(ask, WORK, schema=2, conditions=[{"field": "language", "op": "is_not", "value": "xx"}])

    from shopflow.contracts.automations import Condition, Verdict, conditions

    class Paid(Condition):
        code = "test_paid"
        label = "paid"

        def evaluate(self, context, settings):
            return Verdict(orders.get().status == "paid", orders.get().status)

    from shopflow.audience.models import Contact

    Contact.objects.create(email="erika@example.org", language="de", created_at=NOON - timedelta(days=9))
    with conditions.registered(Paid):
        dry_run = dry(flow, draft)

    assert [line[0] for line in lines(dry_run)] == [0], "on the second day the order was shipped"
    assert [asked for asked, _tables in dry_run.report["today"]] == ["language"]


@pytest.mark.django_db
def test_events_that_cannot_be_read_any_more_are_passed_over_and_counted(world, any_time):
    any_time()
    flow = flow_of(WORK)
    live_through(ThingHappened(thing_id=1), ThingHappened(thing_id=2))
    OutboxEvent.objects.filter(payload__thing_id=1).update(payload={"email": "a@example.org"})

    dry_run = dry(flow)

    assert [line.entry_key for line in dry_run.lines.all()] == ["thing:2"]
    assert dry_run.report["unreadable"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "fails", "outcomes", "parked"),
    [
        ("test_outside", None, {"done": 2}, {}),
        ("test_outside", ValueError("no"), {"failed": 2}, {"action_failed": 2}),
        ("test_work", ValueError("no"), {"failed": 2}, {"action_failed": 2}),
        ("test_work", OperationalError("busy"), {}, {"database_busy": 2}),
    ],
)
def test_runs_that_reach_outside_or_fail_go_the_engines_own_way(world, any_time, action, fails, outcomes, parked):
    any_time()
    flow = flow_of({"id": "act", "kind": "action", "action": action})
    live_through(ThingHappened(thing_id=1), ThingHappened(thing_id=2), every=timedelta())
    world.fail_with = fails

    report = dry(flow).report

    assert (report["entered"], report["outcomes"], report["parked"]) == (2, outcomes, parked)


@pytest.mark.django_db
def test_a_stretch_that_is_none_is_refused(any_time):
    flow = flow_of(WORK)
    with clock.imagined_at(NOON):
        for since, until in ((NOON, NOON), (NOON, NOON + timedelta(days=3)), (NOON - timedelta(days=400), NOON)):
            with pytest.raises(NotAllowed):
                start_dry_run(flow=flow, since=since, until=until, actor=None)
    assert not DryRun.objects.exists()


@pytest.mark.django_db
def test_what_fails_is_told_and_can_be_done_again(any_time, monkeypatch):
    from shopflow.automations.services import dry_runs

    flow = flow_of(WORK)
    with clock.imagined_at(NOON + timedelta(days=1)):
        dry_run = start_dry_run(flow=flow, since=NOON, until=NOON + timedelta(hours=5), actor=None)
    monkeypatch.setattr(dry_runs, "replayed", lambda *args, **more: 1 / 0)
    assert execute_dry_run(dry_run_id=dry_run.pk)
    dry_run.refresh_from_db()
    assert (dry_run.state, dry_run.error) == ("failed", "ZeroDivisionError: division by zero")
    assert not execute_dry_run(dry_run_id=dry_run.pk), "it has come to its end"


@pytest.mark.django_db
def test_the_pages_begin_a_dry_run_and_show_what_came_of_it(world, client, admin_user, django_assert_max_num_queries):
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission
    from django.urls import reverse
    from django.utils import timezone

    flow = flow_of(WORK)
    now = clock.now()
    for number in range(60):
        OutboxEvent.objects.create(
            code="test_thing", payload={"thing_id": number, "email": f"p{number}@example.org", "kind": "round"},
            occurred_at=now - timedelta(hours=2),
        )  # fmt: skip
    client.force_login(admin_user)
    page = reverse("shopflow-staff:automations-dry-runs", args=[flow.code])
    today = timezone.localdate()
    form = {"version": "1", "since": today - timedelta(days=2), "until": today, "together": "on"}
    assert client.post(page, {**form, "since": today + timedelta(days=3)}).status_code == 422
    answer = client.post(page, form)
    dry_run = DryRun.objects.get()
    assert answer.url == reverse("shopflow-staff:automations-dry-run", args=[dry_run.pk])
    assert "0 von 0 Vorgängen" in client.get(answer.url).content.decode()

    execute_dry_run(dry_run_id=dry_run.pk)
    with django_assert_max_num_queries(25):
        first = client.get(answer.url, {"ergebnis": "done"})
    shown = first.content.decode()
    assert "p0@example.org" in shown
    assert "würde getan (60)" in shown
    assert "Zum Anfang" not in shown
    second = client.get(answer.url, {"nach": first.context["later"], "ergebnis": "done"})
    told = [line.email for page in (first, second) for line in page.context["lines"]]
    assert sorted(told) == sorted(f"p{number}@example.org" for number in range(60))
    assert (len(second.context["lines"]), second.context["later"]) == (10, "")
    assert "Zum Anfang" in second.content.decode()
    for typed in ("x", "1-", "-1", "1-2-3", f"{10**18 - 1}-1"):
        assert client.get(answer.url, {"nach": typed}).status_code == 200

    looker = get_user_model().objects.create_user("looker@example.com", "x")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.add(
        Permission.objects.get(codename="view_flow", content_type__app_label="shopflow_automations")
    )
    client.force_login(looker)
    assert client.get(answer.url).status_code == 200
    assert client.post(page, form).status_code == 403
