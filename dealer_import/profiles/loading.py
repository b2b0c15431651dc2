from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dealer_import.decoding import KNOWN
from dealer_import.profiles.model import BadProfile, Brakes, Column, Profile
from dealer_import.profiles.words import MAPS
from dealer_import.values import NumberFormat
from shopflow.contracts.imports import import_sources
from shopflow.contracts.parts import number_rules

SHIPPED = Path(__file__).with_name("shipped.toml")
MODES = ("full", "delta")
REQUIRED = ("number", "brand", "title", "list_price")
FIELDS = frozenset(
    [
        "number",
        "brand",
        "title",
        "description",
        "category",
        "gtin",
        "unit",
        "pack_qty",
        "price_per",
        "list_price",
        "cost",
        "discount_group",
        "tax",
        "core_deposit",
        "battery_deposit",
        "stock",
        "reserved",
        "lead_days",
        "successor",
        "succession_kind",
        "oe_numbers",
        "fitment",
        "models",
        "un_number",
        "weight",
        "dimensions",
        "customs_no",
        "origin",
        "image",
        "document",
        "tyre_label",
        "valid_from",
        "status",
    ]
)
"""The canonical fields that a profile may fill."""
TYPES = frozenset(["", "text", "money", "cents", "quantity", "gtin", "date", "filename", "integer"])
OWNERS = frozenset(["dms", "shop_once_edited", "pim", "locked"])
DEFAULT_DATES = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%Y%m%d")
DEFAULT_MAPS = {"unit": "units_de", "status": "status_de", "succession_kind": "succession_de"}
MERGED = ("columns", "brands", "number_rules", "max_price_change")


def shipped_profiles() -> dict[str, Any]:
    """The profiles that come with shopflow, as TOML tables."""
    return tomllib.loads(SHIPPED.read_text("utf-8"))


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
    return _build(name, _inherited(name, tables))


def _inherited(name: str, tables: Mapping[str, Any]) -> dict[str, Any]:
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
    merged: dict[str, Any] = {}
    for table in (_format_defaults(chain), *reversed(chain)):
        for key, value in table.items():
            both = key in MERGED and isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
            merged[key] = {**merged[key], **value} if both else value
    merged.pop("extends", None)
    return merged


