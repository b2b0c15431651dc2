"""A worker in a process of its own, to be killed. Run by test_crash.py with words that are done one after another:
``prepare:<action>:<runs>``, ``hang``, ``work``, ``later:<seconds>``, ``report``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

MARK = Path(os.environ["CRASH_MARK"])


def register(*, hang):
    from shopflow.automations.extensions.actions import NotifyStaff
    from shopflow.contracts.automations import actions

    class Note(NotifyStaff):
        code = "test_note"

        def run(self, context, settings):
            outcome = super().run(context, settings)
            if hang:
                written = MARK.with_suffix(".part")
                written.write_text(context.run_key)
                written.rename(MARK)  # whoever sees the mark reads all of it
                time.sleep(120)
            else:
                time.sleep(0.002)
            return outcome

    class Outside(Note):
        code = "test_outside_note"
        transactional = False

    actions.register(Note)
    actions.register(Outside)


def prepare(action, count):
    from shopflow.automations.models import Flow, Run
    from shopflow.automations.services import publish_version
    from shopflow.core import clock

    settings_ = {"to": "teile@example.org", "subject": "Lauf {number}", "text": "Text"}
    step = {"kind": "action", "action": action, "settings": settings_}
    flow = Flow.objects.create(code=f"crash_{action}_{count}", name="Crash", enabled=True)
    definition = {
        "trigger": {"event": "order_placed"},
        "entry_key": "n:{number}",
        "steps": [
            {"id": "first", **step},
            {"id": "pause", "kind": "wait", "for": {"minutes": 1}},
            {"id": "second", **step},
        ],
    }
    version = publish_version(flow=flow, definition=definition, actor=None)
    now = clock.now()
    Run.objects.bulk_create(
        Run(
            flow=flow, version=version, entry_key=f"n:{n}", subject={"number": n}, state="active", node="first",
            due_at=now, began_at=now, entered_at=now,
        )
        for n in range(int(count))
    )  # fmt: skip


def work():
    from shopflow.automations.services import run_due

    while run_due(limit=3):
        pass


def report():
    from shopflow.automations.models import Run, RunStep
    from shopflow.mailing.models import Message

    runs = Run.objects.order_by("pk")
    print(
        json.dumps(
            {
                "runs": [[run.state, run.node, run.reason_code] for run in runs],
                "steps": [[step.node, step.visit, step.outcome] for step in RunStep.objects.order_by("run_id", "pk")],
                "mails": sorted(Message.objects.values_list("dedupe_key", flat=True)),
            }
        )
    )


def later(seconds):
    from shopflow.core import clock

    clock.move_forward(timedelta(seconds=int(seconds)))


VERBS = {"prepare": prepare, "hang": work, "work": work, "later": later, "report": report}

if __name__ == "__main__":
    django.setup()
    register(hang="hang" in sys.argv)
    for word in sys.argv[1:]:
        verb, *arguments = word.split(":")
        VERBS[verb](*arguments)
