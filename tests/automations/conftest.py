"""Fixtures of the automations' tests; Django is imported inside, because this file is read before it is set up."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction


@pytest.fixture(autouse=True)
def world():
    from tests.automations.doubles import DOUBLES, world_now

    world_now.__init__()
    with ExitStack() as stack:
        for registry, doubles in DOUBLES:
            stack.enter_context(registry.without(*[double.code for double in doubles]))
            stack.enter_context(registry.registered(*doubles))
        yield world_now


@pytest.fixture
def any_hour(db):
    """Advertising at every hour of every day, so that no test depends on when it runs."""
    from datetime import time

    from shopflow.automations.models import AutomationSettings

    AutomationSettings.objects.update_or_create(
        pk=1,
        defaults={
            "quiet_from": time(0), "quiet_until": time(0), "quiet_sundays": False, "quiet_holidays": False
        },
    )  # fmt: skip


@pytest.fixture
def make_flow(any_hour):
    def make(*steps, code="test_flow", enabled=True, **more):
        from shopflow.automations.models import Flow
        from shopflow.automations.services import publish_version
        from tests.automations.doubles import definition_with

        flow, _created = Flow.objects.get_or_create(code=code, defaults={"name": code, "enabled": enabled})
        publish_version(flow=flow, definition=definition_with(*steps, **more), actor=None)
        flow.refresh_from_db()
        return flow

    return make


@pytest.fixture
def happen():
    """Publish an event and deliver it, as the outbox does after the commit."""

    from shopflow.core.services import deliver_due, publish

    def publish_it(event):
        with transaction.atomic():
            publish(event)
        while deliver_due():
            pass

    return publish_it


@pytest.fixture
def work_on():
    """Move the clock and let the worker do whatever is due."""

    from shopflow.automations.services import run_due
    from shopflow.core import clock

    def later(**by):
        if by:
            clock.move_forward(timedelta(**by))
        count = 0
        while moved := run_due():
            count += moved
        return count

    return later


@pytest.fixture
def keeper(client):
    """The browser of somebody who may change automations."""
    from tests.automations.editor import person

    client.force_login(person("keeper@example.org", "view_flow", "change_flow"))
    return client


@pytest.fixture
def draft(make_flow):
    """The draft of a small flow."""
    from shopflow.automations.services import open_draft
    from tests.automations.doubles import WAIT, WORK

    return open_draft(flow=make_flow(WAIT, WORK, enabled=False), actor=None)
