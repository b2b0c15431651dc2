"""Handing a message to a channel that is not mail, with the same three answers: taken, refused, nobody knows."""

from __future__ import annotations

from shopflow.contracts.channels import NotNow, NotTaken, Outgoing, channels
from shopflow.contracts.registry import UnknownCode
from shopflow.mailing.exceptions import OutcomeUnknown, RefusedForGood, TryAgainLater
from shopflow.mailing.links import message_uuid
from shopflow.mailing.models import Message


def outgoing(message: Message) -> Outgoing:
    """What the channel gets to see of ``message``."""
    return Outgoing(key=str(message_uuid(message.dedupe_key)), address=message.address, text=message.text)


def hand_to_channel(code: str, message: Outgoing) -> str:
    """Deliver ``message`` and return the provider's number. Raises RefusedForGood, TryAgainLater or OutcomeUnknown."""
    try:
        return channels.get(code).deliver(message)
    except NotTaken as error:
        raise RefusedForGood(str(error)) from error
    except (NotNow, UnknownCode) as error:
        raise TryAgainLater(str(error)) from error
    except Exception as error:  # whatever a plugin raises in mid-delivery, the message may have left
        raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error
