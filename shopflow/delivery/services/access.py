"""From a locked grant to an active one, and back. Every step may be repeated, and may come in any order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from oscar.core.loading import get_model

from oscar_ext.order.queries import is_paid, order_email
from shopflow.core import clock
from shopflow.core.services import audit, publish
from shopflow.delivery.events import AccessGranted
from shopflow.delivery.models import AccessGrant, DigitalGood
from shopflow.delivery.services.licences import assign_keys
from shopflow.delivery.services.mails import send_access_mail
from shopflow.ordering.queries import accepted

GATE = "digital_content"
State, Reason = AccessGrant.State, AccessGrant.Reason


@transaction.atomic
def prepare_grants(*, order_id: int) -> list[AccessGrant]:
    """Make the order's locked grants, one for each line with a digital good; those that exist are returned as well."""
    order = get_model("order", "Order").objects.select_related("user").get(pk=order_id)
    for line in order.lines.select_related("product__digital_good").order_by("pk"):
        good = getattr(line.product, "digital_good", None)
        if good is not None:
            _prepare(order, line, good)
    return list(AccessGrant.objects.filter(order_id=order_id).order_by("pk"))


def _prepare(order: Any, line: Any, good: DigitalGood) -> None:
    AccessGrant.objects.get_or_create(
        order_line=line,
        defaults={
            "order": order,
            "good": good,
            "user": order.user,
            "email": order_email(order),
            "quantity": line.quantity,
            "max_downloads": good.max_downloads,
        },
    )


@transaction.atomic
def note_paid(*, order_id: int) -> None:
    """The order's money has arrived."""
    prepare_grants(order_id=order_id)
    AccessGrant.objects.filter(order_id=order_id, paid_at=None).update(paid_at=clock.now())
    open_access(order_id=order_id)


@transaction.atomic
def note_confirmed(*, order_id: int) -> None:
    """The mail system has accepted the confirmation of the contract (§ 356 (5) Nr. 2 d BGB)."""
    prepare_grants(order_id=order_id)
    AccessGrant.objects.filter(order_id=order_id, confirmed_at=None).update(confirmed_at=clock.now())
    open_access(order_id=order_id)


@transaction.atomic
def open_access(*, order_id: int) -> list[AccessGrant]:
    """Unlock what may be unlocked now, tell the buyer in one mail, and return the grants that were unlocked.

    Raises nothing for what stays locked: the reason is written into the grant.
    """
    now = clock.now()
    order = get_model("order", "Order").objects.get(pk=order_id)
    if is_paid(order) and order.status != "cancelled":
        AccessGrant.objects.filter(order_id=order_id, paid_at=None).update(paid_at=now)
    locked = AccessGrant.objects.filter(order_id=order_id, state=State.LOCKED).select_for_update(of=("self",))
    opened = [grant for grant in locked.select_related("good").order_by("pk") if _open(grant, now)]
    if opened:
        send_access_mail(order_id=order_id, grant_ids=[grant.pk for grant in opened])
    return opened


def open_waiting(*, good: DigitalGood) -> int:
    """Unlock what waited for licence keys of ``good``; returns how many grants were unlocked."""
    waiting = AccessGrant.objects.filter(good=good, state=State.LOCKED, locked_reason=Reason.NO_KEY)
    orders = waiting.order_by("order_id").values_list("order_id", flat=True).distinct()
    return sum(len(open_access(order_id=order_id)) for order_id in list(orders))


def _open(grant: AccessGrant, now: datetime) -> bool:
    """Unlock one grant; False if something is missing, or if somebody else has just unlocked it."""
    missing = _missing(grant)
    locked = AccessGrant.objects.filter(pk=grant.pk, state=State.LOCKED)
    if missing:
        locked.update(locked_reason=missing)
        return False
    expires = now + timedelta(days=grant.good.access_days) if grant.good.access_days else None
    if not locked.update(state=State.ACTIVE, locked_reason="", granted_at=now, expires_at=expires):
        return False
    if not assign_keys(grant=grant, now=now):
        AccessGrant.objects.filter(pk=grant.pk).update(
            state=State.LOCKED, locked_reason=Reason.NO_KEY, granted_at=None, expires_at=None
        )
        return False
    granted = AccessGranted(
        order_id=grant.order_id,
        grant_id=grant.pk,
        email=grant.email,
        user_id=grant.user_id,
        ends_on=localdate(expires).isoformat() if expires else "",
    )
    publish(granted, source_key=f"access:{grant.pk}:granted")
    return True


def _missing(grant: AccessGrant) -> str:
    """The first thing that keeps a grant locked; empty if nothing does."""
    if grant.paid_at is None:
        return Reason.UNPAID
    if not accepted(order_id=grant.order_id, gate=GATE, key=grant.good.contract_kind):
        return Reason.NO_WAIVER
    if grant.confirmed_at is None:
        return Reason.NO_CONFIRMATION
    return ""


@transaction.atomic
def revoke_order(*, order_id: int) -> int:
    """End every access of a cancelled or returned order; returns how many. Files are not served any more at once."""
    grants = AccessGrant.objects.filter(order_id=order_id).exclude(state=State.REVOKED)
    return grants.update(state=State.REVOKED, locked_reason=Reason.CANCELLED)


@transaction.atomic
def end_access(*, grant_id: int, reason: str, actor: Any) -> AccessGrant:
    """End one access by hand."""
    AccessGrant.objects.filter(pk=grant_id).update(state=State.REVOKED, locked_reason=Reason.BY_STAFF)
    grant = AccessGrant.objects.get(pk=grant_id)
    audit(actor=actor, action="access.end", target=grant, summary=reason or str(grant))
    return grant


@transaction.atomic
def raise_limit(*, grant_id: int, more: int, actor: Any) -> AccessGrant:
    """Allow a buyer ``more`` further downloads."""
    grant = AccessGrant.objects.select_for_update().get(pk=grant_id)
    if grant.max_downloads is not None:
        grant.max_downloads += more
        grant.save(update_fields=["max_downloads"])
    audit(actor=actor, action="access.limit", target=grant, summary=f"+{more}: {grant}")
    return grant
