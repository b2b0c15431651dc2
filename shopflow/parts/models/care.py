from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.vehicles import GarageVehicle


class VehicleDate(models.Model):
    """A date of a customer's vehicle that the shop may remind of: kept only by consent to the purpose ``vehicle``.

    ``done_on`` is when it was last done, where ``due_on`` follows from that; days are the last of the month told.
    """

    class Kind(models.TextChoices):
        INSPECTION = "hu", _("General inspection (HU)")
        OIL = "oil", _("Oil change")
        BRAKE_FLUID = "brake_fluid", _("Brake fluid")
        CLIMATE = "climate", _("Air conditioning")
        TIMING_BELT = "timing_belt", _("Timing belt")
        BATTERY = "battery", _("Starter battery")
        TYRES = "tyres", _("Tyres")

    vehicle = models.ForeignKey(GarageVehicle, on_delete=models.CASCADE, related_name="dates")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("last done on"), null=True)
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("date of a vehicle")
        verbose_name_plural = _("dates of vehicles")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["kind", "due_on"], name="sf_vehicle_due")]
        constraints = [models.UniqueConstraint(fields=["vehicle", "kind"], name="sf_vehicle_date_once")]

    def __str__(self) -> str:
        return f"{self.vehicle_id}: {self.kind} {self.due_on:%Y-%m}"
