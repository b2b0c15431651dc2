"""When somebody last gave a sign of life: what the shop knows anyway, no tracking."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import DateTimeField, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from shopflow.audience.fields import STANDING, add_field
from shopflow.audience.models import Consent, ContactOrder
from shopflow.contracts.segments import FieldKind


def last_active() -> Any:
    """The latest of: known, agreed to something, ordered, signed in, pressed a button behind a link of a mail."""
    known = F("created_at")
    agreed = Consent.objects.filter(email=OuterRef("email"), state=Consent.State.GRANTED).order_by().values("email")
    ordered = ContactOrder.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    signed_in = get_user_model().objects.filter(pk=OuterRef("user_id")).values("last_login")
    moments = (
        Subquery(agreed.annotate(latest=Max("since")).values("latest"), output_field=DateTimeField()),
        Subquery(ordered.annotate(latest=Max("placed_at")).values("latest"), output_field=DateTimeField()),
        Subquery(signed_in, output_field=DateTimeField()),
        F("seen_at"),
    )
    return Greatest(known, *(Coalesce(moment, known) for moment in moments), output_field=DateTimeField())


add_field(
    code="last_active",
    label=_("last activity"),
    description=_("The latest agreement, order, sign-in or press of a button behind a link of a mail."),
    group=STANDING,
    kind=FieldKind.MOMENT,
    value=last_active,
)
