"""Lead sources of baskets, contacts and orders, and the share links behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.leads import Lead
from shopflow.audience.models import BasketLead, Contact, LeadSource, ShareLink, Touch
from shopflow.core import clock
from shopflow.core.services import audit

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for each other."""


def note_basket(*, basket_id: int, lead: Lead) -> None:
    """Remember what led to an open basket; a later lead replaces an earlier one (last touch)."""
    if not get_model("basket", "Basket").objects.filter(pk=basket_id, status="Open").exists():
        return
    BasketLead.objects.update_or_create(basket_id=basket_id, defaults=_columns(lead, clock.now()))


def record_touch(*, contact: Contact, lead: Lead | LeadSource, at: datetime | None = None) -> None:
    """Remember what led to an act of ``contact``: the first one for good, the latest one until the next."""
    values = _columns(lead, at or clock.now())
    with transaction.atomic():
        Touch.objects.get_or_create(contact=contact, which=Touch.Which.FIRST, defaults=values)
        Touch.objects.update_or_create(contact=contact, which=Touch.Which.LAST, defaults=values)


def _columns(lead: Lead | LeadSource, at: datetime) -> dict[str, Any]:
    values = {name: getattr(lead, name) for name in ("source", "medium", "campaign", "content", "term", "landing")}
    if isinstance(lead, LeadSource):
        return {**values, "share_link_id": lead.share_link_id, "at": at}
    link = ShareLink.objects.filter(code=lead.code).first() if lead.code else None
    if link is not None:
        values["source"] = values["source"] or link.channel
        values["campaign"] = values["campaign"] or link.campaign
    return {**values, "share_link": link, "at": at}


def create_share_link(*, label: str, channel: str, target: str, campaign: str = "", actor: Any) -> ShareLink:
    """A short link for one post. Raises ValueRefused for a target outside of this shop."""
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        raise ValueRefused(_("Please enter an address of this shop that begins with a slash, such as /catalogue/."))
    with transaction.atomic():
        link = ShareLink.objects.create(
            code=get_random_string(7, READABLE),
            label=label[:120],
            channel=channel,
            target=target[:300],
            campaign=campaign[:60],
            created_by=actor,
            created_at=clock.now(),
        )
        audit(actor=actor, action="share_link.create", target=link, summary=link.label)
    return link


def referral_link(contact: Contact) -> ShareLink:
    """The link by which ``contact`` recommends the shop; always the same one."""
    link, _created = ShareLink.objects.get_or_create(
        contact=contact,
        defaults={
            "code": get_random_string(9, READABLE),
            "label": "–",
            "channel": ShareLink.Channel.REFERRAL,
            "created_at": clock.now(),
        },
    )
    return link


def count_visit(link: ShareLink) -> None:
    """Count one use of the link; nothing about who used it."""
    ShareLink.objects.filter(pk=link.pk).update(visits=F("visits") + 1)
