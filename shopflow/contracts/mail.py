"""Mail: what a message is for, and what allows it to be sent."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label, Scalar

_Answer = TypeVar("_Answer")
_NEVER_COUNTED = "shopflow_never_counted"


def never_counted(view: Callable[..., _Answer]) -> Callable[..., _Answer]:
    """Mark a view whose links in mails must stay as they are, whoever agreed to being counted: pages by which people
    unsubscribe, choose or confirm, and what the law demands. Stands above all other decorators."""
    setattr(view, _NEVER_COUNTED, True)
    return view


def is_never_counted(view: Callable[..., object]) -> bool:
    """Whether ``view`` carries the mark of :func:`never_counted`."""
    return bool(getattr(view, _NEVER_COUNTED, False))


class MailClass(StrEnum):
    """How a mail is treated. LEGAL and TRANSACTIONAL need no consent and carry no advertising (BGH VI ZR 134/15);
    ADVERTISING needs a legal basis at the moment of sending (§ 7 UWG); STAFF goes to the shop's own people."""

    LEGAL = "legal"
    TRANSACTIONAL = "transactional"
    ADVERTISING = "advertising"
    STAFF = "staff"


@dataclass(frozen=True)
class BasisVerdict:
    """Whether a legal basis holds now, with a sentence for staff."""

    holds: bool
    reason: Label = ""


class LegalBasis(ABC):
    """Something that allows advertising mail for a purpose, asked again just before each sending."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        """Whether mail for ``purpose`` may go to ``email`` now."""

    def holds_for(self, *, emails: Sequence[str], purpose: str) -> Mapping[str, BasisVerdict]:
        """The same for several addresses at once; worth its own query where many mails leave together."""
        return {email: self.holds(email=email, purpose=purpose) for email in emails}


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A mail that is about to leave: what a sending gate may know of it. ``queued_at`` is when it was written,
    ``text_hash`` names the words of staff that it carries, empty for the shipped ones."""

    dedupe_key: str
    email: str
    mail_class: MailClass
    purpose: str
    queued_at: datetime
    text_hash: str = ""


@dataclass(frozen=True)
class HeldBack:
    """Why a mail does not leave now: for good, or until ``until``. ``code`` is a stable word, ``reason`` for staff."""

    code: str
    reason: Label
    until: datetime | None = None


class SendingGate(ABC):
    """Something that may hold back a mail in the moment that it would leave. Mail that the law demands is not asked."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def judge(self, mail: Departure) -> HeldBack | None:
        """Why ``mail`` must not leave now; None to let it go. Reads the state of now and changes nothing."""

    def judge_all(self, mails: Sequence[Departure]) -> Sequence[HeldBack | None]:
        """The same for mails that leave together, in their order; worth its own queries where they are many."""
        return [self.judge(mail) for mail in mails]


@dataclass(frozen=True)
class Attachment:
    """A file to attach: ``storage_name`` in the storage that the ``STORAGES`` setting calls ``private``."""

    filename: str
    content_type: str
    storage_name: str


class MailContext(ABC):
    """Words and files that a room lends to mail templates: the order, the basket, payment instructions, documents.

    ``needs`` names the event fields without which it has nothing to say. It reads the current state, so that a
    template sees the same order whatever event led to the mail.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    needs: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        """Template variables; all rooms' variables end up side by side, so name them for what they are."""

    def attachments(self, subject: Mapping[str, Scalar]) -> Sequence[Attachment]:
        """Files to attach when a template asks for this context's files."""
        return ()


mail_contexts: Registry[MailContext] = Registry("mail context", MailContext)
legal_bases: Registry[LegalBasis] = Registry("legal basis", LegalBasis)
sending_gates: Registry[SendingGate] = Registry("sending gate", SendingGate)
