"""A worker that is killed at any point of the send sequence: no second advertising mail, at most one repeated other.

``MAIL_KILLS=200`` kills two hundred times at each point for each class of mail; without it once. ``MAIL_KILLS_REPORT``
names a file for a table of what arrived.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("MAIL_KILLS", "1"))

EXPECTED = {
    # point: (advertising, others) as (copies that arrived, state)
    "claimed": (({1}, "accepted"), ({1}, "accepted")),
    "built": (({1}, "accepted"), ({1}, "accepted")),
    "before the commit of submitting": (({1}, "accepted"), ({1}, "accepted")),
    "submitting": (({0}, "unknown"), ({1}, "accepted")),
    "envelope": (({0}, "unknown"), ({1}, "accepted")),
    "body": (({0, 1}, "unknown"), ({1, 2}, "accepted")),
    "taken": (({1}, "unknown"), ({2}, "accepted")),
    "before the commit of accepted": (({1}, "unknown"), ({2}, "accepted")),
    "accepted": (({1}, "accepted"), ({1}, "accepted")),
}

ONCE = ({1}, "accepted")
GROUP = {
    # point: (copies, state) of each of five messages of advertising that leave together
    "before the third": [ONCE, ({1}, "unknown"), ONCE, ONCE, ONCE],  # it dies with the answer about the second
    "third submitting": [ONCE, ONCE, ({0}, "unknown"), ONCE, ONCE],
    "third body": [ONCE, ONCE, ({0, 1}, "unknown"), ONCE, ONCE],
    "all taken": [ONCE] * 4 + [({1}, "unknown")],
    "all accepted": [ONCE] * 5,
}


@pytest.fixture
def kills(database: Any, sink: tuple[int, Path], tmp_path: Path) -> list[dict[str, Any]]:
    port, record = sink
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
        "DATABASE_URL": database(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SHOPFLOW_DATA": str(tmp_path),
        "SHOPFLOW_MOVABLE_CLOCK": "1",
        "CELERY_BROKER_URL": "memory://localhost/",
    }
    command = [sys.executable, "-m", "tests.services.mail_crashes", str(KILLS), str(record)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    assert told["arrived"] == sum(kill["arrived"] for kill in told["kills"])
    _report(told["kills"])
    return list(told["kills"])


def _report(kills: list[dict[str, Any]]) -> None:
    """Write down how many copies arrived of how many mails, by point and class."""
    path = os.environ.get("MAIL_KILLS_REPORT")
    if not path:
        return
    copies: dict[tuple[str, str], Counter[int]] = {}
    for kill in kills:
        copies.setdefault((kill["point"], kill["class"]), Counter())[kill["arrived"]] += 1
    lines = [f"{'point':34}{'class':15}{'mails':>6}{'none':>6}{'once':>6}{'twice':>6}{'more':>6}"]
    for (point, mail_class), told in copies.items():
        more = sum(count for number, count in told.items() if number > 2)
        lines.append(f"{point:34}{mail_class:15}{told.total():>6}{told[0]:>6}{told[1]:>6}{told[2]:>6}{more:>6}")
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_i01_a_killed_worker_never_doubles_advertising_and_others_at_most_once(kills):
    assert len(kills) == KILLS * (len(EXPECTED) * 3 + len(GROUP) * 5)
    for kill in kills:
        if kill["point"] in GROUP:
            copies, state = GROUP[kill["point"]][kill["position"]]
        else:
            copies, state = EXPECTED[kill["point"]][kill["class"] != "advertising"]
        assert kill["signal"] == 9, kill
        assert kill["state"] == state, kill
        assert kill["arrived"] in copies, kill
