"""Reads about contacts and consents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.audience import matching
from shopflow.audience.models import (
    AttributeValue,
    AudienceSettings,
    Consent,
    ConsentEntry,
    ConsentRequest,
    Contact,
    ContactOrder,
    PersonalVoucher,
    ScoreEntry,
    ScoreThreshold,
    Segment,
    SegmentMember,
    ShareLink,
    Stage,
    Tag,
    TagAssignment,
    Touch,
)
from shopflow.audience.purposes import Purpose, purposes
from shopflow.contracts.expressions import Expression
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.addresses import email_hash, normalise_email
from shopflow.mailing.models import Suppression
from shopflow.mailing.queries import suppressions


def has_consent(*, email: str, purpose: str) -> bool:
    """Whether ``email`` has agreed to ``purpose`` and not taken it back; one look at one row."""
    return Consent.objects.filter(email=normalise_email(email), purpose=purpose, state=Consent.State.GRANTED).exists()


def agreed_version(*, email: str, purpose: str) -> str:
    """The version of the text that the standing agreement to ``purpose`` was given to; empty where there is none."""
    if not has_consent(email=email, purpose=purpose):
        return ""
    given = [ConsentEntry.Action.CONFIRM, ConsentEntry.Action.GRANT]
    entry = ledger_of(email).filter(purpose=purpose, action__in=given).order_by("-position").first()
    return "" if entry is None else str(entry.content.get("text_version", ""))


def outgrown_texts(email: str, states: Mapping[str, str]) -> dict[str, str]:
    """Of purposes that stand by an agreement to an earlier text than today's: that text, as it was shown. ``states``
    are those of :func:`consent_states`.
    """
    standing = [code for code, state in states.items() if state == Consent.State.GRANTED and code in purposes]
    if not standing:
        return {}
    given = [ConsentEntry.Action.CONFIRM, ConsentEntry.Action.GRANT]
    entries = ledger_of(email).filter(purpose__in=standing, action__in=given).order_by("position")
    last = {entry.purpose: entry.content for entry in entries}
    return {
        code: str(content.get("text", ""))
        for code, content in last.items()
        if str(content.get("text_version", "")) != purposes.get(code).version
    }


def consenting(emails: Collection[str], purpose: str) -> set[str]:
    """Those of ``emails`` that have agreed to ``purpose`` and not taken it back, as they were given; one query."""
    spelled = {email: normalise_email(email) for email in emails}
    granted = Consent.objects.filter(email__in=set(spelled.values()), purpose=purpose, state=Consent.State.GRANTED)
    agreed = set(granted.values_list("email", flat=True))
    return {email for email, known in spelled.items() if known in agreed}


def consent_states(email: str) -> dict[str, str]:
    """The state of each purpose that ``email`` was ever asked about."""
    return dict(Consent.objects.filter(email=normalise_email(email)).values_list("purpose", "state"))


def contact_of(email: str) -> Contact | None:
    return Contact.objects.filter(email=normalise_email(email)).first()


def ledger_of(email: str) -> QuerySet[ConsentEntry]:
    """All entries about ``email``, oldest first."""
    return ConsentEntry.objects.filter(email_hash=email_hash(email)).order_by("recorded_at", "pk")


def recent_requests(contact: Contact, *, since: datetime) -> list[ConsentRequest]:
    """Unconfirmed requests since a moment, newest first."""
    return list(contact.requests.filter(confirmed_at__isnull=True, requested_at__gte=since).order_by("-requested_at"))


def unconfirmed(contact: Contact, states: Mapping[str, str]) -> set[str]:
    """Purposes that wait for the click in a confirmation mail; ``states`` are those of :func:`consent_states`."""
    asked = contact.requests.filter(confirmed_at__isnull=True).values_list("purposes", flat=True)
    waiting = {code for codes in asked for code in codes}
    return {code for code in waiting if states.get(code) != Consent.State.GRANTED}


def audience_settings() -> AudienceSettings:
    """The stored settings, or those that hold until staff have changed any."""
    return AudienceSettings.objects.filter(pk=1).first() or AudienceSettings(pk=1)


def contact_matches(*, email: str, expression: Expression, now: datetime | None = None) -> bool | None:
    """Whether an expression over segment fields is true of the contact with ``email``; None when it is not known."""
    contact = contact_of(email)
    return matching.verdict(expression, contact_id=contact.pk, now=now) if contact else None


def contacts_match(
    *, emails: Collection[str], expression: Expression, now: datetime | None = None
) -> dict[str, bool | None]:
    """The same for many, by the addresses as they were given; one query."""
    spelled = {email: normalise_email(email) for email in emails}
    found = matching.verdicts(expression, emails=set(spelled.values()), now=now)
    return {email: found.get(known) for email, known in spelled.items()}


def contact_list(
    *,
    q: str = "",
    kind: str = "",
    stage: Stage | None = None,
    tag: Tag | None = None,
    segment: Segment | None = None,
    owner: Any = None,
) -> QuerySet[Contact]:
    """Contacts, newest first; a word with an @ is looked up as a whole address, any other as a beginning."""
    found = Contact.objects.select_related("stage", "owner").order_by("-pk")
    words = q.strip()
    if "@" in words:
        found = found.filter(email=normalise_email(words))
    elif words:
        found = found.filter(
            Q(email__startswith=words.lower()) | Q(name__istartswith=words) | Q(company__istartswith=words)
        )
    if kind:
        found = found.filter(kind=kind)
    if stage is not None:
        found = found.filter(stage=stage)
    if owner is not None:
        found = found.filter(owner=owner)
    if tag is not None:
        found = found.filter(Exists(TagAssignment.objects.filter(contact=OuterRef("pk"), tag=tag)))
    if segment is not None:
        found = found.filter(Exists(SegmentMember.objects.filter(contact=OuterRef("pk"), segment=segment)))
    return found.prefetch_related("tag_assignments__tag")


REFERRAL_THANKS = "referral_thanks"
"""The automation that rewards recommendations."""

GONE = ("cancelled", "returned")
"""Statuses of orders that count for nobody."""

HOT = 50
"""Points from which a lead is hot as long as the shop has set no threshold."""


def hot_from() -> int:
    """Points from which a lead is hot: the shop's lowest threshold."""
    lowest = ScoreThreshold.objects.order_by("points").values_list("points", flat=True).first()
    return lowest or HOT


