from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopflow.desk.services import close_task, remind_owners
from shopflow.mailing.models import Message
from tests.desk.conftest import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(seller):
    return seller


def sent() -> dict[str, str]:
    return {message.to_email: message.text for message in Message.objects.filter(template="desk_digest")}


def test_each_owner_gets_one_mail_a_day_with_what_is_due(make_task, make_person, now):
    hand = make_person("hand@example.org")
    late = make_task("a", title="Gestern", owner=hand, due_at=MONDAY - timedelta(days=1))
    make_task("b", title="Heute Abend", owner=hand, due_at=MONDAY + timedelta(hours=9))
    make_task("c", title="Morgen", owner=hand, due_at=MONDAY + timedelta(days=1))
    done = make_task("d", title="Schon fertig", owner=hand)
    close_task(task_id=done.pk, done=True, note="", actor=None)
    make_task("e", title="Niemandes", owner=None)

    assert remind_owners() == 2
    assert remind_owners() == 2  # the same two, queued once

    texts = sent()
    assert set(texts) == {"hand@example.org", "shop@example.org"}
    assert Message.objects.filter(template="desk_digest").count() == 2
    assert "Gestern" in texts["hand@example.org"]
    assert "Heute Abend" in texts["hand@example.org"]
    assert "Morgen" not in texts["hand@example.org"]
    assert "Schon fertig" not in texts["hand@example.org"]
    assert f"/dashboard/shopflow/tasks/{late.pk}/" in texts["hand@example.org"]
    assert "Niemandes" in texts["shop@example.org"]
    assert "Gestern" not in texts["shop@example.org"]


def test_what_somebody_who_has_left_owns_goes_to_the_shop(make_task, make_person, now):
    gone = make_person("weg@example.org", staff=False)
    make_task(owner=gone)

    remind_owners()

    assert set(sent()) == {"shop@example.org"}


def test_nobody_is_written_to_at_night(make_task, now):
    make_task()
    now(datetime(2026, 11, 24, 6, 59, tzinfo=UTC))

    assert remind_owners() == 0
    assert sent() == {}


def test_on_a_sunday_only_deadlines_of_the_law_count(make_task, now):
    make_task("a", title="Anruf", due_at=MONDAY)
    make_task("b", title="Erstattung", kind="statutory_deadline", due_at=MONDAY)
    now(datetime(2026, 11, 29, 10, 0, tzinfo=UTC))

    assert remind_owners() == 1

    text = sent()["shop@example.org"]
    assert "Erstattung" in text
    assert "Anruf" not in text
