"""Asking the clock's triggers, as often as automations begin with them."""

from __future__ import annotations

from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Flow
from shopflow.automations.queries import definition_of
from shopflow.contracts.automations import timed_triggers


def announce_occasions() -> int:
    """Have each timed trigger announce what automations that are switched on wait for; returns how many events."""
    codes = timed_triggers.codes()
    waiting = Flow.objects.filter(enabled=True, active_version__trigger_event__in=codes)
    count = 0
    for flow in waiting.select_related("active_version").order_by("code"):
        assert flow.active_version is not None  # noqa: S101 - the query joins it
        try:
            trigger = definition_of(flow.active_version).trigger
        except DefinitionInvalid:  # shown on the automation's page, and parks its runs
            continue
        count += timed_triggers.get(trigger.event).announce(trigger.where)
    return count
