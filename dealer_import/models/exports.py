from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """What makes a signed feed's address impossible to guess."""
    return secrets.token_urlsafe(24)


class FeedSettings(models.Model):
    """The product feed for shopping portals: whether it is made, who may fetch it, and the file made last."""

    class Access(models.TextChoices):
        OFF = "off", _("not offered")
        SIGNED = "signed", _("only at a secret address")
        PUBLIC = "public", _("for everybody")

    access = models.CharField(_("who may fetch it"), max_length=8, choices=Access.choices, default=Access.OFF)
    without_pictures = models.BooleanField(_("also parts without a picture"), default=False)
    token = models.CharField(max_length=64, default=new_token, editable=False)
    stored_file = models.CharField(max_length=255, blank=True, editable=False)
    items = models.PositiveIntegerField(_("parts in the feed"), default=0, editable=False)
    left_out = models.JSONField(_("left out"), default=dict, editable=False)
    built_at = models.DateTimeField(_("made at"), null=True, editable=False)

    class Meta:
        verbose_name = _("product feed")
        verbose_name_plural = _("product feed")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="di_feed_single_row")]

    def __str__(self) -> str:
        return str(self.get_access_display())


class Supplier(models.Model):
    """Whom parts of certain brands are reordered from, and on what terms. Amounts are net cents.

    A part is proposed once fewer than its threshold are left: the stock record's own, else ``threshold``; it is filled
    up to ``target`` pieces, in whole packs.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    customer_number = models.CharField(_("our customer number"), max_length=40, blank=True)
    brands = models.ManyToManyField("shopflow_parts.Brand", related_name="+", verbose_name=_("brands"), blank=True)
    min_order_cents = models.PositiveIntegerField(_("minimum order value, net, in cents"), default=0)
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)
    threshold = models.PositiveIntegerField(_("reorder below"), default=1)
    target = models.PositiveIntegerField(_("fill up to"), default=2)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(target__gte=models.F("threshold")), name="di_supplier_target")
        ]

    def __str__(self) -> str:
        return self.name


class LowStock(models.Model):
    """A part that was below its threshold at the last look, and since when: so that nobody is told of it twice."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="low_parts")
    part = models.ForeignKey("shopflow_parts.PartRecord", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("part below its threshold")
        verbose_name_plural = _("parts below their threshold")
        constraints = [models.UniqueConstraint(fields=["supplier", "part"], name="di_low_stock_once")]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.part_id}"


class SupplierOrder(models.Model):
    """A list that staff have confirmed and sent to a supplier. ``lines`` are as they stood in the file."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    lines = models.JSONField(default=list)
    total_cents = models.PositiveBigIntegerField(_("net value in cents"), default=0)
    stored_file = models.CharField(max_length=255, blank=True)
    sent_to = models.EmailField(_("sent to"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("order to a supplier")
        verbose_name_plural = _("orders to suppliers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.supplier} {self.sent_at:%Y-%m-%d}"
