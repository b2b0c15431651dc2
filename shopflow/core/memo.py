"""Remembering small facts: for the length of one request, and in the process for as long as nobody changes them.

:func:`once_per_request` is for anything that a request asks twice. Outside a request nothing is remembered, so that
services, tasks and tests always see the database. Writers need not forget anything: a request that changes such a fact
ends with a redirect, and the next one reads it afresh.

:func:`kept_while_unchanged` is for the few facts that every page needs and staff seldom change: the seller, the rates
of VAT, the delivery countries. The tables behind them have a stamp (``TableStamp``) that changes in the transaction of
every write, so all processes see an edit from its commit on. One query a request reads all stamps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.models.signals import post_delete, post_migrate, post_save

P = ParamSpec("P")
R = TypeVar("R")

KEPT_SECONDS = 60.0
"""How long a fact is kept at most: the remedy for writes that pass all of this by, such as an operator's SQL."""

KEPT_FACTS = 512
"""How many facts a process keeps; beyond that it begins anew."""

_STAMPS = object()
_WRITTEN = object()

_facts: ContextVar[dict[Any, Any] | None] = ContextVar("shopflow_request_facts", default=None)
_kept: dict[Any, tuple[tuple[str, ...], float, Any]] = {}
_stamped: set[str] = set()


def once_per_request(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a read with hashable arguments: within one request it is asked once."""

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        facts = _facts.get()
        if facts is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in facts:
            facts[key] = function(*args, **kwargs)
        found: R = facts[key]
        return found

    return remembered


def kept_while_unchanged(*tables: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a read of ``tables`` (labels such as ``shopflow_core.Seller``) with hashable arguments.

    The process keeps the answer until one of the tables is written, and nobody may change it. Saving and deleting
    objects is noticed; who writes rows in bulk calls :func:`changed`. The answer may depend on nothing but the
    arguments and these tables, least of all on who asks.
    """
    for label in tables:
        _watch(label)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def keeping(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (function, args, tuple(sorted(kwargs.items())))
            return kept(key, tables, lambda: function(*args, **kwargs))

        return once_per_request(keeping)

    return decorate


def kept(key: Hashable, tables: Iterable[str], make: Callable[[], R]) -> R:
    """What ``make`` made of these tables, from the process's memory while they are unchanged.

    The tables must be watched: some read must have named them to :func:`kept_while_unchanged`.
    """
    stamps = stamps_of(*tables)
    found = _kept.get(key)
    if stamps and found and found[0] == stamps and time.monotonic() - found[1] < KEPT_SECONDS:
        answer: R = found[2]
        return answer
    answer = make()
    if stamps:
        if len(_kept) >= KEPT_FACTS:
            _kept.clear()
        _kept[key] = (stamps, time.monotonic(), answer)
    return answer


def stamps_of(*tables: str) -> tuple[str, ...]:
    """What the tables' state is called; empty where nothing may be kept.

    That is outside of requests, after the request has written one of them itself (its transaction may yet be undone),
    and for a table that has no stamp.
    """
    facts = _facts.get()
    if facts is None:
        return ()
    if _STAMPS not in facts:
        facts[_STAMPS] = _read_stamps()
    if not facts.get(_WRITTEN, _NOTHING).isdisjoint(tables):
        return ()
    stamps = facts[_STAMPS]
    found = tuple(stamps.get(label, "") for label in tables)
    return found if all(found) else ()


_NOTHING: frozenset[str] = frozenset()


def _read_stamps() -> dict[str, str]:
    from shopflow.core.models import TableStamp

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT label, stamp FROM {TableStamp._meta.db_table}")  # noqa: S608 - our own table
        return dict(cursor.fetchall())


def changed(*tables: str) -> None:
    """Say, in the writer's transaction, that rows of these tables have changed: every process reads them anew."""
    from shopflow.core.models import TableStamp

    TableStamp.objects.bulk_create(
        [TableStamp(label=label, stamp=uuid4().hex) for label in sorted(tables)],
        update_conflicts=True,
        unique_fields=["label"],
        update_fields=["stamp"],
    )
    facts = _facts.get()
    if facts is not None:
        facts.setdefault(_WRITTEN, set()).update(tables)


def _watch(label: str) -> None:
    if label in _stamped:
        return
    _stamped.add(label)
    for signal in (post_save, post_delete):
        signal.connect(_row_written, sender=label, dispatch_uid=f"shopflow_memo_{label}")


def _row_written(sender: Any, **kwargs: Any) -> None:
    changed(sender._meta.label)


def is_set_up() -> bool:
    """Whether there are stamps yet. Not so if somebody migrates another app alone: watched tables stay unwritten."""
    from shopflow.core.models import TableStamp

    return TableStamp._meta.db_table in connection.introspection.table_names()


def _stamp_all(**kwargs: Any) -> None:
    """After a migration, which may have written anything, every fact is read anew."""
    if _stamped and is_set_up():
        changed(*_stamped)


def _start(**kwargs: Any) -> None:
    _facts.set({})


def forget(**kwargs: Any) -> None:
    """End the remembering. A request that broke off without an answer leaves its facts to this thread until then."""
    _facts.set(None)


def forget_kept() -> None:
    """Let this process forget what it keeps, too."""
    forget()
    _kept.clear()


def connect(config: Any) -> None:
    """Start and end with Django's requests, and begin anew after migrations."""
    request_started.connect(_start, dispatch_uid="shopflow_memo_start")
    request_finished.connect(forget, dispatch_uid="shopflow_memo_end")
    post_migrate.connect(_stamp_all, sender=config, dispatch_uid="shopflow_memo_migrated")
