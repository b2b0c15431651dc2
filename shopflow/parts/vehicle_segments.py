"""What contacts can be sorted by because they keep vehicles in their account.

Data of a person's vehicle serve advertising only with the consent to the purpose “vehicle” (Art. 6 (1) a GDPR), as the
reminders do: without it nothing is known here, whatever the account holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience.conditions import AboutContacts
from shopflow.audience.fields import add_field
from shopflow.audience.models import Consent
from shopflow.contracts.automations import conditions
from shopflow.contracts.segments import FieldKind
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.parts.forms.segments import VehicleForm
from shopflow.parts.models import GarageVehicle, VehicleDate, VehicleMaker
from shopflow.parts.services.care import PURPOSE

VEHICLES = _("Vehicles")
MOST_CHOICES = 500


def _agreed() -> Any:
    granted = Consent.objects.filter(email=OuterRef("email"), purpose=PURPOSE, state=Consent.State.GRANTED)
    return Exists(granted)


def _kept(wanted: Q | None = None) -> QuerySet[GarageVehicle]:
    return GarageVehicle.objects.filter(wanted or Q(), user=OuterRef("user_id")).order_by()


def _count() -> Any:
    counted = Subquery(_kept().values("user").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Case(When(_agreed(), then=Coalesce(counted, 0)), output_field=IntegerField())


def _due(kind: str) -> Any:
    """The nearest date that has not passed, of any of the vehicles."""
    today = timezone.localtime(clock.now()).date()
    dates = VehicleDate.objects.filter(vehicle__user=OuterRef("user_id"), kind=kind, due_on__gte=today).order_by()
    nearest = Subquery(dates.values("vehicle__user").annotate(day=Min("due_on")).values("day"))
    return Case(When(_agreed(), then=nearest), output_field=DateField())


def _among(vehicles: QuerySet[GarageVehicle]) -> Any:
    return Q(_agreed()) & Q(Exists(vehicles))


def _of_makers(names: Sequence[str]) -> Q:
    return Q(hsn__in=VehicleMaker.objects.filter(name__in=names).values("hsn"))


def _makers(names: Sequence[str]) -> Any:
    return _among(_kept(_of_makers(names) if names else Q(hsn__in=VehicleMaker.objects.values("hsn"))))


def _keys(keys: Sequence[str]) -> Any:
    typed = _kept(Q(hsn__gt="")).annotate(keys=Concat("hsn", Value("/"), "tsn"))
    return _among(typed.filter(keys__in=[key.upper() for key in keys]) if keys else typed)


def maker_choices() -> list[tuple[str, Label]]:
    """The makers that the shop knows, each once."""
    names = VehicleMaker.objects.order_by("name").values_list("name", flat=True).distinct()
    return [(name, name) for name in names[:MOST_CHOICES]]


add_field(
    code="vehicles_count",
    label=_("number of vehicles"),
    description=_("How many vehicles the contact keeps; unknown without consent to dates of the vehicle."),
    group=VEHICLES,
    kind=FieldKind.NUMBER,
    value=_count,
)
add_field(
    code="vehicle_inspection",
    label=_("next general inspection (HU)"),
    description=_("The nearest inspection of the contact's vehicles that has not passed, with consent only."),
    group=VEHICLES,
    kind=FieldKind.DATE,
    value=lambda: _due(VehicleDate.Kind.INSPECTION),
)
add_field(
    code="vehicle_makers",
    label=_("makers of vehicles"),
    description=_("Who made the vehicles that the contact keeps, with consent only."),
    group=VEHICLES,
    kind=FieldKind.MANY,
    holds=_makers,
    choices=maker_choices,
)
add_field(
    code="vehicle_keys",
    label=_("type keys of vehicles (HSN/TSN)"),
    description=_("The vehicles that the contact keeps by type keys such as 0603/BPH, with consent only."),
    group=VEHICLES,
    kind=FieldKind.MANY,
    holds=_keys,
)


@conditions.register
class KeepsVehicle(AboutContacts):
    """Settings: ``maker`` and ``model`` (a part of its name), ``hsn``, ``tsn``, ``age_from`` and ``age_to`` in years.

    One vehicle must fit all that is set. Unknown without consent, and where only vehicles without a year could fit.
    """

    code = "keeps_vehicle"
    label = _("keeps a vehicle")
    description = _("Asks whether the contact, with consent, keeps a vehicle that fits all you enter.")
    form_class = VehicleForm

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        named, aged = _named(settings), _aged(settings, timezone.localtime(now).year)
        answer: Any = Exists(_kept(named & aged))
        if aged:
            perhaps = Exists(_kept(named & Q(year=0)))
            answer = Case(When(answer, then=Value(True)), When(perhaps, then=None), default=Value(False))
        return Q(Case(When(_agreed(), then=answer), default=None, output_field=BooleanField()))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        fields = self.form_class.base_fields.items()
        said = [f"{field.label}: {settings[name]}" for name, field in fields if settings.get(name) not in (None, "")]
        return gettext("keeps a vehicle (%(which)s)") % {"which": ", ".join(said) or gettext("any")}


def _named(settings: Mapping[str, Any]) -> Q:
    wanted = Q()
    if settings.get("maker"):
        wanted &= _of_makers([settings["maker"]])
    if settings.get("model"):
        wanted &= Q(model__icontains=settings["model"])
    for name in ("hsn", "tsn"):
        if settings.get(name):
            wanted &= Q(**{name: str(settings[name]).upper()})
    return wanted


def _aged(settings: Mapping[str, Any], year: int) -> Q:
    """Age as the difference of calendar years, because only the year of first registration is known."""
    wanted = Q()
    for name, limit in (("age_from", "year__lte"), ("age_to", "year__gte")):
        if settings.get(name) not in (None, ""):
            wanted &= Q(**{"year__gt": 0, limit: year - int(settings[name])})
    return wanted
