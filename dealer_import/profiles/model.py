from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dealer_import.values import NumberFormat

MAPPING_VERSION = 1
"""Raise it when the mapping or validation changes, so that every row is mapped anew."""


class BadProfile(Exception):
    """The profile cannot be used; the message names the profile, the key and what to write instead."""


@dataclass(frozen=True)
class Column:
    """Where one canonical field comes from: ``sources`` are column names in lower case, ``labels`` the same as the
    profile writes them, ``const`` a fixed value instead.
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
class Profile:
    """A validated profile. ``options`` is the resolved table, which the format's reader gets as it is."""

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

    @property
    def source(self) -> str:
        """Name of the source whose parts this profile keeps; profiles of one source must not run at once."""
        return str(self.options.get("source", self.name))

    @cached_property
    def version(self) -> str:
        """Hash of everything that decides what a row becomes."""
        body = json.dumps([MAPPING_VERSION, self.options], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    @property
    def provided(self) -> frozenset[str]:
        """Canonical fields that this profile delivers; all others are left as they are in the shop."""
        return frozenset(self.columns)

    @property
    def hides_missing(self) -> bool:
        """Only a full delivery may say that a part is gone."""
        return self.mode == "full"
