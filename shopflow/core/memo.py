"""Remembering small facts for the length of one request: the seller, the rates of VAT.

Outside a request nothing is remembered, so that services, tasks and tests always see the database. Writers need not
forget anything: a request that changes such a fact ends with a redirect, and the next one reads it afresh.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.signals import request_finished, request_started

P = ParamSpec("P")
R = TypeVar("R")

_facts: ContextVar[dict[Any, Any] | None] = ContextVar("shopflow_request_facts", default=None)


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


def _start(**kwargs: Any) -> None:
    _facts.set({})


def forget(**kwargs: Any) -> None:
    """End the remembering. A request that broke off without an answer leaves its facts to this thread until then."""
    _facts.set(None)


def connect() -> None:
    """Start and end with Django's requests."""
    request_started.connect(_start, dispatch_uid="shopflow_memo_start")
    request_finished.connect(forget, dispatch_uid="shopflow_memo_end")
