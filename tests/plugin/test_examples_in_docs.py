"""The examples of ``docs/extend``, run as they are written, in a shop where a stranger has installed them."""

from __future__ import annotations

import json
import re
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace

import pytest
from django.db import connection, models, transaction

from shopflow.audience.matching import matching, read
from shopflow.audience.services import save_contact
from shopflow.automations.models import Flow, Run
from shopflow.automations.services import publish_version, run_due, sync_builtin_flows
from shopflow.contracts.automations import RunContext, actions, answers_together, conditions, flows, timed_triggers
from shopflow.contracts.channels import NotNow, NotTaken, Outgoing, channels, sms_senders
from shopflow.contracts.events import events
from shopflow.contracts.personal_data import Person, personal_data
from shopflow.contracts.retention import retentions
from shopflow.contracts.segments import segment_fields
from shopflow.contracts.testing import (
    check_action,
    check_all,
    check_channel,
    check_condition,
    check_retention,
    check_wait,
    registries,
)
from shopflow.contracts.waits import waits
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message

PAGES = Path(__file__).resolve().parents[2] / "docs" / "extend"
BLOCK = re.compile(r"```(python|json)\n(.*?)```", re.DOTALL)
EMAIL = "erika@example.org"


class Booking(models.Model):
    """The table that a stranger's plugin would bring."""

    email = models.EmailField()
    points = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "shopflow_loyalty"

    def __str__(self) -> str:
        return f"{self.email}: {self.points}"


class Provider:
    """Acme, and the messenger's server."""

    def __init__(self):
        self.posted, self.status = [], 200

    def post(self, **given):
        self.posted.append(given)
        refused, busy = self.status == 404, self.status == 429
        return SimpleNamespace(
            id="m-1", status=self.status, refused=refused, busy=busy, words="no", json=lambda: {"id": "m-1"}
        )


@pytest.fixture
def own(monkeypatch):
    """The stranger's own modules that the examples import, with what they remember."""
    own = SimpleNamespace(points={}, meeting=None, provider=Provider())
    modules = {
        "shopflow_loyalty": {},
        "shopflow_loyalty.services": {
            "points_of": lambda user_id: own.points.get(user_id, 0),
            "points_of_many": lambda user_ids: {key: own.points[key] for key in user_ids if key in own.points},
            "give_points": lambda *, user_id, points, key: own.points.update({user_id: points}),
            "announce_expiring": lambda *, days: days,
        },
        "shopflow_loyalty.models": {"Booking": Booking},
        "shopflow_club": {},
        "shopflow_club.queries": {"next_meeting": lambda *, after: own.meeting},
        "shopflow_club.messenger": {"handle_of": lambda user_id: f"@{user_id}", "post": own.provider.post},
        "shopflow_acme": {"acme": own.provider},
    }
    for name, held in modules.items():
        module = ModuleType(name)
        module.__dict__.update(held)
        monkeypatch.setitem(sys.modules, name, module)
    with ExitStack() as stack:
        for registry in registries():
            stack.enter_context(registry.registered())
        yield own


def examples(page, language="python"):
    text = (PAGES / f"{page}.md").read_text("utf-8")
    return [code for kind, code in BLOCK.findall(text) if kind == language]


def run(page, **words):
    """Run the page's examples one after the other, as a module each; returns what the last one holds."""
    held = {}
    for number, code in enumerate(examples(page)):
        module = ModuleType(f"example_{page.replace('-', '_')}_{number}")
        module.__dict__.update(words, **held)
        sys.modules[module.__name__] = module  # dataclasses look their module up
        try:
            exec(compile(code, f"{page}.md", "exec"), module.__dict__)
        finally:
            del sys.modules[module.__name__]
        held = {name: value for name, value in vars(module).items() if isinstance(value, type | FunctionType)}
    return held


def context(**subject):
    return RunContext(subject=subject, now=clock.now(), run_key="run:1:x:1", flow="f")


@pytest.mark.django_db
def test_a_new_event_begins_the_new_flow_with_the_new_condition_wait_and_action(own):
    """What a stranger would build of the pages on events, conditions, waits, actions and flows."""
    account = SimpleNamespace(user_id=7, email=EMAIL, points=0, save=lambda: None)
    row = SimpleNamespace(pk=1)
    for page in ("event", "condition", "wait", "action"):
        run(page, account=account, row=row)
    publish_version(
        flow=Flow.objects.create(code="loyalty_stranger", name="x", enabled=True),
        definition={
            "schema": 2,
            "trigger": {"event": "points_collected"},
            "entry_key": "user:{user_id}",
            "conditions": [{"condition": "loyalty_has_points", "settings": {"at_least": 10}}],
            "steps": [
                json.loads(examples("wait", "json")[0]),
                {"id": "give", "kind": "action", "action": "loyalty_give_points", "settings": {"points": 25}},
            ],
        },
        actor=None,
    )
    own.points[7], own.meeting = 10, SimpleNamespace(begins_at=clock.now() + timedelta(days=3))
    while deliver_due():
        pass
    run_due()
    waiting = Run.objects.get(flow__code="loyalty_stranger")
    assert (waiting.node, waiting.state, account.points) == ("meeting", "waiting", 10)
    assert abs(waiting.due_at - (own.meeting.begins_at - timedelta(days=1))) < timedelta(seconds=1)
    clock.move_forward(timedelta(days=2, minutes=1))
    run_due()
    waiting.refresh_from_db()
    assert (waiting.state, own.points[7]) == ("done", 25)


