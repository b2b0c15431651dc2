from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from dealer_import.profiles.fields import REQUIRED
from dealer_import.values import NumberFormat

MAPPING_VERSION = 8
"""Raise it when the mapping or validation changes, so that every row is mapped anew."""


def this_month() -> str:
    """The dealer's calendar month, such as ``2026-11``: rows taken by their age are looked at anew in every one."""
    return date.today().strftime("%Y-%m")  # noqa: DTZ011 - the dealer's own calendar


class BadProfile(Exception):
    """The profile cannot be used; the message names the profile, the key and what to write instead."""


@dataclass(frozen=True)
class Column:
    """Where one canonical field comes from: ``sources`` are column names in lower case, ``labels`` the same as the
    profile writes them, ``const`` a fixed value instead.

    Of several sources the first filled one counts; with ``join`` all are put together, and stock is added up.
    ``gross`` says that an amount includes VAT.
    """

    name: str
    sources: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    const: str = ""
    required: bool = False
    type: str = ""
    map: Mapping[str, str] = field(default_factory=dict)
    split: str = ""
    formats: tuple[str, ...] = ()
    owner: str = "dms"
    join: str | None = None
    gross: bool = False


@dataclass(frozen=True)
class Brakes:
    """When a run is held. Percentages; ``floor`` rows are never enough to hold a run."""

    max_missing_percent: int = 20
    price_change_percent: int = 50
    price_change_rows_percent: int = 20
    max_rejected_percent: int = 20
    min_rows_percent: int = 50
    floor: int = 10


@dataclass(frozen=True)
class Condition:
    """What one column must hold for a row to be taken. Exactly one of the tests is set.

    ``above`` and ``below`` are in thousandths; ``within_months`` counts back from the day of the import.
    """

    source: str
    label: str
    above: int | None = None
    below: int | None = None
    among: frozenset[str] | None = None
    not_among: frozenset[str] | None = None
    within_months: int | None = None
    filled: bool | None = None
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowFilter:
    """Which rows concern the shop at all: all of ``all_of`` and, if there are any, one of ``any_of``."""

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all_of or self.any_of)

    @property
    def depends_on_today(self) -> bool:
        return any(condition.within_months is not None for condition in (*self.all_of, *self.any_of))


@dataclass(frozen=True)
class Profile:
    """A validated profile. ``options`` is the resolved table, which the format's reader gets as it is.

    ``rebates`` are hundredths of a percent off the list price by discount group, which give the cost of parts that are
    delivered without one. ``on_error`` says what a wrong value costs: the file, the row or, where that is safe, only
    the field.
    """

    name: str
    format: str
    columns: Mapping[str, Column]
    options: Mapping[str, Any]
    mode: str = "full"
    numbers: NumberFormat = field(default_factory=NumberFormat)
    brands: Mapping[str, str] = field(default_factory=dict)
    number_rules: Mapping[str, str] = field(default_factory=dict)
    category_separator: str = ">"
    stock_counts: str = "sellable"
    brakes: Brakes = field(default_factory=Brakes)
    on_error: str = "skip_row"
    filter: RowFilter = field(default_factory=RowFilter)
    rebates: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Name of the source whose parts this profile keeps; profiles of one source must not run at once."""
        return str(self.options.get("source", self.name))

    def label(self, field: str) -> str:
        """The name that the column of ``field`` has in the file; empty where there is none."""
        column = self.columns.get(field)
        return column.labels[0] if column is not None and column.labels else ""

    @cached_property
    def version(self) -> str:
        """Hash of everything that decides what a row becomes."""
        decides = [MAPPING_VERSION, self.options, *([this_month()] if self.filter.depends_on_today else [])]
        body = json.dumps(decides, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    @property
    def provided(self) -> frozenset[str]:
        """Canonical fields that this profile delivers; all others are left as they are in the shop."""
        return frozenset(self.columns)

    def without(self, fields: Collection[str]) -> Profile:
        """The profile for a delivery that has nothing for ``fields``, which are left as they are in the shop.

        What a part cannot do without stays, and so do unit and VAT rate unless the profile says what an empty cell
        means: other cells are understood by them, and their rows have to be refused.
        """
        kept = {
            name: column
            for name, column in self.columns.items()
            if name not in fields or name in REQUIRED[self.mode] or (name in ("unit", "tax") and "" not in column.map)
        }
        return self if len(kept) == len(self.columns) else replace(self, columns=kept)

    @property
    def hides_missing(self) -> bool:
        """Only a full delivery may say that a part is gone."""
        return self.mode == "full"
