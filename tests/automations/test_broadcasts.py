"""Broadcasts: everybody of the segment once, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from shopflow.audience.services import save_segment
from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.models import Broadcast, Decision, Flow, Run
from shopflow.automations.queries import definition_of, flows_with_numbers
from shopflow.automations.reach import reach
from shopflow.automations.services import block_person, broadcasts
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.mailing.models import MailText, Message
from shopflow.mailing.services import save_text, send_due, suppress
from shopflow.mailing.texts.shipped import Words
from tests.audience.people import contact
from tests.automations.doubles import ADVERT, WAIT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller", "any_hour")]
PEOPLE = [f"p{number}@example.org" for number in range(5)]
EVERYBODY = {"field": "email", "op": "contains", "value": "@example.org"}


@pytest.fixture
def chef():
    return get_user_model().objects.create_superuser("chef@example.com", "x")


@pytest.fixture
def people(world):
    for email in PEOPLE:
        contact(email)
        world.consents.add((email, "newsletter"))
    contact("other@example.com")


@pytest.fixture
def segment(people, chef):
    return save_segment(segment=None, code="alle", label="Alle", expression=EVERYBODY, actor=chef)


@pytest.fixture
def written(chef):
    return save_text(
        code="newsletter", language="de", words=Words("Herbst", "", "<p>Der Herbst ist da.</p>"), actor=chef
    )


@pytest.fixture
def draft(segment, written, chef):
    return broadcasts.plan_text(
        label="Herbst", template="newsletter", language="de", purpose="newsletter", basis="consent",
        segment=segment, planned_at=clock.now(), actor=chef,
    )  # fmt: skip


def go(draft, chef, work_on):
    broadcasts.confirm(broadcast=draft, expected=5, actor=chef)
    broadcasts.run_broadcasts()
    work_on()
    draft.refresh_from_db()


@pytest.fixture
def young_minute(any_hour):
    """A minute that has just begun: what is counted by the minute does not end in the middle of a test."""
    clock.move_forward(timedelta(seconds=60 - clock.now().second))


def recipients():
    return sorted(Message.objects.filter(template="newsletter").values_list("to_email", flat=True))


def test_everybody_of_the_segment_gets_the_words_that_were_shown_once(draft, written, chef, work_on):
    save_text(code="newsletter", language="de", words=Words("Winter", "", "<p>Anders.</p>"), actor=chef)
    assert broadcasts.run_broadcasts() == 0
    go(draft, chef, work_on)
    broadcasts.run_broadcasts()
    work_on()
    assert recipients() == PEOPLE
    message = Message.objects.filter(template="newsletter").first()
    assert (message.subject, message.text_hash, message.campaign) == ("Herbst", written.content_hash, "rundmail-1")
    assert message.reference == draft.occasion
    assert (draft.state, draft.entered, draft.looked_at, draft.refused) == ("under_way", 5, 5, {})
    Message.objects.update(state="accepted", accepted_at=clock.now(), due_at=None)
    broadcasts.run_broadcasts()
    draft.refresh_from_db()
    assert draft.state == "done"
    assert [line.flow.code for line in flows_with_numbers() if line.flow.code.startswith("rundmail")] == []


def test_a_crash_in_the_middle_forgets_and_repeats_nobody(draft, chef, work_on, monkeypatch):
    monkeypatch.setattr(broadcasts, "CHUNK", 2)
    real, calls = broadcasts.begin_many, []

    def dies_the_second_time(**wanted):
        begun = real(**wanted)
        calls.append(len(wanted["subjects"]))
        if len(calls) == 2:
            raise ConnectionError("gone")
        return begun

    monkeypatch.setattr(broadcasts, "begin_many", dies_the_second_time)
    broadcasts.confirm(broadcast=draft, expected=5, actor=chef)
    with pytest.raises(ConnectionError):
        broadcasts.run_broadcasts()
    assert Run.objects.count() == 2
    assert broadcasts.run_broadcasts() == 3
    work_on()
    assert recipients() == PEOPLE
    assert calls == [2, 2, 2, 1]


def test_it_waits_for_its_time(segment, written, chef, work_on):
    later = broadcasts.plan_text(
        label="Später", template="newsletter", language="de", purpose="newsletter", basis="consent",
        segment=segment, planned_at=clock.now() + timedelta(hours=2), actor=chef,
    )  # fmt: skip
    go(later, chef, work_on)
    assert recipients() == []
    clock.move_forward(timedelta(hours=3))
    broadcasts.run_broadcasts()
    work_on()
    assert recipients() == PEOPLE


@pytest.mark.usefixtures("young_minute")
def test_the_pace_of_the_rules_holds(draft, chef, work_on):
    from shopflow.automations.models import AutomationSettings

    AutomationSettings.objects.filter(pk=1).update(per_minute=2)
    go(draft, chef, work_on)
    assert len(recipients()) == 2
    work_on(minutes=1)
    assert len(recipients()) == 4
    work_on(minutes=1)
    assert recipients() == PEOPLE


@pytest.mark.usefixtures("young_minute")
def test_a_pause_holds_everything_and_stopping_ends_it(draft, chef, work_on):
    from shopflow.automations.models import AutomationSettings

    AutomationSettings.objects.filter(pk=1).update(per_minute=2)
    go(draft, chef, work_on)
    assert broadcasts.pause(broadcast=draft, paused=True, actor=chef, reason="Tippfehler")
    assert not broadcasts.pause(broadcast=draft, paused=True, actor=chef, reason="Tippfehler")
    work_on(minutes=5)
    send_due()
    assert len(recipients()) == 2
    assert not Message.objects.filter(state="accepted").exists()

    assert broadcasts.stop(broadcast=draft, actor=chef, reason="Tippfehler") == 2
    work_on(minutes=5)
    broadcasts.run_broadcasts()
    draft.refresh_from_db()
    assert draft.state == "stopped"
    assert set(Message.objects.filter(template="newsletter").values_list("state", "skip_code")) == {
        ("skipped", "given_up")
    }
    assert Run.objects.filter(state="exited", ending="manual").count() == 3
    assert Flow.objects.get(code="rundmail-1").paused_at is None
    assert AuditEntry.objects.filter(action="broadcast_stopped").count() == 1


def test_an_automation_started_by_hand_lets_everybody_in_once_per_occasion(make_flow, segment, chef, work_on):
    manual = {"trigger": {"manual": True}, "entry_key": "{occasion}:{email}", "schema": 2}
    flow = make_flow(WAIT, ADVERT, conditions=[{"condition": "test_gate"}], **manual)

    def start():
        return broadcasts.plan_flow(label="Start", flow=flow, segment=segment, planned_at=clock.now(), actor=chef)

    first = start()
    go(first, chef, work_on)
    second = start()
    with pytest.raises(NotAllowed):
        broadcasts.confirm(broadcast=second, expected=5, actor=chef)
    broadcasts.stop(broadcast=first, actor=chef, reason="genug")
    go(second, chef, work_on)
    assert Run.objects.filter(state="waiting").count() == 5
    assert Run.objects.count() == 10


def test_who_is_not_let_in_is_counted_and_written_down(make_flow, segment, chef, work_on, world):
    flow = make_flow(
        ADVERT, trigger={"manual": True}, entry_key="{occasion}:{email}", schema=2,
        conditions=[{"condition": "has_consent", "settings": {"purpose": "newsletter"}}],
    )  # fmt: skip
    world.consents.discard((PEOPLE[0], "newsletter"))
    started = broadcasts.plan_flow(label="Start", flow=flow, segment=segment, planned_at=clock.now(), actor=chef)
    go(started, chef, work_on)
    assert (started.entered, started.refused) == (4, {"has_consent": 1})
    refusal = Decision.objects.get(email=PEOPLE[0])
    assert (refusal.gate, refusal.code, refusal.verdict, refusal.run) == ("entry", "has_consent", "false", None)


@pytest.mark.parametrize(
    ("key", "trigger"), [("once:{email}", {"manual": True}), ("thing:{thing_id}", {"event": "test_thing"})]
)
def test_only_what_can_be_started_again_by_hand_can_be_chosen(key, trigger, make_flow, segment, chef):
    flow = make_flow(ADVERT, schema=2, trigger=trigger, entry_key=key)
    with pytest.raises(NotAllowed):
        broadcasts.plan_flow(label="x", flow=flow, segment=segment, planned_at=clock.now(), actor=chef)
    assert not Broadcast.objects.exists()


def test_an_unwritten_text_does_not_go_out(segment, chef):
    with pytest.raises(NotAllowed):
        broadcasts.plan_text(
            label="x", template="newsletter", language="de", purpose="newsletter", basis="consent",
            segment=segment, planned_at=clock.now(), actor=chef,
        )  # fmt: skip
    assert not Flow.objects.filter(code__startswith="rundmail").exists()
    assert not MailText.objects.exists()


def test_the_preview_says_who_is_left_out_and_why(draft, chef, world):
    suppress(email=PEOPLE[0], scope="advertising", reason="complained")
    block_person(email=PEOPLE[1], blocked=True, actor=chef, reason="Bitte")
    world.consents.discard((PEOPLE[2], "newsletter"))
    Message.objects.create(
        dedupe_key="k", message_id="<k@x>", template="t", mail_class="advertising", purpose="newsletter",
        basis="consent",
        to_email=PEOPLE[3], email_hash=contact_hash(PEOPLE[3]), language="de", subject="s", state="accepted",
        accepted_at=clock.now(), created_at=clock.now() - timedelta(hours=1),
    )  # fmt: skip
    found = reach(segment=draft.segment, definition=definition_of(draft.version))
    assert (found.total, found.reached, found.is_partial) == (5, 1, False)
    assert found.left_out == {"suppressed": 1, "blocked": 1, "no_consent": 1, "cap": 1}


def contact_hash(email):
    from shopflow.mailing.addresses import email_hash

    return email_hash(email)


def url(name, *args):
    return reverse(f"shopflow-staff:{name}", args=args)


def test_staff_plan_look_type_the_number_and_send(client, segment, written, chef, work_on, world):
    client.force_login(chef)
    world.consents.discard((PEOPLE[0], "newsletter"))
    form = {
        "label": "Herbst", "what": "text:newsletter", "purpose": "newsletter", "basis": "consent",
        "segment": segment.pk, "planned_at": "",
    }  # fmt: skip
    assert client.post(url("broadcast-new"), {**form, "planned_at": "2020-01-01T10:00"}).status_code == 422
    response = client.post(url("broadcast-new"), form)
    draft = Broadcast.objects.get()
    assert response["Location"] == url("broadcast", draft.pk)
    page = client.get(url("broadcast", draft.pk))
    assert (page.context["expected"], page.context["reach"].total) == (4, 5)

    assert client.post(url("broadcast", draft.pk), {"count": "5"}).status_code == 422
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert client.post(url("broadcast", draft.pk), {"count": "4"}).status_code == 302
    broadcasts.run_broadcasts()
    work_on()
    assert recipients() == PEOPLE[1:]
    assert client.get(url("broadcast", draft.pk)).context["waiting"] == 4
    assert client.get(url("broadcasts")).status_code == 200
    assert client.post(url("broadcast-act", draft.pk, "stopp"), {"reason": ""}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_live
    client.post(url("broadcast-act", draft.pk, "stopp"), {"reason": "Fehler"})
    draft.refresh_from_db()
    assert draft.state == "stopped"


def test_an_automation_may_name_its_segment_itself(client, make_flow, segment, chef):
    client.force_login(chef)
    make_flow(ADVERT, schema=2, trigger={"manual": True, "segment": "alle"}, entry_key="{occasion}:{email}")
    form = {"label": "Start", "what": "flow:test_flow", "segment": "", "planned_at": ""}
    assert client.post(url("broadcast-new"), form).status_code == 302
    assert Broadcast.objects.get().segment == segment
    make_flow(ADVERT, schema=2, trigger={"manual": True}, entry_key="{occasion}:{email}")
    assert client.post(url("broadcast-new"), form).status_code == 422


def test_looking_is_not_sending(client, draft):
    from django.contrib.auth.models import Permission

    user = get_user_model().objects.create_user("reader@example.com", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="shopflow_automations", codename="view_flow")
    )
    client.force_login(user)
    assert client.get(url("broadcasts")).status_code == 200
    assert client.get(url("broadcast", draft.pk)).status_code == 200
    assert client.get(url("broadcast-new")).status_code == 403
    assert client.post(url("broadcast", draft.pk), {"count": "5"}).status_code == 403
    assert client.post(url("broadcast-act", draft.pk, "stopp"), {"reason": "x"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"
