from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shopflow.contracts.personal_data import Person
from shopflow.contracts.registry import UnknownCode
from shopflow.core.models import OutboxEvent
from shopflow.desk.exceptions import ReasonMissing, TaskClosed
from shopflow.desk.models import StaffTask, TaskNote
from shopflow.desk.personal_data import Tasks
from shopflow.desk.services import add_note, assign_task, close_task, postpone_task, reopen_task, settle_tasks
from tests.desk.conftest import MONDAY

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return [
        (row.code, row.payload.get("result", ""))
        for row in OutboxEvent.objects.filter(code__startswith="staff_task").order_by("pk")
    ]


def test_a_reason_makes_one_task_ever(make_task, now):
    first = make_task(email="Kunde@Example.org", reference="100042", url="/dashboard/")
    close_task(task_id=first.pk, done=True, note="", actor=None)
    again = make_task(title="something else")

    assert again.pk == first.pk
    task = StaffTask.objects.get()
    assert (task.title, task.email, task.state) == ("Rückruf zur Bremse", "kunde@example.org", "done")
    assert told() == [("staff_task_opened", ""), ("staff_task_closed", "done")]


def test_a_kind_that_nobody_registered_and_an_address_elsewhere_are_refused(make_task, now):
    with pytest.raises(UnknownCode):
        make_task(kind="dance")
    for url in ("https://example.org/", "//example.org/"):
        with pytest.raises(ValueError, match="this shop"):
            make_task(url=url)

    assert not StaffTask.objects.exists()


def test_a_task_is_handed_over_put_off_and_closed(make_task, make_person, now):
    boss, hand = make_person("chef@example.org"), make_person("hand@example.org")
    task = make_task()

    assert assign_task(task_id=task.pk, owner=hand, actor=boss)
    assert not assign_task(task_id=task.pk, owner=hand, actor=boss)
    postpone_task(task_id=task.pk, due_at=MONDAY + timedelta(days=1), reason="", actor=hand)
    close_task(task_id=task.pk, done=False, note="erledigt sich", actor=hand)

    task.refresh_from_db()
    assert (task.owner, task.due_at, task.state) == (hand, MONDAY + timedelta(days=1), "dismissed")
    assert (task.closed_by, task.closed_at, task.closing_note) == (hand, MONDAY, "erledigt sich")
    assert list(task.notes.order_by("pk").values_list("author__email", flat=True)) == [boss.email, hand.email]
    assert told()[-1] == ("staff_task_closed", "dismissed")


def test_a_closed_task_is_left_alone_until_it_is_taken_up_again(make_task, now):
    task = make_task()
    close_task(task_id=task.pk, done=True, note="", actor=None)

    for verb, words in [
        (assign_task, {"owner": None}),
        (postpone_task, {"due_at": MONDAY, "reason": "x"}),
        (close_task, {"done": True, "note": ""}),
    ]:
        with pytest.raises(TaskClosed):
            verb(task_id=task.pk, actor=None, **words)
    assert reopen_task(task_id=task.pk, actor=None)
    assert not reopen_task(task_id=task.pk, actor=None)
    add_note(task_id=task.pk, text="noch einmal", actor=None)

    task.refresh_from_db()
    assert (task.state, task.closed_at, task.closing_note) == ("open", None, "")
    assert [note.text for note in task.notes.order_by("pk")][-1] == "noch einmal"


def test_a_deadline_of_the_law_needs_a_reason(make_task, now):
    task = make_task(kind="statutory_deadline")

    with pytest.raises(ReasonMissing):
        close_task(task_id=task.pk, done=False, note=" ", actor=None)
    with pytest.raises(ReasonMissing):
        postpone_task(task_id=task.pk, due_at=MONDAY + timedelta(days=1), reason="", actor=None)

    task.refresh_from_db()
    assert (task.state, task.due_at) == ("open", MONDAY)
    close_task(task_id=task.pk, done=False, note="zurückgezogen", actor=None)
    assert StaffTask.objects.get().state == "dismissed"


def test_what_is_over_closes_its_tasks_once(make_task, now):
    make_task("a", about="import:7")
    make_task("b", about="import:7")
    make_task("c", about="import:8")
    make_task("d")

    assert settle_tasks(about="import:7", note="freigegeben") == 2
    assert settle_tasks(about="import:7", note="freigegeben") == 0

    assert list(StaffTask.objects.order_by("pk").values_list("state", "closing_note")) == [
        ("done", "freigegeben"),
        ("done", "freigegeben"),
        ("open", ""),
        ("open", ""),
    ]


def test_the_database_refuses_a_closed_task_without_its_time(make_task, now):
    task = make_task()

    with pytest.raises(IntegrityError), transaction.atomic():
        StaffTask.objects.filter(pk=task.pk).update(state="done")


def test_a_person_is_told_of_and_forgotten(make_task, now):
    mine, done, other = (
        make_task("a", email="kunde@example.org", text="Herr K. ist sauer", reference="100042"),
        make_task("b", email="kunde@example.org"),
        make_task("c", email="andere@example.org"),
    )
    add_note(task_id=mine.pk, text="Telefon 0123", actor=None)
    close_task(task_id=done.pk, done=True, note="ok", actor=None)
    person = Person(email="kunde@example.org")

    told_of = Tasks().export(person)["tasks"]
    erased = Tasks().erase(person)

    assert [(row["state"], row["text"], [note["text"] for note in row["notes"]]) for row in told_of] == [
        ("open", "Herr K. ist sauer", ["Telefon 0123"]),
        ("done", "", []),
    ]
    assert (erased.erased, erased.kept) == (2, 0)
    mine.refresh_from_db()
    assert (mine.email, mine.text, mine.reference, mine.state) == ("", "", "100042", "open")
    assert set(StaffTask.objects.values_list("pk", flat=True)) == {mine.pk, other.pk}
    assert not TaskNote.objects.filter(text="Telefon 0123").exists()
    assert Tasks().export(person) == {}
