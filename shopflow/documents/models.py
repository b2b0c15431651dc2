"""Issued documents, which never change, and how the next ones are to look."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.core.append_only import AppendOnly

PREFIX = RegexValidator(
    r"^[A-Z0-9]([A-Z0-9-]|\{year\})*$",
    _("Use capital letters, digits, hyphens and {year}, such as RE-{year}-."),
)


class Document(AppendOnly):
    """A paper that was issued for an order: its content, its PDF and the PDF's hash.

    Written once. The database itself refuses UPDATE and DELETE (§ 146 (4) AO); a mistake is corrected by another
    document. ``sequence`` counts the documents of one type of an order, from 1.
    """

    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="documents")
    type_code = models.CharField(_("kind"), max_length=32)
    sequence = models.PositiveSmallIntegerField(default=1)
    series = models.CharField(max_length=64)
    number = models.CharField(_("number"), max_length=64, unique=True)
    content = models.JSONField()
    pdf = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "type_code", "sequence"], name="sf_document_once"),
        ]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="sf_document_newest")]

    def __str__(self) -> str:
        return self.number


class DocumentSettings(models.Model):
    """How invoices are numbered, when they are issued, and what they say below; a single row."""

    class When(models.TextChoices):
        PAID = "paid", _("as soon as the order is paid; else when the goods go out")
        HANDED_OVER = "handed_over", _("when the goods go out")

    invoice_prefix = models.CharField(
        _("prefix of invoice numbers"),
        max_length=24,
        default="RE-{year}-",
        validators=[PREFIX],
        help_text=_("{year} becomes the year of issue; each prefix counts from 1."),
    )
    issue_when = models.CharField(_("issue the invoice"), max_length=12, choices=When.choices, default=When.PAID)
    closing_text = models.TextField(_("text below the amounts"), blank=True, max_length=600)
    footer = models.TextField(_("text at the foot of each page"), blank=True, max_length=300)

    class Meta:
        verbose_name = _("document settings")
        verbose_name_plural = _("document settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="sf_docsettings_single_row"),
            models.CheckConstraint(condition=Q(issue_when__in=["paid", "handed_over"]), name="sf_docsettings_when"),
        ]

    def __str__(self) -> str:
        return str(_("document settings"))
