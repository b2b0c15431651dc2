from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealer_import.models.runs import ImportRun


class ImportOrigin(models.Model):
    """Where files come from, and when the shop looks for new ones.

    ``transport`` is the code of a transport, ``settings`` what its form asked for; secrets are not in it, only the
    names of environment variables. It is looked at every ``every_minutes`` or daily at ``at_time``; with neither, only
    when staff ask. Unless it ``applies`` by itself, a delivery ends as a dry run that staff apply.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    profile = models.CharField(_("import profile"), max_length=64)
    transport = models.CharField(_("way"), max_length=64)
    settings = models.JSONField(default=dict)
    enabled = models.BooleanField(_("switched on"), default=True)
    applies = models.BooleanField(_("apply by itself"), default=False)
    every_minutes = models.PositiveIntegerField(_("every … minutes"), null=True, blank=True)
    at_time = models.TimeField(_("daily at"), null=True, blank=True)
    keep_days = models.PositiveSmallIntegerField(_("keep files for … days"), default=30)
    due_at = models.DateTimeField(_("next look"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last look"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("source of files")
        verbose_name_plural = _("sources of files")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_minutes=None) | models.Q(at_time=None), name="di_origin_one_schedule"
            ),
            models.CheckConstraint(
                condition=models.Q(every_minutes=None) | models.Q(every_minutes__gt=0), name="di_origin_minutes"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(enabled=True), name="di_origin_due")]

    def __str__(self) -> str:
        return self.name


class ReceivedFile(models.Model):
    """A file that an origin has delivered. The same content is taken once per source, however often it comes.

    ``remote_key`` and ``fingerprint`` (size, time, ETag, message number) let the shop recognise a file without
    fetching it again.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("taken")
        SAME = "same", _("received before")

    origin = models.ForeignKey(ImportOrigin, on_delete=models.PROTECT, related_name="files")
    remote_key = models.CharField(max_length=500)
    fingerprint = models.CharField(max_length=200)
    file_name = models.CharField(_("file"), max_length=255)
    source = models.CharField(max_length=64)
    sha256 = models.CharField("SHA-256", max_length=64)
    profile_version = models.CharField(max_length=16)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    stored_file = models.CharField(max_length=255, blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("received file")
        verbose_name_plural = _("received files")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "remote_key", "fingerprint"], name="di_received_remote_once"),
            models.UniqueConstraint(
                fields=["source", "sha256", "profile_version"],
                condition=models.Q(state="taken"),
                name="di_received_content_once",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="di_received_at")]

    def __str__(self) -> str:
        return self.file_name
