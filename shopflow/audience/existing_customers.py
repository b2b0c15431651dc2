"""The exception for existing customers: advertising without consent, if all of § 7 (3) UWG is met.

1. the address was got with a sale, 2. own similar goods are advertised, 3. the customer has not objected, 4. the
customer was told clearly about the right to object, when the address was taken and with every mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.audience.models import AudienceSettings, Consent, SaleNotice
from shopflow.audience.order_fields import UNDONE, in_categories
from shopflow.audience.purposes import purposes
from shopflow.audience.queries import audience_settings
from shopflow.contracts.mail import BasisVerdict
from shopflow.core import clock
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.gate import blocks_of
from shopflow.mailing.models import Suppression

DAYS_OF_A_MONTH = 30.4375


def judge_all(*, emails: Sequence[str], purpose: str) -> dict[str, BasisVerdict]:
    """Whether the exception holds now for each address, with the first reason why not. Reads only, for all at once."""
    settings = audience_settings()
    reason = _switched_off(settings, purpose)
    if reason:
        return {email: BasisVerdict(False, reason) for email in emails}
    spelled = {email: normalise_email(email) for email in emails}
    reasons = _objections(set(spelled.values()), purpose)
    reasons |= _without_sale(set(spelled.values()) - reasons.keys(), settings, purpose)
    return {email: BasisVerdict(known not in reasons, reasons.get(known, "")) for email, known in spelled.items()}


def _switched_off(settings: AudienceSettings, purpose: str) -> str:
    if not settings.existing_customer_mail:
        return _("The shop does not use the exception for existing customers.")
    if purpose not in purposes or not purposes.get(purpose).existing_customers:
        return _("The exception for existing customers does not cover this purpose; it needs consent.")
    return ""


def _objections(emails: set[str], purpose: str) -> dict[str, str]:
    """Who has objected, with the sentence that says so."""
    scopes = {Suppression.ALL, Suppression.ADVERTISING, purpose}
    withdrawn = Consent.objects.filter(email__in=emails, purpose=purpose, state=Consent.State.WITHDRAWN)
    reasons = dict.fromkeys(withdrawn.values_list("email", flat=True), _("The customer has objected."))
    for email, blocks in blocks_of(emails).items():
        if any(block.scope in scopes for block in blocks):
            reasons[email] = _("The customer has objected, or the address is blocked.")
    return reasons


def _without_sale(emails: set[str], settings: AudienceSettings, purpose: str) -> dict[str, str]:
    """Whom no sale allows to write to, with the sentence that says why."""
    sales = _sales(emails)
    since = clock.now() - timedelta(days=round(settings.existing_customer_months * DAYS_OF_A_MONTH))
    recent = {email: {sale for sale, at in mine if at >= since} for email, mine in sales.items()}
    every = set().union(*recent.values())
    told = set(SaleNotice.objects.filter(objected=False, order__in=every).values_list("order", flat=True))
    kinds = None if purposes.get(purpose).about_the_purchase else _categories(settings)
    similar = _similar(told, kinds) if kinds else set()
    reasons = {
        email: _missing(sales.get(email), recent.get(email, set()), told, kinds=kinds, similar=similar)
        for email in emails
    }
    return {email: reason for email, reason in reasons.items() if reason}


def _missing(sales: object, recent: set[int], told: set[int], *, kinds: Sequence[int] | None, similar: set[int]) -> str:
    """The first thing that the sales of one customer lack; empty if nothing does. ``kinds`` is None if any goods do."""
    if not sales:
        return _("There is no sale in which the address was given.")
    if not recent:
        return _("The last sale is too long ago.")
    if not recent & told:
        return _("The customer was not told about the right to object when ordering.")
    if kinds is None or recent & similar:
        return ""
    if not kinds:
        return _("No categories are chosen that count as similar goods.")
    return _("The customer has not bought from the categories that are advertised.")


def _sales(emails: set[str]) -> dict[str, list[tuple[int, datetime]]]:
    """Each customer's orders that stand, with their moments."""
    orders: Any = get_model("order", "Order").objects.exclude(status__in=UNDONE)
    found: dict[str, list[tuple[int, datetime]]] = {}
    rows = orders.filter(contact_link__contact__email__in=emails)
    for email, key, at in rows.values_list("contact_link__contact__email", "pk", "date_placed"):
        found.setdefault(email, []).append((key, at))
    return found


def _categories(settings: AudienceSettings) -> list[int]:
    return list(settings.similar_categories.values_list("pk", flat=True))


def _similar(orders: set[int], kinds: Sequence[int]) -> set[int]:
    """Those of ``orders`` in which something of ``kinds`` was bought."""
    lines = get_model("order", "Line").objects.filter(in_categories(kinds), order__in=orders)
    return set(lines.values_list("order", flat=True))
