"""Doing what a step says: for real, or as whoever replays history imagines it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from shopflow.contracts.automations import Action, Outcome, RunContext

Performer = Callable[[Action, RunContext, Mapping[str, Any]], Outcome]

_performer: ContextVar[Performer | None] = ContextVar("shopflow_performer", default=None)


def perform(action: Action, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
    """Run ``action``; within :func:`performed_by` that performer does it instead."""
    performer = _performer.get()
    return action.run(context, settings) if performer is None else performer(action, context, settings)


def is_imagined() -> bool:
    """Whether nothing is done for real at present: somebody replays history."""
    return _performer.get() is not None


@contextmanager
def performed_by(performer: Performer) -> Iterator[None]:
    """Let ``performer`` take the place of every action within the block."""
    token = _performer.set(performer)
    try:
        yield
    finally:
        _performer.reset(token)
