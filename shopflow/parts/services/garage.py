"""Customers' own vehicles, and the names of makers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.parts.events import VehicleAdded, VehicleRemoved
from shopflow.parts.models import GarageVehicle, PartFitment, VehicleMaker, VehicleType
from shopflow.parts.queries.vehicles import forget_makes
from shopflow.parts.services.care import care_events
from shopflow.parts.vehicle_keys import Vehicle, read_hsn

MAX_VEHICLES = 20
"""A customer's vehicles; a workshop's fleet needs more than a shop's garage."""


class GarageFull(Exception):
    """The customer keeps as many vehicles as there may be."""


@transaction.atomic
def keep_vehicle(*, user: Any, vehicle: Vehicle, name: str = "") -> GarageVehicle:
    """Keep ``vehicle`` in the customer's account; one that is there already gets the new name. Raises GarageFull."""
    known = {"hsn": vehicle.hsn, "tsn": vehicle.tsn, "year": vehicle.year, "vin": vehicle.vin}
    found = GarageVehicle.objects.filter(user=user, **known).first()
    if found is None and GarageVehicle.objects.filter(user=user).count() >= MAX_VEHICLES:
        raise GarageFull
    kept = found or GarageVehicle(user=user, created_at=clock.now(), **known)
    kept.model = vehicle.model[:120]
    kept.name = " ".join(name.split())[:60] or kept.name
    kept.save()
    if found is None:
        publish(VehicleAdded(**care_events(kept)), source_key=f"vehicle:{kept.pk}:added")
    return kept


@transaction.atomic
def drop_vehicle(*, user: Any, pk: int) -> bool:
    """Remove a vehicle from the customer's account, with its dates; False when it is not there."""
    found = GarageVehicle.objects.filter(user=user, pk=pk).select_related("user").first()
    if found is None:
        return False
    publish(VehicleRemoved(**care_events(found)), source_key=f"vehicle:{found.pk}:removed")
    found.delete()
    return True


@transaction.atomic
def name_makers(names: Mapping[str, str]) -> None:
    """Say which maker stands behind each HSN; an empty name forgets it."""
    for hsn, name in names.items():
        key = read_hsn(hsn)
        if name.strip():
            VehicleMaker.objects.update_or_create(hsn=key, defaults={"name": name.strip()[:60]})
        else:
            VehicleMaker.objects.filter(hsn=key).delete()
    forget_makes()


@transaction.atomic
def rebuild_vehicle_types() -> int:
    """Make the list of vehicles what the fitments name; returns how many were added or removed.

    Imports add to it by themselves; this removes what no part names any more.
    """
    names = ("hsn", "tsn", "model", "year_from", "year_to")
    wanted = set(PartFitment.objects.order_by().values_list(*names).distinct().iterator(chunk_size=5000))
    known = {row[1:]: row[0] for row in VehicleType.objects.order_by().values_list("pk", *names)}
    gone = [pk for row, pk in known.items() if row not in wanted]
    for start in range(0, len(gone), 500):
        VehicleType.objects.filter(pk__in=gone[start : start + 500]).delete()
    new = [VehicleType(**dict(zip(names, row, strict=True))) for row in sorted(wanted - known.keys())]
    VehicleType.objects.bulk_create(new, batch_size=1000)
    forget_makes()
    return len(gone) + len(new)
