"""Accounts that nobody uses, while several workers look at them and their owners come back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from oscar.core.loading import get_model

from shopflow.contracts.retention import Looked
from shopflow.core import clock
from shopflow.privacy.models import AnsweredRequest, UnusedAccount
from shopflow.privacy.retention import UnusedAccounts
from tests.privacy.unused import (
    DAY,
    YEARS,
    User,
    accepted,
    account,
    ordered,
    signed_in,
    sweep,
    to_the_day,
    warned,
    warnings,
)
from tests.services.waiting import until_somebody_waits

pytestmark = [
    pytest.mark.usefixtures("seller"),
    pytest.mark.postgres,
    pytest.mark.concurrency,
    pytest.mark.django_db(transaction=True),
]


def at_once(*jobs):
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [one.result() for one in [pool.submit(run, job) for job in jobs]]


def forget():
    try:
        return sweep()
    finally:
        connection.close()


def test_two_workers_warn_once_and_erase_once():
    for number in range(20):
        account(f"p{number}@example.org")
    at_once(sweep, sweep, sweep)
    sweep()
    assert (warnings().count(), UnusedAccount.objects.count()) == (20, 20)
    accepted()
    to_the_day()
    gone = at_once(*[sweep] * 3)
    while (more := sweep()) or isinstance(more, Looked):
        gone.append(more)
    assert sum(gone) == 20
    assert not User.objects.exists()
    assert AnsweredRequest.objects.count() == 20


def test_a_worker_that_dies_has_warned_nobody():
    account()

    def die():
        with transaction.atomic():
            UnusedAccounts().sweep(before=clock.now() - YEARS, limit=10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert (warnings().count(), UnusedAccount.objects.count()) == (0, 0)
    sweep()
    assert warnings().count() == 1


def test_whoever_signs_in_first_keeps_the_whole_account():
    user = warned()
    to_the_day()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        signed_in(user)
        assert pool.submit(forget).result(timeout=10) == 0, "it does not wait"
    assert User.objects.filter(pk=user.pk).exists()
    clock.move_forward(2 * DAY)
    assert sweep() == 0
    assert UnusedAccount.objects.get().erase_on is None
    assert warnings().count() == 1


def test_whoever_signs_in_too_late_finds_no_half_account():
    user = warned()
    to_the_day()

    def sign_in():
        try:
            signed_in(User.objects.get(pk=user.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert UnusedAccounts().sweep(before=clock.now() - YEARS, limit=10) == 1
            late = pool.submit(sign_in)
            until_somebody_waits()
            assert not late.done()
        with pytest.raises(DatabaseError):
            late.result(timeout=10)
    assert not User.objects.exists()
    assert not UnusedAccount.objects.exists()


def test_an_order_at_that_very_moment_is_no_half_order():
    """Whoever orders has signed in before, which keeps the account; a session without end is all that is left."""
    user = warned()
    to_the_day()

    def order_meanwhile():
        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            ordered(user)
            assert pool.submit(forget).result(timeout=10) == 1

    with pytest.raises(IntegrityError):
        order_meanwhile()
    assert not User.objects.exists()
    assert not get_model("order", "Order").objects.exists()
