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
    scopes = {Suppression.ALL}
    if message.is_advertising:
        scopes |= {Suppression.ADVERTISING, message.purpose}
    for block in suppressions(message.to_email):
        if block.scope in scopes:
            return Refusal("suppressed", str(block.get_reason_display()))
    if message.is_advertising:
        verdict = legal_bases.get(message.basis).holds(email=message.to_email, purpose=message.purpose)
        if not verdict.holds:
            return Refusal("no_basis", str(verdict.reason) or _("There is no legal basis for this mail."))
    return _held_back(message)


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
