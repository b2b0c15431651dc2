"""The one validator: from a resolved TOML table to a :class:`Profile`, or a sentence that names profile and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, NoReturn

from dealer_import.decoding import KNOWN
from dealer_import.profiles.columns import build_columns
from dealer_import.profiles.complaints import check_place, complain, one_of
from dealer_import.profiles.conditions import build_filter
from dealer_import.profiles.fields import FIELDS, KEYS, MODES, ON_ERROR, REQUIRED
from dealer_import.profiles.model import BadProfile, Brakes, Column, Profile, RowFilter
from dealer_import.sentences import say as _
from dealer_import.values import NumberFormat
from shopflow.contracts.parts import number_rules


def build_profile(name: str, table: Mapping[str, Any]) -> Profile:
    """The profile ``name`` from its resolved ``table``. Raises :class:`BadProfile`."""
    form = table.get("format")
    if not isinstance(form, str) or not form:
        raise BadProfile(_('The profile %(name)s needs a format, such as format = "csv".') % {"name": name})
    _check_keys(name, table)
    _check_options(name, table)
    _check_tables(name, table)
    _check_places(name, table)
    mode = table.get("mode", "full")
    columns = build_columns(name, table)
    missing = [field for field in REQUIRED[mode] if field not in columns]
    if missing:
        complain(name, "columns", _("it must fill %(fields)s") % {"fields": ", ".join(missing)})
    row_filter = build_filter(name, table.get("rows"))
    _check_header(name, table, columns.values(), row_filter)
    return Profile(
        name=name,
        format=form,
        columns=columns,
        options=table,
        mode=mode,
        numbers=_number_format(name, table),
        brands={str(key).casefold(): str(value) for key, value in table.get("brands", {}).items()},
        number_rules=dict(table.get("number_rules", {})),
        category_separator=str(table.get("category_separator", ">")),
        stock_counts=table.get("stock_counts", "sellable"),
        brakes=_brakes(name, table),
        on_error=table.get("on_error", "skip_row"),
        filter=row_filter,
        rebates={group: _hundredths(name, group, value) for group, value in table.get("rebates", {}).items()},
    )


def _check_keys(name: str, table: Mapping[str, Any]) -> None:
    for key in table:
        if key in KEYS or key in FIELDS:
            continue
        near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.85)
        if near:
            complain(name, key, _("there is no such key; “%(near)s” is meant, perhaps") % {"near": near[0]})


def _check_tables(name: str, table: Mapping[str, Any]) -> None:
    for key in ("columns", "brands", "number_rules", "max_price_change", "rebates", "records", "trailer"):
        if not isinstance(table.get(key, {}), Mapping):
            complain(name, key, _("it must be a table"))
    for rule in dict(table.get("number_rules", {})).values():
        one_of(name, "number_rules", rule, number_rules.codes())
    for code in dict(table.get("brands", {})).values():
        if not isinstance(code, str) or not 0 < len(code) <= 32:
            complain(name, "brands", _("a brand's code has 1 to 32 characters"))


def _check_places(name: str, table: Mapping[str, Any]) -> None:
    for mark in dict(table.get("records", {})).values():
        if not isinstance(mark, str) or not mark:
            complain(name, "records", _("it must name the mark of each kind, such as part = “A”"))
    if "kind_at" in table:
        check_place(name, "kind_at", table["kind_at"])
    for key, value in dict(table.get("trailer", {})).items():
        if key in ("count", "sum"):
            check_place(name, f"trailer.{key}", value)


def _check_header(name: str, table: Mapping[str, Any], columns: Iterable[Column], rows: RowFilter) -> None:
    """Without a line of names, columns are called by their places."""
    has_header = table.get("header", True)
    if not isinstance(has_header, bool):
        complain(name, "header", _("it must be true or false"))
    if has_header:
        return
    if table["format"] != "csv":
        complain(name, "header", _("only CSV files may begin without a line of names"))
    conditions = chain(rows.all_of, rows.any_of)
    for label in chain.from_iterable([*(column.labels for column in columns), [one.label for one in conditions]]):
        if re.fullmatch("[1-9][0-9]{0,3}", label) is None:
            told = _("without a line of names a column is called by its place, such as “3”, not “%(label)s”")
            complain(name, "header", told % {"label": label})


def _check_options(name: str, table: Mapping[str, Any]) -> None:
    one_of(name, "mode", table.get("mode", "full"), MODES)
    one_of(name, "on_error", table.get("on_error", "skip_row"), ON_ERROR)
    one_of(name, "prices", table.get("prices", "net"), ("net", "gross"))
    one_of(name, "stock_counts", table.get("stock_counts", "sellable"), ("sellable", "pieces"))
    one_of(name, "encoding", str(table.get("encoding", "auto")).lower(), ("auto", *KNOWN))
    delimiter = table.get("delimiter", "auto")
    if delimiter != "auto" and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n'):
        complain(name, "delimiter", _('it must be one character or "auto"'))
    skip = table.get("skip_lines", 0)
    if skip != "auto" and (not isinstance(skip, int) or isinstance(skip, bool) or skip < 0):
        complain(name, "skip_lines", _('it must be a number of lines or "auto"'))
    length = table.get("record_length", 1)
    if not isinstance(length, int) or isinstance(length, bool) or not 0 < length <= 100_000:
        complain(name, "record_length", _("it must be a whole number from 1"))
    if table.get("identity", ["brand", "number"]) != ["brand", "number"]:
        complain(name, "identity", _('a part is identified by ["brand", "number"]'))
    _check_footer(name, table.get("footer"))
    _check_stamp(name, table.get("stamp"))


def _check_footer(name: str, rule: Any) -> None:
    if rule is None:
        return
    if not isinstance(rule, Mapping) or not isinstance(rule.get("starts"), str) or not rule["starts"]:
        complain(name, "footer", _("it needs “%(part)s”") % {"part": "starts"})
    if "count_column" in rule:
        _from_one(name, "footer", "count_column", rule["count_column"])


def _check_stamp(name: str, rule: Any) -> None:
    if rule is None:
        return
    if not isinstance(rule, Mapping) or not isinstance(rule.get("format"), str) or not rule["format"]:
        complain(name, "stamp", _("it needs “%(part)s”") % {"part": "format"})
    if "at" in rule:
        check_place(name, "stamp.at", rule["at"])
        return
    for part in ("line", "column"):
        _from_one(name, "stamp", part, rule.get(part))


def _from_one(name: str, key: str, part: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        complain(name, key, _("“%(part)s” must be a number from 1") % {"part": part})


def _number_format(name: str, table: Mapping[str, Any]) -> NumberFormat:
    numbers = NumberFormat(str(table.get("decimal", ",")), str(table.get("thousands", ".")))
    if numbers.decimal == numbers.thousands or len(numbers.decimal) != 1 or len(numbers.thousands) > 1:
        complain(name, "decimal", _("decimal and thousands must be two different characters"))
    return numbers


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
            complain(name, key, _("it must be a whole number from 0"))
    return Brakes(**values)


def _hundredths(name: str, group: str, value: Any) -> int:
    """A discount in percent, as a number or as text, in hundredths of a percent."""
    if isinstance(value, bool):
        _bad_rebate(name, group)
    try:
        hundredths, lost = NumberFormat(".", "").scaled(str(value), 2)
    except ValueError:
        _bad_rebate(name, group)
    if lost or not 0 <= hundredths < 10_000:
        _bad_rebate(name, group)
    return hundredths


def _bad_rebate(name: str, group: str) -> NoReturn:
    complain(name, f"rebates.{group}", _("it must be a percentage from 0 to below 100, such as 12.5"))