def _format_defaults(chain: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What the reader of the chain's format says that its names mean; empty for a format that is not installed."""
    form = next((table["format"] for table in chain if isinstance(table.get("format"), str)), "")
    return import_sources.get(form).defaults if form in import_sources else {}


def _build(name: str, table: dict[str, Any]) -> Profile:
    form = table.get("format")
    if not isinstance(form, str):
        raise BadProfile(_('The profile %(name)s needs a format, such as format = "csv".') % {"name": name})
    columns = {key: _column(name, key, value) for key, value in dict(table.get("columns", {})).items()}
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        _refuse(name, "columns", _("it must fill %(fields)s") % {"fields": ", ".join(missing)})
    _check_options(name, table)
    numbers = NumberFormat(str(table.get("decimal", ",")), str(table.get("thousands", ".")))
    if numbers.decimal == numbers.thousands or len(numbers.decimal) != 1 or len(numbers.thousands) > 1:
        _refuse(name, "decimal", _("decimal and thousands must be two different characters"))
    return Profile(
        name=name,
        format=form,
        columns=columns,
        options=table,
        mode=table.get("mode", "full"),
        numbers=numbers,
        brands={str(key).casefold(): str(value) for key, value in table.get("brands", {}).items()},
        number_rules=dict(table.get("number_rules", {})),
        category_separator=str(table.get("category_separator", ">")),
        stock_counts=table.get("stock_counts", "sellable"),
        brakes=_brakes(name, table),
    )


def _check_options(name: str, table: Mapping[str, Any]) -> None:
    _one_of(name, "mode", table.get("mode", "full"), MODES)
    _one_of(name, "stock_counts", table.get("stock_counts", "sellable"), ("sellable", "pieces"))
    _one_of(name, "encoding", str(table.get("encoding", "auto")).lower(), ("auto", *KNOWN))
    delimiter = table.get("delimiter", "auto")
    if delimiter != "auto" and (not isinstance(delimiter, str) or len(delimiter) != 1):
        _refuse(name, "delimiter", _('it must be one character or "auto"'))
    skip = table.get("skip_lines", 0)
    if skip != "auto" and (not isinstance(skip, int) or skip < 0):
        _refuse(name, "skip_lines", _('it must be a number of lines or "auto"'))
    if table.get("identity", ["brand", "number"]) != ["brand", "number"]:
        _refuse(name, "identity", _('a part is identified by ["brand", "number"]'))
    for rule in dict(table.get("number_rules", {})).values():
        _one_of(name, "number_rules", rule, number_rules.codes())
    for code in dict(table.get("brands", {})).values():
        if not isinstance(code, str) or not 0 < len(code) <= 32:
            _refuse(name, "brands", _("a brand's code has 1 to 32 characters"))
    _check_positions(name, "footer", table.get("footer"), text="starts", numbers=("count_column",))
    _check_positions(name, "stamp", table.get("stamp"), text="format", numbers=("line", "column"))


def _check_positions(name: str, key: str, rule: Any, *, text: str, numbers: tuple[str, ...]) -> None:
    if rule is None:
        return
    if not isinstance(rule, Mapping) or not isinstance(rule.get(text), str) or not rule[text]:
        _refuse(name, key, _("it needs “%(part)s”") % {"part": text})
    optional = key == "footer"
    for number in numbers:
        value = rule.get(number)
        if value is None and optional:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            _refuse(name, key, _("“%(part)s” must be a number from 1") % {"part": number})


def _column(name: str, key: str, value: Any) -> Column:
    if key not in FIELDS:
        _refuse(name, f"columns.{key}", _("known fields are %(fields)s") % {"fields": ", ".join(sorted(FIELDS))})
    if not isinstance(value, Mapping) or ("from" in value) == ("const" in value):
        _refuse(name, f"columns.{key}", _('it needs either from = "column" or const = "value"'))
    names = value.get("from", ())
    sources = (names,) if isinstance(names, str) else tuple(names)
    if not all(isinstance(source, str) and source for source in sources):
        _refuse(name, f"columns.{key}", _("from must name a column"))
    if len(sources) > 1 and key != "stock":
        _refuse(name, f"columns.{key}", _("only stock may be added up from several columns"))
    _one_of(name, f"columns.{key}.type", value.get("type", ""), TYPES)
    _one_of(name, f"columns.{key}.owner", value.get("owner", "dms"), OWNERS)
    return Column(
        name=key,
        sources=tuple(" ".join(source.split()).casefold() for source in sources),
        labels=sources,
        const=str(value.get("const", "")),
        required=bool(value.get("required", False)),
        type=str(value.get("type", "")),
        map=_map(name, key, value.get("map", DEFAULT_MAPS.get(key, {}))),
        split=str(value.get("split", "")),
        formats=tuple(value.get("formats", DEFAULT_DATES)),
        owner=str(value.get("owner", "shop_once_edited" if key in ("title", "description", "category") else "dms")),
    )


def _map(name: str, key: str, chosen: Any) -> dict[str, str]:
    if isinstance(chosen, str):
        _one_of(name, f"columns.{key}.map", chosen, tuple(MAPS))
        return MAPS[chosen]
    if not isinstance(chosen, Mapping):
        _refuse(name, f"columns.{key}.map", _("it must be a table or the name of a word list"))
    return {str(word).upper(): str(meaning) for word, meaning in chosen.items()}


def _brakes(name: str, table: Mapping[str, Any]) -> Brakes:
    price = dict(table.get("max_price_change", {}))
    values = {
        "max_missing_percent": table.get("max_missing_percent", 20),
        "price_change_percent": price.get("percent", 50),
        "price_change_rows_percent": price.get("of_rows_percent", 20),
        "max_rejected_percent": table.get("max_rejected_percent", 20),
        "min_rows_percent": table.get("min_rows_percent", 50),
        "floor": table.get("brake_floor", 10),
    }
    for key, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            _refuse(name, key, _("it must be a whole number from 0"))
    return Brakes(**values)


def _one_of(name: str, key: str, value: Any, allowed: Any) -> None:
    if value not in allowed:
        wanted = ", ".join(str(item) for item in allowed if item)
        _refuse(name, key, _("“%(value)s” is not one of %(wanted)s") % {"value": value, "wanted": wanted})


def _refuse(name: str, key: str, reason: str) -> None:
    raise BadProfile(_("Profile %(name)s, %(key)s: %(reason)s.") % {"name": name, "key": key, "reason": reason})
