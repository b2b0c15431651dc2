"""Without the plugin: the shop works, and what hung on the plugin is parked and shown to staff."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec

from stage import staff, text_of  # isort: skip
from django.core.management import call_command
from django.test import Client

from shopflow.automations.models import Run
from shopflow.automations.services import run_due
from shopflow.contracts import testing
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery
from shopflow.core.services import deliver_due

assert find_spec("shopflow_dummy") is None
call_command("check")
assert not [checked for checked in testing.check_all() if "dummy" in checked]

deliver_due()
parked = OutboxDelivery.objects.filter(event__code="dummy_guest_arrived", state=OutboxDelivery.State.PARKED)
assert parked.exists()
for delivery in parked:
    assert delivery.last_error == "No event with the code “dummy_guest_arrived” is installed."

clock.move_forward(timedelta(days=2))
run_due()
run = Run.objects.get(flow__code="dummy_guest_book")
assert run.state == Run.State.PARKED, (run.state, run.reason)
assert "dummy_write_guest_book" in run.reason

client = staff()
assert "dummy_write_guest_book" in text_of(client, f"/dashboard/shopflow/automations/laeufe/{run.pk}/")
assert "dummy_guest_arrived" in text_of(client, "/dashboard/shopflow/automations/zustellungen/")
assert client.get("/dashboard/shopflow/dummy_guest_book/").status_code == 404
for path in ("/", "/suche/?q=filter", "/basket/", "/dashboard/", "/dashboard/orders/", "/health/"):
    text_of(client if path.startswith("/dashboard") else Client(), path)
