"""What one request remembers, no other request and no task sees."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from shopflow.core import memo


@pytest.fixture(autouse=True)
def _connections_stay():
    """Signals without a request close no connection, as in Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_fact_is_asked_once_within_a_request_and_each_time_outside():
    asked = []

    @memo.once_per_request
    def fact(of: str) -> int:
        asked.append(of)
        return len(asked)

    assert [fact("a"), fact("a")] == [1, 2]
    request_started.send(sender=None)
    assert [fact("a"), fact("a"), fact("b")] == [3, 3, 4]
    request_finished.send(sender=None)
    assert fact("a") == 5


def test_a_request_that_broke_off_leaves_nothing_to_the_next():
    answers = iter(range(9))

    @memo.once_per_request
    def fact() -> int:
        return next(answers)

    request_started.send(sender=None)
    assert fact() == 0
    request_started.send(sender=None)
    assert fact() == 1
    memo.forget()
    assert fact() == 2
