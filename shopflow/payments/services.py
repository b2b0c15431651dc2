"""Staff's verbs of the payments room. Gateway payments are written by :mod:`shopflow.payments.gateway` alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from oscar_ext.order.queries import order_email
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import audit, publish
from shopflow.payments.events import PaymentOverdue
from shopflow.payments.models import TERM_DAYS, ApprovedBusiness, BankAccount, bank_of, normalised_iban
from shopflow.payments.queries import Late, overdue

MANY = 500


@transaction.atomic
def save_bank_account(
    *, holder: str, iban: str, bic: str = "", bank_name: str = "", transfer_days: int = 7, actor: Any = None
) -> BankAccount:
    """Enter the account that customers transfer to; BIC and bank are looked up when left empty.

    Raises ValidationError with a sentence for each wrong field.
    """
    account = BankAccount(
        pk=1,
        holder=" ".join(holder.split()),
        iban=normalised_iban(iban),
        bic=normalised_iban(bic),
        bank_name=bank_name.strip(),
        transfer_days=transfer_days,
    )
    account.full_clean(validate_unique=False)
    known_bic, known_name = bank_of(account.iban)
    account.bic, account.bank_name = account.bic or known_bic, account.bank_name or known_name
    account.save()
    audit(actor=actor, action="payments.bank_account", target=account, summary=f"{account.holder}, {account.iban}")
    return account


@transaction.atomic
def approve_business(
    *,
    user: Any,
    company: str,
    credit_limit: Decimal,
    approved_by: Any,
    term_days: int = TERM_DAYS,
    small_seller: bool = False,
) -> ApprovedBusiness:
    """Let a business customer buy on account, or change the terms.

    Raises ValidationError for a term longer than the law lets pass as no credit.
    """
    business = ApprovedBusiness.objects.filter(user=user).first() or ApprovedBusiness(user=user)
    business.company, business.credit_limit = company.strip(), credit_limit
    business.term_days, business.small_seller = term_days, small_seller
    business.is_active, business.approved_by, business.approved_at = True, approved_by, clock.now()
    business.full_clean()
    business.save()
    audit(
        actor=approved_by,
        action="payments.business_approved",
        target=business,
        summary=f"{business.company}: {credit_limit} €, {term_days} days",
    )
    return business


@transaction.atomic
def withdraw_approval(*, business: ApprovedBusiness, actor: Any) -> None:
    """From now on the customer pays before delivery; open invoices stay as they are."""
    ApprovedBusiness.objects.filter(pk=business.pk).update(is_active=False)
    audit(actor=actor, action="payments.business_withdrawn", target=business, summary=business.company)


def announce_overdue(*, days: int) -> int:
    """Publish ``payment_overdue`` for transfers that are late by ``days``, once each; returns how many."""
    late = overdue(days=days, today=timezone.localdate(clock.now()))
    return sum(_announce_late(late[start : start + MANY], days) for start in range(0, len(late), MANY))


@transaction.atomic
def _announce_late(late: Sequence[Late], days: int) -> int:
    keys = {f"order:{one.order.pk}:overdue:{days}": one for one in late}
    known = set(OutboxEvent.objects.filter(source_key__in=list(keys)).values_list("source_key", flat=True))
    fresh = [(_overdue(one, days), key) for key, one in keys.items() if key not in known]
    return sum(publish(event, source_key=key) is not None for event, key in fresh)


def _overdue(one: Late, days: int) -> PaymentOverdue:
    return PaymentOverdue(
        order_id=one.order.pk,
        order_number=one.order.number,
        email=order_email(one.order),
        user_id=one.order.user_id,
        payment_method=one.method_code,
        due_on=one.due_on.isoformat(),
        days=days,
        open_cents=int(one.open_amount * 100),
    )
