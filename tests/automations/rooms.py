"""A shop with few automations: what a test of one room's flows needs, and nothing that takes long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shopflow.automations.models import Flow
from shopflow.automations.services import sync_builtin_flows
from shopflow.contracts.automations import flows
from shopflow.contracts.events import subscribers

SLOW = ("documents.invoices", "legal_order_confirmation")
"""Subscribers that make PDFs."""


@contextmanager
def only_flows(*codes: str) -> Iterator[None]:
    """Just these built-in flows may begin runs, and no papers are printed."""
    others = [code for code in flows.codes() if code not in codes]
    slow = [code for code in SLOW if code in subscribers]
    with flows.without(*others), subscribers.without(*slow):
        sync_builtin_flows()
        Flow.objects.exclude(code__in=codes).update(enabled=False)
        yield