def lead_list(
    *, stage: Stage | None = None, owner: Any = None, unowned: bool = False, least: int | None = None, hot: int = HOT
) -> QuerySet[Contact]:
    """Who is worth following up, the highest score first: contacts at an open stage, and those without any who are
    business customers or hot.
    """
    found = Contact.objects.select_related("stage", "owner").order_by("-score", "-pk")
    if stage is not None:
        found = found.filter(stage=stage)
    else:
        unplaced = Q(stage=None) & (Q(kind=Contact.Kind.BUSINESS) | Q(score__gte=hot))
        found = found.filter(Q(stage__outcome=Stage.Outcome.OPEN) | unplaced)
    if unowned:
        found = found.filter(owner=None)
    elif owner is not None:
        found = found.filter(owner=owner)
    return found if least is None else found.filter(score__gte=least)


def after(found: QuerySet[Contact], *, score: int, pk: int) -> QuerySet[Contact]:
    """What follows a row of :func:`lead_list`."""
    return found.filter(Q(score__lt=score) | Q(score=score, pk__lt=pk))


def people_of(segment: Segment) -> QuerySet[Contact]:
    """Who is in ``segment`` now: asked afresh, or as the list was kept. Raises what :func:`matching.read` raises."""
    if segment.kind == Segment.Kind.STATIC:
        return Contact.objects.filter(Exists(SegmentMember.objects.filter(contact=OuterRef("pk"), segment=segment)))
    return matching.matching(matching.read(segment.expression))


SHOWN = 20


@dataclass(frozen=True)
class ContactCard:
    """What the contact's page shows, in a fixed number of queries; histories end after :data:`SHOWN` rows."""

    consents: list[tuple[Purpose | None, str, Consent | None]]
    ledger: list[ConsentEntry]
    tags: list[TagAssignment]
    attributes: list[AttributeValue]
    scores: list[ScoreEntry]
    touches: list[Touch]
    purchases: list[ContactOrder]
    blocks: list[Suppression]


def contact_card(contact: Contact) -> ContactCard:
    """Everything that the audience knows about ``contact``."""
    states = {row.purpose: row for row in Consent.objects.filter(email=contact.email)}
    known = [(purpose, purpose.code, states.pop(purpose.code, None)) for purpose in purposes]
    return ContactCard(
        consents=[*known, *((None, code, row) for code, row in states.items())],
        ledger=list(ledger_of(contact.email).order_by("-recorded_at", "-pk")[:SHOWN]),
        tags=list(contact.tag_assignments.select_related("tag", "assigned_by").order_by("tag__label")),
        attributes=list(contact.attribute_values.select_related("definition").order_by("definition__position")),
        scores=list(contact.score_entries.order_by("-at", "-pk")[:SHOWN]),
        touches=list(contact.touches.select_related("share_link").order_by("which")),
        purchases=list(contact.purchases.select_related("order", "share_link").order_by("-placed_at")[:SHOWN]),
        blocks=suppressions(contact.email),
    )


