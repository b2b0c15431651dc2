"""Telling people what the audience holds about them, and forgetting them."""

from __future__ import annotations

from django.db import transaction

from shopflow.audience import queries
from shopflow.audience.models import Consent, Contact, ContactOrder
from shopflow.audience.services.changes import withdraw_all
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import normalise_email


def export_person(email: str) -> JSONDict:
    """Everything that this room holds about ``email``, as JSON (Art. 15 and 20 GDPR)."""
    contact = queries.contact_of(email)
    consents = Consent.objects.filter(email=normalise_email(email)).order_by("purpose")
    return {
        "contact": None if contact is None else _contact(contact),
        "consents": [
            {"purpose": consent.purpose, "state": consent.state, "since": consent.since.isoformat()}
            for consent in consents
        ],
        "ledger": [{"at": entry.recorded_at.isoformat(), **entry.content} for entry in queries.ledger_of(email)],
        **({} if contact is None else _profile(contact)),
    }


def _contact(contact: Contact) -> JSONDict:
    return {
        "email": contact.email,
        "name": contact.name,
        "company": contact.company,
        "kind": contact.kind,
        "language": contact.language,
        "time_zone": contact.time_zone,
        "stage": contact.stage.label if contact.stage else None,
        "score": contact.score,
        "since": contact.created_at.isoformat(),
    }


def _profile(contact: Contact) -> JSONDict:
    return {
        "tags": [
            {
                "tag": row.tag.label,
                "source": row.source,
                "since": row.assigned_at.isoformat(),
                "until": row.expires_at.isoformat() if row.expires_at else None,
            }
            for row in contact.tag_assignments.select_related("tag").order_by("pk")
        ],
        "attributes": [
            {"attribute": row.definition.label, "value": row.shown, "since": row.set_at.isoformat()}
            for row in contact.attribute_values.select_related("definition").order_by("pk")
        ],
        "scores": [
            {"points": row.points, "reason": row.reason, "at": row.at.isoformat()}
            for row in contact.score_entries.order_by("pk")
        ],
        "segments": [
            {"segment": row.segment.label, "since": row.since.isoformat()}
            for row in contact.memberships.select_related("segment").order_by("pk")
        ],
        "sources": [
            {
                "which": row.which,
                "source": row.source,
                "medium": row.medium,
                "campaign": row.campaign,
                "content": row.content,
                "term": row.term,
                "share_link": row.share_link.label if row.share_link else None,
                "landing": row.landing,
                "at": row.at.isoformat(),
            }
            for row in contact.touches.select_related("share_link").order_by("which")
        ],
        "vouchers": [
            {
                "code": row.voucher.code,
                "percent": row.percent,
                "given": row.given_at.isoformat(),
                "until": row.voucher.end_datetime.isoformat(),
            }
            for row in contact.vouchers.select_related("voucher").order_by("pk")
        ],
        "documents": [
            {"document": row.magnet.title, "at": row.requested_at.isoformat(), "downloads": row.downloads}
            for row in contact.magnet_requests.select_related("magnet").order_by("pk")
        ],
        "questions": [
            {"question": row.survey, "asked": row.invited_at.isoformat()} for row in contact.surveys.order_by("pk")
        ],
        "order_sources": [
            {"order": row.order.number, "source": row.source, "medium": row.medium, "campaign": row.campaign}
            for row in contact.purchases.select_related("order").exclude(source="").order_by("pk")
        ],
    }


def erase_person(email: str) -> JSONDict:
    """Forget ``email`` (Art. 17 GDPR): withdraw everything, delete contact, profile and consents; return what stays.

    The ledger stays as proof until its time is over (``purge_old_evidence``); it knows the address's fingerprint only.
    Orders stay as tax law demands, but no longer lead to a contact, and what led to them is forgotten.
    """
    email = normalise_email(email)
    with transaction.atomic():
        withdrawn = withdraw_all(email=email, source="erasure")
        Consent.objects.filter(email=email).delete()
        ContactOrder.objects.filter(contact__email=email).update(
            contact=None, share_link=None, source="", medium="", campaign=""
        )
        _count, deleted = Contact.objects.filter(email=email).delete()
        kept = queries.ledger_of(email).count()
    marks = sum(deleted.get(f"shopflow_audience.{name}", 0) for name in _PROFILE)
    return {"withdrawn": withdrawn, "erased": withdrawn + marks, "kept": kept}


_PROFILE = ("Contact", "TagAssignment", "AttributeValue", "ScoreEntry", "SegmentMember", "Touch")
