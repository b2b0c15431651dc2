"""Dates of customers' vehicles: entered by consent, announced when they come near, and gone with the consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from shopflow.audience.models import Consent
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.addresses import named
from shopflow.parts import care
from shopflow.parts.events import VehicleDateChanged, VehicleDue
from shopflow.parts.models import GarageVehicle, VehicleDate

PURPOSE = "vehicle"
UNCONFIRMED = timedelta(days=30)
"""Dates whose owner has not confirmed the consent are forgotten after this."""
AT_ONCE = 500


def care_events(vehicle: GarageVehicle) -> dict[str, Any]:
    """The fields that every event about a vehicle has."""
    return {"vehicle_id": vehicle.pk, "email": vehicle.user.email.strip().lower(), "user_id": vehicle.user_id}


@transaction.atomic
def keep_dates(*, user: Any, vehicle_id: int, told: Mapping[str, date | None]) -> int:
    """Keep what the customer has told by kind: when it was last done, or when it is due; None removes it.

    Returns how many dates have changed. Raises ``GarageVehicle.DoesNotExist`` for somebody else's vehicle. Whether
    there is consent is the caller's duty.
    """
    vehicle = GarageVehicle.objects.select_related("user").get(user=user, pk=vehicle_id)
    known = {row.kind: row for row in vehicle.dates.all()}
    changed = 0
    for kind, day in told.items():
        lasting = kind in care.LASTS
        due_on = care.due_after(day, kind) if day and lasting else day
        row = known.get(kind)
        if (row.due_on if row else None) == due_on:
            continue
        changed += 1
        if due_on is None:
            vehicle.dates.filter(kind=kind).delete()
        else:
            facts = {"due_on": due_on, "done_on": day if lasting else None, "entered_at": clock.now()}
            VehicleDate.objects.update_or_create(vehicle=vehicle, kind=kind, defaults=facts)
        publish(VehicleDateChanged(**care_events(vehicle), kind=kind, due_on=due_on.isoformat() if due_on else ""))
    return changed


def forget_dates(*, email: str) -> int:
    """Remove all dates of a person's vehicles, because the consent to keep them is gone; returns how many."""
    count, _by_model = VehicleDate.objects.filter(named("vehicle__user__email", email)).delete()
    return int(count)


def forget_unconfirmed_dates() -> int:
    """Remove dates whose owner has not confirmed the consent within a month; returns how many."""
    old = VehicleDate.objects.filter(entered_at__lt=clock.now() - UNCONFIRMED, vehicle__in=_vehicles(agreed=False))
    count, _by_model = old.delete()
    return int(count)


def announce_due(*, kinds: Sequence[str]) -> int:
    """Publish ``vehicle_due`` for dates that come near and for the seasons of wheels, once each; by consent only."""
    today = timezone.localtime(clock.now()).date()
    count = 0
    for kind in kinds:
        found = _season(kind, today) if kind in (care.SPRING, care.AUTUMN) else _near(kind, today)
        for batch in _batches(found):
            with transaction.atomic():
                count += sum(_announce(*one, kind) for one in batch)
    return count


def _vehicles(*, agreed: bool) -> QuerySet[GarageVehicle]:
    granted = Consent.objects.filter(email=OuterRef("address"), purpose=PURPOSE, state=Consent.State.GRANTED)
    return GarageVehicle.objects.annotate(address=Lower("user__email")).filter(
        Exists(granted) if agreed else ~Exists(granted)
    )


def _near(kind: str, today: date) -> Iterator[tuple[GarageVehicle, date]]:
    lead = care.LEAD.get(kind, care.USUAL_LEAD)  # type: ignore[call-overload]
    rows = VehicleDate.objects.filter(kind=kind, due_on__gte=today, due_on__lte=today + lead)
    rows = rows.filter(vehicle__in=_vehicles(agreed=True)).select_related("vehicle__user").order_by("pk")
    return ((row.vehicle, row.due_on) for row in rows.iterator(chunk_size=AT_ONCE))


def _season(kind: str, today: date) -> Iterator[tuple[GarageVehicle, date]]:
    begins = care.season_begins(kind, today.year)
    if not begins <= today < begins + care.SEASON_LASTS:
        return iter(())
    vehicles = _vehicles(agreed=True).select_related("user").order_by("pk")
    return ((vehicle, begins) for vehicle in vehicles.iterator(chunk_size=AT_ONCE))


def _batches(found: Iterator[tuple[GarageVehicle, date]]) -> Iterator[list[tuple[GarageVehicle, date]]]:
    batch = []
    for one in found:
        batch.append(one)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _announce(vehicle: GarageVehicle, due_on: date, kind: str) -> bool:
    event = VehicleDue(**care_events(vehicle), kind=kind, due_on=due_on.isoformat())
    return publish(event, source_key=f"vehicle:{vehicle.pk}:{kind}:{due_on:%Y-%m-%d}") is not None
