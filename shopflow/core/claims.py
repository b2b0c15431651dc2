"""Claiming rows that several workers want: each row goes to exactly one of them, for the length of a lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connections, transaction
from django.db.models import Model, Q, QuerySet

from shopflow.core.rows import OneOf

M = TypeVar("M", bound=Model)


def claim(queryset: QuerySet[M], *, now: datetime, lease: timedelta, limit: int) -> list[int]:
    """Take up to ``limit`` unclaimed rows of ``queryset`` and return their primary keys, in the queryset's order.

    A row is free when its ``lease_until`` is empty or past: the worker that held it has died. On PostgreSQL rows
    that another worker is just taking are skipped (``FOR UPDATE SKIP LOCKED``); elsewhere the conditional UPDATE
    and its row count decide.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    model = queryset.model
    using = queryset.db
    with transaction.atomic(using=using):
        candidates = queryset.filter(free)
        if connections[using].features.has_select_for_update_skip_locked:
            candidates = candidates.select_for_update(skip_locked=True)
            keys = list(candidates.values_list("pk", flat=True)[:limit])
            model._default_manager.using(using).filter(OneOf("pk", keys)).update(lease_until=now + lease)
            return keys
        keys = list(candidates.values_list("pk", flat=True)[:limit])
        mine = model._default_manager.using(using).filter(free)
        return [key for key in keys if mine.filter(pk=key).update(lease_until=now + lease) == 1]
