"""The staff pages ask as often when very much has run as when next to nothing has."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.audience.models import Contact, Segment
from shopflow.automations.models import Broadcast, Decision, DryRun, DryRunLine, Run, RunStep, StandingFigure
from shopflow.automations.queries import runs
from shopflow.automations.services import open_draft
from shopflow.automations.services.activation import affected
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.models import Message
from tests.automations.doubles import WAIT, WORK

pytestmark = pytest.mark.django_db
STATES = ("waiting", "parked", "done", "exited", "failed")


def url(name, *args, query=""):
    return reverse(f"shopflow-staff:{name}", args=args) + query


def fill(flow, first, last):
    now = clock.now()
    made = Run.objects.bulk_create(
        Run(flow=flow, version=flow.active_version, email=f"p{number}@example.org", entry_key=f"thing:{number}",
            subject={}, state=STATES[number % 5], node="pause", due_at=now, began_at=now, entered_at=now,
            ended_at=None if number % 5 < 2 else now, ending="" if number % 5 < 2 else "completed")
        for number in range(first, last)
    )  # fmt: skip
    RunStep.objects.bulk_create(RunStep(run=run, node="pause", visit=1, started_at=now) for run in made)
    Decision.objects.bulk_create(
        Decision(flow=flow, run=run, email=run.email, gate="entry", code="entered", verdict="true", at=now)
        for run in made
    )
    OutboxEvent.objects.bulk_create(
        OutboxEvent(code="test_thing", payload={"thing_id": run.pk, "email": run.email, "kind": "x"}, occurred_at=now)
        for run in made
    )
    Contact.objects.bulk_create(Contact(email=run.email, created_at=now) for run in made)
    Message.objects.bulk_create(
        Message(dedupe_key=f"b:{run.pk}", message_id=f"<{run.pk}@x>", template="t", mail_class="transactional",
                to_email=run.email, language="de", subject="s", reference=Broadcast.objects.get(label="sent").occasion,
                state="accepted", accepted_at=now, created_at=now)
        for run in made
    )  # fmt: skip
    DryRunLine.objects.bulk_create(
        DryRunLine(dry_run=DryRun.objects.get(), at=now + timedelta(seconds=-run.pk), flow=flow.code, email=run.email,
                   entry_key=run.entry_key, node="work", what="work", outcome="done", code="done")
        for run in made
    )  # fmt: skip


@pytest.fixture
def many(make_flow, monkeypatch):
    """A flow of which runs are counted no further than to ten, with a broadcast and a dry run."""
    monkeypatch.setattr("shopflow.automations.queries.COUNTED", 10)
    monkeypatch.setattr("shopflow.automations.services.activation.COUNTED", 10)
    flow = make_flow(WAIT, WORK)
    now = clock.now()
    everybody = {"field": "email", "op": "contains", "value": "@"}
    segment = Segment.objects.create(code="all", label="all", created_at=now, due_at=now, expression=everybody)
    common = {"flow": flow, "version": flow.active_version, "segment": segment, "planned_at": now, "created_at": now}
    Broadcast.objects.create(label="draft", **common)
    Broadcast.objects.create(label="sent", state="under_way", started_at=now, **common)
    report = {"days": {}, "outcomes": {"done": 1}, "kept": 1, "lines": 1, "happened": 1, "entered": 1}
    DryRun.objects.create(
        flow=flow, label="1", since=now, until=now, state="done", report=report, created_at=now, finished_at=now
    )
    open_draft(flow=flow, actor=None)
    fill(flow, 0, 5)
    return flow


def addresses(flow):
    draft, sent = Broadcast.objects.order_by("pk")
    dry_run = DryRun.objects.get()
    why = "?email=p1@example.org&flow=test_flow"
    return [
        url("automations"), url("automations-flow", flow.code), url("automations-runs"),
        url("automations-runs", query="?flow=test_flow"), url("automations-runs", query="?state=done"),
        url("automations-runs", query="?flow=test_flow&state=waiting"), url("automations-why", query=why),
        url("automations-why", query="?email=nobody@example.org&flow=test_flow"), url("automations-reports"),
        url("automations-report", flow.code), url("automations-builder", flow.code),
        url("automations-builder-publish", flow.code), url("automations-comparison", flow.active_version_id),
        url("automations-activate", flow.code), url("automations-dry-runs", flow.code),
        url("automations-dry-run", dry_run.pk), url("broadcasts"), url("broadcast", sent.pk),
        url("broadcast", draft.pk),
    ]  # fmt: skip


@pytest.mark.once
def test_pages_ask_as_often_for_many_runs_as_for_few(many, client, admin_user):
    client.force_login(admin_user)

    def counts():
        found = {}
        for address in addresses(many):
            assert client.get(address).status_code == 200
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found[address] = len(asked)
        return found

    few = counts()
    fill(many, 5, 80)
    Broadcast.objects.filter(label="sent").update(entered=80)
    StandingFigure.objects.create(
        flow=many, version=1, node="pause", count=32, oldest_at=clock.now(), at=clock.now()
    )  # fmt: skip
    assert counts() == few
    assert max(few.values()) <= 30


def test_lists_of_runs_hold_what_they_are_narrowed_to_page_by_page(many, make_flow):
    other = make_flow(WAIT, code="other")
    Run.objects.bulk_create(
        Run(flow=other, version=other.active_version, email="p1@example.org", entry_key=f"k{number}", subject={},
            state=STATES[number % 3], node="pause", due_at=clock.now(), began_at=clock.now(), entered_at=clock.now())
        for number in range(12)
    )  # fmt: skip
    fill(many, 5, 20)
    everything = list(Run.objects.select_related("flow").order_by("-pk"))
    middle = everything[len(everything) // 2].pk
    flows, states, emails = ("", "test_flow", "other", "none"), ("", *STATES), ("", " P1@example.org", "x@example.org")
    for flow, state, email, before in itertools.product(flows, states, emails, (None, middle)):
        wanted = [
            run for run in everything
            if flow in ("", run.flow.code) and state in ("", run.state) and (before is None or run.pk < before)
            and email.strip().lower() in ("", run.email)
        ]  # fmt: skip
        assert list(runs(flow=flow, state=state, email=email, before=before)) == wanted


def test_the_gate_counts_no_further_than_it_says(many, client, admin_user):
    client.force_login(admin_user)
    definition = many.active_version.definition
    assert (affected(many, definition).under_way, affected(many, definition).many) == (2, False)
    fill(many, 5, 80)
    counted = affected(many, definition)
    assert (counted.entries, counted.more, counted.under_way, counted.many) == (10, True, 10, True)
    shown = client.get(url("automations-activate", many.code)).content.decode()
    assert "&gt; 10 Läufe sind unterwegs" in shown


def test_mails_of_a_large_broadcast_are_counted_once_a_minute(many, client, admin_user, monkeypatch):
    monkeypatch.setattr("shopflow.automations.dashboard.broadcasts.EXACT", 4)
    client.force_login(admin_user)
    sent = Broadcast.objects.get(label="sent")

    def shown():
        page = client.get(url("broadcast", sent.pk))
        return page.context["sent"], "einmal in der Minute" in page.content.decode()

    assert shown() == (5, False)
    Message.objects.filter(dedupe_key=f"b:{Run.objects.order_by('pk')[0].pk}").delete()
    assert shown() == (4, False)
    Broadcast.objects.filter(pk=sent.pk).update(entered=5)
    assert shown() == (4, True)
    fill(many, 5, 8)
    assert shown() == (4, True)
    from django.core.cache import cache

    cache.clear()
    assert shown() == (7, True)
