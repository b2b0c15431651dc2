from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.core.append_only import AppendOnly


class LegalTextVersion(AppendOnly):
    """A legal text as it was published. ``html`` is complete: it needs nothing that may change later."""

    type_code = models.CharField(_("type"), max_length=32)
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=255)
    html = models.TextField(_("text"))
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    valid_from = models.DateTimeField(_("in force since"))

    class Meta:
        verbose_name = _("version of a legal text")
        verbose_name_plural = _("versions of legal texts")
        constraints = [
            models.UniqueConstraint(fields=["type_code", "language", "number"], name="sf_legal_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}, {self.number})"


class LegalTextFile(AppendOnly):
    """The PDF of a version: rendered once, on first use, and kept. ``storage_name`` is in the private storage."""

    version = models.OneToOneField(LegalTextVersion, on_delete=models.PROTECT, related_name="file")
    storage_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("PDF of a legal text")
        verbose_name_plural = _("PDFs of legal texts")

    def __str__(self) -> str:
        return self.storage_name


class OrderLegalText(AppendOnly):
    """A version that was in force when an order was placed, and that the customer was shown."""

    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="legal_texts")
    version = models.ForeignKey(LegalTextVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("legal text of an order")
        verbose_name_plural = _("legal texts of orders")
        constraints = [models.UniqueConstraint(fields=["order", "version"], name="sf_order_legal_text_once")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.version_id}"
