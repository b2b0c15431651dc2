"""What an automation would have done with the history of the shop."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow


class DryRun(models.Model):
    """The events from ``since`` to ``until``, replayed for one definition of ``flow``.

    Without ``definition`` every version is taken that was active then, and the switch as it stood. ``together``: the
    other automations that were switched on are replayed along, so that caps and priorities meet; otherwise what they
    wrote is taken from the message log. ``report`` holds the numbers, see ``services.dry_runs.reporting``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a dry run", "waiting")
        RUNNING = "running", pgettext_lazy("state of a dry run", "under way")
        DONE = "done", pgettext_lazy("state of a dry run", "done")
        FAILED = "failed", pgettext_lazy("state of a dry run", "failed")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="dry_runs")
    definition = models.JSONField(null=True)
    label = models.CharField(_("version"), max_length=100)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    together = models.BooleanField(_("with the other automations"), default=True)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    events_total = models.PositiveIntegerField(default=0)
    events_done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"))
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="sf_dry_run_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.flow_id}: {self.label}"

    @property
    def percent(self) -> int:
        """How far it has come."""
        return 100 * self.events_done // self.events_total if self.events_total else 0


class DryRunLine(models.Model):
    """Something that somebody would have got, or why not."""

    class Outcome(models.TextChoices):
        SENT = "sent", pgettext_lazy("dry run", "would get")
        SKIPPED = "skipped", pgettext_lazy("dry run", "would be left out")
        DONE = "done", pgettext_lazy("dry run", "would be done")
        FAILED = "failed", pgettext_lazy("dry run", "would need staff")

    dry_run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(_("when"))
    flow = models.CharField(_("automation"), max_length=64)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    entry_key = models.CharField(_("entry"), max_length=160)
    node = models.CharField(_("step"), max_length=64)
    visit = models.PositiveSmallIntegerField(default=1)
    what = models.CharField(_("what"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome.choices)
    code = models.CharField(max_length=64)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("line of a dry run")
        verbose_name_plural = _("lines of a dry run")
        indexes = [
            models.Index(fields=["dry_run", "at", "id"], name="sf_dry_line_at"),
            models.Index(fields=["dry_run", "outcome", "at"], name="sf_dry_line_outcome"),
            models.Index(fields=["email"], name="sf_dry_line_email"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}: {self.code}"
