"""I7: what a dry run says about the past of a live automation is what it did, row for row.

``HISTORIES=200`` compares two hundred random histories; without it six.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shopflow.automations.models import AutomationSettings, Decision, DryRun, Flow, Run, RunKey, RunStep
from shopflow.automations.services import publish_version, run_due
from shopflow.automations.services.dry_runs import memory, replay
from shopflow.automations.services.dry_runs.replay import replayed
from shopflow.contracts.automations import Condition, Verdict
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, publish
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due
from tests.automations.doubles import ThingEnded, ThingHappened, definition_with

BEGIN = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
"""Two days before the clocks go forward."""


class Life:
    """A shop whose clock goes from one due moment to the next; the worker always comes in time."""

    def __init__(self):
        self.now = BEGIN

    def happen(self, event):
        with clock.imagined_at(self.now):
            with transaction.atomic():
                publish(event)
            while deliver_due():
                pass
            self.work()

    def work(self):
        with clock.imagined_at(self.now):
            while run_due():
                pass
            while send_due():
                pass

    def pass_by(self, **length):
        until = self.now + timedelta(**length)
        while (due := self._next()) is not None and due < until:
            self.now = due
            self.work()
            if self._next() == due:
                break
        self.now = until

    def _next(self):
        runs = Run.objects.filter(state__in=Run.RUNNABLE, flow__paused_at=None).order_by("due_at")
        mails = Message.objects.filter(state__in=["planned", "deferred"]).order_by("due_at")
        found = [rows.values_list("due_at", flat=True).first() for rows in (runs, mails)]
        return min((due for due in found if due is not None), default=None)


def told():
    """Everything that the engine has written, without keys."""
    runs = {run.pk: (run.flow.code, run.entry_key) for run in Run.objects.select_related("flow")}
    steps = RunStep.objects.values_list(
        "run_id", "node", "visit", "started_at", "finished_at", "outcome", "code", "reason"
    )
    answers = Decision.objects.filter(flow__code__in=["one", "two"]).values_list(
        "run_id", "flow__code", "email", "node", "gate", "code", "verdict", "at"
    )
    mails = Message.objects.exclude(dedupe_key__startswith="then:").values_list(
        "to_email", "purpose", "mail_class", "state", "skip_code", "created_at", "accepted_at", "due_at"
    )
    done = {"would_send": "mail_queued"}
    return {
        "runs": sorted(
            (
                run.flow.code, run.version_id, run.email, run.entry_key, run.state, run.node, run.visit, run.due_at,
                run.began_at, run.entered_at, str(run.ended_at), run.ending, run.reason_code,
            )
            for run in Run.objects.select_related("flow")
        ),
        "steps": sorted(
            (*runs[row[0]], *row[1:3], str(row[3]), str(row[4]), row[5], done.get(row[6], row[6]), row[7])
            for row in steps
        ),
        "decisions": sorted(
            (str(runs.get(row[0])), *row[1:5], done.get(row[5], row[5]), row[6], str(row[7])) for row in answers
        ),
        "mails": sorted(tuple(map(str, row)) for row in mails),
    }  # fmt: skip


def repeat(flow, life, **more):
    dry_run = DryRun(flow=flow, since=BEGIN, until=life.now, label="", created_at=life.now, **more)
    with replayed(dry_run):
        return told()


@contextmanager
def forgetful():
    """Let replays keep nothing in mind from one thing that happens to the next."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(memory, "MOST_RUNS", -1)
        patched.setattr(memory, "MOST_KNOWN", 0)
        patched.setattr(replay, "EVERY", 1)
        yield


ended = {"event": "test_thing_ended", "match": ["thing_id"]}
ways = st.sampled_from(["next", "stop"])


@st.composite
def flow_steps(draw):
    made = []
    for number in range(draw(st.integers(1, 5))):
        kinds = ["wait", "moment", "event", "until", "ask", "look", "split", "advert", "advert", "mail", "outside"]
        kind = draw(st.sampled_from(kinds))
        made.append({"id": f"s{number}", **_step(draw, kind)})
    return made


def _step(draw, kind):
    if kind == "wait":
        return {"kind": "wait", "for": {draw(st.sampled_from(["minutes", "hours", "days", "workdays"])): 2}}
    if kind == "moment":
        return {"kind": "wait", "for": {"hours": 1}, "at": draw(st.sampled_from(["02:30", "10:00", "22:00"]))}
    if kind == "event":
        wait = {"events": [{**ended, "then": draw(ways)}], "timeout": {"hours": 30}, "otherwise": draw(ways)}
        return {"kind": "wait", "until_event": {**wait, "since": draw(st.sampled_from(["step", "entry"]))}}
    if kind == "until":
        ask = {"not": {"condition": "has_consent", "settings": {"purpose": "newsletter"}}}
        wait = {"ask": ask, "timeout": {"days": 2}, "on": [{"event": "consent_changed", "match": ["email"]}]}
        return {"kind": "wait", "until_condition": {**wait, "then": draw(ways), "otherwise": draw(ways)}}
    if kind == "ask":
        ask = {"condition": "has_consent", "settings": {"purpose": "newsletter"}}
        return {"kind": "condition", "ask": ask, "then": draw(ways), "else": draw(ways), "unknown": "stop"}
    if kind == "look":
        return {"kind": "condition", "ask": LOOK, "then": draw(ways), "else": draw(ways), "unknown": "stop"}
    if kind == "split":
        return {"kind": "split", "experiment": "x", "arms": [{"code": code, "then": draw(ways)} for code in "ab"]}
    if kind == "advert":
        late = {} if draw(st.booleans()) else {"max_lateness": {"hours": 20}}
        return {"kind": "action", "action": "test_advert", **late}
    return {"kind": "action", "action": {"mail": "test_mail", "outside": "test_outside"}[kind]}


