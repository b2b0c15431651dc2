"""What the audience knows of people who are still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from shopflow.audience.models import (
    Consent,
    Contact,
    ContactOrder,
    LeadMagnetRequest,
    PersonalVoucher,
    Stage,
    SurveyInvitation,
)
from shopflow.contracts.personal_data import Person
from shopflow.mailing.signs import latest, signs_in


def signs_of_life(people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
    """Consents and what was asked for, pressed or ordered; vouchers that can be used, and leads that are worked on.

    A consent that is in force, or asked for, is a sign by itself; one that ended counts from its end, in step with
    its proof. A lead is worked on while it has an owner and has been neither won nor lost.
    """
    worked_on = Contact.objects.filter(Q(stage=None) | Q(stage__outcome=Stage.Outcome.OPEN), owner__isnull=False)
    usable = PersonalVoucher.objects.filter(voucher__end_datetime__gt=now, voucher__num_orders=0)
    whose = {"email": "contact__email"}
    return latest(
        signs_in(Contact.objects.filter(created_at__gte=since), people, at="created_at", email="email"),
        signs_in(Contact.objects.filter(seen_at__gte=since), people, at="seen_at", email="email"),
        signs_in(worked_on, people, at=now, email="email"),
        signs_in(Consent.objects.filter(since__gte=since), people, at="since", email="email"),
        signs_in(Consent.objects.exclude(state=Consent.State.WITHDRAWN), people, at=now, email="email"),
        signs_in(ContactOrder.objects.filter(placed_at__gte=since), people, at="placed_at", **whose),
        signs_in(LeadMagnetRequest.objects.filter(requested_at__gte=since), people, at="requested_at", **whose),
        signs_in(LeadMagnetRequest.objects.filter(expires_at__gt=now), people, at=now, **whose),
        signs_in(SurveyInvitation.objects.filter(expires_at__gt=now, closed_at=None), people, at=now, **whose),
        signs_in(usable, people, at=now, **whose),
    )
