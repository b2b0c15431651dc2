"""What happens to contacts. ``email`` is normalised, ``user_id`` null for people without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events
from shopflow.contracts.types import Scalar

if TYPE_CHECKING:
    from shopflow.audience.models import Contact


@dataclass(frozen=True, kw_only=True)
class AboutContact(Event):
    """Base of what happens to one contact."""

    contact_id: int
    email: str
    user_id: int | None

    @classmethod
    def of(cls, contact: Contact, **facts: Scalar) -> Self:
        """The event of this kind about ``contact``."""
        whose = {"contact_id": contact.pk, "email": contact.email, "user_id": contact.user_id}
        return cls(**whose, **facts)  # type: ignore[arg-type]


@events.register
@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    """A consent was given or taken back; ``action`` is ``confirm``, ``grant``, ``withdraw`` or ``object``."""

    code = "consent_changed"
    label = _("Consent changed")
    email: str
    purpose: str
    action: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ContactInactive(AboutContact):
    """Somebody who has agreed to mails has given no sign of life for ``days``; once until the next one."""

    code = "contact_inactive"
    label = _("No sign of life for some days")
    days: int


@events.register
@dataclass(frozen=True, kw_only=True)
class InterestConfirmed(AboutContact):
    """Somebody has pressed “keep me on the list” behind the link of a mail."""

    code = "interest_confirmed"
    label = _("Wants to go on getting mails")


@events.register
@dataclass(frozen=True, kw_only=True)
class LeadMagnetRequested(AboutContact):
    """Somebody has asked for a document and confirmed the address. ``magnet`` is its code."""

    code = "lead_magnet_requested"
    label = _("Document requested and address confirmed")
    request_id: int
    magnet: str
    business: bool


@events.register
@dataclass(frozen=True, kw_only=True)
class CampaignStarted(AboutContact):
    """Staff have started a campaign that this contact belongs to; ``opens_on`` and ``ends_on`` are ISO dates."""

    code = "campaign_started"
    label = _("Campaign started")
    campaign: str
    opens_on: str
    ends_on: str
    bonus: bool


@events.register
@dataclass(frozen=True, kw_only=True)
class CustomerContent(AboutContact):
    """A customer is content: ``sign`` is ``review`` (four stars or more) or ``second_order`` (it has arrived)."""

    code = "customer_content"
    label = _("Customer is content: good review or second order")
    sign: str


@events.register
@dataclass(frozen=True, kw_only=True)
class OrdersLapsed(AboutContact):
    """The last order lies ``days`` back; once until the next order."""

    code = "orders_lapsed"
    label = _("Last order some days ago")
    days: int


@events.register
@dataclass(frozen=True, kw_only=True)
class OrderAnniversary(AboutContact):
    """The first order was placed ``years`` ago on this ``day`` (ISO date in the shop's time zone)."""

    code = "order_anniversary"
    label = _("Anniversary of the first order")
    years: int
    day: str


@events.register
@dataclass(frozen=True, kw_only=True)
class DateReached(AboutContact):
    """The date in the attribute ``field`` is ``offset`` days away from ``day`` (ISO date in the shop's time zone)."""

    code = "date_reached"
    label = _("Date of an attribute")
    field: str
    offset: int
    day: str


@events.register
@dataclass(frozen=True, kw_only=True)
class TagAdded(AboutContact):
    """A contact got a tag that it did not have. ``tag`` is the tag's code."""

    code = "tag_added"
    label = _("Tag added")
    tag: str
    source: str


@events.register
@dataclass(frozen=True, kw_only=True)
class TagRemoved(AboutContact):
    """A contact lost a tag; ``source`` is ``expired`` when its time was over."""

    code = "tag_removed"
    label = _("Tag removed")
    tag: str
    source: str


@events.register
@dataclass(frozen=True, kw_only=True)
class StageChanged(AboutContact):
    """A contact was moved in the pipeline; stages by code, empty for none."""

    code = "stage_changed"
    label = _("Stage of the contact changed")
    old_stage: str
    new_stage: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ScoreReached(AboutContact):
    """A contact's score has risen to a threshold. It must fall below it before this happens again."""

    code = "score_reached"
    label = _("Score reached")
    threshold: int
    score: int


@events.register
@dataclass(frozen=True, kw_only=True)
class SegmentEntered(AboutContact):
    """A contact came into a segment after the segment was made. ``segment`` is its code."""

    code = "segment_entered"
    label = _("Segment entered")
    segment: str


@events.register
@dataclass(frozen=True, kw_only=True)
class SegmentLeft(AboutContact):
    """A contact is no longer in a segment."""

    code = "segment_left"
    label = _("Segment left")
    segment: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ReferralUsed(AboutContact):
    """Goods that somebody else ordered through a customer's own link have been handed over. ``contact_id``, ``email``
    and ``user_id`` are those of the customer who recommended the shop; nothing is said about the buyer.
    """

    code = "referral_used"
    label = _("A recommendation has led to an order")
    referred_order: int
