from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from oscar.core.loading import get_model

from oscar_ext.order.queries import order_email
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.services import audit, publish
from shopflow.desk.services import settle_tasks
from shopflow.legal.events import WithdrawalDeclared, WithdrawalHandled
from shopflow.legal.exceptions import TooManyDeclarations
from shopflow.legal.models import WithdrawalDeclaration, WithdrawalHandling
from shopflow.legal.receipt import receipt_url, stamp, statement_of
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.services import queue_message

Match = WithdrawalDeclaration.Match

OVER = (WithdrawalHandling.State.SETTLED, WithdrawalHandling.State.REJECTED)
"""Nothing is left to do for staff."""

RECEIPTS_PER_DAY = 5
"""Anybody can enter anybody's address, so one address gets few receipts of declarations that fit no order."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What a consumer entered. ``submission_key`` is the same for every repetition of one form."""

    submission_key: str
    name: str
    contract: str
    email: str
    scope: str = ""
    suspicion: str = ""


def declare_withdrawal(
    *,
    declared: Declared,
    language: str,
    user: Any = None,
    channel: str = WithdrawalDeclaration.Channel.WEB,
    received_at: datetime | None = None,
) -> WithdrawalDeclaration:
    """Store a declaration of withdrawal and announce it; a repeated form returns the declaration of the first.

    ``user`` is the logged-in person: the customer, or the staff member who records a letter or a call, in which case
    ``received_at`` says when it came. No order or payment is touched. Raises :class:`TooManyDeclarations` for an
    address that has had its share for today; a declaration that fits the person's own order is always taken.
    """
    earlier: WithdrawalDeclaration | None = WithdrawalDeclaration.objects.filter(
        submission_key=declared.submission_key
    ).first()
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _store(declared, language, user, channel, received_at)
    except IntegrityError:
        found: WithdrawalDeclaration = WithdrawalDeclaration.objects.get(submission_key=declared.submission_key)
        return found


def _store(
    declared: Declared, language: str, user: Any, channel: str, received_at: datetime | None
) -> WithdrawalDeclaration:
    now = clock.now()
    online = channel == WithdrawalDeclaration.Channel.WEB
    order, match = _match(declared, user if online else None)
    if online and order is None and _receipts_today(declared.email) >= RECEIPTS_PER_DAY:
        raise TooManyDeclarations
    with translation.override(language):
        statement = statement_of(declared)
    row: WithdrawalDeclaration = WithdrawalDeclaration.objects.create(
        submission_key=declared.submission_key,
        name=declared.name,
        contract=declared.contract,
        email=declared.email.lower(),
        scope=declared.scope,
        statement=statement,
        sha256=hashlib.sha256(statement.encode()).hexdigest(),
        channel=channel,
        received_at=received_at or now,
        recorded_at=now,
        recorded_by=None if online else user,
        language=language,
        match=match,
        order=order,
        suspicion=declared.suspicion,
    )
    WithdrawalHandling.objects.create(declaration=row, order=order, changed_at=now)
    publish(
        WithdrawalDeclared(
            declaration_id=row.pk,
            order_id=order.pk if order else None,
            email=row.email,
            user_id=order.user_id if order else None,
        ),
        source_key=f"withdrawal:{row.pk}:declared",
    )
    return row


def _receipts_today(email: str) -> int:
    """How many declarations of the last day named this address and fitted no order."""
    since = clock.now() - timedelta(days=1)
    declared = WithdrawalDeclaration.objects.filter(recorded_at__gt=since, email=email.lower(), order__isnull=True)
    return declared.filter(channel=WithdrawalDeclaration.Channel.WEB).count()


def _match(declared: Declared, user: Any) -> tuple[Any, str]:
    """The order, if its number is named and it is the person's own or the address fits; else staff must look."""
    numbers = set(re.findall(r"[\w-]{4,}", declared.contract))
    for order in get_model("order", "Order").objects.filter(number__in=numbers).select_related("user")[:20]:
        if user is not None and user.is_authenticated and order.user_id == user.pk:
            return order, Match.OWNER
        if normalise_email(order_email(order)) == normalise_email(declared.email):
            return order, Match.NUMBER_AND_EMAIL
    return None, Match.NEEDS_MANUAL_MATCH


def send_receipt(*, declaration_id: int) -> None:
    """Queue the receipt with content, date and time of the declaration (§ 356a BGB); once per declaration."""
    row = WithdrawalDeclaration.objects.get(pk=declaration_id)
    queue_message(
        dedupe_key=f"withdrawal:{row.pk}:receipt",
        template="withdrawal_receipt",
        to=row.email,
        context={
            "declaration": row,
            "received": stamp(row.received_at),
            "receipt_url": receipt_url(row),
        },
        mail_class=MailClass.LEGAL,
        language=row.language,
        reference=f"withdrawal:{row.pk}",
    )


@transaction.atomic
def handle_withdrawal(*, declaration_id: int, state: str, note: str, order: Any, actor: Any) -> WithdrawalHandling:
    """Write down what staff decided on a declaration; the declaration itself stays as it was received."""
    row = WithdrawalHandling.objects.select_for_update().get(declaration_id=declaration_id)
    before = row.state
    row.state, row.note, row.order, row.changed_at = state, note, order, clock.now()
    row.full_clean()
    row.save()
    if state != before:
        _announce(row)
    if state in OVER:
        settle_tasks(about=f"withdrawal:{declaration_id}", note=row.get_state_display(), actor=actor)
    audit(
        actor=actor,
        action="withdrawal.handle",
        target=row,
        summary=f"{row.declaration.contract[:120]}: {before} → {state}",
        data={"order_id": order.pk if order else None, "note": note},
    )
    return row


def _announce(row: WithdrawalHandling) -> None:
    order = row.order
    event = WithdrawalHandled(
        declaration_id=row.declaration_id,
        state=row.state,
        order_id=order.pk if order else None,
        order_number=order.number if order else "",
        email=row.declaration.email,
        user_id=order.user_id if order else None,
        page=reverse("shopflow-staff:withdrawal", args=[row.declaration_id]),
    )
    publish(event)
