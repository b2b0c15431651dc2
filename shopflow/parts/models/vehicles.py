from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.parts import PartRecord


class PartFitment(models.Model):
    """A vehicle that the part fits, by the German type keys: HSN (4 digits) and the first three places of the TSN.

    ``year_from`` and ``year_to`` are 0 when open.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="fitments", db_index=False)
    hsn = models.CharField("HSN", max_length=4)
    tsn = models.CharField("TSN", max_length=3)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), default=0)
    year_to = models.PositiveSmallIntegerField(_("to year"), default=0)

    class Meta:
        verbose_name = _("vehicle fitment")
        verbose_name_plural = _("vehicle fitments")
        indexes = [models.Index(fields=["hsn", "tsn", "part"], name="sf_fitment_vehicle")]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "hsn", "tsn", "model", "year_from", "year_to"], name="sf_fitment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hsn}/{self.tsn} {self.model}".strip()


class PartVinPattern(models.Model):
    """A part's fitment by vehicle identification number, as dealer systems without type keys hold it.

    ``pattern`` is the beginning of a VIN or all of it, with ``_`` for any character; ``prefix`` is its part before the
    first ``_``, by which patterns are found: a VIN has only 18 beginnings.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="vin_patterns")
    pattern = models.CharField(_("pattern"), max_length=17)
    prefix = models.CharField(max_length=17)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), default=0)
    year_to = models.PositiveSmallIntegerField(_("to year"), default=0)

    class Meta:
        verbose_name = _("VIN pattern")
        verbose_name_plural = _("VIN patterns")
        indexes = [models.Index(fields=["prefix", "part"], name="sf_vin_prefix")]
        constraints = [
            models.UniqueConstraint(fields=["part", "pattern", "year_from", "year_to"], name="sf_vin_once"),
            models.CheckConstraint(condition=Q(prefix__gt=""), name="sf_vin_has_prefix"),
        ]

    def __str__(self) -> str:
        return self.pattern


class PartModelPattern(models.Model):
    """A part's fitment by the name of the model, as dealer systems without type keys hold it.

    ``pattern`` is the beginning of a name in upper case, with ``_`` for any character.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="model_patterns", db_index=False)
    pattern = models.CharField(_("model"), max_length=80)
    year_from = models.PositiveSmallIntegerField(_("from year"), default=0)
    year_to = models.PositiveSmallIntegerField(_("to year"), default=0)

    class Meta:
        verbose_name = _("model pattern")
        verbose_name_plural = _("model patterns")
        ordering = ["pattern", "year_from"]
        constraints = [
            models.UniqueConstraint(fields=["part", "pattern", "year_from", "year_to"], name="sf_model_once"),
            models.CheckConstraint(condition=Q(pattern__gt=""), name="sf_model_named"),
        ]

    def __str__(self) -> str:
        return self.pattern


class VehicleMaker(models.Model):
    """The maker behind an HSN; one maker may have several."""

    hsn = models.CharField("HSN", max_length=4, unique=True)
    name = models.CharField(_("maker"), max_length=60, db_index=True)

    class Meta:
        verbose_name = _("vehicle maker")
        verbose_name_plural = _("vehicle makers")
        ordering = ["name", "hsn"]

    def __str__(self) -> str:
        return f"{self.hsn} {self.name}"


class VehicleType(models.Model):
    """Derived: each vehicle that any part's fitment names, once; what the choice of make and model shows."""

    hsn = models.CharField("HSN", max_length=4)
    tsn = models.CharField("TSN", max_length=3)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), default=0)
    year_to = models.PositiveSmallIntegerField(_("to year"), default=0)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["model", "year_from", "hsn", "tsn"]
        constraints = [
            models.UniqueConstraint(fields=["hsn", "tsn", "model", "year_from", "year_to"], name="sf_vehicle_once")
        ]

    def __str__(self) -> str:
        return f"{self.hsn}/{self.tsn} {self.model}".strip()


class GarageVehicle(models.Model):
    """A vehicle that a customer keeps in the account. ``year`` is that of first registration, 0 when not given."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="garage_vehicles")
    name = models.CharField(_("name of your own"), max_length=60, blank=True)
    hsn = models.CharField("HSN", max_length=4, blank=True)
    tsn = models.CharField("TSN", max_length=3, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("year of first registration"), default=0)
    vin = models.CharField(_("VIN"), max_length=17, blank=True)
    created_at = models.DateTimeField(_("kept since"))

    class Meta:
        verbose_name = _("customer's vehicle")
        verbose_name_plural = _("customers' vehicles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "hsn", "tsn", "year", "vin"], name="sf_garage_once"),
            models.CheckConstraint(condition=Q(hsn__gt="", tsn__gt="") | Q(vin__gt=""), name="sf_garage_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.model or f"{self.hsn}/{self.tsn}"
