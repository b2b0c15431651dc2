"""``send_sms`` meets every gate that a mail meets, and the block of a number besides."""

from __future__ import annotations

import dataclasses
from datetime import time

import pytest

from shopflow.automations.models import AutomationSettings, Decision, Run, RunStep
from shopflow.contracts.automations import RunContext, actions
from shopflow.contracts.events import Event, events
from shopflow.contracts.testing import check_action
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.mailing.services import suppress

NUMBER = "+4915112345678"
ADVERT = {"text": "Hallo {thing_id}", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Called(Event):
    code = "test_called"
    label = "Called"
    thing_id: int
    phone: str | None = "0151 12345678"
    email: str = "erika@example.org"


@pytest.fixture
def flow(make_flow, settings, world):
    settings.SHOPFLOW_SMS_SENDER = "console"
    world.consents.add(("erika@example.org", "newsletter"))
    with events.registered(Called):
        yield lambda **given: make_flow(
            {"id": "sms", "kind": "action", "action": "send_sms", "settings": {**ADVERT, **given}},
            trigger={"event": "test_called"},
        )


def skipped():
    return list(RunStep.objects.filter(outcome="skipped").values_list("code", flat=True))


@pytest.mark.django_db
def test_a_text_message_goes_to_the_number_of_the_event(flow, happen, work_on):
    flow()
    happen(Called(thing_id=7))
    work_on()

    message = Message.objects.get()
    assert (message.channel, message.address, message.to_email) == ("sms", NUMBER, "erika@example.org")
    assert message.text.startswith("Hallo 7\n")
    assert (message.purpose, message.campaign, message.state) == ("newsletter", "test_flow", "planned")
    assert Run.objects.get().state == "done"
    passed = Decision.objects.get(gate="sending").details["passed"]
    assert {"suppression", "basis", "cap", "quiet_hours"} <= set(passed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("no number", "no_channel_address"),
        ("blocked number", "suppressed"),
        ("no consent", "no_consent"),
        ("no sender", "sms_off"),
    ],
)
def test_what_keeps_it_back(flow, happen, work_on, world, settings, why, code):
    flow()
    if why == "blocked number":
        suppress(email=NUMBER, scope="advertising", reason="manual")
    if why == "no consent":
        world.consents.clear()
    if why == "no sender":
        settings.SHOPFLOW_SMS_SENDER = ""
    happen(Called(thing_id=1, phone="089 123456" if why == "no number" else NUMBER))
    work_on()

    assert skipped() == [code]
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_caps_and_quiet_hours_put_it_off(flow, happen, work_on):
    flow()
    for number in (1, 2):
        happen(Called(thing_id=number))
    work_on()
    assert Message.objects.count() == 1
    assert RunStep.objects.get(outcome="deferred").code == "cap"

    AutomationSettings.objects.update(quiet_from=time(0), quiet_until=time(23, 59, 59))
    happen(Called(thing_id=3, email="otto@example.org"))
    work_on()
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_order_texts_need_no_consent_and_the_dry_run_sends_nothing(flow, happen, work_on, world):
    world.consents.clear()
    flow(mail_class="transactional", purpose="", basis="")
    happen(Called(thing_id=1))
    work_on()
    assert Message.objects.get().text == "Hallo 1"

    subject = {"email": "erika@example.org", "thing_id": 1, "phone": NUMBER}
    context = RunContext(subject=subject, now=clock.now(), run_key="run:1:sms:1", flow="x")
    check_action(actions.get("send_sms"), context=context, settings={**ADVERT})
    assert Message.objects.count() == 1
