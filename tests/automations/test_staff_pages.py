from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from shopflow.automations.models import Flow, Run
from shopflow.contracts.automations import actions
from shopflow.contracts.events import EventSubscriber, subscribers
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxDelivery
from tests.automations.doubles import WAIT, WORK, ThingHappened

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGES = ["automations", "automations-runs", "automations-why", "automations-rules", "automations-deliveries"]


def url(name, *args):
    return reverse(f"shopflow-staff:{name}", args=args)


def person(email, *permissions, staff=True):
    user = get_user_model().objects.create_user(email, "secret-word-1")
    user.is_staff = staff
    user.save()
    for codename in permissions:
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label="shopflow_automations", codename=codename)
        )
    return user


@pytest.fixture
def reader(client):
    client.force_login(person("reader@example.org", "view_flow"))
    return client


@pytest.fixture
def keeper(client):
    client.force_login(person("keeper@example.org", "view_flow", "change_flow", "change_run"))
    return client


@pytest.fixture
def parked(make_flow, happen, work_on, world):
    make_flow(WORK, WAIT)
    world.fail_with = ValueError("no screwdriver")
    happen(ThingHappened(thing_id=1))
    work_on()
    world.fail_with = None
    return Run.objects.get()


def test_the_pages_are_for_staff_with_the_right(client, parked):
    for name, args in [*[(page, ()) for page in PAGES], ("automations-run", (parked.pk,))]:
        client.logout()
        assert client.get(url(name, *args)).status_code == 302
        client.force_login(get_user_model().objects.filter(email="c@example.org").first() or person(
            "c@example.org", staff=False
        ))  # fmt: skip
        assert client.get(url(name, *args)).status_code == 403


def test_the_list_is_narrowed_by_words_and_by_state(reader, make_flow, parked):
    make_flow(WAIT, code="second", enabled=False)
    Flow.objects.filter(code="second").update(name="Danke für die Übergabe", description="Am Tag danach.")
    Flow.objects.filter(code="test_flow").update(name="Werkstatt", description="Schraubt.")

    everything = set(Flow.objects.values_list("code", flat=True))
    switched_on = set(Flow.objects.filter(enabled=True).values_list("code", flat=True))

    def listed(**asked):
        page = reader.get(url("automations"), asked)
        return {row.flow.code for row, _missing in page.context["rows"]}, page.context["narrowed"]

    assert listed() == (everything, False)
    assert listed(q="ÜBERGABE danach") == ({"second"}, True)
    assert listed(q="übergabe schraubt") == (set(), True)
    assert listed(state="on") == (switched_on, True)
    assert listed(state="off") == (everything - switched_on, True)
    assert listed(state="attention") == ({"test_flow"}, True)
    assert listed(state="attention", q="danke") == (set(), True)
    assert listed(state="nonsense") == (everything, False)
    assert {"second", "test_flow"} < everything
    assert "second" not in switched_on


def test_who_may_only_look_changes_nothing(reader, parked):
    flow = Flow.objects.get(code="test_flow")
    for name, args in [
        ("automations-switch", ("test_flow",)),
        ("automations-run-move", (parked.pk, "weiter")),
        ("automations-run-move", (parked.pk, "beenden")),
    ]:
        assert reader.post(url(name, *args), {"enabled": "0"}).status_code == 403
    assert reader.post(url("automations-deliveries"), {"delivery": "1"}).status_code == 403
    page = reader.get(url("automations-run", parked.pk)).content.decode()
    assert url("automations-run-move", parked.pk, "weiter") not in page
    flow.refresh_from_db()
    parked.refresh_from_db()
    assert (flow.enabled, parked.state) == (True, "parked")


def test_a_flow_is_switched_and_the_switch_is_audited(keeper, make_flow):
    flow = make_flow()
    AuditEntry.objects.all().delete()
    response = keeper.post(url("automations-switch", "test_flow"), {"enabled": "0"})

    assert response.status_code == 302
    flow.refresh_from_db()
    assert flow.enabled is False
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.data, entry.actor.email) == (
        "automation_switched", {"enabled": False}, "keeper@example.org"
    )  # fmt: skip
    keeper.post(url("automations-switch", "test_flow"), {"enabled": "0"})
    assert AuditEntry.objects.count() == 1