def referred_orders(contact: Contact) -> int:
    """How many orders that stand somebody's own link has brought; their own do not count."""
    orders = ContactOrder.objects.filter(share_link__contact=contact).exclude(contact=contact)
    return orders.exclude(order__status__in=GONE).count()


def order_stands(order_id: int) -> bool | None:
    """Whether nothing of an order was cancelled, returned or withdrawn from; None of an order that is not there."""
    order = get_model("order", "Order").objects.filter(pk=order_id).first()
    if order is None:
        return None
    gone = order.status in GONE or order.lines.filter(status__in=GONE).exists()
    withdrawn = OutboxEvent.objects.filter(code__startswith="withdrawal_", payload__order_id=order_id)
    return not gone and not withdrawn.exists()


def orders_of_link(link: ShareLink) -> QuerySet[ContactOrder]:
    """The orders that a link has brought, newest first."""
    net = F("order__total_excl_tax") - F("order__shipping_excl_tax")
    return link.purchases.select_related("order").annotate(net=net).order_by("-placed_at", "-pk")


def referral_vouchers(contact: Contact) -> list[PersonalVoucher]:
    """What somebody was given for recommending the shop and can still use."""
    found = contact.vouchers.filter(
        flow=REFERRAL_THANKS, voucher__end_datetime__gte=clock.now(), voucher__applications=None
    )
    return list(found.select_related("voucher").order_by("-given_at", "-pk")[:SHOWN])


def share_links() -> QuerySet[ShareLink]:
    """The share links with what came of them: orders that stand, and their net sum in the shop's currency."""
    stands = ~Q(purchases__order__status__in=GONE)
    net = F("purchases__order__total_excl_tax") - F("purchases__order__shipping_excl_tax")
    return ShareLink.objects.select_related("contact").annotate(
        orders=Count("purchases", filter=stands), net=Sum(net, filter=stands, default=Decimal("0.00"))
    )


def new_goods(*, limit: int) -> list[Any]:
    """The newest products on sale; of the categories that count as similar goods, where any are chosen."""
    products = get_model("catalogue", "Product").objects.browsable().base_queryset()
    kinds = audience_settings().similar_categories.values_list("path", flat=True) if _has_settings() else []
    wanted = [Q(categories__path__startswith=path) for path in kinds]
    if wanted:
        products = products.filter(reduce(or_, wanted))
    return list(products.order_by("-date_created", "-pk").distinct()[:limit])


def _has_settings() -> bool:
    return AudienceSettings.objects.filter(pk=1).exists()


def orders_standing(contact: Contact) -> int:
    """How many orders of the contact were neither cancelled nor returned."""
    return contact.purchases.exclude(order__status__in=["cancelled", "returned"]).count()


def usable_voucher(*, email: str, flow: str = "") -> PersonalVoucher | None:
    """The newest personal voucher of ``email`` that can still be used; with ``flow`` one that this automation gave."""
    found = PersonalVoucher.objects.filter(
        contact__email=normalise_email(email), voucher__end_datetime__gte=clock.now(), voucher__applications=None
    )
    if flow:
        found = found.filter(flow=flow)
    return found.select_related("voucher").order_by("-given_at", "-pk").first()


def birthday_of(contact: Contact) -> date | None:
    """The day that the person has entered for the greeting, in the year 2000."""
    found = contact.attribute_values.filter(definition__code="birthday", definition__kind="annual")
    return found.values_list("day", flat=True).first()


def profile_of(contact: Contact) -> list[tuple[str, str]]:
    """What the shop has put together about a contact, in words that the person may read (Art. 15 (1) h GDPR)."""
    tags = ", ".join(row.tag.label for row in contact.tag_assignments.select_related("tag"))
    attributes = contact.attribute_values.select_related("definition").order_by("definition__position")
    rows = [(_("Tags"), tags), (_("Score"), str(contact.score) if contact.score else "")]
    rows += [(row.definition.label, row.shown) for row in attributes]
    return [(label, value) for label, value in rows if value]
