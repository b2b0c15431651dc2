"""What people have agreed to, and the proof of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact
from shopflow.core.models import ChainedRecord


class Consent(models.Model):
    """What holds now for one address and purpose; the ledger says how it came about."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        GRANTED = "granted", _("agreed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    email = models.EmailField(_("e-mail"))
    purpose = models.CharField(_("purpose"), max_length=32)
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["email", "purpose"], name="sf_consent_once")]
        indexes = [models.Index(fields=["purpose", "state"], name="sf_consent_purpose")]

    def __str__(self) -> str:
        return f"{self.email} · {self.purpose}: {self.get_state_display()}"


class ConsentRequest(models.Model):
    """A sign-up that waits for the click in its confirmation mail. Deleted when nobody clicks."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="requests")
    purposes = models.JSONField()
    source = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request for consent")
        verbose_name_plural = _("requests for consent")
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(confirmed_at__isnull=True), name="sf_consent_unconfirmed")
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {', '.join(self.purposes)}"


class ConsentEntry(ChainedRecord):
    """The proof: one line for each request, confirmation, grant and withdrawal, chained per address and purpose.

    The address is kept as its SHA-256 only, so that the proof outlives an erasure without naming anybody. The database
    refuses every change, and every deletion of an entry that has not been retired before (:class:`RetiredEntry`).
    """

    class Action(models.TextChoices):
        REQUEST = "request", _("requested")
        CONFIRM = "confirm", _("confirmed")
        GRANT = "grant", _("granted")
        WITHDRAW = "withdraw", _("withdrawn")
        OBJECT = "object", _("objected")

    email_hash = models.CharField(max_length=64)
    purpose = models.CharField(_("purpose"), max_length=32)
    action = models.CharField(_("action"), max_length=8, choices=Action.choices)

    class Meta(ChainedRecord.Meta):
        abstract = False
        verbose_name = _("ledger entry")
        verbose_name_plural = _("consent ledger")
        indexes = [
            models.Index(fields=["email_hash", "recorded_at"], name="sf_consent_entry_person"),
            models.Index(fields=["action", "recorded_at"], name="sf_consent_entry_age"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} #{self.position}: {self.action}"


class RetiredEntry(models.Model):
    """Leave to delete one ledger entry, given by the retention rules alone; it says that and why the entry is gone."""

    class Reason(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("never confirmed")
        OUTLIVED = "outlived", _("claims have lapsed")

    hash = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("retired ledger entry")
        verbose_name_plural = _("retired ledger entries")

    def __str__(self) -> str:
        return f"{self.hash[:12]}: {self.get_reason_display()}"