def test_a_flow_reads_as_sentences(reader, make_flow, happen, work_on):
    make_flow(WAIT, {**WORK, "recheck": [{"condition": "test_gate", "negate": True}]},
              exits=[{"event": "test_thing_ended", "match": ["email"]}])  # fmt: skip
    happen(ThingHappened(thing_id=1))
    work_on()
    page = reader.get(url("automations-flow", "test_flow"))

    assert page.status_code == 200
    text = page.content.decode()
    for words in ("Thing happened", "the gate is open", "Thing ended", "work"):
        assert words in text
    assert "badge--info" in text
    with actions.without("test_work"):
        assert "badge--critical" in reader.get(url("automations-flow", "test_flow")).content.decode()


def test_the_builtin_flows_have_pages(reader):
    for code in ("order_status", "abandoned_cart", "review_request"):
        assert reader.get(url("automations-flow", code)).status_code == 200
    assert reader.get(url("automations-flow", "unknown")).status_code == 404


def test_runs_are_filtered_and_paged(reader, make_flow, happen, monkeypatch):
    monkeypatch.setattr("shopflow.automations.dashboard.runs.PAGE", 2)
    make_flow(WAIT)
    for thing in range(3):
        happen(ThingHappened(thing_id=thing, email=f"p{thing}@example.org"))
    newest, middle, oldest = Run.objects.order_by("-pk")

    first = reader.get(url("automations-runs"), {"flow": "test_flow"})
    assert list(first.context["runs"]) == [newest, middle]
    second = reader.get(url("automations-runs") + "?" + first.context["older"])
    assert list(second.context["runs"]) == [oldest]
    assert second.context["older"] == ""
    assert list(reader.get(url("automations-runs"), {"email": " P1@example.org"}).context["runs"]) == [middle]
    assert list(reader.get(url("automations-runs"), {"state": "done"}).context["runs"]) == []
    assert "field__error" in reader.get(url("automations-runs"), {"state": "nonsense"}).content.decode()


def test_a_run_page_tells_the_story(reader, parked):
    text = reader.get(url("automations-run", parked.pk)).content.decode()
    assert "ValueError: no screwdriver" in text
    assert "thing:1" in text
    assert reader.get(url("automations-run", 999999)).status_code == 404


@pytest.mark.parametrize(("verb", "state"), [("weiter", "waiting"), ("auslassen", "waiting"), ("beenden", "exited")])
def test_staff_move_a_parked_run(keeper, parked, work_on, verb, state):
    assert keeper.get(url("automations-run-move", parked.pk, verb)).status_code == 405
    if verb != "weiter":
        keeper.post(url("automations-run-move", parked.pk, verb))
        parked.refresh_from_db()
        assert parked.state == "parked", "a reason is needed"
    response = keeper.post(url("automations-run-move", parked.pk, verb), {"reason": "Kundin rief an"}, follow=True)
    assert response.status_code == 200
    work_on()
    parked.refresh_from_db()
    assert parked.state == state
    keeper.post(url("automations-run-move", parked.pk, "weiter"))
    parked.refresh_from_db()
    assert parked.state == state
    assert keeper.post(url("automations-run-move", parked.pk, "tanzen"), {"reason": "x"}).status_code == 404


def test_why_not_is_answered_by_address(reader, make_flow, happen, world):
    make_flow(conditions=[{"condition": "test_gate"}])
    world.holds = False
    happen(ThingHappened(thing_id=1))

    page = reader.get(url("automations-why"), {"email": "Erika@Example.org"})
    assert "The gate says False." in page.content.decode()
    assert "The gate says False." not in reader.get(
        url("automations-why"), {"email": "max@example.org"}
    ).content.decode()  # fmt: skip
    assert "field__error" in reader.get(url("automations-why"), {"email": "erika"}).content.decode()


