from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopflow.mailing.texts.language import Finding


class AdvertisingNotAllowed(Exception):
    """An advertising mail without purpose and basis, or an advertising template sent as another class."""


class TextRefused(Exception):
    """A text with errors; ``findings`` says what is wrong with it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.sentence for finding in findings))
        self.findings = findings


class RefusedForGood(Exception):
    """The mail system said that this message will never be taken."""


class TryAgainLater(Exception):
    """The message was certainly not taken, and a later attempt makes sense."""


class OutcomeUnknown(Exception):
    """The connection ended while the message was on its way: nobody can say whether it was taken."""
