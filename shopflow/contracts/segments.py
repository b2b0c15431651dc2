"""Segment fields: what the shop knows of contacts and can sort them by, one contact or a million at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class FieldKind(StrEnum):
    """What a field holds; says which comparisons make sense and how a value is written."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    MANY = "many"


class AmountUnit(StrEnum):
    """What an amount of money is counted in where it is stored. People type and read units of the currency."""

    CENTS = "cents"
    WHOLE = "whole"


def unit_of_name(name: str) -> AmountUnit | None:
    """Cents for names that end in ``_cents``, as fields of events do; None for others."""
    return AmountUnit.CENTS if name.isidentifier() and name.endswith("_cents") else None


ORDER = ("greater", "at_least", "less", "at_most", "between")
DAYS = ("within_days", "older_than_days", "in_next_days")
OPERATORS_OF: dict[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: (
        "is",
        "is_not",
        "in",
        "not_in",
        "contains",
        "not_contains",
        "starts_with",
        "empty",
        "not_empty",
    ),
    FieldKind.CHOICE: ("is", "is_not", "in", "not_in", "empty", "not_empty"),
    FieldKind.NUMBER: ("is", "is_not", *ORDER, "empty", "not_empty"),
    FieldKind.DATE: ("is", *ORDER, *DAYS, "empty", "not_empty"),
    FieldKind.MOMENT: (*ORDER, *DAYS, "empty", "not_empty"),
    FieldKind.BOOLEAN: ("is",),
    FieldKind.MANY: ("contains", "not_contains", "in", "not_in", "empty", "not_empty"),
}
"""The comparisons of each kind, by their codes in ``contracts.expressions.OPERATORS``."""


class SegmentField(ABC):
    """A fact about contacts as a Django expression over the contacts' table.

    The same expression works for a single contact and for all of them. Fields of every kind but MANY give
    ``expression``: one value, NULL where it is not known. MANY fields (tags, brands bought) give ``holds`` instead.
    ``description`` is one sentence for people who choose the field in a question. ``amount_in`` says of a NUMBER that
    it is an amount of money, and whether in cents or in units of the currency.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    group: ClassVar[Label] = ""
    kind: ClassVar[FieldKind] = FieldKind.TEXT
    amount_in: ClassVar[AmountUnit | None] = None

    @property
    def amount_unit(self) -> AmountUnit | None:
        """What the field's amounts are counted in, said by ``amount_in`` or by its name; None where it holds none."""
        return (self.amount_in or unit_of_name(self.code)) if self.kind is FieldKind.NUMBER else None

    @property
    def operators(self) -> tuple[str, ...]:
        """Comparisons that the field takes part in."""
        return OPERATORS_OF[self.kind]

    def choices(self) -> Sequence[tuple[str, Label]]:
        """What may be chosen, as value and label; empty where anything may be written. At most one query."""
        return ()

    @abstractmethod
    def expression(self) -> Any:
        """The value as an expression over contacts (``F``, ``Subquery``); MANY fields return None."""

    def holds(self, values: Sequence[str]) -> Any:
        """For MANY: an ``Exists`` over contacts that is true if any of ``values`` is among theirs.

        No ``values`` at all: if they have any. Never NULL.
        """
        raise NotImplementedError


class SetBased(ABC):
    """What a condition adds to be allowed in segments: the same question asked of all contacts at once."""

    @abstractmethod
    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        """A conditional expression over contacts (``Q``, ``Exists``, a lookup); NULL where it cannot be known."""


segment_fields: Registry[SegmentField] = Registry("segment field", SegmentField)
