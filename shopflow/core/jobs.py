"""Waking a worker: background work is enqueued by name, after the commit.

The broker carries wake-ups only. Everything that must happen is a row in the database which a periodic sweep finds,
so a dead broker costs time and never work.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from celery import current_app, signature
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger("shopflow.jobs")

_withheld: ContextVar[bool] = ContextVar("shopflow_jobs_withheld", default=False)


def enqueue(name: str, **kwargs: Any) -> None:
    """Run the Celery task ``name`` with ``kwargs`` once the current transaction has committed.

    What one transaction enqueues several times runs once.
    """
    wake_up = _WakeUp(name, kwargs)
    if not _is_due_anyway(wake_up):
        transaction.on_commit(wake_up)


@dataclass(frozen=True)
class _WakeUp:
    name: str
    kwargs: dict[str, Any]

    def __call__(self) -> None:
        _send(self.name, self.kwargs)


def _is_due_anyway(wake_up: _WakeUp) -> bool:
    """Whether the transaction sends it already. What was enqueued in a savepoint that was rolled back is not there any
    more, and whatever may still be rolled back would take this one along, too."""
    return any(known == wake_up for _within, known, _robust in transaction.get_connection().run_on_commit)


def _send(name: str, kwargs: dict[str, Any]) -> None:
    if _withheld.get():
        return
    try:
        signature(name, kwargs=kwargs, app=current_app).apply_async(ignore_result=True, retry=False)
    except broker_errors() as error:
        logger.warning("The broker did not take “%s” (%s); the next sweep will do the work.", name, error)


@contextmanager
def nothing_enqueued() -> Iterator[None]:
    """Let nobody be woken up by what is done within the block: for work that only imagines."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def broker_errors() -> tuple[type[Exception], ...]:
    """What goes wrong with the broker itself: nobody there, a wrong password, no room; each transport has its own."""
    link = current_app.connection_for_write()
    return (OperationalError, OSError, *link.connection_errors, *link.channel_errors)
