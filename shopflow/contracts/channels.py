"""Channels: ways other than mail in which the shop reaches a person, such as text messages to a telephone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label, Scalar

MAIL = "mail"
"""The channel that the shop brings itself; no other may have this code."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message that is about to leave for ``address``.

    ``key`` is a UUID that stays the same for every attempt: pass it on as idempotency key where the provider knows such
    a thing, so that an attempt of unknown outcome can be repeated without harm.
    """

    key: str
    address: str
    text: str


class NotTaken(Exception):
    """The provider will never take this message; the text says why, for staff."""


class NotNow(Exception):
    """The provider has certainly not taken the message, and a later attempt makes sense."""


class Channel(ABC):
    """A way to reach a person.

    A message that goes this way is a row like every mail, and meets the same gates: legal basis, blocks of the person
    and of the address, caps, quiet hours.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def address(self, subject: Mapping[str, Scalar]) -> str:
        """The person's address in this channel, from an event's fields, always spelled in the same way.

        Empty if none is known that can be used.
        """

    @abstractmethod
    def deliver(self, message: Outgoing) -> str:
        """Hand over ``message`` and return the provider's number, or an empty text where there is none.

        Raises :class:`NotTaken` or :class:`NotNow`. After any other exception nobody knows whether the message left:
        advertising is then never sent again.
        """


class SmsSender(ABC):
    """A provider of text messages: what the built-in channel ``sms`` sends through."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def send(self, *, number: str, text: str, key: str) -> str:
        """Send ``text`` to ``number`` (``+4917012345678``); returns and raises as :meth:`Channel.deliver`."""


channels: Registry[Channel] = Registry("channel", Channel)
sms_senders: Registry[SmsSender] = Registry("sms sender", SmsSender)
