"""Profiles from TOML: shipped ones, the dealer's own, and what one takes over from another."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dealer_import.profiles.building import build_profile
from dealer_import.profiles.fields import FIELDS
from dealer_import.profiles.model import BadProfile, Profile
from dealer_import.sentences import say as _
from dealer_import.sources import source_class

SHIPPED = Path(__file__).with_name("data")
MERGED = ("columns", "brands", "number_rules", "max_price_change", "rebates")
"""Tables that are taken over entry by entry; everything else is replaced as a whole."""


def shipped_profiles() -> dict[str, Any]:
    """The profiles that come with shopflow, as TOML tables."""
    tables: dict[str, Any] = {}
    for path in sorted(SHIPPED.glob("*.toml")):
        tables.update(tomllib.loads(path.read_text("utf-8")))
    return tables


def load_profile(name: str, path: Path | None = None) -> Profile:
    """The profile ``name`` from the TOML file ``path``, or from the shipped ones.

    A profile in the file may extend one of the file or a shipped one. Raises :class:`BadProfile`.
    """
    tables = shipped_profiles()
    if path is not None:
        tables = {**tables, **read_tables(path)}
    return resolve_profile(name, tables)


def read_tables(path: Path) -> dict[str, Any]:
    """The TOML tables of a profile file. Raises :class:`BadProfile`."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadProfile(
            _("The profiles in %(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        ) from error


def resolve_profile(name: str, tables: Mapping[str, Any]) -> Profile:
    """Build the profile ``name`` from TOML ``tables``, following ``extends``. Raises :class:`BadProfile`."""
    return build_profile(name, _inherited(name, tables))


def _inherited(name: str, tables: Mapping[str, Any]) -> dict[str, Any]:
    chain = [_with_columns(table) for table in _chain(name, tables)]
    form = next((table["format"] for table in chain if isinstance(table.get("format"), str)), "")
    source = source_class(form)
    merged: dict[str, Any] = {}
    for table in (source.defaults if source else {}, *reversed(chain)):
        for key, value in table.items():
            both = key in MERGED and isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
            merged[key] = {**merged[key], **value} if both else value
    merged.pop("extends", None)
    if isinstance(merged.get("columns"), Mapping):
        merged["columns"] = {field: column for field, column in merged["columns"].items() if column is not False}
    return merged


def _chain(name: str, tables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    chain: list[Mapping[str, Any]] = []
    seen: list[str] = []
    current = name
    while current:
        if current in seen:
            raise BadProfile(_("The profile %(name)s extends itself.") % {"name": name})
        table = tables.get(current)
        if not isinstance(table, Mapping):
            known = ", ".join(sorted(tables))
            raise BadProfile(
                _("There is no profile %(name)s. Known profiles: %(known)s.") % {"name": current, "known": known}
            )
        seen.append(current)
        chain.append(table)
        current = str(table.get("extends", ""))
    return chain


def _with_columns(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """``brand = { const = "X" }`` beside the other keys means the same as under ``columns``."""
    aside = {key: value for key, value in table.items() if key in FIELDS and isinstance(value, Mapping)}
    if not aside:
        return table
    columns = table.get("columns", {})
    kept = {key: value for key, value in table.items() if key not in aside}
    return {**kept, "columns": {**columns, **aside} if isinstance(columns, Mapping) else columns}