def test_parked_events_are_tried_again(keeper, make_flow, happen):
    class Lost(EventSubscriber):
        code, label = "test_lost", "Lost"
        events = frozenset({"test_thing"})
        seen: list[int] = []

        def handle(self, published):
            self.seen.append(published.event.thing_id)

    make_flow()
    with subscribers.registered(Lost):
        from django.db import transaction

        from shopflow.core.services import deliver_due, publish

        with transaction.atomic():
            publish(ThingHappened(thing_id=7))
        with subscribers.without("test_lost"):
            deliver_due()
        delivery = OutboxDelivery.objects.get(state="parked")
        assert "test_lost" in keeper.get(url("automations-deliveries")).content.decode()

        assert keeper.post(url("automations-deliveries"), {}).status_code == 422
        assert keeper.post(url("automations-deliveries"), {"delivery": "999999"}).status_code == 422
        delivery.refresh_from_db()
        assert delivery.state == "parked"
        assert keeper.post(url("automations-deliveries"), {"delivery": delivery.pk}).status_code == 302
        deliver_due()
    assert Lost.seen == [7]
    assert AuditEntry.objects.filter(action="delivery_retried").count() == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(reader, make_flow, happen, work_on, world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_flow(WAIT, WORK)
    paths = [
        url("automations"),
        url("automations-runs"),
        url("automations-flow", "test_flow"),
        url("automations-why") + "?email=erika@example.org",
    ]

    def counts():
        found = []
        for path in paths:
            reader.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                reader.get(path)
            found.append(len(queries))
        return found

    happen(ThingHappened(thing_id=0))
    few = counts()
    for thing in range(1, 8):
        happen(ThingHappened(thing_id=thing))
    make_flow(code="second")
    work_on()
    assert counts() == few
    assert max(few) <= 20


def test_staff_move_and_hurry_a_waiting_run(keeper, make_flow, happen, work_on, world):
    make_flow(WAIT, WORK, {**WORK, "id": "after"})
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    page = keeper.get(url("automations-run", run.pk)).content.decode()
    assert url("automations-run-move", run.pk, "jetzt") in page

    keeper.post(url("automations-run-move", run.pk, "versetzen"), {"reason": "Test", "node": "nowhere"})
    run.refresh_from_db()
    assert (run.state, run.node) == ("waiting", "pause")
    keeper.post(url("automations-run-move", run.pk, "versetzen"), {"reason": "Kundin rief an", "node": "after"})
    work_on()
    run.refresh_from_db()
    assert (run.state, world.done) == ("done", [f"run:{run.pk}:after:1"])
    entry = AuditEntry.objects.get(action="automation_run_moved")
    assert (entry.data, entry.actor.email) == ({"reason": "Kundin rief an"}, "keeper@example.org")

    happen(ThingHappened(thing_id=2))
    work_on()
    second = Run.objects.get(entry_key="thing:2")
    keeper.post(url("automations-run-move", second.pk, "jetzt"), {"reason": "eilt"})
    work_on()
    second.refresh_from_db()
    assert second.state == "done"
    keeper.post(url("automations-run-move", second.pk, "jetzt"), {"reason": "eilt"})
    assert AuditEntry.objects.filter(action="automation_run_hurried").count() == 1


def test_rules_closures_and_the_stop_are_kept_by_those_who_may(keeper, client):
    from shopflow.automations.models import AutomationSettings, Closure

    wanted = {
        "country": "de", "region": "BY", "quiet_from": "20:00", "quiet_until": "09:00", "quiet_sundays": "on",
        "cap_messages": "1", "cap_days": "14", "cap_gap_hours": "0", "per_minute": "10",
    }  # fmt: skip
    assert keeper.post(url("automations-rules"), wanted).status_code == 302
    stored = AutomationSettings.objects.get()
    assert (stored.region, str(stored.quiet_from), stored.quiet_holidays, stored.cap_days) == (
        "BY", "20:00:00", False, 14
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="automation_rules_saved")
    assert entry.data["cap_days"] == ["7", "14"]
    refused = keeper.post(url("automations-rules"), {**wanted, "country": "XX", "per_minute": "0"})
    assert refused.status_code == 422
    assert refused.content.decode().count("field__error") == 2

    keeper.post(url("automations-close"), {"first_day": "2026-12-24", "last_day": "2026-12-20"})
    assert not Closure.objects.exists()
    keeper.post(url("automations-close"), {"first_day": "2026-12-24", "last_day": "2027-01-03", "note": "Inventur"})
    closure = Closure.objects.get()
    assert "Inventur" in keeper.get(url("automations-rules")).content.decode()
    keeper.post(url("automations-reopen", closure.pk))
    assert not Closure.objects.exists()

    keeper.post(url("automations-halt"), {"halted": "1"})
    stored.refresh_from_db()
    assert stored.halted_at is None, "a reason is needed"
    keeper.post(url("automations-halt"), {"halted": "1", "reason": "Falscher Preis"})
    stored.refresh_from_db()
    assert stored.halted_at is not None
    client.force_login(person("reader2@example.org", "view_flow"))
    assert client.post(url("automations-rules"), wanted).status_code == 403
    assert client.post(url("automations-halt"), {"halted": "0", "reason": "x"}).status_code == 403


def test_a_flow_is_paused_and_a_person_blocked(keeper, make_flow, happen):
    from shopflow.automations.models import Recipient

    flow = make_flow()
    keeper.post(url("automations-pause", "test_flow"), {"paused": "1", "reason": ""})
    flow.refresh_from_db()
    assert flow.paused_at is None
    keeper.post(url("automations-pause", "test_flow"), {"paused": "1", "reason": "Text prüfen"})
    flow.refresh_from_db()
    assert flow.paused_at is not None
    assert 'name="paused" value="0"' in keeper.get(url("automations-flow", "test_flow")).content.decode()

    keeper.post(url("automations-block"), {"email": "Max@example.org", "blocked": "1", "reason": "Beschwerde"})
    assert Recipient.objects.get(email="max@example.org").block_reason == "Beschwerde"
    page = keeper.get(url("automations-why"), {"email": "max@example.org"}).content.decode()
    assert "Beschwerde" in page
    keeper.post(url("automations-block"), {"email": "max@example.org", "reason": "geklärt"})
    assert Recipient.objects.get(email="max@example.org").blocked_at is None


@pytest.mark.parametrize(("ticked", "days"), [({}, 3), ({"anew": "on"}, 11)])
def test_a_changed_wait_keeps_its_date_unless_it_is_to_begin_anew(keeper, make_flow, happen, work_on, ticked, days):
    three_days = {**WAIT, "for": {"days": 3}}
    old = make_flow(three_days, WORK).active_version
    happen(ThingHappened(thing_id=1))
    work_on()
    clock.move_forward(timedelta(days=1))
    make_flow({**three_days, "for": {"days": 10}}, WORK)
    path = url("automations-take-along", old.pk)
    assert str(keeper.get(path).context["form"]["anew"].label) == "Geänderte Wartezeiten beginnen neu: Warte 10 Tage"
    wanted = {"reason": "Neue Fassung", "node_pause": "pause", "node_work": "work", "sure": "1", **ticked}
    keeper.post(path, wanted)
    work_on()
    run = Run.objects.get()
    assert (run.version.number, run.state, run.node) == (2, "waiting", "pause")
    assert round((run.due_at - run.entered_at) / timedelta(days=1)) == days


def test_runs_are_counted_and_then_taken_along(keeper, make_flow, happen, work_on):
    flow = make_flow(WAIT, WORK, {**WORK, "id": "old"})
    for thing in (1, 2):
        happen(ThingHappened(thing_id=thing))
    work_on()
    old = flow.active_version
    make_flow(WAIT, {**WORK, "id": "new"})
    path = url("automations-take-along", old.pk)
    wanted = {"reason": "Neue Fassung", "node_pause": "pause", "node_work": "new", "node_old": "stop"}

    assert "anew" not in keeper.get(path).context["form"].fields
    assert keeper.post(path, {**wanted, "reason": ""}).status_code == 422
    counted = keeper.post(path, wanted)
    assert counted.context["report"].moved == {"pause": 2}
    assert set(Run.objects.values_list("version__number", flat=True)) == {1}
    assert keeper.post(path, {**wanted, "sure": "1"}).status_code == 302
    work_on(hours=3)

    assert set(Run.objects.values_list("version__number", "state")) == {(2, "done")}
    refused = keeper.post(url("automations-version-again", old.pk))
    assert refused.url == f"{url('automations-activate', flow.code)}?fassung=1", "nobody has tested and cleared it"
    keeper.post(url("automations-switch", flow.code), {"enabled": "0"})
    keeper.post(url("automations-version-again", old.pk))
    flow.refresh_from_db()
    assert (flow.active_version.number, flow.active_version.sha256) == (3, old.sha256)
