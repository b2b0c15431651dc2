"""Runs and their steps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow, FlowVersion


class Run(models.Model):
    """One subject's way through one version of a flow.

    ``node`` is the step it stands at; empty means that the entry conditions are still to be asked. ``visit`` counts
    its stays at that step from 1. ``began_at`` is the moment that offsets count from, ``planned_at`` when the step
    was first due. ``wait`` holds what the step waits for: ``until`` and ``until_wall`` (the last moment), ``wall`` and
    ``zone`` (the time on the wall that ``due_at`` stands for), ``slot`` (a reserved minute) or ``urgent`` (staff want
    it now). ``entry_base`` is the entry key without the number that a repeated entry gets. ``causes`` are the runs
    that led to it. Where a foreign key has no index of its own, a unique key begins with it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("state of a run", "active")
        WAITING = "waiting", pgettext_lazy("state of a run", "waiting")
        PARKED = "parked", pgettext_lazy("state of a run", "parked")
        DONE = "done", pgettext_lazy("state of a run", "done")
        EXITED = "exited", pgettext_lazy("state of a run", "left early")
        FAILED = "failed", pgettext_lazy("state of a run", "failed")

    class Ending(models.TextChoices):
        COMPLETED = "completed", pgettext_lazy("end of a run", "went through")
        GOAL = "goal_reached", pgettext_lazy("end of a run", "goal reached")
        EXIT_RULE = "exit_rule", pgettext_lazy("end of a run", "exit")
        CONSENT = "consent_revoked", pgettext_lazy("end of a run", "consent withdrawn")
        SUPPRESSED = "suppressed", pgettext_lazy("end of a run", "address blocked")
        GONE = "subject_gone", pgettext_lazy("end of a run", "nothing left to write about")
        REPLACED = "replaced", pgettext_lazy("end of a run", "replaced by a newer one")
        RECHECK = "recheck", pgettext_lazy("end of a run", "no longer fits")
        MANUAL = "manual", pgettext_lazy("end of a run", "ended by staff")
        ERASED = "erased", pgettext_lazy("end of a run", "person erased")
        RETIRED = "version_retired", pgettext_lazy("end of a run", "version retired")
        ERROR = "error", pgettext_lazy("end of a run", "error")

    RUNNABLE = (State.ACTIVE, State.WAITING)
    OPEN = (State.ACTIVE, State.WAITING, State.PARKED)

    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="runs", db_index=False)
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="runs")
    event_id = models.PositiveBigIntegerField(null=True)
    email = models.CharField(max_length=254, blank=True)
    entry_key = models.CharField(max_length=160)
    entry_base = models.CharField(max_length=160, blank=True)
    exclusive = models.BooleanField(default=False)
    subject = models.JSONField()
    cause_depth = models.PositiveSmallIntegerField(default=0)
    causes = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices)
    node = models.CharField(max_length=64, blank=True)
    visit = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    wait = models.JSONField(default=dict)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(_("ending"), max_length=16, choices=Ending.choices, blank=True)
    reason_code = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(fields=["flow", "email", "entry_key"], name="sf_run_entry_once"),
            models.UniqueConstraint(
                fields=["flow", "email", "entry_base"],
                condition=Q(exclusive=True, state__in=("active", "waiting", "parked")),
                name="sf_run_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("active", "waiting")), name="sf_run_due"),
            models.Index(fields=["flow", "state", "id"], name="sf_run_flow_state_id"),
            models.Index(fields=["flow", "id"], name="sf_run_flow_id"),
            models.Index(fields=["state", "id"], name="sf_run_state_id"),
            models.Index(fields=["email"], name="sf_run_email"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="sf_run_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_key} #{self.pk}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Run:
        """A run as the database holds it; setting its columns one by one would take half of what reading it costs."""
        run = cls.__new__(cls)
        run._state = ModelState()
        run._state.adding, run._state.db = False, db
        run.__dict__.update(zip(field_names, values, strict=True))
        return run

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class RunKey(models.Model):
    """A field of a run's subject that its exits ask for, so that an event finds its runs by an index."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="keys", db_index=False)
    field = models.CharField(max_length=64)
    value = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "field"], name="sf_run_key_once")]
        indexes = [models.Index(fields=["field", "value"], name="sf_run_key_value")]

    def __str__(self) -> str:
        return f"{self.field}={self.value}"


class RunStep(models.Model):
    """One visit of one run to one step. Unfinished while it waits or is being done."""

    class Outcome(models.TextChoices):
        UNDER_WAY = "", _("under way")
        WAITING = "waiting", _("waits")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")
        DEFERRED = "deferred", _("put off")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps", db_index=False)
    node = models.CharField(max_length=64)
    visit = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    code = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of runs")
        constraints = [models.UniqueConstraint(fields=["run", "node", "visit"], name="sf_run_step_once")]
        indexes = [
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="sf_run_step_finished")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.node}:{self.visit}"
