from __future__ import annotations

import secrets
from datetime import datetime

from django.db import connection

from shopflow.delivery.models import AccessGrant, DigitalGood, LicenceKey, LicencePool

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people confuse."""


def new_key(prefix: str) -> str:
    """A key of four groups, 100 bits, such as ``DIAG-7KQ2M-XW9PH-…``."""
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4)]
    return "-".join([prefix, *groups] if prefix else groups)


def assign_keys(*, grant: AccessGrant, now: datetime) -> bool:
    """Give a grant one key for each piece bought; True if it now has them all, or needs none.

    A key goes to one grant only: a free one is taken by a conditional UPDATE, a new one is made. Nothing is assigned
    when the pool does not suffice.
    """
    if grant.good.kind != DigitalGood.Kind.LICENCE:
        return True
    pool, _created = LicencePool.objects.get_or_create(good_id=grant.good_id)
    missing = grant.quantity - LicenceKey.objects.filter(grant=grant).count()
    if not pool.is_generated and LicenceKey.objects.filter(pool=pool, grant=None).count() < missing:
        return False
    taken: list[int] = []
    while len(taken) < missing:
        key = _take_free(pool, grant, now)
        if key is None and not pool.is_generated:
            LicenceKey.objects.filter(pk__in=taken).update(grant=None, assigned_at=None)
            return False
        taken.append(key if key is not None else _make(pool, grant, now))
    return True


def _take_free(pool: LicencePool, grant: AccessGrant, now: datetime) -> int | None:
    while True:
        free = LicenceKey.objects.filter(pool=pool, grant=None).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        candidate = free.values_list("pk", flat=True).first()
        if candidate is None:
            return None
        if LicenceKey.objects.filter(pk=candidate, grant=None).update(grant=grant, assigned_at=now):
            return int(candidate)


def _make(pool: LicencePool, grant: AccessGrant, now: datetime) -> int:
    return LicenceKey.objects.create(pool=pool, key=new_key(pool.prefix), grant=grant, assigned_at=now).pk
