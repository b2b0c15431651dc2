from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from shopflow.desk.models import StaffTask
from shopflow.desk.queries import PAGE
from shopflow.desk.services import close_task
from tests.desk.conftest import MONDAY

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"shopflow-staff:{name}", args=args)


@pytest.fixture
def keeper(make_person):
    return make_person("keeper@example.org", "view_stafftask", "change_stafftask", "add_stafftask")


def test_reading_changing_and_adding_need_their_rights(client, make_task, make_person, now):
    task = make_task()
    pages = [("get", "tasks", ()), ("get", "task", (task.pk,))]
    verbs = [("post", f"task-{verb}", (task.pk,)) for verb in ("assign", "postpone", "close", "note", "reopen")]
    adds = [("get", "task-new", ()), ("post", "task-new", ())]
    people = {
        "kunde@example.org": (make_person("kunde@example.org", staff=False), set()),
        "neu@example.org": (make_person("neu@example.org"), set()),
        "leser@example.org": (make_person("leser@example.org", "view_stafftask"), {"tasks", "task"}),
    }
    for user, allowed in people.values():
        client.force_login(user)
        for method, name, args in [*pages, *verbs, *adds]:
            status = getattr(client, method)(url(name, *args)).status_code
            assert status == (200 if name in allowed else 403), (user.email, name)
    client.logout()
    assert client.get(url("tasks")).status_code == 302
    assert StaffTask.objects.get().is_open


def test_a_task_goes_its_way_in_the_browser(client, keeper, now):
    client.force_login(keeper)
    written = client.post(
        url("task-new"),
        {"title": "Felgen bestellen", "kind": "follow_up", "due_at": "2026-11-24T17:00", "owner": keeper.pk},
    )
    task = StaffTask.objects.get()
    assert written.url == url("task", task.pk)
    assert (task.created_by, task.owner, task.source) == (keeper, keeper, "staff")
    assert task.due_at.isoformat() == "2026-11-24T16:00:00+00:00"

    client.post(url("task-assign", task.pk), {"owner": ""})
    client.post(url("task-postpone", task.pk), {"due_at": "2026-11-25T09:30", "reason": "Lieferant ruht"})
    client.post(url("task-note", task.pk), {"text": "Nummer 4711"})
    client.post(url("task-close", task.pk), {"how": "done", "note": "bestellt"})
    page = client.get(url("task", task.pk))

    task.refresh_from_db()
    assert (task.owner, task.state, task.closing_note) == (None, "done", "bestellt")
    assert task.due_at.isoformat() == "2026-11-25T08:30:00+00:00"
    assert task.notes.count() == 3
    assert "Nummer 4711" in page.text
    client.post(url("task-reopen", task.pk))
    assert StaffTask.objects.get().is_open


def test_open_tasks_say_when_they_are_due_and_closed_ones_when_they_ended(client, keeper, make_task, now):
    client.force_login(keeper)
    make_task("open")
    close_task(task_id=make_task("closed").pk, done=True, note="", actor=None)

    rows = client.get(url("tasks")).text.split('class="table table--dense"')

    assert ['data-label="Fällig"' in row for row in rows] == [False, True, False]
    assert ['data-label="Abgeschlossen"' in row for row in rows] == [False, False, True]


def test_bad_input_is_said_and_changes_nothing(client, keeper, make_task, now):
    client.force_login(keeper)
    task = make_task(kind="statutory_deadline")

    empty = client.post(url("task-new"), {})
    past = client.post(url("task-postpone", task.pk), {"due_at": "2020-01-01T09:00", "reason": "so"})
    stranger = client.post(url("task-assign", task.pk), {"owner": "999999"})
    silent = client.post(url("task-close", task.pk), {"how": "dismiss", "note": ""}, follow=True)

    assert [empty.status_code, past.status_code, stranger.status_code, silent.status_code] == [422, 422, 422, 200]
    assert [str(message) for message in silent.context["messages"]]
    kept = StaffTask.objects.get()
    assert (kept.state, kept.due_at, kept.owner, kept.notes.count()) == ("open", task.due_at, None, 0)
    assert client.post(url("task-close", 999999)).status_code == 404


def test_the_list_pages_narrows_and_takes_as_many_queries_however_long(
    client, keeper, make_task, now, django_assert_num_queries
):
    client.force_login(keeper)
    make_task("first", title="Zuerst", due_at=MONDAY - timedelta(days=9), owner=keeper)
    client.get(url("tasks"))
    with django_assert_num_queries(8):
        client.get(url("tasks"))
    for number in range(PAGE + 3):
        make_task(f"more:{number}", title=f"Weiter {number}", due_at=MONDAY)
    with django_assert_num_queries(8):
        first = client.get(url("tasks"))

    second = client.get(f"{url('tasks')}?{first.context['next']}")
    mine = client.get(url("tasks"), {"owner": keeper.pk})
    nobodys = client.get(url("tasks"), {"owner": "none", "kind": "follow_up"})

    seen = [row["task"].pk for page in (first, second) for row in page.context["tasks"]]
    assert seen == list(StaffTask.objects.order_by("due_at", "pk").values_list("pk", flat=True))
    assert second.context["next"] == ""
    assert [row["task"].title for row in mine.context["tasks"]] == ["Zuerst"]
    assert "Zuerst" not in [row["task"].title for row in nobodys.context["tasks"]]
    assert client.get(url("tasks"), {"after": "nonsense~x"}).status_code == 200


def test_the_first_page_of_staff_counts_what_is_overdue(make_task, now):
    from shopflow.desk.extensions import OverdueTasks

    make_task("a", due_at=MONDAY - timedelta(minutes=1))
    make_task("b", due_at=MONDAY + timedelta(minutes=1))

    assert OverdueTasks().count() == 1
    assert OverdueTasks().url() == url("tasks")
    assert get_user_model().objects.count() == 0
