from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SafetyNotice(models.Model):
    """A recall or safety warning about products that were sold (Art. 35, 36 Reg. (EU) 2023/988, GPSR).

    What it says is fixed once it is issued. ``sold_from`` and ``sold_to`` narrow it to orders of these days.
    """

    class Kind(models.TextChoices):
        RECALL = "recall", _("Product safety recall")
        WARNING = "warning", _("Safety warning")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.RECALL)
    title = models.CharField(_("what it is about"), max_length=120)
    batch = models.CharField(_("batch or serial numbers, where they stand"), max_length=200, blank=True)
    hazard = models.TextField(_("the danger"))
    instructions = models.TextField(_("what customers must do"))
    remedy = models.TextField(_("what they get: repair, replacement or money"))
    products = models.ManyToManyField(  # type: ignore[var-annotated]
        "catalogue.Product", related_name="+", verbose_name=_("products")
    )
    sold_from = models.DateField(_("sold from"), null=True, blank=True)
    sold_to = models.DateField(_("sold up to"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("safety notice")
        verbose_name_plural = _("safety notices")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sold_from=None) | Q(sold_to=None) | Q(sold_to__gte=F("sold_from")), name="sf_notice_days"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class NoticeReceipt(models.Model):
    """That a notice concerns an order, and when its buyer has acknowledged it."""

    notice = models.ForeignKey(SafetyNotice, on_delete=models.CASCADE, related_name="receipts")
    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, related_name="safety_notices")
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)

    class Meta:
        verbose_name = _("receipt of a safety notice")
        verbose_name_plural = _("receipts of safety notices")
        constraints = [models.UniqueConstraint(fields=["notice", "order"], name="sf_notice_order_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.order_id}"
