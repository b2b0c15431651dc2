"""The plugin is installed again: staff release the parked run, and it goes on where it stood."""

from __future__ import annotations

from stage import staff  # isort: skip
from shopflow_dummy.models import GuestBookEntry

from shopflow.automations.models import Run
from shopflow.automations.services import resume_run, run_due

staff()
run = Run.objects.get(flow__code="dummy_guest_book", email="ada@example.org")
resume_run(run_id=run.pk, actor=None)
run_due()
run_due()
run.refresh_from_db()
assert run.state == Run.State.DONE, (run.state, run.reason)
assert list(GuestBookEntry.objects.order_by("pk").values_list("text", flat=True)) == ["Hello, Ada!", "Goodbye, Ada!"]
