"""Who names a row of the shop by its code: asked before staff delete the row or give it another code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True)
class Use:
    """One thing that names a row. ``label`` is what staff call it, ``url`` its page; empty where it has none."""

    label: Label
    url: str = ""


class RowUser(ABC):
    """A part of the shop that keeps codes of other rooms' rows where no foreign key can hold them, such as in JSON."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def uses(self, kind: str, code: str) -> Sequence[Use]:
        """What names the row of ``kind`` (``segment``, ``tag``, ``stage``, ``attribute`` …) with ``code`` and would
        stand still or go wrong without it. As many queries however much there is.
        """


row_users: Registry[RowUser] = Registry("row user", RowUser)


def uses_of(kind: str, code: str) -> list[Use]:
    """Everything that names the row; empty if nothing does, so that it may be deleted."""
    return [use for user in row_users for use in user.uses(kind, code)]
