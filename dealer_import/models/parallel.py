from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealer_import.models.runs import ImportRun


class ParallelRun(models.Model):
    """One delivery read by two profiles, and how the parts differ. Nothing of it reaches the shop.

    It is done in the background: ``percent`` and ``heartbeat_at`` move while it lasts, and ``message`` says why it
    failed. ``stored_file`` and ``new_stored_file`` (empty if both profiles read the same file) are kept until it has
    ended; ``old_tables`` and ``new_tables`` are the profiles as they were when staff asked. ``result`` holds counts by
    kind and field, and examples: see ``services.compare_profiles``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    source = models.CharField(_("source"), max_length=64)
    old_profile = models.CharField(_("profile in use"), max_length=64)
    new_profile = models.CharField(_("new profile"), max_length=64)
    old_version = models.CharField(max_length=16)
    new_version = models.CharField(max_length=16)
    old_tables = models.JSONField(default=dict, editable=False)
    new_tables = models.JSONField(default=dict, editable=False)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255, blank=True)
    new_stored_file = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DONE)
    message = models.TextField(_("what to do"), blank=True)
    step = models.CharField(_("step"), max_length=12, choices=ImportRun.Step.choices, blank=True)
    progress = models.PositiveBigIntegerField(_("bytes read"), default=0)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    result = models.JSONField(_("differences"), default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("parallel run")
        verbose_name_plural = _("parallel runs")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state"], condition=models.Q(state__in=("waiting", "running")), name="di_parallel_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_profile} / {self.new_profile}: {self.file_name}"

    @property
    def is_under_way(self) -> bool:
        """Whether it still has something to do."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
