"""What happens to contacts. ``email`` is normalised, ``user_id`` null for people without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events
from shopflow.contracts.types import Label, Scalar

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
    description = _("A consent was given, confirmed or taken back.")
    also = _("Newsletter ordered or cancelled; consent confirmed or withdrawn")
    email: str
    purpose: str
    action: str


FORMS: dict[str, Label] = {
    "newsletter": _("Newsletter"),
    "mail_settings": _("E-mail settings"),
    "document": _("Document on request"),
    "price_watch": _("Price watch"),
    "stock_alert": _("Tell me when it is back"),
}
"""Public forms whose sending is announced by :class:`FormSubmitted`."""


@events.register
@dataclass(frozen=True, kw_only=True)
class FormSubmitted(Event):
    """Somebody has sent a public form, and the address is theirs: confirmed by a click, or that of the account.

    ``form`` is one of :data:`FORMS`, ``source`` where it stood if that is known, ``product_id`` what it was about. The
    forms for which there is an event of their own (the withdrawal, the basket by mail) are none of these.
    """

    code = "form_submitted"
    label = _("Form sent")
    description = _("Somebody has sent a form of the shop and confirmed the address.")
    form: str
    email: str
    user_id: int | None
    source: str = ""
    product_id: int | None = None


@events.register
@dataclass(frozen=True, kw_only=True)
class ContactInactive(AboutContact):
    """Somebody who has agreed to mails has given no sign of life for ``days``; once until the next one."""

    code = "contact_inactive"
    label = _("No sign of life for some days")
    description = _("Somebody who gets mails has given no sign of life for the number of days you choose.")
    also = _("Inactive, asleep")
    days: int


@events.register
@dataclass(frozen=True, kw_only=True)
class InterestConfirmed(AboutContact):
    """Somebody has pressed “keep me on the list” behind the link of a mail."""

    code = "interest_confirmed"
    label = _("Wants to go on getting mails")
    description = _("Somebody has pressed “keep me on the list” in a mail.")


@events.register
@dataclass(frozen=True, kw_only=True)
class LeadMagnetRequested(AboutContact):
    """Somebody has asked for a document and confirmed the address. ``magnet`` is its code."""

    code = "lead_magnet_requested"
    label = _("Document requested and address confirmed")
    description = _("Somebody has asked for a document and confirmed the address.")
    request_id: int
    magnet: str
    business: bool


@events.register
@dataclass(frozen=True, kw_only=True)
class CampaignStarted(AboutContact):
    """Staff have started a campaign that this contact belongs to; ``opens_on`` and ``ends_on`` are ISO dates."""

    code = "campaign_started"
    label = _("Campaign started")
    description = _("You have started a campaign that the contact belongs to.")
    also = _("Launch, offer with a deadline")
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
    description = _("A customer has given four stars or more, or the second order has arrived.")
    sign: str


@events.register
@dataclass(frozen=True, kw_only=True)
class OrdersLapsed(AboutContact):
    """The last order lies ``days`` back; once until the next order."""

    code = "orders_lapsed"
    label = _("Last order some days ago")
    description = _("The last order lies the number of days back that you choose.")
    days: int


@events.register
@dataclass(frozen=True, kw_only=True)
class OrderAnniversary(AboutContact):
    """The first order was placed ``years`` ago on this ``day`` (ISO date in the shop's time zone)."""

    code = "order_anniversary"
    label = _("Anniversary of the first order")
    description = _("The first order was placed one or more years ago today.")
    years: int
    day: str


@events.register
@dataclass(frozen=True, kw_only=True)
class DateReached(AboutContact):
    """The date in the attribute ``field`` is ``offset`` days away from ``day`` (ISO date in the shop's time zone)."""

    code = "date_reached"
    label = _("Date of an attribute")
    description = _("A date among the contact's attributes is today, or the chosen number of days away.")
    also = _("Birthday, date field")
    field: str
    offset: int
    day: str


@events.register
@dataclass(frozen=True, kw_only=True)
class TagAdded(AboutContact):
    """A contact got a tag that it did not have. ``tag`` is the tag's code."""

    code = "tag_added"
    label = _("Tag added")
    description = _("A contact has got a tag that it did not have.")
    tag: str
    source: str


@events.register
@dataclass(frozen=True, kw_only=True)
class TagRemoved(AboutContact):
    """A contact lost a tag; ``source`` is ``expired`` when its time was over."""

    code = "tag_removed"
    label = _("Tag removed")
    description = _("A contact has lost a tag, by hand or because its time was over.")
    tag: str
    source: str


@events.register
@dataclass(frozen=True, kw_only=True)
class StageChanged(AboutContact):
    """A contact was moved in the pipeline; stages by code, empty for none."""

    code = "stage_changed"
    label = _("Stage of the contact changed")
    description = _("A contact was moved to another stage of the pipeline.")
    old_stage: str
    new_stage: str


@events.register
@dataclass(frozen=True, kw_only=True)
class TimeZoneChanged(AboutContact):
    """Another time zone was entered for a contact; ``time_zone`` is the new one, such as ``Europe/Lisbon``."""

    code = "time_zone_changed"
    label = _("Time zone of the contact changed")
    description = _("Another time zone was entered for a contact.")
    time_zone: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ScoreReached(AboutContact):
    """A contact's score has risen to a threshold. It must fall below it before this happens again."""

    code = "score_reached"
    label = _("Score reached")
    description = _("A contact's score has risen to a threshold.")
    threshold: int
    score: int


@events.register
@dataclass(frozen=True, kw_only=True)
class SegmentEntered(AboutContact):
    """A contact came into a segment after the segment was made. ``segment`` is its code."""

    code = "segment_entered"
    label = _("Segment entered")
    description = _("A contact has come into a segment.")
    segment: str


@events.register
@dataclass(frozen=True, kw_only=True)
class SegmentLeft(AboutContact):
    """A contact is no longer in a segment."""

    code = "segment_left"
    label = _("Segment left")
    description = _("A contact is no longer in a segment.")
    segment: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ReferralUsed(AboutContact):
    """Goods that somebody else ordered through a customer's own link have been handed over. ``contact_id``, ``email``
    and ``user_id`` are those of the customer who recommended the shop; nothing is said about the buyer.
    """

    code = "referral_used"
    label = _("A recommendation has led to an order")
    description = _("A friend has ordered through a customer's link, and the goods were handed over.")
    referred_order: int
