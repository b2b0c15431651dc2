"""Deleting what is no longer needed: sign-ups that nobody confirmed, and proofs that have outlived their use."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from shopflow.audience.models import BasketLead, Consent, ConsentEntry, ConsentRequest, Contact, RetiredEntry
from shopflow.audience.services.ledger import Action, chain_of
from shopflow.audience.services.requests import VALID_FOR, reference_of
from shopflow.core import clock
from shopflow.mailing.services import forget_messages

PROOF_KEPT_FOR = timedelta(days=3 * 366)
"""Claims lapse three years after the end of the consent (§ 195 BGB); until then it must be proved (Art. 7 (1) GDPR)."""

SOURCE_KEPT_FOR = timedelta(days=30)


def purge_unconfirmed(*, limit: int = 500) -> int:
    """Delete sign-ups that were not confirmed within 14 days, with their mail and their contact; return how many."""
    overdue = ConsentRequest.objects.filter(confirmed_at__isnull=True, requested_at__lt=clock.now() - VALID_FOR)
    requests = list(overdue.select_related("contact").order_by("requested_at")[:limit])
    for asked in requests:
        with transaction.atomic():
            _purge(asked)
    return len(requests)


def _purge(asked: ConsentRequest) -> None:
    email, contact = asked.contact.email, asked.contact_id
    forget_messages(reference=reference_of(asked))
    for purpose in asked.purposes:
        _drop_open_end(email, purpose)
    asked.delete()
    still_needed = Consent.objects.filter(email=email).exists()
    if not still_needed:
        bare = Contact.objects.filter(pk=contact, user=None, owner=None, stage=None, requests=None, purchases=None)
        # Somebody may have entered the address of a person whom staff know already.
        unknown = bare.filter(name="", company="", kind="")
        unknown.filter(tag_assignments=None, attribute_values=None).delete()


def _drop_open_end(email: str, purpose: str) -> None:
    """Remove the requests at a chain's end once the last of them is overdue, and undo the state they caused."""
    entries = ConsentEntry.objects.filter(chain=chain_of(email, purpose))
    last = entries.order_by("-position").first()
    if last is None or last.action != Action.REQUEST or last.recorded_at >= clock.now() - VALID_FOR:
        return
    settled = entries.exclude(action=Action.REQUEST).aggregate(position=Max("position"))["position"] or 0
    _retire(entries.filter(position__gt=settled), RetiredEntry.Reason.UNCONFIRMED)
    state = Consent.objects.filter(email=email, purpose=purpose, state=Consent.State.PENDING)
    if settled:
        state.update(state=Consent.State.WITHDRAWN)
    else:
        state.delete()


def purge_old_evidence() -> int:
    """Delete chains that ended with a refusal more than three years ago; return how many entries went.

    The refusal itself stays in force: it is a row of its own (``Consent``).
    """
    last = ConsentEntry.objects.filter(chain=OuterRef("chain")).order_by("-position").values("position")[:1]
    ended = ConsentEntry.objects.filter(
        action__in=[Action.WITHDRAW, Action.OBJECT],
        recorded_at__lt=clock.now() - PROOF_KEPT_FOR,
        position=Subquery(last),
    )
    chains = list(ended.values_list("chain", flat=True)[:500])
    with transaction.atomic():
        return _retire(ConsentEntry.objects.filter(chain__in=chains), RetiredEntry.Reason.OUTLIVED)


def purge_basket_sources() -> int:
    """Forget what led to baskets that nobody has ordered within 30 days; return how many."""
    count, _per_model = BasketLead.objects.filter(at__lt=clock.now() - SOURCE_KEPT_FOR).delete()
    return count


def _retire(entries: QuerySet[ConsentEntry], reason: str) -> int:
    """Delete ``entries``, having written down that they may go; the database lets no others be deleted."""
    hashes = list(entries.values_list("hash", flat=True))
    now = clock.now()
    RetiredEntry.objects.bulk_create([RetiredEntry(hash=value, reason=reason, at=now) for value in hashes])
    count, _per_model = ConsentEntry.objects.filter(hash__in=hashes).delete()
    return count
