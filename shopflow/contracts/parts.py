"""Number rules: how a brand's part numbers become keys that compare equal however they were written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class NumberRule(ABC):
    """How one brand's numbers are brought to their key. Chosen per brand in the import profile."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def key(self, display: str) -> str:
        """The key of the number ``display`` as delivered; empty when nothing of it remains. Pure and deterministic."""


number_rules: Registry[NumberRule] = Registry("number rule", NumberRule)
