"""Two workers in one process, run by test_invariants.py against the test's database."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django


def work(_number: int) -> None:
    from django.db import connection

    from shopflow.automations.services import run_due

    try:
        while run_due(limit=3):
            pass
    finally:
        connection.close()


if __name__ == "__main__":
    django.setup()
    from shopflow.contracts.automations import actions
    from shopflow.contracts.mail import legal_bases
    from tests.automations.doubles import Advert, Consent, world_now

    world_now.consents = {(f"p{n}@example.org", "newsletter") for n in range(10)}
    with (
        actions.registered(Advert),
        legal_bases.without("consent"),
        legal_bases.registered(Consent),
        ThreadPoolExecutor(2) as pool,
    ):
        list(pool.map(work, range(2)))
