"""Mails that a flow writes, for ``benchmarks.mails``: runs whose wait is over before a step that sends advertising."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import Any

FLOW = {
    "schema": 2,
    "trigger": {"event": "consent_changed"},
    "entry_key": "{key}",
    "exits": [{"event": "order_placed", "match": ["email"]}],
    "steps": [
        {"id": "pause", "kind": "wait", "for": {"days": 2}},
        {"id": "mail", "kind": "action", "action": "send_mail", "settings": {
            "template": "cart_reminder_1", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent",
        }},
    ],
}  # fmt: skip


def prepare() -> Any:
    """The flow, switched on, under rules that hold nothing back: what is measured is the work, not the waiting."""
    from shopflow.automations.models import AutomationSettings, Flow, FlowVersion
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock

    rules = {"quiet_from": time(0), "quiet_until": time(0), "quiet_sundays": False, "quiet_holidays": False}
    AutomationSettings.objects.update_or_create(pk=1, defaults={**rules, "per_minute": 1_000_000})
    flow, _created = Flow.objects.get_or_create(code="bench_mails", defaults={"name": "bench", "enabled": True})
    version, _created = FlowVersion.objects.get_or_create(
        flow=flow, number=1,
        defaults={
            "definition": FLOW, "sha256": fingerprint(FLOW), "trigger_event": "consent_changed", "source": "staff",
            "created_at": clock.now(),
        },
    )  # fmt: skip
    Flow.objects.filter(pk=flow.pk).update(active_version=version)
    return version


def fill(version: Any, count: int, number: int, words: dict[str, Any]) -> None:
    """``count`` runs of people who have agreed, all due."""
    from django.db import connection

    from shopflow.audience.models import Consent, Contact
    from shopflow.automations.models import Run, RunStep
    from shopflow.core import clock

    now, words = clock.now(), json.loads(json.dumps(words, default=str))
    people = [f"kunde{number}-{position}@example.org" for position in range(count)]
    Contact.objects.bulk_create(Contact(email=email, created_at=now, scored_at=now) for email in people)
    Consent.objects.bulk_create(
        Consent(email=email, purpose="newsletter", state=Consent.State.GRANTED, since=now) for email in people
    )
    runs = Run.objects.bulk_create(
        Run(
            flow_id=version.flow_id, version=version, email=email, entry_key=email, subject={**words, "email": email},
            state="waiting", node="pause", visit=1, due_at=now - timedelta(seconds=1), planned_at=now,
            began_at=now - timedelta(days=2), entered_at=now - timedelta(days=2),
        )
        for email in people
    )  # fmt: skip
    RunStep.objects.bulk_create(
        RunStep(run=run, node="pause", visit=1, started_at=run.entered_at, outcome="waiting") for run in runs
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def write(count: int) -> None:
    """Let the engine write the mails; raises RuntimeError unless it writes one for each run."""
    from shopflow.automations.services import run_due
    from shopflow.mailing.models import Message, MessageState

    while run_due():
        pass
    written = Message.objects.filter(campaign="bench_mails", state=MessageState.PLANNED).count()
    if written != count:
        raise RuntimeError(f"{written} instead of {count} mails were written.")
