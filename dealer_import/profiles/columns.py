"""Columns of a profile: where a canonical field comes from and how its texts are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dealer_import.profiles.complaints import check_place, complain, one_of
from dealer_import.profiles.fields import (
    AMOUNTS,
    DEFAULT_DATES,
    DEFAULT_MAPS,
    FIELDS,
    NEEDED_WITH,
    OWNERS,
    PARTIAL_FIELDS,
    SHOP_OWNED,
    TYPES,
)
from dealer_import.profiles.model import Column
from dealer_import.profiles.names import column_name
from dealer_import.profiles.words import MAPS
from dealer_import.sentences import say as _

TIERS = "price_tiers"
"""List prices from a quantity on: with VAT where the list price has it."""


def build_columns(name: str, table: Mapping[str, Any]) -> dict[str, Column]:
    """The columns of the profile ``name``. Raises ``BadProfile``."""
    gross = table.get("prices", "net") == "gross"
    told = dict(table.get("columns", {}))
    columns = {key: _column(name, key, value, gross) for key, value in told.items()}
    if TIERS in columns and "prices" not in told[TIERS] and "list_price" in columns:
        columns[TIERS] = replace(columns[TIERS], gross=columns["list_price"].gross)
    mode = table.get("mode", "full")
    if mode not in PARTIAL_FIELDS:
        return columns
    kept = PARTIAL_FIELDS[mode] | NEEDED_WITH.get(mode, frozenset()) | {"number", "brand"}
    return {key: column for key, column in columns.items() if key in kept}


def _column(name: str, key: str, value: Any, gross: bool) -> Column:
    where = f"columns.{key}"
    if key not in FIELDS:
        complain(name, where, _("known fields are %(fields)s") % {"fields": ", ".join(sorted(FIELDS))})
    if not isinstance(value, Mapping) or sum(origin in value for origin in ("from", "const", "at")) != 1:
        complain(name, where, _('it needs either from = "column" or const = "value", or at = [place, length]'))
    labels = _labels(name, key, value)
    one_of(name, f"{where}.type", value.get("type", ""), TYPES)
    one_of(name, f"{where}.owner", value.get("owner", "dms"), OWNERS)
    one_of(name, f"{where}.prices", value.get("prices", "net"), ("net", "gross"))
    return Column(
        name=key,
        sources=tuple(key if "at" in value else column_name(label) for label in labels),
        labels=labels,
        const=_constant(value.get("const", "")),
        required=bool(value.get("required", False)),
        type=str(value.get("type", "")),
        map=_map(name, key, value.get("map", DEFAULT_MAPS.get(key, {}))),
        split=str(value.get("split", "")),
        formats=_formats(name, where, value.get("formats", DEFAULT_DATES)),
        owner=str(value.get("owner", "shop_once_edited" if key in SHOP_OWNED else "dms")),
        join=_join(name, where, value.get("join")),
        gross=_is_gross(key, value, gross),
    )


def _is_gross(key: str, value: Mapping[str, Any], gross: bool) -> bool:
    """The column says so itself; otherwise what customers pay follows the profile, and what the dealer pays is net."""
    if "prices" in value:
        return (key in AMOUNTS or key == TIERS) and value["prices"] == "gross"
    return gross and key in ("list_price", "offer_price", TIERS)


def _labels(name: str, key: str, value: Mapping[str, Any]) -> tuple[str, ...]:
    if "at" in value:
        check_place(name, f"columns.{key}.at", value["at"])
        return (key,)
    names = value.get("from", ())
    labels = (names,) if isinstance(names, str) else tuple(names) if isinstance(names, list | tuple) else (None,)
    if ("from" in value and not labels) or not all(isinstance(label, str) and label for label in labels):
        complain(name, f"columns.{key}", _("from must name a column"))
    return tuple(str(label) for label in labels)


def _constant(value: Any) -> str:
    return str(value)


def _formats(name: str, where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(form, str) for form in value):
        complain(name, f"{where}.formats", _('it must be a list such as ["%(example)s"]') % {"example": "%d.%m.%Y"})
    return tuple(value)


def _join(name: str, where: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        complain(name, f"{where}.join", _("it must be the text that stands between the columns"))
    return value


def _map(name: str, key: str, chosen: Any) -> dict[str, str]:
    if isinstance(chosen, str):
        one_of(name, f"columns.{key}.map", chosen, tuple(MAPS))
        return MAPS[chosen]
    if not isinstance(chosen, Mapping):
        complain(name, f"columns.{key}.map", _("it must be a table or the name of a word list"))
    return {str(word).upper(): str(meaning) for word, meaning in chosen.items()}
