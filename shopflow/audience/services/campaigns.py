"""Campaigns: an offer with a deadline that the checkout keeps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.audience import matching
from shopflow.audience.events import CampaignStarted
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import Campaign, Consent, Contact, SegmentMember
from shopflow.audience.services.lists import keep_code
from shopflow.core import clock
from shopflow.core.services import audit, publish

CHUNK = 500
SHORTEST = timedelta(days=6)
"""From the opening to the end: the mails in between need that long to keep their distance."""
PURPOSE = "newsletter"


def save_campaign(*, campaign: Campaign, actor: Any) -> Campaign:
    """Store a campaign that has not been started.

    Raises ValueRefused with a sentence for dates that cannot be, and for a new code while an automation names the old.
    """
    if campaign.started_at is not None:
        raise ValueRefused(_("This campaign has been started. Its dates and words stay as they were told."))
    opens = timezone.make_aware(datetime.combine(campaign.opens_on, time()))
    if campaign.ends_at < opens + SHORTEST:
        raise ValueRefused(_("A campaign runs for at least %(days)s days.") % {"days": SHORTEST.days})
    stored = Campaign.objects.filter(pk=campaign.pk).values_list("code", flat=True).first()
    if stored is not None:
        keep_code(kind="campaign", before=stored, after=campaign.code)
    with transaction.atomic():
        campaign.save()
        audit(actor=actor, action="campaign.save", target=campaign, summary=campaign.label)
    return campaign


def campaign_people(campaign: Campaign) -> QuerySet[Contact]:
    """Who is written to: the segment's contacts, all without one, as far as they have agreed to the newsletter."""
    agreed = Consent.objects.filter(email=OuterRef("email"), purpose=PURPOSE, state=Consent.State.GRANTED)
    found = Contact.objects.filter(Exists(agreed))
    segment = campaign.segment
    if segment is None:
        return found
    if segment.kind == segment.Kind.STATIC:
        return found.filter(Exists(SegmentMember.objects.filter(segment=segment, contact=OuterRef("pk"))))
    return found.filter(pk__in=matching.matching(matching.read(segment.expression)).values("pk"))


def start_campaign(*, campaign: Campaign, actor: Any) -> int:
    """Announce the campaign to everybody whom it is for, once; returns how many.

    Raises ValueRefused for one that has been started, or whose opening is over.
    """
    now = clock.now()
    if campaign.opens_on < timezone.localtime(now).date():
        raise ValueRefused(_("The opening lies in the past. Set other dates first."))
    with transaction.atomic():
        if not Campaign.objects.filter(pk=campaign.pk, started_at__isnull=True).update(
            started_at=now, started_by=actor
        ):
            raise ValueRefused(_("This campaign has been started already."))
        campaign.refresh_from_db()
        audit(actor=actor, action="campaign.start", target=campaign, summary=campaign.label)
        count, last = 0, 0
        people = campaign_people(campaign).order_by("pk")
        while found := list(people.filter(pk__gt=last).only("pk", "email", "user_id")[:CHUNK]):
            for contact in found:
                _announce(campaign, contact)
            count, last = count + len(found), found[-1].pk
    return count


def _announce(campaign: Campaign, contact: Contact) -> None:
    publish(
        CampaignStarted.of(
            contact,
            campaign=campaign.code,
            opens_on=campaign.opens_on.isoformat(),
            ends_on=timezone.localtime(campaign.ends_at).date().isoformat(),
            bonus=bool(campaign.bonus),
        ),
        source_key=f"campaign:{campaign.pk}:{contact.pk}",
    )
