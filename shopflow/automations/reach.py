"""Whom a broadcast would reach, and why it would not reach the others: counted before anybody is written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q

from shopflow.audience.models import Segment
from shopflow.audience.queries import people_of
from shopflow.automations.calendars import Rules
from shopflow.automations.content import troubles_in, words_of
from shopflow.automations.definitions import Act, Definition
from shopflow.automations.definitions.mentions import FIELD, TEMPLATE
from shopflow.automations.models import Recipient
from shopflow.automations.pins import TEXTS, text_key
from shopflow.automations.services.soundness import BROKEN
from shopflow.contracts.automations import Sending, actions
from shopflow.contracts.mail import MailClass, legal_bases
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.mailing.addresses import email_hash, is_valid
from shopflow.mailing.letterhead import Letterhead
from shopflow.mailing.models import Message, MessageState, Suppression

LOOKED_AT = 10_000
CHUNK = 1000


@dataclass(frozen=True)
class Reach:
    """``total`` people in the segment; of the first ``looked_at`` so many are reached, the others are left out."""

    total: int
    looked_at: int
    reached: int
    left_out: Mapping[str, int]

    @property
    def is_partial(self) -> bool:
        return self.looked_at < self.total


def reach(*, segment: Segment, definition: Definition) -> Reach:
    """As of now; a cap may be free and a consent withdrawn by the time the mail leaves."""
    people = people_of(segment)
    emails = list(people.order_by("pk").values_list("email", flat=True)[:LOOKED_AT])
    total = len(emails) if len(emails) < LOOKED_AT else people.count()
    sending = first_sending(definition)
    left_out: Counter[str] = Counter()
    for start in range(0, len(emails), CHUNK):
        left_out.update(_left_out(emails[start : start + CHUNK], sending, definition).values())
    return Reach(total, len(emails), len(emails) - left_out.total(), dict(left_out))


def left_out(emails: Sequence[str], definition: Definition, pins: JSONDict | None = None) -> Mapping[str, str]:
    """Whom the definition's first mail would not reach now, with the code of the reason. ``pins`` are the version's."""
    return _left_out(emails, first_sending(definition), definition, pins)


def first_sending(definition: Definition) -> Sending | None:
    """What the first mail of the definition is sent as."""
    return next((sending for _act, sending in _sendings(definition)), None)


def _sendings(definition: Definition) -> Iterator[tuple[Act, Sending]]:
    for step in definition.steps:
        if isinstance(step, Act) and step.action in actions:
            sending = actions.get(step.action).sends(step.settings)
            if sending is not None:
                yield step, sending


def _is_broken(definition: Definition, pins: JSONDict) -> bool:
    """Whether the words of the first mail, in the shop's language, name something that is not there."""
    act = next(act for act, _sending in _sendings(definition))
    said = [str(act.settings["text"])] if act.settings.get("text") else []
    template, language = str(act.settings.get(TEMPLATE, "")), settings.LANGUAGE_CODE
    if template and not FIELD.search(template):
        edition = str(pins.get(TEXTS, {}).get(text_key(template, language)) or "")
        text = Letterhead().text(template, str(act.settings.get("language") or language), edition)
        said += [words_of(text)] if text is not None else []
    return bool(troubles_in(said))


def _left_out(
    emails: Sequence[str], sending: Sending | None, definition: Definition, pins: JSONDict | None = None
) -> dict[str, str]:
    """The reason for each address that is not reached; the first in the order of the engine's gates."""
    found = {email: "invalid_address" for email in emails if not is_valid(email)}
    for email in Recipient.objects.filter(email__in=emails, blocked_at__isnull=False).values_list("email", flat=True):
        found.setdefault(email, "blocked")
    if sending is None:
        return found
    hashes = {email_hash(email): email for email in emails}
    for fingerprint in _suppressed(list(hashes), sending):
        found.setdefault(hashes[fingerprint], "suppressed")
    if sending.mail_class is MailClass.ADVERTISING:
        basis = legal_bases.get(sending.basis).holds_for(emails=emails, purpose=sending.purpose)
        for email in emails:
            if not basis[email].holds:
                found.setdefault(email, "no_consent")
        for fingerprint in _capped(list(hashes), sending, definition):
            found.setdefault(hashes[fingerprint], "cap")
        if _is_broken(definition, pins or {}):
            found = {**dict.fromkeys(emails, BROKEN), **found}
    return found


def _suppressed(hashes: list[str], sending: Sending) -> set[str]:
    scopes = [Suppression.ALL]
    if sending.mail_class is MailClass.ADVERTISING:
        scopes += [Suppression.ADVERTISING, sending.purpose]
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
    found = Suppression.objects.filter(lasting, email_hash__in=hashes, scope__in=scopes)
    return set(found.values_list("email_hash", flat=True))


def _capped(hashes: list[str], sending: Sending, definition: Definition) -> set[str]:
    """Who has had so many advertising mails that the next one would be put off."""
    cap, now = definition.cap or Rules.of_now().cap, clock.now()
    mails = Message.objects.filter(
        email_hash__in=hashes, mail_class="advertising", created_at__gt=now - timedelta(days=cap.days)
    ).exclude(state__in=[MessageState.SKIPPED, MessageState.FAILED])
    if definition.cap is not None:
        mails = mails.filter(purpose=sending.purpose)
    full = mails.order_by().values("email_hash").annotate(number=Count("pk")).filter(number__gte=cap.messages)
    recent = mails.filter(created_at__gt=now - cap.gap) if cap.gap else mails.none()
    return set(full.values_list("email_hash", flat=True)) | set(recent.values_list("email_hash", flat=True))
