"""The mail room's tables."""

from shopflow.mailing.models.lifted import LiftedBlock
from shopflow.mailing.models.mails import (
    SENDABLE,
    AdvertisingPause,
    HandOver,
    LinkClick,
    MailKind,
    MailSettings,
    MailText,
    MailTextInUse,
    Message,
    MessageEvent,
    MessageState,
    SendingLimit,
    SendingPace,
    Suppression,
)

__all__ = [
    "SENDABLE",
    "AdvertisingPause",
    "HandOver",
    "LiftedBlock",
    "LinkClick",
    "MailKind",
    "MailSettings",
    "MailText",
    "MailTextInUse",
    "Message",
    "MessageEvent",
    "MessageState",
    "SendingLimit",
    "SendingPace",
    "Suppression",
]