LOOK = {"condition": "test_looks_back"}


class LooksBack(Condition):
    """Rests on everything that the engine has written about the person so far."""

    code = "test_looks_back"
    label = "the engine has written an even number of rows"

    def evaluate(self, context, settings):
        mine = {"flow__code__in": ["one", "two"], "email": context.text("email")}
        runs = Run.objects.filter(**mine)
        steps = RunStep.objects.filter(run__in=runs)
        counts = [
            runs.count(), runs.exclude(ended_at=None).count(), steps.count(), steps.exclude(finished_at=None).count(),
            RunKey.objects.filter(run__in=runs).count(), Decision.objects.filter(**mine).count(),
        ]  # fmt: skip
        return Verdict(sum(counts) % 2 == 0, f"{counts}")


reentries = st.sampled_from(
    [{"mode": "per_key"}, {"mode": "once_ever"}, {"mode": "after_exit", "min_gap": {"hours": 3}},
     {"mode": "always", "max_concurrent": 2}]
)  # fmt: skip
what = st.tuples(
    st.sampled_from(["thing", "thing", "end", "yes", "no"]), st.integers(0, 2), st.sampled_from([1, 5, 26, 60])
)


@pytest.fixture
def real_consents(world):
    """The consent ledger itself in place of the stand-ins, because the past is read from it."""
    from shopflow.audience.conditions import HasConsent
    from shopflow.audience.events import ConsentChanged
    from shopflow.audience.extensions import ConsentBasis
    from shopflow.contracts.automations import conditions
    from shopflow.contracts.events import events
    from shopflow.contracts.mail import legal_bases

    real = ((conditions, HasConsent), (legal_bases, ConsentBasis), (events, ConsentChanged))
    from contextlib import ExitStack

    with ExitStack() as stack:
        stack.enter_context(conditions.registered(LooksBack))
        for registry, extension in real:
            stack.enter_context(registry.without(extension.code))
            stack.enter_context(registry.registered(extension))
        yield


def consent(life, email, action):
    from shopflow.audience.models import ConsentEntry
    from shopflow.audience.services.ledger import write

    with clock.imagined_at(life.now), transaction.atomic():
        write(email=email, purpose="newsletter", action=ConsentEntry.Action(action), source="test", language="de")
    with clock.imagined_at(life.now):
        while deliver_due():
            pass
    life.work()


@pytest.mark.django_db
@given(
    one=flow_steps(), two=flow_steps(), history=st.lists(what, min_size=2, max_size=9), quiet=st.booleans(),
    looks=st.booleans(), reentry=reentries,
)  # fmt: skip
@settings(
    max_examples=int(os.environ.get("HISTORIES", "6")), deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_i07_a_dry_run_of_a_live_automation_is_what_it_did(
    real_consents, world, one, two, history, quiet, looks, reentry
):  # fmt: skip
    with transaction.atomic():
        AutomationSettings.objects.update_or_create(
            pk=1, defaults={"quiet_sundays": quiet, "quiet_holidays": quiet, "per_minute": 1}
        )
        life = Life()
        flow = _flow("one", one, life, priority=70, exits=[{**ended, "conditions": []}], holdout=20)
        more = {"reentry": reentry, "conditions": [LOOK] if looks else []}
        key = "{email}:{thing_id}" if reentry["mode"] == "per_key" else "{email}"
        _flow("two", two, life, entry_key=key, goals=[{**ended, "id": "g", "within": {"days": 1}}], **more)
        for number in range(3):
            consent(life, f"p{number}@example.org", "grant")
        for kind, number, hours in history:
            life.pass_by(hours=hours, seconds=1)
            email = f"p{number}@example.org"
            if kind in ("yes", "no"):
                consent(life, email, "grant" if kind == "yes" else "withdraw")
            else:
                thing = OutboxEvent.objects.count() if kind == "thing" else number
                life.happen((ThingHappened if kind == "thing" else ThingEnded)(thing_id=thing, email=email))
        life.pass_by(days=4)
        lived = told()

        assert repeat(flow, life) == lived
        if connection.vendor == "postgresql":
            with forgetful():
                assert repeat(flow, life) == lived
        assert told() == lived, "the dry run has changed nothing"
        transaction.set_rollback(True)


def _flow(code, steps, life, **more):
    with clock.imagined_at(life.now):
        flow = Flow.objects.create(code=code, name=code, enabled=True)
        publish_version(flow=flow, definition=definition_with(*steps, **{"schema": 2, **more}), actor=None)
    return flow
