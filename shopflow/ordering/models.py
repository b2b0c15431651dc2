"""Tables of buying: the attempt, the pieces it holds back, what was agreed, and when a basket was last touched."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.core.models import ChainedRecord


def _reference() -> str:
    return uuid.uuid4().hex


class OrderAttempt(models.Model):
    """One attempt to buy one basket: claimed before the payment, finished by an order, a refusal or a refund.

    ``submission`` holds all that the order needs (addresses, methods, agreed prices, declarations), so that it can
    be placed after a crash or a return from a payment provider without the customer's request.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        PAYING = "paying", _("payment started")
        AWAITING = "awaiting", _("waiting for the customer at the payment provider")
        PLACED = "placed", _("order placed")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        REFUND_DUE = "refund_due", _("paid without an order, refund due")
        REFUNDED = "refunded", _("refunded")

    LIVE = (State.RESERVED, State.PAYING, State.AWAITING)
    ENDED = (State.DECLINED, State.EXPIRED)
    """Over without money as far as we know. A ``lease_until`` on one of these means that a provider has told more."""

    reference = models.CharField(max_length=32, unique=True, default=_reference, editable=False)
    basket = models.ForeignKey("basket.Basket", on_delete=models.PROTECT, related_name="order_attempts")
    order = models.OneToOneField("order.Order", on_delete=models.PROTECT, null=True, related_name="attempt")
    order_number = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.EmailField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RESERVED)
    payment_method = models.CharField(max_length=64)
    provider_reference = models.CharField(max_length=128, blank=True)
    message = models.TextField(blank=True)
    total_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    submission = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attempt to order")
        verbose_name_plural = _("attempts to order")
        constraints = [
            models.UniqueConstraint(
                fields=["basket"],
                condition=Q(state__in=["reserved", "paying", "awaiting"]),
                name="sf_attempt_live_once",
            ),
            models.CheckConstraint(
                condition=Q(state="placed", order__isnull=False) | (~Q(state="placed") & Q(order__isnull=True)),
                name="sf_attempt_placed_has_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["reserved", "paying", "awaiting", "refund_due"]),
                name="sf_attempt_expiry",
            ),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="sf_attempt_lease"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} ({self.state})"


class StockReservation(models.Model):
    """Pieces of one stock record that an attempt holds; they are counted in ``StockRecord.num_allocated``."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        USED = "used", _("used by an order")
        RELEASED = "released", _("released")

    attempt = models.ForeignKey(OrderAttempt, on_delete=models.CASCADE, related_name="reservations")
    stockrecord = models.ForeignKey("partner.StockRecord", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)

    class Meta:
        verbose_name = _("stock reservation")
        verbose_name_plural = _("stock reservations")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "stockrecord"], name="sf_reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="sf_reservation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.stockrecord_id} ({self.state})"


class OrderAgreement(ChainedRecord):
    """One text shown above the order button, and the answer to it. Append-only, one chain per order.

    ``content`` holds ``html`` (the exact text), ``checkbox``, ``required``, ``accepted``, ``language``.
    """

    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="agreements")
    gate = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    accepted = models.BooleanField()

    class Meta(ChainedRecord.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            *ChainedRecord.Meta.constraints,
            models.UniqueConstraint(fields=["order", "gate", "key"], name="sf_agreement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gate}/{self.key}: {self.accepted}"

    @property
    def html(self) -> str:
        return str(self.content["html"])


class BasketActivity(models.Model):
    """When a basket was last touched and whose it is; Oscar itself forgets this when the last line is removed.

    ``checkout_at`` is when its owner last went to the checkout with it.
    """

    basket = models.OneToOneField("basket.Basket", on_delete=models.CASCADE, primary_key=True, related_name="activity")
    email = models.EmailField(blank=True)
    touched_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    checkout_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("basket activity")
        verbose_name_plural = _("basket activities")
        indexes = [
            models.Index(fields=["touched_at"], condition=Q(announced_at__isnull=True), name="sf_basket_idle"),
            models.Index(fields=["touched_at"], condition=~Q(email=""), name="sf_basket_known"),
        ]

    def __str__(self) -> str:
        return f"{self.basket_id}: {self.touched_at}"
