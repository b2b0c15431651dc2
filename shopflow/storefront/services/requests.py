"""Refreshing everything is a worker's job, outside the transaction that wants it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.storefront.models import RefreshRequest
from shopflow.storefront.services.refresh import refresh_all

TASK = "shopflow.storefront.refresh_requested"
LEASE = timedelta(minutes=30)
"""After so long a worker that is still at it is taken for dead."""


def request_refresh() -> None:
    """Have a worker refresh the whole catalogue once the current transaction has committed; wishes are joined."""
    RefreshRequest.objects.update_or_create(pk=1, defaults={"requested_at": clock.now()})
    enqueue(TASK)


def refresh_requested() -> bool:
    """Refresh everything if that was wished for and nobody is at it; says whether it was done.

    A wish made meanwhile stays for the next time.
    """
    now = clock.now()
    free = RefreshRequest.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now))
    if not free.update(leased_until=now + LEASE):
        return False
    wish = RefreshRequest.objects.get()
    refresh_all()
    if not RefreshRequest.objects.filter(requested_at=wish.requested_at).delete()[0]:
        RefreshRequest.objects.update(leased_until=None)
    return True
