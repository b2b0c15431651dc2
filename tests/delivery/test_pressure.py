"""Two at once: the last download and the last key go to one of them."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from shopflow.delivery.exceptions import DeliveryRefused
from shopflow.delivery.models import AccessGrant, DownloadEvent, LicenceKey
from shopflow.delivery.services import (
    add_keys,
    note_confirmed,
    note_paid,
    publish_edition,
    save_first_step,
    save_pool,
    start_download,
)
from tests.delivery.conftest import PDF

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(*jobs):
    """Run the jobs in threads that start together; results or exceptions in the order of the jobs."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        except DeliveryRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def opened(order):
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    return AccessGrant.objects.get(order=order)


def test_the_last_download_is_given_once(make_good, make_order):
    good = make_good(max_downloads=1)
    publish_edition(
        good=good, label="Zweite", version="1", filename="zwei.pdf", content=io.BytesIO(PDF + b"2"), size=len(PDF) + 1
    )
    grant = opened(make_order(good))
    one, two = good.files.order_by("pk")

    results = at_once(
        lambda: start_download(grant=AccessGrant.objects.get(pk=grant.pk), file=one),
        lambda: start_download(grant=AccessGrant.objects.get(pk=grant.pk), file=two),
    )

    assert sorted(type(result).__name__ for result in results) == ["DeliveryRefused", "DownloadEvent"]
    grant.refresh_from_db()
    assert (grant.downloads_used, DownloadEvent.objects.count()) == (1, 1)


def test_the_last_key_goes_to_one_buyer(make_good, make_order):
    good = make_good(kind="licence")
    pool = save_pool(good=good, prefix="", is_generated=False)
    add_keys(pool=pool, keys=["ONLY-1"])
    orders = [make_order(good), make_order(good)]
    for order in orders:
        note_confirmed(order_id=order.pk)

    at_once(*[lambda order=order: note_paid(order_id=order.pk) for order in orders])

    assert sorted(AccessGrant.objects.values_list("state", "locked_reason")) == [("active", ""), ("locked", "no_key")]
    key = LicenceKey.objects.get()
    assert key.grant == AccessGrant.objects.get(state="active")


def test_the_same_news_twice_at_once_open_once(make_good, make_order):
    good = make_good(kind="licence")
    save_pool(good=good, prefix="X", is_generated=True)
    order = make_order(good)
    note_confirmed(order_id=order.pk)

    at_once(lambda: note_paid(order_id=order.pk), lambda: note_paid(order_id=order.pk))

    assert AccessGrant.objects.get().state == "active"
    assert LicenceKey.objects.count() == 1


def test_steps_that_are_written_at_once_get_a_place_each(make_good):
    good = make_good()
    jobs = [lambda title=title: save_first_step(good=good, day=3, title=title, text="x") for title in "abcd"]

    at_once(*jobs)

    assert sorted(good.first_steps.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert sorted(good.first_steps.values_list("title", flat=True)) == ["a", "b", "c", "d"]
