"""Documents that people may ask for, such as a checklist or a white paper, and who has asked."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


def private_storage() -> Storage:
    """Where files lie that only a link of ours leads to."""
    return storages["private"]


class LeadMagnet(models.Model):
    """A document that is sent to whoever asks for it. ``category``: goods that it is about."""

    slug = models.SlugField(_("code in the address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what it is good for"), max_length=500, blank=True)
    file: Any = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to="magnets/",
        validators=[FileExtensionValidator(["pdf", "epub", "zip", "xlsx", "csv", "docx", "txt"])],
    )
    category = models.ForeignKey(
        "catalogue.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category that it is about"),
    )
    for_business = models.BooleanField(
        _("for business customers"), default=False, help_text=_("Whoever asks for it counts as a business customer.")
    )
    is_active = models.BooleanField(_("can be asked for"), default=True)

    class Meta:
        verbose_name = _("document on request")
        verbose_name_plural = _("documents on request")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class LeadMagnetRequest(models.Model):
    """Somebody's wish for a document. The link to the file opens from the confirmation until ``expires_at``."""

    magnet = models.ForeignKey(LeadMagnet, on_delete=models.CASCADE, related_name="requests")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="magnet_requests")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_at = models.DateTimeField(_("requested"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    expires_at = models.DateTimeField(_("link valid until"), null=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    class Meta:
        verbose_name = _("request for a document")
        verbose_name_plural = _("requests for documents")
        constraints = [models.UniqueConstraint(fields=["magnet", "contact"], name="sf_magnet_request_once")]
        indexes = [
            models.Index(
                fields=["requested_at"], condition=models.Q(confirmed_at__isnull=True), name="sf_magnet_unconfirmed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.magnet_id}"
