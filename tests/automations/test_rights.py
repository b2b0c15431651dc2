"""Every door of the automations, tried by staff without the right to it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shopflow.automations.models import Run
from shopflow.automations.services import open_draft
from shopflow.automations.urls import urlpatterns
from tests.automations.doubles import WAIT, WORK, ThingHappened
from tests.automations.editor import person

pytestmark = pytest.mark.django_db
COUNTS_ANEW = "automations-reports-refresh"


@pytest.fixture
def doors(make_flow, happen, work_on):
    """The address of every page, by its name."""
    flow = make_flow(WAIT, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    open_draft(flow=flow, actor=None)
    known = {
        "code": flow.code, "step": "work", "part": "trigger", "version_id": flow.active_version_id,
        "run_id": Run.objects.get().pk, "trial_id": 1, "dry_run_id": 1, "closure_id": 1, "pk": 1,
    }  # fmt: skip
    found = {}
    for page in urlpatterns:
        verb = "pause" if page.name == "broadcast-act" else "beenden"
        names = page.pattern.regex.groupindex
        values = {name: verb if name == "verb" else known[name] for name in names}
        found[page.name] = reverse(f"shopflow-staff:{page.name}", kwargs=values)
    return found


@pytest.mark.once
def test_without_the_right_every_door_is_shut(client, doors):
    client.force_login(person("else@example.org"))
    for name, address in doors.items():
        for headers in ({}, {"X-Requested-With": "builder"}):
            assert client.get(address, headers=headers).status_code == 403, name
        assert client.post(address).status_code == 403, name


def test_who_may_only_look_changes_nothing(client, doors):
    client.force_login(person("reader@example.org", "view_flow"))
    for name, address in doors.items():
        if name != COUNTS_ANEW:
            assert client.post(address).status_code in (403, 404, 405), name
