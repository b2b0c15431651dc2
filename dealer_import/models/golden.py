from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealer_import.models.runs import ImportRun


class FieldOwner(models.Model):
    """Who a part's field belongs to, where that is not its source's ``dms``. An import never overwrites a higher owner.

    The ranks rise: the dealer's system, the shop (staff have edited the field), a PIM ``source``, a lock by staff.
    """

    class Owner(models.TextChoices):
        SHOP = "shop", _("edited in the shop")
        PIM = "pim", _("product information system")
        LOCKED = "locked", _("locked by staff")

    part = models.ForeignKey("shopflow_parts.PartRecord", on_delete=models.CASCADE, related_name="field_owners")
    field = models.CharField(_("field"), max_length=32)
    owner = models.CharField(_("owner"), max_length=8, choices=Owner.choices)
    source = models.CharField(_("source"), max_length=64, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("owner of a field")
        verbose_name_plural = _("owners of fields")
        constraints = [models.UniqueConstraint(fields=["part", "field"], name="di_field_one_owner")]

    def __str__(self) -> str:
        return f"{self.part_id}.{self.field}: {self.owner}"


class DeliveredCategory(models.Model):
    """Which category stands for a delivered path, so that it stays the same one when staff rename or move it.

    ``names`` are the folded names of the path from the root on, with U+001F between them.
    """

    names = models.CharField(max_length=600, unique=True)
    category = models.ForeignKey("catalogue.Category", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("delivered category")
        verbose_name_plural = _("delivered categories")

    def __str__(self) -> str:
        return " > ".join(self.names.split("\x1f"))


class ScheduledPrice(models.Model):
    """A price that holds from a later day on: net cents, from midnight in the shop's time zone.

    ``switched_at`` is set in the transaction that puts it into force, so that it does so once.
    """

    part = models.ForeignKey("shopflow_parts.PartRecord", on_delete=models.CASCADE, related_name="scheduled_prices")
    valid_from = models.DateField(_("valid from"))
    list_price_cents = models.PositiveIntegerField(_("net list price in cents"))
    price_per = models.PositiveSmallIntegerField(_("price is for"), default=1)
    sale_cents = models.PositiveIntegerField(_("net price of one sale in cents"))
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, null=True, related_name="+")
    switched_at = models.DateTimeField(_("in force since"), null=True)

    class Meta:
        verbose_name = _("scheduled price")
        verbose_name_plural = _("scheduled prices")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "valid_from"], condition=models.Q(switched_at=None), name="di_price_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["valid_from"], condition=models.Q(switched_at=None), name="di_price_due")]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.sale_cents} ab {self.valid_from}"
