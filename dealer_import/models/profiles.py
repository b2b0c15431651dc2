from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealer_import.models.runs import ImportRun


class StoredProfile(models.Model):
    """A profile that staff keep in the shop. It takes the place of a shipped one of the same name.

    Its content is the newest of its versions; ``based_on`` is the profile that it was begun from.
    """

    name = models.CharField(_("name"), max_length=64, unique=True)
    based_on = models.CharField(_("based on"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProfileVersion(models.Model):
    """A profile as it was saved once. Never changed: runs name it by ``version``, the hash of its content."""

    profile = models.ForeignKey(StoredProfile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    tables = models.JSONField(_("profile as it was"), default=dict)
    version = models.CharField(_("profile version"), max_length=16)
    note = models.CharField(_("note"), max_length=200, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("version of an import profile")
        verbose_name_plural = _("versions of import profiles")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="di_profile_number_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} v{self.number}"


class ProfileDraft(models.Model):
    """A profile in the making: a sample file, what staff have said about it so far, and its dry run."""

    name = models.CharField(_("name"), max_length=64, blank=True)
    based_on = models.CharField(_("based on"), max_length=64, blank=True)
    tables = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("draft of an import profile")
        verbose_name_plural = _("drafts of import profiles")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name or self.file_name
