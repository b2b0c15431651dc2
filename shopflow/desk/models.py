"""What people of the shop have to do, by when, and who does it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StaffTask(models.Model):
    """One piece of work for staff.

    ``about`` names what its reason is, such as ``withdrawal:7``: several tasks may be about one thing and end with it.
    ``kind`` is the code of a :class:`~shopflow.contracts.desk.TaskKind`. ``dedupe_key`` names the reason: a reason
    makes one task, ever. ``url`` is the path of the page where the work is done, ``email`` whom it concerns.
    ``source`` says what made it: ``flow:<code>``, ``room:<name>`` or ``staff``.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a task", "open")
        DONE = "done", pgettext_lazy("state of a task", "done")
        DISMISSED = "dismissed", pgettext_lazy("state of a task", "dismissed")

    kind = models.CharField(_("kind"), max_length=64)
    title = models.CharField(_("task"), max_length=160)
    text = models.TextField(_("details"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    reference = models.CharField(_("order number"), max_length=64, blank=True)
    email = models.CharField(_("customer's e-mail"), max_length=254, blank=True)
    source = models.CharField(max_length=80)
    about = models.CharField(max_length=120, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField(_("due"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who does it")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_note = models.CharField(_("result"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="sf_task_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="open"), name="sf_task_open"),
            models.Index(fields=["owner", "due_at"], condition=Q(state="open"), name="sf_task_owner"),
            models.Index(fields=["-closed_at", "-id"], condition=~Q(state="open"), name="sf_task_closed"),
            models.Index(fields=["about"], condition=Q(state="open") & ~Q(about=""), name="sf_task_about"),
            models.Index(fields=["email"], condition=~Q(email=""), name="sf_task_person"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="sf_task_reference"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due_at < now


class TaskNote(models.Model):
    """What happened to a task on its way: a remark, a new date, a new owner."""

    task = models.ForeignKey(StaffTask, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("note"), max_length=500)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a task")
        verbose_name_plural = _("notes on tasks")
        indexes = [models.Index(fields=["task", "id"], name="sf_task_note")]

    def __str__(self) -> str:
        return self.text
