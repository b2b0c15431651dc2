"""Test processes that run side by side keep out of each other's way and share the long tests."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.services.order import long_ones_first

PRINT = "from tests.settings import CACHES, CELERY_BROKER_URL; print(CACHES['default']['LOCATION'], CELERY_BROKER_URL)"


@pytest.mark.parametrize(("worker", "cache", "broker"), [("gw0", 0, 1), ("gw1", 2, 3), ("gw3", 6, 7)])
def test_each_process_has_a_cache_and_a_broker_of_its_own(worker, cache, broker):
    servers = {"CACHE_URL": "redis://127.0.0.1:6399/1", "CELERY_BROKER_URL": "redis://127.0.0.1:6399/2"}
    environment = {**os.environ, **servers, "PYTEST_XDIST_WORKER": worker}
    done = subprocess.run([sys.executable, "-c", PRINT], env=environment, check=True, capture_output=True, text=True)

    assert done.stdout.split() == [f"redis://127.0.0.1:6399/{cache}", f"redis://127.0.0.1:6399/{broker}"]


class Item:
    def __init__(self, name: str, *marks: str, browser: bool = False) -> None:
        self.name, self.marks, self.fixturenames = name, marks, ["browser"] if browser else []

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks


def test_each_process_begins_with_long_tests_and_one_has_those_with_a_browser():
    quick = [Item(f"quick{number}") for number in range(6)]
    long = [Item("long0", "long"), Item("long1", "long"), Item("long2", "long")]
    journeys = [Item("journey0", "journey", browser=True), Item("journey1", "journey", browser=True)]
    items = [*quick[:3], long[0], journeys[0], long[1], *quick[3:], long[2], journeys[1]]

    long_ones_first(items, 3)

    shares = [[item.name for item in items[start : start + size]] for start, size in ((0, 3), (3, 4), (7, 4))]
    assert shares == [
        ["journey0", "journey1", "quick0"],
        ["long0", "long2", "quick1", "quick2"],
        ["long1", "quick3", "quick4", "quick5"],
    ]


def test_more_long_tests_than_a_share_holds_are_all_there_once():
    items = [Item(f"journey{number}", "journey", browser=True) for number in range(5)] + [Item("quick")]
    before = list(items)

    long_ones_first(items, 2)

    assert items == before
