"""Tables of the automations: flows with their versions, runs with their steps, and the log of decisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Flow(models.Model):
    """One automation. What it does is its active version's definition; here is only whether it runs."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    reason = models.TextField(_("why it is lawful"), blank=True)
    enabled = models.BooleanField(_("switched on"), default=False)
    active_version = models.ForeignKey(
        "FlowVersion", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("active version")
    )

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")

    def __str__(self) -> str:
        return self.name


class FlowVersion(models.Model):
    """A definition that never changes. Runs keep the version that they began with."""

    class Source(models.TextChoices):
        BUILT_IN = "built_in", _("delivered with the shop")
        STAFF = "staff", _("made by staff")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    sha256 = models.CharField(max_length=64)
    trigger_event = models.CharField(max_length=64)
    source = models.CharField(max_length=8, choices=Source.choices)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of an automation")
        verbose_name_plural = _("versions of automations")
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="sf_flow_version_number")]
        indexes = [models.Index(fields=["trigger_event"], name="sf_flow_version_trigger")]

    def __str__(self) -> str:
        return f"{self.flow_id}/{self.number}"


class Run(models.Model):
    """One subject's way through one version of a flow.

    ``node`` is the step it stands at; empty means that the entry conditions are still to be asked. ``visit`` counts
    its stays at that step from 1. ``began_at`` is the moment that offsets count from.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("state of a run", "active")
        WAITING = "waiting", pgettext_lazy("state of a run", "waiting")
        PARKED = "parked", pgettext_lazy("state of a run", "parked")
        DONE = "done", pgettext_lazy("state of a run", "done")
        EXITED = "exited", pgettext_lazy("state of a run", "left early")
        FAILED = "failed", pgettext_lazy("state of a run", "failed")

    RUNNABLE = (State.ACTIVE, State.WAITING)
    OPEN = (State.ACTIVE, State.WAITING, State.PARKED)

    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="runs")
    event_id = models.PositiveBigIntegerField(null=True)
    email = models.CharField(max_length=254, blank=True)
    entry_key = models.CharField(max_length=160)
    subject = models.JSONField()
    cause_depth = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices)
    node = models.CharField(max_length=64, blank=True)
    visit = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [models.UniqueConstraint(fields=["flow", "email", "entry_key"], name="sf_run_entry_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("active", "waiting")), name="sf_run_due"),
            models.Index(fields=["flow", "state"], name="sf_run_flow_state"),
            models.Index(fields=["email"], name="sf_run_email"),
            models.Index(fields=["state"], condition=Q(state="parked"), name="sf_run_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_key} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class RunKey(models.Model):
    """A field of a run's subject that its exits ask for, so that an event finds its runs by an index."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="keys")
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

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
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

    def __str__(self) -> str:
        return f"{self.run_id}:{self.node}:{self.visit}"


class Decision(models.Model):
    """Why something was done, or not done. Append-only; ``run`` is empty when the answer was not to begin one."""

    class Gate(models.TextChoices):
        TRIGGER = "trigger", _("trigger")
        ENTRY = "entry", _("entry condition")
        BRANCH = "branch", _("branch")
        RECHECK = "recheck", _("asked again before the action")
        ACTION = "action", _("action")
        EXIT = "exit", _("exit")
        ENGINE = "engine", _("engine")
        STAFF = "staff", _("staff")

    class Verdict(models.TextChoices):
        TRUE = "true", _("yes")
        FALSE = "false", _("no")
        UNKNOWN = "unknown", _("cannot be known")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="decisions")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="decisions")
    event_id = models.PositiveBigIntegerField(null=True)
    email = models.CharField(max_length=254, blank=True)
    subject = models.JSONField(default=dict)
    node = models.CharField(max_length=64, blank=True)
    gate = models.CharField(max_length=8, choices=Gate.choices)
    code = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["email", "at"], name="sf_decision_email"),
            models.Index(fields=["flow", "at"], name="sf_decision_flow"),
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.code}: {self.verdict}"
