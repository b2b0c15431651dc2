"""What is asked just before a message goes out."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shopflow.contracts.mail import MailClass, legal_bases
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.queries import suppressions


@dataclass(frozen=True)
class Refusal:
    """Why a message is not sent: a stable code and a sentence for staff."""

    code: str
    reason: str


def refusal(message: Message) -> Refusal | None:
    """The first reason not to send ``message`` now, or None.

    Mail that the law demands is always tried. Raises UnknownCode if the basis's plugin is gone.
    """
    if message.mail_class == MailClass.LEGAL:
        return None
    scopes = {Suppression.ALL}
    if message.is_advertising:
        scopes |= {Suppression.ADVERTISING, message.purpose}
    for block in suppressions(message.to_email):
        if block.scope in scopes:
            return Refusal("suppressed", str(block.get_reason_display()))
    if not message.is_advertising:
        return None
    verdict = legal_bases.get(message.basis).holds(email=message.to_email, purpose=message.purpose)
    if verdict.holds:
        return None
    return Refusal("no_basis", str(verdict.reason) or _("There is no legal basis for this mail."))
