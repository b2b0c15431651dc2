"""Reminders of customers' vehicles: general inspection, service, change of wheels. All of them by consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import has_consent, mail, withdrawn
from shopflow.contracts.automations import (
    Condition,
    Flow,
    FlowDefinition,
    RunContext,
    TimedTrigger,
    Verdict,
    conditions,
    flows,
    timed_triggers,
)
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.parts import care
from shopflow.parts.models import GarageVehicle, VehicleDate
from shopflow.parts.services.care import PURPOSE, announce_due

SERVICES = ["oil", "brake_fluid", "climate", "timing_belt", "battery"]


@timed_triggers.register
class VehicleComesDue(TimedTrigger):
    """``where``: ``kind``, kinds of dates, ``wheels_spring`` and ``wheels_autumn``."""

    code = "vehicle_due"
    label = _("Vehicle due")
    wants = frozenset({"kind"})

    def announce(self, where: Mapping[str, Sequence[Scalar]]) -> int:
        return announce_due(kinds=[str(kind) for kind in where.get("kind", ())])


@mail_contexts.register
class VehicleWords(MailContext):
    """``vehicle_name``, ``service_name``, ``due_month``, ``garage_url``, ``tyres_made`` and ``tyres_are_old``."""

    code = "vehicle"
    label = _("Customer's vehicle")
    needs = frozenset({"vehicle_id", "kind", "due_on"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        vehicle = GarageVehicle.objects.get(pk=int(subject["vehicle_id"] or 0))
        kind = str(subject["kind"])
        tyres = vehicle.dates.filter(kind=VehicleDate.Kind.TYRES).first()
        return {
            "vehicle_name": str(vehicle),
            "service_name": VehicleDate.Kind(kind).label if kind in VehicleDate.Kind.values else "",
            "due_month": date_format(date.fromisoformat(str(subject["due_on"])), "F Y"),
            "garage_url": absolute(reverse("parts-garage")),
            "is_spring": kind == care.SPRING,
            "tyres_made": date_format(tyres.done_on, "F Y") if tyres and tyres.done_on else "",
            "tyres_are_old": bool(tyres and tyres.due_on <= timezone.localtime(clock.now()).date()),
        }


@conditions.register
class VehicleKept(Condition):
    code = "vehicle_kept"
    label = _("the customer still keeps the vehicle")
    description = _("Asks whether the vehicle is still in the customer's account.")
    needs = frozenset({"vehicle_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        kept = GarageVehicle.objects.filter(pk=context.integer("vehicle_id")).exists()
        return Verdict(kept, _("The vehicle is kept.") if kept else _("The vehicle was removed."))


@conditions.register
class VehicleDateHolds(Condition):
    """Nobody has told another date since the event."""

    code = "vehicle_date_holds"
    label = _("the date of the vehicle still holds")
    description = _("Asks whether the customer has told no other date of the vehicle since.")
    needs = frozenset({"vehicle_id", "kind", "due_on"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        rows = VehicleDate.objects.filter(vehicle_id=context.integer("vehicle_id"), kind=context.text("kind"))
        row = rows.first()
        if row is None:
            return Verdict(False, _("The date was removed."))
        reason = _("Due on %(day)s.") % {"day": row.due_on.isoformat()}
        return Verdict(row.due_on.isoformat() == context.text("due_on"), reason)


def _exits() -> list[JSONDict]:
    return [
        {"event": "vehicle_date_changed", "match": ["vehicle_id", "kind"], "as": "goal_reached"},
        {"event": "vehicle_removed", "match": ["vehicle_id"], "as": "subject_gone"},
        withdrawn(PURPOSE),
    ]


def _mail(template: str, **more: Any) -> JSONDict:
    recheck = [has_consent(PURPOSE), {"condition": "vehicle_date_holds"}]
    return mail(template, purpose=PURPOSE, words=("vehicle",), late={"days": 10}, **({"recheck": recheck} | more))


def _apart(step: str) -> JSONDict:
    """However near the date is: never two mails close together."""
    return {"id": step, "kind": "wait", "for": {"days": 3}}


def _until(step: str, *, past: str, **offset: Any) -> JSONDict:
    return {"id": step, "kind": "wait", "until_date": {"field": "due_on", "at": "10:00", "past": past, **offset}}


@flows.register
class InspectionFlow(Flow):
    code = "inspection_due"
    label = _("General inspection due")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Reminds owners who agreed to it of the general inspection: 60 and 21 days ahead, and asks for the new "
                "date a week after."
            ),
            reason=_(
                "A reminder that offers an appointment is advertising, and the date belongs to a person; so both, "
                "keeping it and writing, rest on the consent to the purpose “vehicle” (§ 7 (2) UWG, Art. 6 (1) a GDPR) "
                "and end with it. Nothing but the vehicle that the customer has entered is named."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "vehicle_due", "where": {"kind": ["hu"]}},
                "entry_key": "vehicle:{vehicle_id}:{due_on}",
                "conditions": [has_consent(PURPOSE), {"condition": "vehicle_date_holds"}],
                "exits": _exits(),
                "steps": [
                    _mail("inspection_due"),
                    _apart("apart"),
                    _until("three_weeks_ahead", before={"days": 21}, past="week_after"),
                    _mail("inspection_reminder"),
                    _apart("apart_again"),
                    _until("week_after", after={"days": 7}, past="stop"),
                    _mail("inspection_passed"),
                ],
            },
        )


@flows.register
class ServiceFlow(Flow):
    code = "service_due"
    label = _("Service due")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Reminds owners who agreed to it of oil, brake fluid, air conditioning, timing belt and an old "
                "battery: 30 and 7 days ahead."
            ),
            reason=_(
                "As with the general inspection: advertising with a person's data, by the consent to the purpose "
                "“vehicle” only (§ 7 (2) UWG, Art. 6 (1) a GDPR). The interval is a rule of thumb; the mail says so, "
                "because a made-up urgency would mislead (§ 5 UWG)."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "vehicle_due", "where": {"kind": SERVICES}},
                "entry_key": "vehicle:{vehicle_id}:{kind}:{due_on}",
                "conditions": [has_consent(PURPOSE), {"condition": "vehicle_date_holds"}],
                "exits": _exits(),
                "steps": [
                    _mail("service_due"),
                    _apart("apart"),
                    _until("week_ahead", before={"days": 7}, past="stop"),
                    _mail("service_reminder"),
                ],
            },
        )


@flows.register
class WheelsFlow(Flow):
    code = "wheel_change"
    label = _("Change of wheels")

    def define(self) -> FlowDefinition:
        kept = [has_consent(PURPOSE), {"condition": "vehicle_kept"}]
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Offers owners who agreed to it the change of wheels, two weeks before Easter and on 1 October; to "
                "those whose tyres are six years old or more also new ones."
            ),
            reason=_(
                "Advertising by the consent to the purpose “vehicle” (§ 7 (2) UWG, Art. 6 (1) a GDPR). Winter tyres "
                "are demanded by the weather, not by a date (§ 2 (3a) StVO), so the mail speaks of a rule of thumb."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "vehicle_due", "where": {"kind": [care.SPRING, care.AUTUMN]}},
                "entry_key": "vehicle:{vehicle_id}:{kind}:{year}",
                "conditions": kept,
                "exits": [
                    {"event": "vehicle_removed", "match": ["vehicle_id"], "as": "subject_gone"},
                    withdrawn(PURPOSE),
                ],
                "steps": [_mail("wheel_change", recheck=kept)],
            },
        )
