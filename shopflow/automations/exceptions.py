from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopflow.automations.models import FlowDraft


class DefinitionInvalid(ValueError):
    """A flow's definition cannot be used. ``problems`` are sentences that say where and what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class NotReady(DefinitionInvalid):
    """A definition may be read, but not be let loose on people yet: the gate before switching on says why."""


class StepStuck(Exception):
    """A step cannot go on and its run is parked. ``code`` is a stable word, the message a sentence for staff."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class RunNotParked(Exception):
    """Staff tried to move a run that is not parked (any more)."""


class TransactionBroken(StepStuck):
    """A step failed in the database: its transaction can only be undone, and the run parked in another one."""


class NotAllowed(Exception):
    """Staff asked for something that cannot be done now; the message is a sentence for them."""


class DraftConflict(Exception):
    """Somebody else has changed the draft meanwhile. ``draft`` is as it is now; None if it is gone."""

    def __init__(self, draft: FlowDraft | None) -> None:
        super().__init__()
        self.draft = draft


class KeyReused(Exception):
    """Another system has sent the key of one event with another one."""
