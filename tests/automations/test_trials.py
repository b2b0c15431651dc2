"""Test runs: staff walk, their mails go to themselves, nothing else happens, and the ways are counted."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from shopflow.automations.definitions import read
from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.linting import ways
from shopflow.automations.models import Decision, ExperimentAssignment, Recipient, Run, RunStep, Trial, WalkedWay
from shopflow.automations.services import send_now  # noqa: F401 - the verbs are importable together
from shopflow.automations.services.trials import stand_of, start_trial, take_way
from shopflow.core.models import OutboxEvent
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due
from tests.automations.doubles import ADVERT, WAIT, WORK, definition_with

SUBJECT = {"thing_id": 7, "email": "Kundin@example.org", "kind": "round"}
ASK = {"id": "ask", "kind": "condition", "ask": {"condition": "test_gate"}, "else": "work", "unknown": "stop"}
FORKED = definition_with(WAIT, ASK, ADVERT, {**WORK, "recheck": []}, schema=2)


@pytest.fixture
def tester(db):
    return get_user_model().objects.create_superuser("tester@example.com", "x")


def begun(flow, tester, definition=FORKED, subject=SUBJECT):
    return start_trial(flow=flow, definition=definition, label="Fassung 1", subject=subject, actor=tester)


def walk(trial, tester, *choices):
    for choice in choices:
        trial = take_way(trial_id=trial.pk, choice=choice, actor=tester)
    return trial


def test_a_test_run_writes_to_the_tester_alone_and_leaves_no_trace(make_flow, tester, world, mailoutbox):
    flow = make_flow()
    world.consents.add(("kundin@example.org", "newsletter"))
    trial = begun(flow, tester)

    assert [(one.code, one.likely) for one in stand_of(trial).offers] == [("waited", True)]
    begins = trial.now
    trial = walk(trial, tester, "waited")
    assert (trial.now - begins).total_seconds() == 7200
    assert [(one.code, one.target, one.likely) for one in stand_of(trial).offers] == [
        ("yes", "advert", True), ("no", "work", False), ("unknown", None, False),
    ]  # fmt: skip
    trial = walk(trial, tester, "yes", "go", "go")

    assert trial.state == Trial.State.DONE
    message = Message.objects.get()
    assert (message.to_email, message.mail_class, message.subject) == (
        "tester@example.com", "staff", "[Testlauf] Angebot"
    )  # fmt: skip
    assert message.text.startswith("*** Testlauf von „test_flow“")
    for model in (Run, RunStep, Recipient, ExperimentAssignment):
        assert not model.objects.exists(), model
    assert not Decision.objects.filter(flow=flow).exists()
    assert not OutboxEvent.objects.exists()
    while send_due():
        pass
    assert [mail.to for mail in mailoutbox] == [["tester@example.com"]]


def test_every_way_walked_counts_for_these_very_words(make_flow, tester, world):
    flow = make_flow()
    every = set(ways(read(FORKED)))
    assert every == {"pause>ask>advert>work", "pause>ask>work", "pause>ask"}

    trial = walk(begun(flow, tester), tester, "waited", "yes", "go", "go")
    assert set(WalkedWay.objects.values_list("way", flat=True)) == {"pause>ask>advert>work"}
    walk(begun(flow, tester), tester, "waited", "no", "go")
    walk(begun(flow, tester), tester, "waited", "unknown")
    assert set(WalkedWay.objects.filter(sha256=trial.sha256).values_list("way", flat=True)) == every

    changed = definition_with({**WAIT, "for": {"hours": 3}}, ASK, ADVERT, WORK, schema=2)
    other = begun(flow, tester, changed)
    assert not WalkedWay.objects.filter(sha256=other.sha256).exists()


def test_a_loop_is_a_way_of_its_own(make_flow, tester, world):
    again = {**ASK, "else": "pause", "then": "stop", "unknown": "stop"}
    definition = definition_with(WAIT, again, schema=2)
    assert set(ways(read(definition))) == {"pause>ask", "pause>ask>↺pause"}

    walk(begun(make_flow(), tester, definition), tester, "waited", "no", "waited", "yes")

    assert set(WalkedWay.objects.values_list("way", flat=True)) == {"pause>ask", "pause>ask>↺pause"}


def test_a_goal_leads_to_a_way_of_its_own(make_flow, tester, world):
    goal = {"id": "bought", "event": "test_thing_ended", "match": ["thing_id"], "then": "work"}
    definition = definition_with(WAIT, {**ADVERT, "then": "stop"}, WORK, schema=2, goals=[goal])
    assert ways(read(definition)) == ["pause>advert", "goal:bought>work"]

    walk(begun(make_flow(), tester, definition), tester, "goal:bought", "go")

    assert list(WalkedWay.objects.values_list("way", flat=True)) == ["goal:bought>work"]


def test_what_fails_is_shown_and_does_not_count(make_flow, tester, world):
    mail = {
        "id": "mail", "kind": "action", "action": "send_mail",
        "settings": {"template": "payment_reminder", "mail_class": "transactional", "contexts": ["order"]},
    }  # fmt: skip
    trial = walk(begun(make_flow(), tester, definition_with(mail, schema=2)), tester, "go")

    assert trial.state == Trial.State.DONE
    assert trial.story[0]["failed"]
    assert not WalkedWay.objects.exists()
    assert not Message.objects.exists()


def test_example_values_show_the_mail_without_any_case(make_flow, tester, world):
    mail = {
        "id": "mail", "kind": "action", "action": "send_mail",
        "settings": {"template": "order_status_shipped", "mail_class": "transactional", "contexts": ["order"]},
    }  # fmt: skip
    trial = walk(begun(make_flow(), tester, definition_with(mail, schema=2), subject={}), tester, "go")

    assert not trial.story[0]["failed"], trial.story
    message = Message.objects.get()
    assert message.to_email == "tester@example.com"
    assert "Beispiel" in message.text.splitlines()[0]
    assert "background-color: #fff3bf" in message.html


def test_the_gates_say_what_they_would_do(make_flow, tester, world):
    trial = walk(begun(make_flow(), tester), tester, "waited", "yes", "go")

    told = " ".join(trial.story[-1]["notes"])
    assert "There is no consent." in told
    assert Message.objects.count() == 1, "the tester sees the mail all the same"


def test_a_test_run_belongs_to_whoever_began_it(make_flow, tester, world, django_user_model):
    trial = begun(make_flow(), tester)
    other = django_user_model.objects.create_user("other@example.com", "x")
    with pytest.raises(NotAllowed):
        take_way(trial_id=trial.pk, choice="waited", actor=other)
    with pytest.raises(NotAllowed):
        take_way(trial_id=trial.pk, choice="yes", actor=tester)
    tester.email = ""
    with pytest.raises(NotAllowed):
        begun(trial.flow, tester)


def test_the_pages_lead_through_a_test_run(make_flow, tester, world, client, happen):
    from tests.automations.doubles import ThingHappened

    flow = make_flow(WAIT, {**ASK, "else": "end"}, {**WORK, "id": "end"})
    happen(ThingHappened(thing_id=3, email="kundin@example.org"))
    client.force_login(tester)
    page = reverse("shopflow-staff:automations-trials", args=[flow.code])
    shown = client.get(page).content.decode()
    assert "0 von 2 Wegen getestet" in shown
    assert "kundin@example.org" in shown
    assert "Warte 2 Stunden → Prüfe, ob: the gate is open → work" in shown

    event = OutboxEvent.objects.get()
    answer = client.post(page, {"version": "1", "example": str(event.pk)})
    trial = Trial.objects.get()
    assert answer.url == reverse("shopflow-staff:automations-trial", args=[trial.pk])
    assert trial.subject["thing_id"] == 3
    for way in ("waited", "no", "go"):
        if way == "no":
            assert client.get(answer.url).context["stand"].offers[0].target == "work"
        assert client.post(answer.url, {"way": way}).status_code == 302
    shown = client.get(answer.url).content.decode()
    assert "Dieser Weg gilt als getestet" in shown
    assert "1 von 2 Wegen" in shown
    assert client.post(answer.url, {"way": "go"}).status_code == 302
    assert trial.created_at <= timezone.now()


def test_a_person_who_is_erased_is_in_no_test_run_and_no_dry_run(make_flow, tester, world):
    from shopflow.automations.models import DryRun, DryRunLine
    from shopflow.automations.services import erase_person

    flow = make_flow()
    walk(begun(flow, tester), tester, "waited", "unknown")
    now = timezone.now()
    dry_run = DryRun.objects.create(flow=flow, label="x", since=now, until=now, created_at=now)
    line = {
        "dry_run": dry_run,
        "at": now,
        "flow": flow.code,
        "node": "work",
        "what": "x",
        "outcome": "done",
        "code": "x",
    }
    DryRunLine.objects.create(email="kundin@example.org", entry_key="kundin@example.org:1", **line)
    DryRunLine.objects.create(email="other@example.org", entry_key="other", **line)

    erase_person("Kundin@example.org")

    assert not Trial.objects.exists()
    assert WalkedWay.objects.count() == 1, "what was tested stays tested"
    assert list(DryRunLine.objects.values_list("email", flat=True)) == ["other@example.org"]
