"""What the parts room tells and forgets about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.signs import latest, signs_in
from shopflow.parts.models import GarageVehicle, VehicleDate


@personal_data.register
class Vehicles(PersonalData):
    """The vehicles that a customer keeps in the account."""

    code = "vehicles"
    label = _("Vehicles")
    position = 400

    def export(self, person: Person) -> JSONDict:
        rows = GarageVehicle.objects.filter(user_id=person.user_id).prefetch_related("dates") if person.user_id else []
        return {
            "vehicles": [
                {
                    "name": row.name,
                    "hsn": row.hsn,
                    "tsn": row.tsn,
                    "model": row.model,
                    "year": row.year,
                    "vin": row.vin,
                    "since": row.created_at.isoformat(),
                    "dates": [{"kind": one.kind, "due_on": one.due_on.isoformat()} for one in row.dates.all()],
                }
                for row in rows
            ]
        }

    def erase(self, person: Person) -> Erasure:
        if person.user_id is None:
            return Erasure(erased=0)
        erased, _by_model = GarageVehicle.objects.filter(user_id=person.user_id).delete()
        return Erasure(erased=erased)

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Vehicles and dates that were entered."""
        kept = GarageVehicle.objects.filter(created_at__gte=since)
        dates = VehicleDate.objects.filter(entered_at__gte=since)
        return latest(
            signs_in(kept, people, at="created_at", user="user"),
            signs_in(dates, people, at="entered_at", user="vehicle__user"),
        )
