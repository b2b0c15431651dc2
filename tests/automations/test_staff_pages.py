from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from shopflow.automations.models import Flow, Run
from shopflow.contracts.automations import actions
from shopflow.contracts.events import EventSubscriber, subscribers
from shopflow.core.models import AuditEntry, OutboxDelivery
from tests.automations.doubles import WAIT, WORK, ThingHappened

pytestmark = pytest.mark.django_db
PAGES = ["automations", "automations-runs", "automations-why", "automations-deliveries"]


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
    monkeypatch.setattr("shopflow.automations.dashboard.PAGE", 2)
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
    response = keeper.post(url("automations-run-move", parked.pk, verb), follow=True)
    assert response.status_code == 200
    work_on()
    parked.refresh_from_db()
    assert parked.state == state
    keeper.post(url("automations-run-move", parked.pk, "weiter"))
    parked.refresh_from_db()
    assert parked.state == state
    assert keeper.post(url("automations-run-move", parked.pk, "tanzen")).status_code == 404


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
