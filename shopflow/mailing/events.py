from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events
from shopflow.contracts.types import Label


@events.register
@dataclass(frozen=True, kw_only=True)
class MailSent(Event):
    """The mail system has accepted a message. ``message_id`` is the primary key of our ``Message``."""

    code = "mail_sent"
    label = _("Mail sent")
    description = _("A mail of the shop has left the house.")
    message_id: int
    template: str
    email: str
    reference: str


@events.register
@dataclass(frozen=True, kw_only=True)
class MailReplied(Event):
    """A person has answered one of our mails, to an address at which the provider takes mails in for the shop."""

    code = "mail_replied"
    label = _("Mail answered")
    description = _("A person has answered one of the shop's mails.")
    message_id: int
    template: str
    email: str
    reference: str
    flow: str

    @classmethod
    def silent_because(cls) -> Label:
        if getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
            return ""
        return _("Answers come in once the mail provider may hand them over: set ANYMAIL_WEBHOOK_SECRET.")


@events.register
@dataclass(frozen=True, kw_only=True)
class MailUnsubscribed(Event):
    """A person refused mail: for one ``purpose``, or for all advertising when it is empty.

    ``reason`` is ``unsubscribed`` or ``complained``.
    """

    code = "mail_unsubscribed"
    label = _("Mail unsubscribed")
    description = _("Somebody has unsubscribed from one kind of mail, or from all advertising.")
    email: str
    purpose: str
    reason: str


@events.register
@dataclass(frozen=True, kw_only=True)
class HardBounced(Event):
    """Mail to a person can never arrive: the address is blocked until it changes. Once for each address."""

    code = "hard_bounced"
    label = _("Mail cannot be delivered")
    description = _("The mailbox of a person does not exist or refuses the shop for good.")
    email: str
    message_id: int | None


@events.register
@dataclass(frozen=True, kw_only=True)
class Complained(Event):
    """A person has reported one of our mails as spam. All advertising to the address has ended by then."""

    code = "complained"
    label = _("Mail reported as spam")
    description = _("A person has reported a mail of the shop as spam; the shop sends no advertising to them any more.")
    email: str
    message_id: int | None


@events.register
@dataclass(frozen=True, kw_only=True)
class LinkClicked(Event):
    """A person who agrees to being counted has followed a link of an advertising mail; ``link`` is its place, from 1.

    Where it leads is not told: an address may hold more about a person than the click does.
    """

    code = "link_clicked"
    label = _("Link in a mail followed")
    description = _("Somebody who agrees to being counted has followed a link in an advertising mail.")
    message_id: int
    template: str
    email: str
    reference: str
    link: int


@events.register
@dataclass(frozen=True, kw_only=True)
class MailTextChanged(Event):
    """Another text of ``template`` is sent from now on, in the language ``text_language``. About no person."""

    code = "mail_text_changed"
    label = _("Text of a mail changed")
    description = _("You or a colleague have saved another text for one of the shop's mails.")
    template: str
    text_language: str
