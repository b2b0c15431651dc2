from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.parts import PartRecord


class PartReference(models.Model):
    """Another number of the part: the vehicle maker's (OE), a supplier's, a former one. Found by its key."""

    class Kind(models.TextChoices):
        OE = "oe", _("OE number")
        SUPPLIER = "supplier", _("supplier's number")
        TRADE = "trade", _("trade number")
        FORMER = "former", _("former number")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="references", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    brand_code = models.CharField(_("brand"), max_length=32, blank=True)
    number_display = models.CharField(_("number"), max_length=64)
    number_key = models.CharField(_("number key"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("reference number")
        verbose_name_plural = _("reference numbers")
        constraints = [
            models.UniqueConstraint(fields=["part", "kind", "brand_code", "number_key"], name="sf_reference_once")
        ]

    def __str__(self) -> str:
        return self.number_display


class PartSuccession(models.Model):
    """The part that follows a part. A kit is replaced by all of its successors together."""

    class Kind(models.TextChoices):
        TRANSCODE = "transcode", _("the same part under a new number")
        SAME = "same", _("interchangeable")
        ONE_WAY = "one_way", _("replaces, but not the other way round")
        KIT = "kit", _("replaced by several parts together")
        CHOICE = "choice", _("replaced by one of several parts")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="predecessions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.SAME)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["part", "successor"], name="sf_succession_once"),
            models.CheckConstraint(condition=~Q(part=F("successor")), name="sf_succession_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} → {self.successor_id}"


class CurrentPart(models.Model):
    """Derived from the successions: which parts stand at the end of a replaced part's chain, and how.

    One row per replaced part and part at the end, however long the chain is; ``services.resolve_successions`` makes
    them. ``kind`` is the weakest link's: a kit anywhere in the chain makes the whole of it a kit. A chain in which kits
    and alternatives meet stops where they do: at a part that is replaced itself, whose own rows say how.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="current_parts")
    current = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="former_parts")
    kind = models.CharField(_("kind"), max_length=9, choices=PartSuccession.Kind.choices)

    class Meta:
        verbose_name = _("current part")
        verbose_name_plural = _("current parts")
        constraints = [models.UniqueConstraint(fields=["part", "current"], name="sf_current_once")]

    def __str__(self) -> str:
        return f"{self.part_id} ⇒ {self.current_id}"


class PartRelation(models.Model):
    """A part that belongs to another one: what a kit holds, an alternative, what is needed or goes with it."""

    class Kind(models.TextChoices):
        CONTAINS = "contains", _("is part of this kit")
        ALTERNATIVE = "other", _("can be used instead")
        NEEDED = "needed", _("is needed for fitting")
        ACCESSORY = "extra", _("goes with it")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="relations")
    related = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="related_from")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("related part")
        verbose_name_plural = _("related parts")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "related", "kind"], name="sf_relation_once"),
            models.CheckConstraint(condition=~Q(part=F("related")), name="sf_relation_not_self"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="sf_relation_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.quantity} × {self.related_id}"