@pytest.mark.django_db
def test_the_examples_keep_the_contracts(own):
    account = SimpleNamespace(user_id=7, email=EMAIL, points=0, save=lambda: None)
    for page in ("condition", "wait", "action", "channel", "sms-sender", "flow", "segment-field", "timed-trigger"):
        run(page, account=account)
    checked = check_all()
    for name in ("loyalty_has_points", "club_meeting", "loyalty_give_points", "loyalty_offer_points", "club_messenger",
                 "club_send", "acme", "loyalty_thank_you", "loyalty_points"):  # fmt: skip
        assert any(line.endswith(f": {name}") for line in checked), name
    own.meeting, own.points[7] = SimpleNamespace(begins_at=clock.now()), 12
    has_points = conditions.get("loyalty_has_points")
    check_condition(has_points, context=context(user_id=7), settings={"at_least": 12})
    answers = has_points.evaluate_many([context(user_id=7), context(user_id=8)], {"at_least": 12})
    assert answers_together(has_points)
    assert [(one.holds, one.reason) for one in answers] == [(True, "Has 12 points."), (False, "Has 0 points.")]
    check_action(actions.get("loyalty_give_points"), context=context(user_id=7), settings={"points": 3})
    check_wait(waits.get("club_meeting"), context=context(), settings={"days_before": 2})
    check_channel(channels.get("club_messenger"), subject={"user_id": 7})
    assert timed_triggers.get("loyalty_points_expire").announce({"days": [30, 7]}) == 37
    assert own.points[7] == 12, "nothing is given when it is only tried"
    assert set(events.codes()) >= {"order_status_changed"}


@pytest.mark.django_db
def test_the_example_of_a_flow_is_brought_in_by_migrate_and_runs(own):
    run("action")
    run("flow")
    assert flows.get("loyalty_thank_you").define().code == "loyalty_thank_you"
    sync_builtin_flows()
    flow = Flow.objects.get(code="loyalty_thank_you")
    assert (flow.enabled, flow.active_version.trigger_event) == (False, "order_status_changed")
    assert set(json.loads(examples("flow", "json")[0])) == {"consents", "answers", "history"}


@pytest.mark.django_db
def test_an_action_of_the_page_on_channels_writes_to_the_messenger(own):
    run("channel")
    outcome = actions.get("club_send").run(context(user_id=7, email=EMAIL), {"text": "Bis Freitag!"})
    message = Message.objects.get()
    assert (outcome.code, message.channel, message.address) == ("queued", "club_messenger", "@7")
    channel, going = channels.get("club_messenger"), Outgoing(key="k", address="@7", text="Bis Freitag!")
    assert channel.deliver(going) == "m-1"
    assert own.provider.posted[-1] == {"to": "@7", "text": "Bis Freitag!", "idempotency_key": "k"}
    for status, error in ((404, NotTaken), (429, NotNow)):
        own.provider.status = status
        with pytest.raises(error):
            channel.deliver(going)


def test_the_example_of_an_sms_sender_hands_over(own):
    run("sms-sender")
    sender = sms_senders.get("acme")
    assert sender.send(number="+4915112345678", text="Hallo", key="k") == "m-1"
    own.provider.status = 404
    with pytest.raises(NotTaken):
        sender.send(number="+4915112345678", text="Hallo", key="k")


@pytest.mark.django_db
def test_the_example_of_a_segment_field_counts_and_the_person_is_told_and_forgotten(own):
    number = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {Booking._meta.db_table} (id {number} PRIMARY KEY, email text, points integer, at timestamp)"
        )
    for email, points in ((EMAIL, 5), (EMAIL, 7), ("max@example.org", 3)):
        Booking.objects.create(email=email, points=points, at=clock.now())
        save_contact(email=email)
    save_contact(email="nobody@example.org")
    run("segment-field")
    run("personal-data")
    assert str(segment_fields.get("loyalty_points").label) == "Points"

    def members(op, value):
        found = matching(read({"field": "loyalty_points", "op": op, "value": value}))
        return sorted(found.values_list("email", flat=True))

    assert members("at_least", 12) == [EMAIL]
    assert members("less", 12) == ["max@example.org"], "unknown is neither yes nor no"
    run("retention")
    check_retention(retentions.get("loyalty_points"), before=clock.now() - timedelta(days=1))
    assert Booking.objects.count() == 3
    Booking.objects.filter(email="max@example.org").update(at=clock.now() - timedelta(days=2))
    assert retentions.get("loyalty_points").sweep(before=clock.now() - timedelta(days=1), limit=9) == 1
    room = personal_data.get("points")
    assert [row["points"] for row in room.export(Person(email=EMAIL))["bookings"]] == [5, 7]
    with transaction.atomic():
        assert room.erase(Person(email=EMAIL)).erased == 2
    assert Booking.objects.count() == 0
