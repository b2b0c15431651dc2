from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopflow.contracts.channels import channels
from shopflow.contracts.mail import Attachment, MailClass
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.mailing.addresses import email_hash, is_valid, normalise_email
from shopflow.mailing.composing import Content, compose, one_line
from shopflow.mailing.exceptions import AdvertisingNotAllowed
from shopflow.mailing.inlining import inline_styles
from shopflow.mailing.letterhead import Letterhead
from shopflow.mailing.links import message_uuid, unsubscribe_url
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services.together import current_pile
from shopflow.mailing.wording import is_advertising_template

SEND_TASK = "shopflow.mailing.send_due"
MAX_KEY = 200
ADVERTISING_KEEPS = timedelta(days=3)
"""After an outage longer than this, advertising is not made up for."""


def queue_message(
    *,
    dedupe_key: str,
    template: str,
    to: str,
    context: Mapping[str, Any],
    mail_class: MailClass,
    purpose: str = "",
    basis: str = "",
    language: str = "de",
    attachments: Sequence[Attachment] = (),
    reference: str = "",
    campaign: str = "",
    not_after: datetime | None = None,
    text_hash: str = "",
) -> Message:
    """Render ``templates/mail/<template>/`` and have it sent after the commit; once per ``dedupe_key``, for ever.

    A second call with the same key returns the first message and changes nothing. ``context`` is completed with
    ``seller``, ``site_url`` and, for advertising, ``unsubscribe_url``. ADVERTISING needs ``purpose`` and ``basis``
    (the code of a ``contracts.mail.LegalBasis``), asked when the mail goes out (§ 7 UWG). ``campaign`` is the code of
    the flow that sends: when its mails bounce too often, they are held. After ``not_after`` the mail is not sent any
    more; for advertising that is three days from now unless given. ``text_hash`` binds the mail to one edition of
    staff's words (``composing.SHIPPED``: the shipped ones); without it the version in use is taken. Raises
    :class:`AdvertisingNotAllowed` without purpose and basis, and for an advertising template in any other class.
    """
    found = _existing(dedupe_key)
    if found is not None:
        return found
    _check_class(mail_class, purpose=purpose, basis=basis)
    if mail_class != MailClass.ADVERTISING and is_advertising_template(template):
        raise AdvertisingNotAllowed(f"The template “{template}” advertises and cannot be sent as {mail_class.value}.")
    pile = current_pile()
    letterhead = pile.letterhead if pile else Letterhead()
    full = {**letterhead.shared(mail_class), **context}
    if mail_class == MailClass.ADVERTISING:
        full["unsubscribe_url"] = unsubscribe_url(dedupe_key)
    content = compose(template, context=full, language=language, text_hash=text_hash, letterhead=letterhead)
    return _store(
        letterhead,
        dedupe_key=dedupe_key,
        template=template,
        to=to,
        content=content,
        mail_class=mail_class,
        purpose=purpose,
        basis=basis,
        language=language,
        attachments=attachments,
        reference=reference,
        campaign=campaign[:64],
        not_after=not_after,
    )


def queue_rendered(
    *,
    dedupe_key: str,
    template: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    mail_class: MailClass = MailClass.TRANSACTIONAL,
    purpose: str = "",
    basis: str = "",
    language: str = "de",
    attachments: Sequence[Attachment] = (),
    reference: str = "",
    campaign: str = "",
) -> Message:
    """As :func:`queue_message`, for a mail that somebody else has rendered; ``template`` is its name in the log."""
    found = _existing(dedupe_key)
    if found is not None:
        return found
    _check_class(mail_class, purpose=purpose, basis=basis)
    pile = current_pile()
    return _store(
        pile.letterhead if pile else Letterhead(),
        dedupe_key=dedupe_key,
        template=template[:64],
        to=to,
        content=Content(one_line(subject), inline_styles(html), text),
        mail_class=mail_class,
        purpose=purpose,
        basis=basis,
        language=language,
        attachments=attachments,
        reference=reference,
        campaign=campaign[:64],
    )


def queue_text(
    *,
    dedupe_key: str,
    channel: str,
    address: str,
    to: str,
    text: str,
    template: str,
    mail_class: MailClass,
    purpose: str = "",
    basis: str = "",
    reference: str = "",
    campaign: str = "",
    not_after: datetime | None = None,
) -> Message:
    """Have ``text`` sent by ``channel`` to ``address`` after the commit; otherwise as :func:`queue_message`.

    ``to`` is the e-mail address by which the shop knows the person: consents, blocks and caps are theirs, whatever the
    channel. ``template`` is its name in the log. Advertising gets the link that ends it as a last line. Raises
    UnknownCode for a channel that is not installed.
    """
    found = _existing(dedupe_key)
    if found is not None:
        return found
    _check_class(mail_class, purpose=purpose, basis=basis)
    channels.get(channel)
    if mail_class == MailClass.ADVERTISING:
        text = f"{text.rstrip()}\n{_('Unsubscribe: %(url)s') % {'url': unsubscribe_url(dedupe_key)}}"
    pile = current_pile()
    return _store(
        pile.letterhead if pile else Letterhead(),
        dedupe_key=dedupe_key,
        channel=channel,
        address=address,
        template=template[:64],
        to=to,
        content=Content(one_line(text), "", text),
        mail_class=mail_class,
        purpose=purpose,
        basis=basis,
        language=get_language() or "de",
        attachments=(),
        reference=reference,
        campaign=campaign[:64],
        not_after=not_after,
    )


