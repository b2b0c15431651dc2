from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@dataclasses.dataclass(frozen=True, kw_only=True)
class CatalogueChanged(Event):
    """Many parts changed at once: an import or a mass change was applied.

    ``run_id`` is the import run (null for other changes), ``changed`` how many parts were created, changed or hidden.
    """

    run_id: int | None
    changed: int

    code = "catalogue_changed"
    label = _("catalogue changed")
    description = _("Many parts have changed at once, by an import or a mass change.")


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class PromiseAtRisk(Event):
    """An order should arrive today and has not left the house. ``due_on`` is the promised day, as 2026-11-22."""

    code = "promise_at_risk"
    label = _("Delivery promise cannot be kept")
    description = _("An order should arrive today and has not left the house.")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    due_on: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class VehicleAdded(Event):
    """A customer keeps a vehicle in the account."""

    code = "vehicle_added"
    label = _("Vehicle kept")
    description = _("A customer has put a vehicle into the account.")

    vehicle_id: int
    email: str
    user_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class VehicleRemoved(Event):
    """A customer has removed a vehicle from the account."""

    code = "vehicle_removed"
    label = _("Vehicle removed")
    description = _("A customer has taken a vehicle out of the account.")

    vehicle_id: int
    email: str
    user_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class VehicleDateChanged(Event):
    """A customer has told another date of a vehicle; ``due_on`` is empty if it was removed."""

    code = "vehicle_date_changed"
    label = _("Date of a vehicle changed")
    description = _("A customer has changed or removed a date of a vehicle.")

    vehicle_id: int
    kind: str
    due_on: str
    email: str
    user_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class VehicleDue(Event):
    """A date of a vehicle comes near (60 days ahead for the general inspection, else 30), or wheels are to be changed.

    ``kind`` is one of ``VehicleDate.Kind``, ``wheels_spring`` or ``wheels_autumn``; ``due_on`` a day as 2026-11-22.
    """

    code = "vehicle_due"
    label = _("Vehicle due")
    description = _("The general inspection, the service or a change of wheels of a vehicle comes near.")

    vehicle_id: int
    kind: str
    due_on: str
    email: str
    user_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class SafetyNoticeIssued(Event):
    """Staff have issued a recall or safety warning."""

    code = "safety_notice_issued"
    label = _("Safety notice issued")
    description = _("You have issued a recall or a safety warning; this is about the notice, not about a person.")

    notice_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class SafetyNoticeForBuyer(Event):
    """A recall or safety warning concerns somebody's order; one event for each order."""

    code = "safety_notice"
    label = _("Safety notice for a buyer")
    description = _("A recall or safety warning concerns somebody's order; once for each order.")

    notice_id: int
    receipt_id: int
    order_id: int
    order_number: str
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class SafetyNoticeAcknowledged(Event):
    """The buyer has confirmed having read a safety notice."""

    code = "safety_notice_acknowledged"
    label = _("Safety notice acknowledged")
    description = _("The buyer has confirmed having read a safety notice.")

    notice_id: int
    receipt_id: int
    order_id: int
