"""The exception for existing customers: advertising without consent, if all of § 7 (3) UWG is met.

1. the address was got with a sale, 2. own similar goods are advertised, 3. the customer has not objected, 4. the
customer was told clearly about the right to object, when the address was taken and with every mail.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.audience.models import AudienceSettings, Consent, Contact, SaleNotice
from shopflow.audience.order_fields import UNDONE, in_categories
from shopflow.audience.purposes import purposes
from shopflow.audience.queries import audience_settings
from shopflow.contracts.mail import BasisVerdict
from shopflow.core import clock
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.models import Suppression
from shopflow.mailing.queries import suppressions

DAYS_OF_A_MONTH = 30.4375


def judge(*, email: str, purpose: str) -> BasisVerdict:
    """Whether the exception holds now, with the first reason why not. Reads only."""
    settings = audience_settings()
    reason = (
        _switched_off(settings, purpose)
        or _objected(normalise_email(email), purpose)
        or _no_sale(normalise_email(email), settings, purpose)
    )
    return BasisVerdict(not reason, reason)


def _switched_off(settings: AudienceSettings, purpose: str) -> str:
    if not settings.existing_customer_mail:
        return _("The shop does not use the exception for existing customers.")
    if purpose not in purposes or not purposes.get(purpose).existing_customers:
        return _("The exception for existing customers does not cover this purpose; it needs consent.")
    return ""


def _objected(email: str, purpose: str) -> str:
    blocked = {Suppression.ALL, Suppression.ADVERTISING, purpose}
    if any(block.scope in blocked for block in suppressions(email)):
        return _("The customer has objected, or the address is blocked.")
    if Consent.objects.filter(email=email, purpose=purpose, state=Consent.State.WITHDRAWN).exists():
        return _("The customer has objected.")
    return ""


def _no_sale(email: str, settings: AudienceSettings, purpose: str) -> str:
    contact = Contact.objects.filter(email=email).first()
    orders: Any = get_model("order", "Order").objects.exclude(status__in=UNDONE)
    orders = orders.filter(contact_link__contact=contact) if contact else orders.none()
    if not orders.exists():
        return _("There is no sale in which the address was given.")
    since = clock.now() - timedelta(days=round(settings.existing_customer_months * DAYS_OF_A_MONTH))
    orders = orders.filter(date_placed__gte=since)
    if not orders.exists():
        return _("The last sale is too long ago.")
    told = orders.filter(pk__in=SaleNotice.objects.filter(objected=False).values("order"))
    if not told.exists():
        return _("The customer was not told about the right to object when ordering.")
    return _not_similar(told, settings, purpose)


def _not_similar(told: Any, settings: AudienceSettings, purpose: str) -> str:
    if purposes.get(purpose).about_the_purchase:
        return ""
    kinds = list(settings.similar_categories.values_list("pk", flat=True))
    if not kinds:
        return _("No categories are chosen that count as similar goods.")
    lines = get_model("order", "Line").objects.filter(in_categories(kinds), order__in=told.values("pk"))
    return "" if lines.exists() else _("The customer has not bought from the categories that are advertised.")
