"""Test processes that run side by side on one Redis keep out of each other's way."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PRINT = "from tests.settings import CACHES, CELERY_BROKER_URL; print(CACHES['default']['LOCATION'], CELERY_BROKER_URL)"


@pytest.mark.parametrize(("worker", "cache", "broker"), [("gw0", 0, 1), ("gw1", 2, 3), ("gw3", 6, 7)])
def test_each_process_has_a_cache_and_a_broker_of_its_own(worker, cache, broker):
    servers = {"CACHE_URL": "redis://127.0.0.1:6399/1", "CELERY_BROKER_URL": "redis://127.0.0.1:6399/2"}
    environment = {**os.environ, **servers, "PYTEST_XDIST_WORKER": worker}
    done = subprocess.run([sys.executable, "-c", PRINT], env=environment, check=True, capture_output=True, text=True)

    assert done.stdout.split() == [f"redis://127.0.0.1:6399/{cache}", f"redis://127.0.0.1:6399/{broker}"]
