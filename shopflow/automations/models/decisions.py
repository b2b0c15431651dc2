"""The log of decisions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow
from shopflow.automations.models.runs import Run


class Decision(models.Model):
    """Why something was done, or not done. Append-only; ``run`` is empty when the answer was not to begin one.

    ``details`` hold what the answer rests on: each question of an expression, each gate before a mail.
    """

    class Gate(models.TextChoices):
        TRIGGER = "trigger", _("trigger")
        ENTRY = "entry", _("entry condition")
        BRANCH = "branch", _("branch")
        RECHECK = "recheck", _("asked again before the action")
        ACTION = "action", _("action")
        EXIT = "exit", _("exit")
        GOAL = "goal", _("goal")
        WAIT = "wait", pgettext_lazy("kind of decision", "wait")
        SENDING = "sending", _("gates before the mail")
        ENGINE = "engine", _("engine")
        STAFF = "staff", _("staff")

    class Verdict(models.TextChoices):
        TRUE = "true", _("yes")
        FALSE = "false", _("no")
        UNKNOWN = "unknown", _("cannot be known")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="decisions")
    event_id = models.PositiveBigIntegerField(null=True)
    email = models.CharField(max_length=254, blank=True)
    subject = models.JSONField(default=dict)
    node = models.CharField(max_length=64, blank=True)
    gate = models.CharField(max_length=8, choices=Gate.choices)
    code = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
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
