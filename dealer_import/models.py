"""Tables of the import: runs and what they found. Parts themselves live in ``shopflow.parts`` and Oscar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One attempt to bring a file into the shop: who, what, when, and what became of it. Kept for good.

    ``warnings`` counts findings by code. ``decision`` says what staff did with a held run; ``follows`` is the held run
    that this one was released from, or the dry run that it makes real.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("refused")
        HELD = "held", _("held")
        NOOP = "noop", _("nothing to do")

    class Decision(models.TextChoices):
        RELEASED = "released", _("released")
        DISCARDED = "discarded", _("discarded")

    source = models.CharField(_("source"), max_length=64)
    profile = models.CharField(_("profile"), max_length=64)
    profile_version = models.CharField(_("profile version"), max_length=16)
    profile_tables = models.JSONField(_("profile as it was"), default=dict)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    progress = models.PositiveBigIntegerField(_("bytes read"), default=0)
    dry_run = models.BooleanField(_("dry run"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    message = models.TextField(_("what to do"), blank=True)
    stamp = models.DateTimeField(_("file made at"), null=True)
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    hidden = models.PositiveIntegerField(_("hidden"), default=0)
    warnings = models.JSONField(_("warnings"), default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    decision = models.CharField(_("decision"), max_length=9, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by", verbose_name=_("follows")
    )

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-pk"]
        permissions = [("run_import", _("Can run, release and discard imports"))]
        indexes = [models.Index(fields=["source", "outcome"], name="di_run_source_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="done") | ~models.Q(outcome=""), name="di_run_done_has_outcome"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | models.Q(outcome="held"), name="di_run_only_held_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return min(100, self.progress * 100 // self.size) if self.size else 0

    @property
    def is_undecided(self) -> bool:
        """Held, and staff must release or discard it."""
        return self.outcome == self.Outcome.HELD and not self.decision and not self.dry_run


class ImportFinding(models.Model):
    """One remark about one row, or about the file (line 0)."""

    class Severity(models.TextChoices):
        WARNING = "warning", _("warning")
        ERROR = "error", _("error")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(_("code"), max_length=32)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    raw = models.CharField(_("value"), max_length=200, blank=True)
    hint = models.TextField(_("what to do"), blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["run", "severity", "code"], name="di_finding_run_code")]

    def __str__(self) -> str:
        return f"{self.code} @ {self.line}"
