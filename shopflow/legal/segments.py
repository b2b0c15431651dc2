"""What contacts can be sorted by because they have withdrawn from contracts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shopflow.audience.fields import add_field
from shopflow.audience.order_fields import ORDERS
from shopflow.contracts.segments import FieldKind
from shopflow.legal.models import WithdrawalHandling

WAITING = (WithdrawalHandling.State.OPEN, WithdrawalHandling.State.ACCEPTED)


def _open_withdrawals() -> Any:
    """Withdrawals of a contact's orders that are still to be decided or to be paid back."""
    theirs = WithdrawalHandling.objects.filter(state__in=WAITING, order__contact_link__contact=OuterRef("pk"))
    counted = theirs.order_by().values("order__contact_link__contact").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


add_field(
    code="withdrawals_open",
    label=_("open withdrawals"),
    description=_("How many withdrawals of the contact's orders wait for a decision or for the money."),
    group=ORDERS,
    kind=FieldKind.NUMBER,
    value=_open_withdrawals,
)
