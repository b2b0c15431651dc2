"""Mail: what a message is for, and what allows it to be sent."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


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


legal_bases: Registry[LegalBasis] = Registry("legal basis", LegalBasis)
