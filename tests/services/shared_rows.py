"""Rows that several tests share: made once, inside a transaction around those tests, and gone after the last of them.

Each test still runs in a transaction of its own inside that one, so what it changes no other test sees. For fixtures
of a class or module whose tests all want the rows or do not mind them. None of these tests may commit
(``django_db(transaction=True)``, ``live_server``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.cache import cache
from django.test import TestCase

from shopflow.core import memo

Made = TypeVar("Made")


@contextmanager
def shared_rows(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """Write rows with ``make`` and yield what it returns; the rows are rolled back when the block ends.

    ``blocker`` is pytest-django's ``django_db_blocker``: it keeps tests that ask for no database away from it.
    """
    with blocker.unblock():
        around = TestCase._enter_atomics()
    try:
        with blocker.unblock():
            cache.clear()
            memo.forget_kept()
            made = make()
        yield made
    finally:
        with blocker.unblock():
            TestCase._rollback_atomics(around)
