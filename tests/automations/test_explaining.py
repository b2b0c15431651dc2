"""Why somebody came into an automation, or never did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from shopflow.audience.services import save_segment
from shopflow.automations import queries
from shopflow.automations.explaining import explain
from shopflow.automations.models import ExperimentAssignment, Flow, Run
from shopflow.automations.queries import definition_of
from shopflow.automations.services import block_person, broadcasts
from shopflow.automations.services.control import halt_all
from shopflow.automations.services.experiments import assign, is_held_out
from shopflow.automations.services.people import erase_person
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery
from shopflow.core.services import publish
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import send_due, suppress
from shopflow.privacy import services as privacy
from tests.audience.people import contact
from tests.automations.doubles import ADVERT, WAIT, ThingEnded, ThingHappened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
EMAIL = "erika@example.org"
MANUAL = {"trigger": {"manual": True}, "entry_key": "{occasion}:{email}", "schema": 2}


@pytest.fixture
def chef(client):
    user = get_user_model().objects.create_superuser("chef@example.com", "x")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents.add((EMAIL, "newsletter"))


def told(flow):
    return " ".join(explain(email=EMAIL, flow=flow))


def test_the_event_never_happened(make_flow):
    assert "ist für diese Adresse in den letzten 90 Tagen nicht eingetreten" in told(make_flow(ADVERT))


def test_the_event_is_on_its_way_or_was_held(make_flow):
    flow = make_flow(ADVERT)
    with transaction.atomic():
        publish(ThingHappened(thing_id=1))
    assert "ist noch unterwegs" in told(flow)
    OutboxDelivery.objects.update(state="parked")
    assert "konnte nicht aufgenommen werden" in told(flow)


def test_the_automation_came_too_late(make_flow, happen):
    happen(ThingHappened(thing_id=1))
    clock.move_forward(timedelta(days=1))
    assert "bevor es die Automation gab" in told(make_flow(ADVERT))


def test_a_condition_keeps_somebody_out_then_and_now(make_flow, happen, world):
    flow = make_flow(ADVERT, conditions=[{"condition": "test_gate"}])
    world.holds = False
    happen(ThingHappened(thing_id=1))
    text = told(flow)
    assert "Nicht aufgenommen am" in text
    assert "The gate says False." in text
    assert "Jetzt: würde nicht aufgenommen" in text
    world.holds = True
    assert "Jetzt: Die Eintrittsbedingung ist erfüllt." in told(flow)


def test_what_stands_in_the_way_now(make_flow, happen, work_on, chef, world):
    flow = make_flow(WAIT, ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    assert "Begonnen am" in told(flow)
    assert "Jetzt" not in told(flow)
    world.consents.clear()
    assert "keine Rechtsgrundlage" in told(flow)
    block_person(email=EMAIL, blocked=True, actor=chef, reason="Bitte")
    assert "blocked by staff" not in told(flow)
    assert "von Mitarbeitern gesperrt" in told(flow)
    Flow.objects.update(enabled=False, paused_at=clock.now())
    flow.refresh_from_db()
    text = told(flow)
    assert "ist ausgeschaltet" in text
    assert "ist angehalten" in text


def test_a_block_says_since_when_why_and_what_can_be_done(make_flow):
    flow = make_flow(ADVERT)
    suppress(email=EMAIL, scope="advertising", reason=Suppression.Reason.COMPLAINED, source="provider")
    text = told(flow)
    assert "zurückgehalten oder verschoben: die Adresse ist gesperrt." in text
    assert "als Spam gemeldet. Aufheben kann das nur die Person selbst" in text


def test_the_emergency_stop_is_said_first(make_flow, happen, work_on, chef):
    flow = make_flow(WAIT, ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    assert "Weiter geht es am" in told(flow)
    assert "angehalten" not in told(flow)
    halt_all(halted=True, actor=chef, reason="Probe")
    assert "Jetzt: Alle Automationen sind angehalten" in told(flow)


def test_started_by_hand(make_flow, chef):
    flow = make_flow(ADVERT, **MANUAL)
    assert "niemand hat sie bisher gestartet" in told(flow)
    contact("somebody@example.org")
    somebody = {"field": "email", "op": "is", "value": "somebody@example.org"}
    segment = save_segment(segment=None, code="s", label="S", actor=chef, expression=somebody)
    started = broadcasts.plan_flow(label="Herbst", flow=flow, segment=segment, planned_at=clock.now(), actor=chef)
    broadcasts.confirm(broadcast=started, expected=1, actor=chef)
    broadcasts.run_broadcasts()
    assert "der Shop kennt keinen Kontakt mit dieser Adresse" in told(flow)
    late = contact(EMAIL)
    type(late).objects.filter(pk=late.pk).update(created_at=clock.now() - timedelta(days=1))
    assert "nicht in ihrem Segment" in told(flow)
    type(late).objects.filter(pk=late.pk).update(created_at=clock.now() + timedelta(days=1))
    assert "der Kontakt kam später dazu" in told(flow)


LATER = {"cap": {"messages": 1, "days": 300}}
ALWAYS = {"cap": {"messages": 100, "days": 1}}
ENDED = {"event": "test_thing_ended", "match": ["thing_id"]}


def _without_consent(world, happen, work_on):
    world.consents.clear()
    work_on(days=9)


def _blocked(world, happen, work_on):
    suppress(email=EMAIL, scope="all", reason=Suppression.Reason.BOUNCED, source="provider")
    work_on(days=9)


def _after_an_outage(world, happen, work_on):
    clock.move_forward(timedelta(days=30))
    work_on()


def _over(world, happen, work_on):
    happen(ThingEnded(thing_id=2))


def _due(world, happen, work_on):
    work_on(days=9)


STORIES = [
    ("no consent", {}, {}, _without_consent, "ausgelassen: There is no consent.", "No legal basis."),
    ("blocked", {}, {}, _blocked, "ausgelassen: Die Adresse gibt es nicht.", "The address is blocked."),
    ("cap, dropped", {"max_lateness": {"days": 1}}, LATER, _due, "ausgelassen: Hat schon 1 Werbemail",
     "left out on"),
    ("cap, put off", {}, LATER, _due, "verschoben: Hat schon 1 Werbemail", "Had enough mails."),
    ("too late", {"max_lateness": {"hours": 1}}, ALWAYS, _after_an_outage, "ausgelassen: Dafür ist es jetzt zu spät.",
     "Too late."),
    ("goal", {}, {"goals": [{"id": "bought", **ENDED, "then": "stop"}]}, _over, "Zu einer E-Mail kam es nicht",
     "now: left early. Goal reached."),
    ("exit", {}, {"exits": [ENDED]}, _over, "vorzeitig beendet. „Thing ended“ ist eingetreten.", "happened."),
    ("sent", {}, ALWAYS, _due, "„advertise“: am ", "“advertise”: written on"),
]  # fmt: skip


@pytest.mark.parametrize(("settings_of_mail", "settings_of_flow", "meanwhile", "german", "english"),
                         [story[1:] for story in STORIES], ids=[story[0] for story in STORIES])  # fmt: skip
def test_what_became_of_the_mail_is_told(
    make_flow, happen, work_on, world, settings_of_mail, settings_of_flow, meanwhile, german, english
):
    """Runs that are “done” have not therefore written: each mail says whether it left, and why not."""
    if settings_of_flow is LATER:
        make_flow(ADVERT, code="earlier")
        happen(ThingHappened(thing_id=1))
        work_on()
        Flow.objects.filter(code="earlier").update(enabled=False)
    flow = make_flow(WAIT, {**ADVERT, **settings_of_mail}, **settings_of_flow)
    happen(ThingHappened(thing_id=2))
    work_on()
    meanwhile(world, happen, work_on)
    assert german in told(flow)
    with translation.override("en"):
        assert english in told(flow)


def test_a_mail_of_an_ended_run_is_told_as_held_back(make_flow, happen, work_on):
    flow = make_flow(ADVERT, exits=[ENDED])
    happen(ThingHappened(thing_id=1))
    work_on()
    happen(ThingEnded(thing_id=1))
    while send_due():
        pass
    assert Message.objects.get().state == "skipped"
    assert "geschrieben, aber zurückgehalten, als die E-Mail hinausgehen sollte: " in told(flow)


def test_who_is_held_out_is_told_before_and_after(make_flow, world):
    flow = make_flow(ADVERT, holdout=50)
    others = [f"e{number}@example.org" for number in range(20)]
    world.consents |= {(one, "newsletter") for one in others}
    held = [one for one in others if "Wirkung zu messen" in " ".join(explain(email=one, flow=flow))]
    assert 0 < len(held) < 20
    assert not ExperimentAssignment.objects.exists()
    assert [one for one in others if is_held_out(flow, definition_of(flow.active_version), one)] == held
    assign(flow, "holdout", held[0], [("held_out", 1)])
    assert "Wirkung zu messen" in " ".join(explain(email=held[0], flow=flow))


def test_what_the_trigger_wanted_is_told(make_flow, happen):
    flow = make_flow(ADVERT, trigger={"event": "test_thing", "where": {"kind": ["square", "flat"]}})
    happen(ThingHappened(thing_id=1))
    assert "Das Ereignis passt nicht: Art ist „round“, nicht „square oder flat“." in told(flow)


def test_of_the_erased_nothing_is_made_up(make_flow, happen, work_on, chef):
    flow = make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    privacy.erase_person(email=EMAIL, actor=chef)
    text = told(flow)
    assert "gelöscht: Was vorher war, lässt sich nicht mehr sagen." in text
    assert "Nie aufgenommen" not in text


def test_every_automation_answers_on_the_page(client, chef, make_flow):
    make_flow(ADVERT)
    page = client.get(reverse("shopflow-staff:automations-why"), {"email": EMAIL, "flow": "test_flow"})
    assert page.status_code == 200
    assert {line.flow.code for line in page.context["lines"]} == set(Flow.objects.values_list("code", flat=True))
    assert len(page.context["sentences"]) == 1
    assert client.get(reverse("shopflow-staff:automations-why"), {"email": EMAIL, "flow": "no"}).status_code == 200


def test_runs_and_messages_stand_on_the_contacts_page(client, chef, make_flow, happen, work_on):
    person = contact(EMAIL)
    page = reverse("shopflow-staff:contact", args=[person.pk])

    def queries():
        with CaptureQueriesContext(connection) as seen:
            text = client.get(page).content.decode()
        return len(seen), text

    make_flow(ADVERT, cap={"messages": 9, "days": 1})
    happen(ThingHappened(thing_id=1))
    work_on()
    queries()
    few, text = queries()
    assert f"{reverse('shopflow-staff:automations-why')}?email=erika%40example.org" in text
    assert reverse("shopflow-staff:message-detail", args=[Message.objects.get().pk]) in text
    for number in range(2, 6):
        happen(ThingHappened(thing_id=number))
    work_on()
    assert Message.objects.count() == 5
    assert queries()[0] == few


SPELLINGS = ("Erika@Bücher.example", "erika@xn--bcher-kva.example", " ERIKA@BÜCHER.example")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_person_is_found_by_every_spelling_of_the_address(world, make_flow, happen, typed):
    plain = "erika@xn--bcher-kva.example"
    world.consents.add((plain, "newsletter"))
    flow = make_flow(ADVERT)
    happen(ThingHappened(thing_id=1, email=typed))
    assert Run.objects.get().email == plain
    for spelled in SPELLINGS:
        assert "Begonnen am" in " ".join(explain(email=spelled, flow=flow))
        assert len(queries.decisions_about(email=spelled)) == 1
    assert erase_person("erika@bücher.example")["runs"] == 1
    assert not Run.objects.filter(email=plain).exists()


def test_an_event_that_began_nothing_is_found_by_every_spelling(make_flow, happen):
    happen(ThingHappened(thing_id=1, email="erika@bücher.example"))
    clock.move_forward(timedelta(days=1))
    flow = make_flow(ADVERT)
    for spelled in SPELLINGS:
        assert "bevor es die Automation gab" in " ".join(explain(email=spelled, flow=flow))
