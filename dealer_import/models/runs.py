from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One attempt to bring a file into the shop: who, what, when, and what became of it. Kept for good.

    ``warnings`` counts findings by code. ``decision`` says what staff did with a held run; ``follows`` is the held run
    that this one was released from, or the dry run that it makes real; ``undoes`` the run that this one took back, and
    ``corrects`` the run whose refused rows it brings in. ``percent`` and ``heartbeat_at`` move while it lasts.
    ``samples`` holds examples of what would change, for dry runs and held runs. From ``undo_forgotten_at`` on, what
    the run has replaced is no longer kept.
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

    class Mode(models.TextChoices):
        FULL = "full", _("whole catalogue")
        DELTA = "delta", _("changes only")
        PRICES = "prices", _("prices only")
        STOCK = "stock", _("stock only")
        CORRECTION = "correction", _("corrected rows")
        ROLLBACK = "rollback", _("taking a run back")

    class Step(models.TextChoices):
        READING = "reading", _("reading the file")
        COMPARING = "comparing", _("comparing with the shop")
        WRITING = "writing", _("writing to the shop")

    source = models.CharField(_("source"), max_length=64)
    profile = models.CharField(_("profile"), max_length=64)
    profile_version = models.CharField(_("profile version"), max_length=16)
    profile_tables = models.JSONField(_("profile as it was"), default=dict)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode.choices, default=Mode.FULL)
    step = models.CharField(_("step"), max_length=12, choices=Step.choices, blank=True)
    progress = models.PositiveBigIntegerField(_("bytes read"), default=0)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
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
    samples = models.JSONField(_("examples"), default=dict)
    columns = models.JSONField(default=list, editable=False)
    notified_at = models.DateTimeField(null=True, editable=False)
    undo_forgotten_at = models.DateTimeField(null=True, editable=False)
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
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("takes back")
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects rows of")
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
    def is_undecided(self) -> bool:
        """Held, and staff must release or discard it; a dry run can be released on the same numbers."""
        return self.outcome == self.Outcome.HELD and not self.decision


class ImportFinding(models.Model):
    """One remark about one row, or about the file (line 0).

    A refused row keeps itself: ``record`` as it stood in the file, and ``fields`` by column if it could be taken apart,
    so that staff can correct it and feed it again.
    """

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
    record = models.TextField(_("row as delivered"), blank=True)
    fields = models.JSONField(_("values as delivered"), null=True)
    corrected_by = models.ForeignKey(
        ImportRun, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("corrected by")
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["run", "severity", "code"], name="di_finding_run_code")]

    def __str__(self) -> str:
        return f"{self.code} @ {self.line}"


class PartUndo(models.Model):
    """What one run wrote into one part: by field what was and what is, see ``dealer_import.apply.entries``.

    Cheap, because a run may write a hundred thousand: no foreign keys, and one index, which is the key. What nearly
    every run writes has columns of its own, amounts in cents; a pair of two like values says that nothing was written.
    ``changes`` holds all other fields as JSON and is mostly empty.
    """

    pk = models.CompositePrimaryKey("run_id", "part_id")
    run_id = models.BigIntegerField()
    part_id = models.BigIntegerField()
    changes = models.TextField()
    old_price = models.IntegerField(null=True)
    new_price = models.IntegerField(null=True)
    old_stock = models.IntegerField(null=True)
    new_stock = models.IntegerField(null=True)
    old_list_price = models.IntegerField(null=True)
    new_list_price = models.IntegerField(null=True)
    old_cost = models.IntegerField(null=True)
    new_cost = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("undo entry")
        verbose_name_plural = _("undo entries")

    def __str__(self) -> str:
        return f"#{self.run_id} {self.part_id}"
