"""The proof that a person's request was answered; the person is named by a fingerprint only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AnsweredRequest(models.Model):
    """A copy that was handed out, or an erasure that was done, and what came of it room by room.

    Art. 5 (2) and 12 (3) GDPR: the shop must be able to show that and when it answered. ``result`` holds numbers only.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("copy of the data")
        ERASURE = "erasure", _("erasure")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    email_hash = models.CharField(max_length=64)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
        help_text=_("Empty when the customer did it in the account."),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    result = models.JSONField(default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        indexes = [models.Index(fields=["email_hash", "-id"], name="sf_answered_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class Sweep(models.Model):
    """How the last sweep of one kind of records went. ``count`` is how many were forgotten; ``unfinished``: the time
    was up before all were.
    """

    code = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("time"))
    count = models.PositiveIntegerField()
    unfinished = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return f"{self.code}: {self.count}"


class UnusedAccount(models.Model):
    """What the retention knows of an account that nobody has signed in to for long.

    ``alive_at`` is the latest sign of life when it was looked at; without one, the row says that the person was told
    at ``warned_at`` that the account goes on ``erase_on`` unless it is used.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    alive_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    erase_on = models.DateField(null=True)
    warnings = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("unused account")
        verbose_name_plural = _("unused accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(warned_at=None, erase_on=None) | Q(warned_at__isnull=False, erase_on__isnull=False),
                name="sf_unused_account_day",
            )
        ]
        indexes = [
            models.Index(fields=["erase_on"], condition=Q(erase_on__isnull=False), name="sf_unused_account_due"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.erase_on or self.alive_at}"
