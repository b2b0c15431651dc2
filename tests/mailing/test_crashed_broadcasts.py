"""A worker that is killed while it works on a broadcast: another takes it up, and everybody gets it once.

``BROADCAST_KILLS=50`` kills fifty times at each point; without it once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("BROADCAST_KILLS", "1"))
EVERYBODY = {"accepted 1": 30}
EXPECTED = {
    "taking people in": EVERYBODY,
    "people taken in": EVERYBODY,
    "writing": EVERYBODY,
    "written": EVERYBODY,
    "leaving": EVERYBODY,
    # the one in the worker's hands when it died is not written to again: nobody knows how far that came
    "third of a group": {"accepted 1": 29, "unknown 0": 1},
    "left": EVERYBODY,
    "all left": EVERYBODY,
}


@pytest.mark.django_db(transaction=True)
def test_i01_a_broadcast_whose_workers_are_killed_reaches_everybody_once(sink, tmp_path, database):
    port, record = sink
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
        "DATABASE_URL": database(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SHOPFLOW_DATA": str(tmp_path),
        "CELERY_BROKER_URL": "memory://localhost/",
    }
    command = [sys.executable, "-m", "tests.services.broadcast_crashes", str(ROUNDS), str(record)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)

    assert [kill["point"] for kill in told["kills"]] == ROUNDS * list(EXPECTED)
    for kill in told["kills"]:
        assert (kill["signal"], kill["people"], kill["entered"], kill["looked_at"]) == (9, 30, 30, 30), kill
        assert kill["mails"] == EXPECTED[kill["point"]], kill
    assert told["arrived"] == ROUNDS * (7 * 30 + 29), "nobody else was written to"
