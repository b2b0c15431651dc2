"""The stored example of each automation, lived through by the engine, and the page that shows what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from shopflow.automations.models import Decision, Flow, Run
from shopflow.automations.overview import example_section
from shopflow.automations.services import sync_builtin_flows
from shopflow.automations.services.dry_runs.examples import example_of, live_through
from shopflow.contracts.automations import flows
from shopflow.contracts.events import events
from shopflow.core.models import OutboxEvent
from shopflow.mailing.models import Message

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "operate" / "flow-examples.md"
CODES = [code for code in flows.codes() if not type(flows.get(code)).__module__.startswith("tests")]


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


def rows():
    return [model.objects.count() for model in (Run, Decision, OutboxEvent, Message)]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_each_example_comes_to_what_the_page_shows(code, seller):
    example = example_of(code)
    assert example is not None
    for one in example.occurrences:
        events.get(one.event).restore(dict(one.fields))
    before = rows()
    section = example_section(code)
    assert "bekäme" in section or "würde getan" in section
    assert "bräuchte jemanden" not in section
    assert section in PAGE.read_text(), "bring docs/operate/flow-examples.md in line: manage.py list_flows --examples"
    assert rows() == before


@pytest.mark.django_db
def test_a_changed_definition_changes_what_comes_of_it(seller):
    """Nothing is written down beforehand: two waits less are two days less."""
    definition = flows.get("review_request").define().definition
    flow = Flow.objects.get(code="review_request")
    whole = live_through(example_of("review_request"), flow=flow, definition=definition)
    sooner = {**definition, "steps": [{"id": "ten_days", "kind": "wait", "for": {"days": 2}}, definition["steps"][1]]}
    changed = live_through(example_of("review_request"), flow=flow, definition=sooner)
    assert [(line.email, line.what) for line in whole if line.code == "sent"] == [
        ("erika@example.org", "review_request"),
        ("jana@example.org", "review_request"),
        ("erika@example.org", "review_reminder"),
    ]
    assert (whole[0].at - changed[0].at).days == 8


@pytest.mark.django_db
def test_staff_see_it_on_its_page_and_before_switching_on(client, seller):
    sync_builtin_flows()
    client.force_login(get_user_model().objects.create_superuser("chef@example.org", "geheim-1234"))
    for page in ("beispiel/", "einschalten/"):
        shown = client.get(f"/dashboard/shopflow/automations/ablauf/review_request/{page}").content.decode()
        assert "erika@example.org" in shown
        assert "12.03.2026 18:00" in shown
    built_here = Flow.objects.create(code="own", name="Eigene")
    assert client.get("/dashboard/shopflow/automations/ablauf/own/beispiel/").status_code == 404
    built_here.versions.create(
        number=1, definition=flows.get("review_thanks").define().definition, sha256="x", source="staff",
        created_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    Flow.objects.filter(code="own").update(active_version=built_here.versions.get())
    assert (
        "bringt kein Beispiel mit"
        in client.get("/dashboard/shopflow/automations/ablauf/own/beispiel/").content.decode()
    )
