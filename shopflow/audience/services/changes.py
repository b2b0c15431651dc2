from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shopflow.audience import queries
from shopflow.audience.models import Consent
from shopflow.audience.purposes import purposes
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.ledger import Action, write
from shopflow.audience.services.requests import reopen, stands
from shopflow.mailing.addresses import normalise_email


def grant_consent(
    *, email: str, purpose: str, source: str, language: str, user: Any = None, ip: str = "", user_agent: str = ""
) -> bool:
    """Record an agreement of somebody who has proved to own ``email``; False if it was there already, to today's text.

    The proof is the caller's duty: a signed link that was sent to the address, or a paper that staff keep. Everybody
    else goes through ``request_consent``.
    """
    email = normalise_email(email)
    with transaction.atomic():
        if stands(email, queries.consent_states(email), purpose):
            return False
        save_contact(email=email, language=language, user=user)
        write(
            email=email,
            purpose=purpose,
            action=Action.GRANT,
            source=source,
            language=language,
            ip=ip,
            user_agent=user_agent,
        )
        reopen(email, purpose)
    return True


def withdraw_consent(*, email: str, purpose: str, source: str, as_of: datetime | None = None) -> bool:
    """Take an agreement, or a request for one, back at once; False if there is none.

    ``as_of`` is when the person said so: an agreement that was given later stays.
    """
    email = normalise_email(email)
    with transaction.atomic():
        row = Consent.objects.select_for_update().filter(email=email, purpose=purpose).first()
        if row is None or row.state == Consent.State.WITHDRAWN:
            return False
        if as_of is not None and row.since > as_of:
            return False
        write(email=email, purpose=purpose, action=Action.WITHDRAW, source=source)
    return True


def withdraw_all(*, email: str, source: str, as_of: datetime | None = None) -> int:
    """Take back every agreement of ``email``; return how many there were."""
    email = normalise_email(email)
    with transaction.atomic():
        codes = list(Consent.objects.filter(email=email).order_by("purpose").values_list("purpose", flat=True))
        return sum(withdraw_consent(email=email, purpose=code, source=source, as_of=as_of) for code in codes)


def refuse(*, email: str, purpose: str, source: str, as_of: datetime | None = None) -> bool:
    """Withdraw the agreement to ``purpose``; without one, record an objection to such mails (Art. 21 (2) GDPR).

    An objection counts for mails that need no agreement (§ 7 (3) UWG). False if it was refused already, or if an
    agreement was given after ``as_of``.
    """
    email = normalise_email(email)
    with transaction.atomic():
        if Consent.objects.filter(email=email, purpose=purpose).exists():
            return withdraw_consent(email=email, purpose=purpose, source=source, as_of=as_of)
        write(email=email, purpose=purpose, action=Action.OBJECT, source=source)
    return True


def refuse_all(*, email: str, source: str, as_of: datetime | None = None) -> int:
    """Withdraw every agreement and object to all advertising that needs none; returns how many purposes it changed."""
    email = normalise_email(email)
    with transaction.atomic():
        asked = set(Consent.objects.filter(email=email).values_list("purpose", flat=True))
        without = {purpose.code for purpose in purposes if purpose.existing_customers}
        return sum(refuse(email=email, purpose=code, source=source, as_of=as_of) for code in sorted(asked | without))
