"""Waking a worker: background work is enqueued by name, after the commit.

The broker carries wake-ups only. Everything that must happen is a row in the database which a periodic sweep finds,
so a dead broker costs time and never work.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app, signature
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger("shopflow.jobs")


def enqueue(name: str, **kwargs: Any) -> None:
    """Run the Celery task ``name`` with ``kwargs`` once the current transaction has committed."""
    transaction.on_commit(lambda: _send(name, kwargs))


def _send(name: str, kwargs: dict[str, Any]) -> None:
    try:
        signature(name, kwargs=kwargs, app=current_app).apply_async(ignore_result=True, retry=False)
    except broker_errors() as error:
        logger.warning("The broker did not take “%s” (%s); the next sweep will do the work.", name, error)


def broker_errors() -> tuple[type[Exception], ...]:
    """What goes wrong with the broker itself: nobody there, a wrong password, no room; each transport has its own."""
    link = current_app.connection_for_write()
    return (OperationalError, OSError, *link.connection_errors, *link.channel_errors)
