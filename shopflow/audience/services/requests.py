"""Double opt-in: a request, a mail, a click."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shopflow.audience import queries
from shopflow.audience.events import FormSubmitted
from shopflow.audience.exceptions import ExpiredLink, UnknownLink
from shopflow.audience.links import confirm_url, read_confirm_token
from shopflow.audience.models import Consent, ConsentEntry, ConsentRequest, Contact
from shopflow.audience.purposes import Documents
from shopflow.audience.purposes import purposes as known
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.ledger import Action, chain_of, write
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import lift, queue_message

VALID_FOR = timedelta(days=14)
REPEAT_AFTER = timedelta(minutes=10)
MAX_PER_DAY = 3
"""Anybody can enter anybody's address, so one address gets few of these mails."""


def request_consent(
    *,
    email: str,
    purposes: Sequence[str],
    source: str,
    language: str,
    user: Any = None,
    ip: str = "",
    user_agent: str = "",
) -> ConsentRequest | None:
    """Ask ``email`` by mail to confirm its agreement to ``purposes``; nothing may be sent before the click.

    ``source`` says where the boxes were ticked (an address or a short word), ``language`` in which language the texts
    were shown. Returns the request, or an open one if the same was asked minutes ago, or None if all purposes are
    agreed to already by today's text. Raises UnknownCode for a purpose that nobody registered.
    """
    for purpose in purposes:
        known.get(purpose)
    email = normalise_email(email)
    states = queries.consent_states(email)
    wanted = [purpose for purpose in dict.fromkeys(purposes) if not stands(email, states, purpose)]
    if not wanted:
        return None
    with transaction.atomic():
        contact = save_contact(email=email, language=language, user=user)
        open_one = _open_request(contact, wanted)
        if open_one is not None:
            return open_one
        asked = ConsentRequest.objects.create(
            contact=contact,
            purposes=wanted,
            source=source[:200],
            language=language[:8],
            requested_at=clock.now(),
        )
        _record(asked, mail=_ask(asked), ip=ip, user_agent=user_agent)
    return asked


def stands(email: str, states: Mapping[str, str], purpose: str) -> bool:
    """Whether ``email`` has agreed to the text that ``purpose`` has today; ``states`` are those of
    ``consent_states``. An agreement to an earlier text goes on holding for what that one says.
    """
    if states.get(purpose) != Consent.State.GRANTED:
        return False
    return not queries.outgrown_texts(email, {purpose: states[purpose]})


def _open_request(contact: Contact, wanted: Sequence[str]) -> ConsentRequest | None:
    """An unconfirmed request that makes another mail unnecessary, or the last one if there were too many today."""
    now = clock.now()
    today = queries.recent_requests(contact, since=now - timedelta(days=1))
    if len(today) >= MAX_PER_DAY:
        return today[0]
    fresh = [asked for asked in today if asked.requested_at > now - REPEAT_AFTER]
    return next((asked for asked in fresh if set(wanted) <= set(asked.purposes)), None)


def _ask(asked: ConsentRequest) -> Message:
    texts = [known.get(purpose).text(asked.language) for purpose in asked.purposes]
    return queue_message(
        dedupe_key=f"consent:{asked.key}",
        template="consent_confirm",
        to=asked.contact.email,
        context={
            "email": asked.contact.email,
            "consent_texts": texts,
            "confirm_url": confirm_url(asked.key),
            "expires_at": timezone.localtime(asked.requested_at + VALID_FOR),
        },
        mail_class=MailClass.TRANSACTIONAL,
        language=asked.language,
        reference=reference_of(asked),
    )


def reference_of(asked: ConsentRequest) -> str:
    """The reference of the confirmation mail in the message log."""
    return f"consent:{asked.key}"


def _record(asked: ConsentRequest, *, mail: Message, ip: str, user_agent: str) -> None:
    for purpose in asked.purposes:
        write(
            email=asked.contact.email,
            purpose=purpose,
            action=Action.REQUEST,
            source=asked.source,
            language=asked.language,
            ip=ip,
            user_agent=user_agent,
            request=str(asked.key),
            message_id=mail.message_id,
            mail_sha256=hashlib.sha256(mail.text.encode()).hexdigest(),
        )


def confirm_consent(token: str, *, ip: str = "", user_agent: str = "") -> ConsentRequest:
    """Confirm the request behind ``token``. A second click changes nothing and returns the same request.

    Raises :class:`UnknownLink` and, 14 days after the request, :class:`ExpiredLink`.
    """
    key = read_confirm_token(token)
    if key is None:
        raise UnknownLink
    with transaction.atomic():
        asked = ConsentRequest.objects.select_related("contact").filter(key=key).first()
        if asked is None:
            raise UnknownLink
        if asked.confirmed_at is not None:
            return asked
        now = clock.now()
        if now > asked.requested_at + VALID_FOR:
            raise ExpiredLink
        if not ConsentRequest.objects.filter(pk=asked.pk, confirmed_at__isnull=True).update(confirmed_at=now):
            return asked
        asked.confirmed_at = now
        for purpose in asked.purposes:
            _confirm(asked, purpose, ip, user_agent)
        _announce(asked)
    return asked


def _announce(asked: ConsentRequest) -> None:
    """Who asks for a document is announced with it, because some need not confirm anything any more."""
    if Documents.code in asked.purposes:
        return
    form = "newsletter" if asked.purposes == ["newsletter"] else "mail_settings"
    contact = asked.contact
    event = FormSubmitted(form=form, email=contact.email, user_id=contact.user_id, source=asked.source)
    publish(event, source_key=f"consent:{asked.key}:form")


def _confirm(asked: ConsentRequest, purpose: str, ip: str, user_agent: str) -> None:
    write(
        email=asked.contact.email,
        purpose=purpose,
        action=Action.CONFIRM,
        source=asked.source,
        language=asked.language,
        ip=ip,
        user_agent=user_agent,
        request=str(asked.key),
        requested_at=asked.requested_at.isoformat(),
        **_shown(asked, purpose),
    )
    reopen(asked.contact.email, purpose)


def _shown(asked: ConsentRequest, purpose: str) -> dict[str, str]:
    """The text that was agreed to: the form's, though the purpose may have another one by the time of the click."""
    chain = chain_of(asked.contact.email, purpose)
    entries = ConsentEntry.objects.filter(chain=chain, action=Action.REQUEST, content__request=str(asked.key))
    entry = entries.order_by("-position").first()
    return {} if entry is None else {name: str(entry.content[name]) for name in ("text", "text_version")}


def reopen(email: str, purpose: str) -> None:
    """Lift earlier refusals of ``purpose``: who agrees anew has changed their mind. Staff's blocks and bounces stay."""
    reasons = [Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.COMPLAINED, Suppression.Reason.ERASED]
    lift(email=email, scopes=[purpose, Suppression.ADVERTISING], reasons=reasons)
