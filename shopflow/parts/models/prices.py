from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.parts import PartRecord


class PriceHistory(models.Model):
    """One change of a part's net selling price, in cents per sale: written on every change and only then.

    § 11 PAngV wants the lowest price of the last 30 days beside an announced reduction. The database does not check the
    part: a look at one per row is as much work as the row. Deleting a part takes its rows along all the same.
    """

    part = models.ForeignKey(
        PartRecord, on_delete=models.CASCADE, related_name="price_changes", db_index=False, db_constraint=False
    )
    old_net_cents = models.PositiveIntegerField()
    new_net_cents = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    run_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        indexes = [models.Index(fields=["part", "valid_from"], name="sf_price_part_time")]
        constraints = [
            models.CheckConstraint(condition=~Q(old_net_cents=F("new_net_cents")), name="sf_price_really_changed")
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.old_net_cents} → {self.new_net_cents}"


class PartPriceTier(models.Model):
    """The net price of one sale from a quantity on; the part's own price holds below the first tier.

    ``quantity`` counts sales (packs for goods priced per 100).
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="price_tiers", db_index=False)
    quantity = models.PositiveIntegerField(_("from quantity"))
    net_cents = models.PositiveIntegerField(_("net price in cents"))

    class Meta:
        verbose_name = _("price tier")
        verbose_name_plural = _("price tiers")
        ordering = ["quantity"]
        constraints = [
            models.UniqueConstraint(fields=["part", "quantity"], name="sf_tier_once"),
            models.CheckConstraint(condition=Q(quantity__gt=1, net_cents__gt=0), name="sf_tier_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.quantity} × {self.net_cents}"
