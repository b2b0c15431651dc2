"""Staff's doors to their tasks."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopflow.contracts.desk import task_kinds
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.access import may_open, staff_page
from shopflow.desk import queries, services
from shopflow.desk.exceptions import ReasonMissing, TaskClosed
from shopflow.desk.forms import AssignForm, CloseForm, NoteForm, PostponeForm, TaskFilter, TaskForm
from shopflow.desk.models import StaffTask

VIEW = "shopflow_desk.view_stafftask"
CHANGE = "shopflow_desk.change_stafftask"
ADD = "shopflow_desk.add_stafftask"


@staff_page(VIEW)
@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """What is open, most urgent first, and what was closed last."""
    form = TaskFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    after = _position(request.GET.get("after", ""))
    found = list(queries.open_tasks(**wanted, after=after)[: queries.PAGE + 1])
    page = found[: queries.PAGE]
    following = request.GET.copy()
    if page:
        following["after"] = f"{page[-1].due_at.isoformat()}~{page[-1].pk}"
    now = clock.now()
    context = {
        "form": form,
        "tasks": [_row(task, now) for task in page],
        "next": following.urlencode() if len(found) > queries.PAGE else "",
        "closed": [_row(task, now) for task in queries.closed_tasks(**wanted)] if after is None else [],
        "may_add": may_open(request.user, ADD),
    }
    return render(request, "shopflow/desk/tasks.html", context)


def _position(text: str) -> tuple[datetime, int] | None:
    """Where the page begins; None for the first one and for anything that is no position."""
    moment, _tilde, pk = text.partition("~")
    try:
        due_at = parse_datetime(moment)
    except ValueError:
        return None
    if due_at is None or not is_aware(due_at) or not pk.isdecimal():
        return None
    return due_at, int(pk)


def _row(task: StaffTask, now: datetime) -> dict[str, Any]:
    try:
        kind: Any = task_kinds.get(task.kind)
    except UnknownCode:
        kind = None
    return {"task": task, "kind": kind, "overdue": task.is_overdue(now)}


@staff_page(ADD)
@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    form = TaskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        task = services.open_task(
            **form.cleaned_data, source="staff", dedupe_key=f"staff:{uuid.uuid4()}", actor=request.user
        )
        messages.success(request, _("The task was written down."))
        return redirect("shopflow-staff:task", task.pk)
    return render(request, "shopflow/desk/new.html", {"form": form}, status=422 if form.errors else 200)


@staff_page(VIEW)
@require_GET
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    task = get_object_or_404(StaffTask.objects.select_related("owner", "created_by", "closed_by"), pk=pk)
    context = {
        **_row(task, clock.now()),
        "notes": task.notes.select_related("author").order_by("-pk")[:100],
        "may_change": may_open(request.user, CHANGE),
        "assign_form": forms.get("assign_form") or AssignForm(initial={"owner": task.owner_id}),
        "postpone_form": forms.get("postpone_form") or PostponeForm(initial={"due_at": task.due_at}),
        "close_form": forms.get("close_form") or CloseForm(),
        "note_form": forms.get("note_form") or NoteForm(),
    }
    return render(request, "shopflow/desk/task.html", context, status=status)


@staff_page(CHANGE)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    form = AssignForm(request.POST)
    get_object_or_404(StaffTask, pk=pk)
    if not form.is_valid():
        return _page(request, pk, status=422, assign_form=form)
    return _done(request, pk, services.assign_task, owner=form.cleaned_data["owner"])


@staff_page(CHANGE)
@require_POST
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    form = PostponeForm(request.POST)
    get_object_or_404(StaffTask, pk=pk)
    if not form.is_valid():
        return _page(request, pk, status=422, postpone_form=form)
    return _done(request, pk, services.postpone_task, **form.cleaned_data)


@staff_page(CHANGE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    form = CloseForm(request.POST)
    get_object_or_404(StaffTask, pk=pk)
    if not form.is_valid():
        return _page(request, pk, status=422, close_form=form)
    done = request.POST.get("how") != "dismiss"
    return _done(request, pk, services.close_task, done=done, note=form.cleaned_data["note"])


@staff_page(CHANGE)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST)
    get_object_or_404(StaffTask, pk=pk)
    if not form.is_valid():
        return _page(request, pk, status=422, note_form=form)
    return _done(request, pk, services.add_note, text=form.cleaned_data["text"])


@staff_page(CHANGE)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(StaffTask, pk=pk)
    return _done(request, pk, services.reopen_task)


def _done(request: HttpRequest, pk: int, verb: Any, **words: Any) -> HttpResponse:
    """Do it and show the task again; what cannot be done is said there."""
    try:
        verb(task_id=pk, actor=request.user, **words)
    except (TaskClosed, ReasonMissing) as refusal:
        messages.error(request, str(refusal))
    return redirect("shopflow-staff:task", pk)