def _existing(dedupe_key: str) -> Message | None:
    if not 0 < len(dedupe_key) <= MAX_KEY:
        raise ValueError(f"A dedupe key has 1 to {MAX_KEY} characters; hash what is longer.")
    pile = current_pile()
    if pile is not None and (dedupe_key in pile.messages or dedupe_key in pile.new):
        return pile.messages.get(dedupe_key)
    return Message.objects.filter(dedupe_key=dedupe_key).first()


def _check_class(mail_class: MailClass, *, purpose: str, basis: str) -> None:
    if mail_class == MailClass.ADVERTISING and not (purpose and basis):
        raise AdvertisingNotAllowed("Advertising needs a purpose and a legal basis (§ 7 UWG).")


def _store(
    letterhead: Letterhead,
    *,
    dedupe_key: str,
    to: str,
    content: Content,
    mail_class: MailClass,
    attachments: Sequence[Attachment],
    **columns: Any,
) -> Message:
    email = normalise_email(to)
    now = clock.now()
    columns.update(_first_state(email, now))
    if mail_class == MailClass.ADVERTISING and columns.get("not_after") is None:
        columns["not_after"] = now + ADVERTISING_KEEPS
    message = Message(
        dedupe_key=dedupe_key,
        message_id=f"<{message_uuid(dedupe_key)}@{letterhead.domain}>",
        to_email=email[:254],
        email_hash=email_hash(email),
        mail_class=mail_class.value,
        subject=content.subject,
        html=content.html,
        text=content.text,
        text_hash=content.text_hash,
        attachments=[asdict(attachment) for attachment in attachments],
        created_at=now,
        **columns,
    )
    pile = current_pile()
    if pile is None or attachments or not pile.add(message):
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:  # another process was quicker with the same key
            found = Message.objects.filter(dedupe_key=dedupe_key).first()
            if found is None:
                raise
            return found
    if message.state == MessageState.PLANNED:
        enqueue(SEND_TASK)
    return message


def _first_state(email: str, now: Any) -> JSONDict:
    if is_valid(email):
        return {"state": MessageState.PLANNED, "due_at": now}
    return {
        "state": MessageState.SKIPPED,
        "skip_code": "invalid_address",
        "last_error": _("“%(email)s” is not an e-mail address.") % {"email": email},
    }


def retry_message(*, message_id: int, actor: Any) -> bool:
    """Send a failed message, or one of unknown outcome, once more at ``actor``'s wish; False if it is neither.

    Advertising that has perhaps arrived is never sent again.
    """
    with transaction.atomic():
        changed = Message.objects.filter(
            Q(state=MessageState.FAILED) | (Q(state=MessageState.UNKNOWN) & ~Q(mail_class=MailClass.ADVERTISING)),
            pk=message_id,
            to_email__gt="",
        ).update(state=MessageState.DEFERRED, attempts=0, due_at=clock.now(), lease_until=None, last_error="")
        if changed:
            message = Message.objects.get(pk=message_id)
            audit(actor=actor, action="mail_retry", target=message, summary=message.subject)
            enqueue(SEND_TASK)
    return bool(changed)


def give_up(*, message_id: int, actor: Any) -> bool:
    """Take a message off the list of those that will be sent, at ``actor``'s wish; False if it is on none."""
    with transaction.atomic():
        changed = Message.objects.filter(
            pk=message_id, state__in=[MessageState.PLANNED, MessageState.DEFERRED, MessageState.UNKNOWN]
        ).update(state=MessageState.SKIPPED, skip_code="given_up", due_at=None, lease_until=None)
        if changed:
            message = Message.objects.get(pk=message_id)
            audit(actor=actor, action="mail_give_up", target=message, summary=message.subject)
    return bool(changed)


def give_up_all(*, reference: str) -> int:
    """Take every message with ``reference`` that has not left off the list; returns how many. The caller audits it."""
    waiting = Message.objects.filter(reference=reference, state__in=[MessageState.PLANNED, MessageState.DEFERRED])
    return waiting.update(state=MessageState.SKIPPED, skip_code="given_up", due_at=None, lease_until=None)
