"""Kills whoever works on a broadcast at several points, lets others take it up, and prints who got how many mails.

A broadcast goes out in chunks, its runs are worked on in batches, its mails leave in groups: all of ten here, for
thirty people, so that each death falls into the middle. Run by ``tests/mailing/test_crashed_broadcasts.py`` in a
process of its own: ``python -m tests.services.broadcast_crashes ROUNDS RECORD`` with the database and ``EMAIL_URL`` of
the recording sink in the environment.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.services.mail_crashes import _after, _fork, _nth, die, end_leases

PEOPLE = 30
PART = 10


def points() -> dict[str, Callable[[], None]]:
    """How to die at each point, in the second part of what is done in parts."""
    from shopflow.automations.services import broadcasts, worker
    from shopflow.mailing import transport
    from shopflow.mailing.services import sending

    return {
        "taking people in": lambda: _second_time(broadcasts, "_begin"),
        "people taken in": lambda: _second_time(broadcasts, "_take_in"),
        "writing": lambda: _second_time(worker, "_move"),
        "written": lambda: _second_time(worker, "_work"),
        "leaving": lambda: _second_time(sending, "refusals"),
        "third of a group": lambda: _nth(PART + 3, transport.Transport, "submit", die),
        "left": lambda: _second_time(sending, "_accepted"),
        "all left": lambda: _after(sending, "send_due"),
    }


def _second_time(holder: Any, name: str) -> None:
    """Let ``name`` work twice and die before anybody hears of the second time."""
    real = getattr(holder, name)

    def work_and_die(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        die()

    _nth(2, holder, name, work_and_die)


def work() -> None:
    """Everything that the workers do, until nothing is left to do."""
    from shopflow.automations.services import broadcasts, worker
    from shopflow.mailing.services import sending

    while broadcasts.run_broadcasts() + worker.run_due(limit=PART) + sending.send_due(limit=PART):
        pass


def _prepare() -> Any:
    from django.contrib.auth import get_user_model

    from shopflow.automations.models import AutomationSettings
    from shopflow.automations.services import broadcasts
    from shopflow.core.models import Seller
    from shopflow.mailing.services import save_limits, save_text, sending
    from shopflow.mailing.texts.shipped import Words

    broadcasts.CHUNK = PART
    sending.LONGEST_GROUP = 600.0  # a busy machine divides groups, and the deaths would mean another thing
    Seller.objects.update_or_create(pk=1, defaults={"name": "Autohaus Muster GmbH", "email": "shop@example.org"})
    AutomationSettings.objects.update_or_create(
        pk=1, defaults={"quiet_from": "00:00", "quiet_until": "00:00", "quiet_sundays": False, "quiet_holidays": False}
    )
    chef = get_user_model().objects.create_superuser("chef@example.com", "x")
    save_limits(in_all=0, each=0, domains=[], actor=chef)
    AutomationSettings.objects.update(per_minute=1_000_000)
    save_text(code="newsletter", language="de", words=Words("Herbst", "", "<p>Der Herbst ist da.</p>"), actor=chef)
    return chef


def _broadcast(name: str, chef: Any) -> Any:
    """A confirmed broadcast to people of its own."""
    from shopflow.audience.models import Consent, Contact
    from shopflow.audience.services import save_segment
    from shopflow.automations.services import broadcasts
    from shopflow.core import clock

    now = clock.now()
    people = [f"p{number}@{name}.example.org" for number in range(PEOPLE)]
    Contact.objects.bulk_create(Contact(email=email, created_at=now) for email in people)
    Consent.objects.bulk_create(
        Consent(email=email, purpose="newsletter", state="granted", since=now) for email in people
    )
    asked = {"field": "email", "op": "contains", "value": f"@{name}.example.org"}
    segment = save_segment(segment=None, code=name, label=name, expression=asked, actor=chef)
    planned = broadcasts.plan_text(
        label=name, template="newsletter", language="de", purpose="newsletter", basis="consent", segment=segment,
        planned_at=now, actor=chef,
    )  # fmt: skip
    broadcasts.confirm(broadcast=planned, expected=PEOPLE, actor=chef)
    return planned


def _kill(arm: Callable[[], None]) -> int:
    def until_death() -> None:
        arm()
        work()

    _pid, status = os.waitpid(_fork(until_death), 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _take_up() -> None:
    """Let two others go on when the leases of the dead are over."""
    from django.utils import timezone

    from shopflow.automations.models import Run

    over = timezone.now() - timedelta(seconds=1)
    end_leases(over)
    Run.objects.exclude(lease_until=None).update(lease_until=over)
    other = _fork(work)
    work()
    os.waitpid(other, 0)
    work()


def _round(number: int, chef: Any) -> list[dict[str, Any]]:
    told = []
    for place, (point, arm) in enumerate(points().items()):
        planned = _broadcast(f"r{number}-{place}", chef)
        signal = _kill(arm)
        _take_up()
        planned.refresh_from_db()
        about = {"entered": planned.entered, "looked_at": planned.looked_at, "ended": planned.state}
        told.append({"point": point, "signal": signal, "campaign": planned.flow.code, **about})
    return told


def main(rounds: int, record: Path) -> None:
    import django

    django.setup()
    from shopflow.mailing.models import Message

    chef = _prepare()
    told = [kill for number in range(rounds) for kill in _round(number, chef)]
    time.sleep(0.2)
    arrived = Counter(record.read_text(encoding="utf-8").split() if record.exists() else [])
    for kill in told:
        mine = Message.objects.filter(campaign=kill["campaign"]).values_list("message_id", "to_email", "state")
        kill["people"] = len({email for _name, email, _state in mine})
        kill["mails"] = Counter(f"{state} {arrived[name]}" for name, _email, state in mine)
    print(json.dumps({"kills": told, "arrived": arrived.total()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
