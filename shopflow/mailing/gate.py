"""What is asked just before a message goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shopflow.contracts.mail import Departure, MailClass, legal_bases, sending_gates
from shopflow.core import clock
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.queries import suppressions


@dataclass(frozen=True)
class Refusal:
    """Why a message is not sent: a stable code and a sentence for staff; ``until`` if it only has to wait."""

    code: str
    reason: str
    until: datetime | None = None


def refusal(message: Message) -> Refusal | None:
    """The first reason not to send ``message`` now, or None.

    Mail that the law demands is always tried. Raises UnknownCode if the basis's plugin is gone.
    """
    if message.mail_class == MailClass.LEGAL:
        return None
    if message.not_after is not None and message.not_after < clock.now():
        return Refusal("stale", _("It could not be sent in time and has become pointless."))
    mail_class = MailClass(message.mail_class)
    blocked = barred(email=message.to_email, mail_class=mail_class, purpose=message.purpose)
    if blocked is not None:
        return blocked
    baseless = without_basis(
        email=message.to_email, mail_class=mail_class, purpose=message.purpose, basis=message.basis
    )
    if baseless is not None:
        return baseless
    return _held_back(message)


def barred(*, email: str, mail_class: MailClass, purpose: str = "") -> Refusal | None:
    """Whether mail of this class and purpose to ``email`` is blocked; never what the law demands."""
    if mail_class is MailClass.LEGAL:
        return None
    scopes = {Suppression.ALL}
    if mail_class is MailClass.ADVERTISING:
        scopes |= {Suppression.ADVERTISING, purpose}
    for block in suppressions(email):
        if block.scope in scopes:
            return Refusal("suppressed", str(block.get_reason_display()))
    return None


def without_basis(*, email: str, mail_class: MailClass, purpose: str, basis: str) -> Refusal | None:
    """Whether advertising to ``email`` lacks its legal basis now (§ 7 UWG). Raises UnknownCode if nobody knows it."""
    if mail_class is not MailClass.ADVERTISING:
        return None
    verdict = legal_bases.get(basis).holds(email=email, purpose=purpose)
    if verdict.holds:
        return None
    return Refusal("no_basis", str(verdict.reason) or _("There is no legal basis for this mail."))


def _held_back(message: Message) -> Refusal | None:
    """What the other rooms' gates say about ``message``, in the order of their codes."""
    departure = Departure(
        dedupe_key=message.dedupe_key,
        email=message.to_email,
        mail_class=MailClass(message.mail_class),
        purpose=message.purpose,
        queued_at=message.created_at,
    )
    for gate in sending_gates:
        held = gate.judge(departure)
        if held is not None:
            return Refusal(held.code[:32], str(held.reason), held.until)
    return None
