from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeliveryPromise(models.Model):
    """The day on which an order must have arrived, as the shop has told its buyer.

    ``settled_at`` is set once the order has left or ended, or the buyer was told that the day cannot be kept.
    """

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, related_name="delivery_promise")
    due_on = models.DateField(_("to arrive by"))
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery promise")
        verbose_name_plural = _("delivery promises")
        indexes = [models.Index(fields=["due_on"], condition=Q(settled_at=None), name="sf_promise_open")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.due_on:%Y-%m-%d}"
