"""Which rows of a delivery concern the shop: ``rows = { any = [ { column = "Bestand", above = 0 }, … ] }``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealer_import.profiles.complaints import complain
from dealer_import.profiles.fields import DEFAULT_DATES
from dealer_import.profiles.model import Condition, RowFilter
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.values import NumberFormat

TESTS = ("above", "below", "is", "is_not", "filled", "within_months")


def build_filter(name: str, rule: Any) -> RowFilter:
    """The row filter of the profile ``name``. Raises ``BadProfile``."""
    if rule is None:
        return RowFilter()
    if not isinstance(rule, Mapping) or not rule or not set(rule) <= {"any", "all"}:
        complain(name, "rows", _("it needs a list of conditions under “any”, under “all”, or both"))
    return RowFilter(
        all_of=tuple(_condition(name, item) for item in _listed(name, rule.get("all", []))),
        any_of=tuple(_condition(name, item) for item in _listed(name, rule.get("any", []))),
    )


def _listed(name: str, items: Any) -> list[Any]:
    if not isinstance(items, list):
        complain(name, "rows", _("it needs a list of conditions under “any”, under “all”, or both"))
    return items


def _condition(name: str, item: Any) -> Condition:
    named = isinstance(item, Mapping) and isinstance(item.get("column"), str) and item["column"]
    if not named or sum(test in item for test in TESTS) != 1 or set(item) - {*TESTS, "column", "formats"}:
        complain(
            name,
            "rows",
            _('a condition names a column and one of %(tests)s, such as { column = "Bestand", above = 0 }')
            % {"tests": ", ".join(TESTS)},
        )
    return Condition(
        source=column_name(item["column"]),
        label=item["column"],
        above=_thousandths(name, item, "above"),
        below=_thousandths(name, item, "below"),
        among=_words(name, item, "is"),
        not_among=_words(name, item, "is_not"),
        within_months=_months(name, item),
        filled=_flag(name, item),
        formats=tuple(str(form) for form in item.get("formats", DEFAULT_DATES)),
    )


def _thousandths(name: str, item: Mapping[str, Any], test: str) -> int | None:
    if test not in item:
        return None
    try:
        return NumberFormat(".", "").scaled(str(item[test]), 3)[0]
    except ValueError:
        complain(name, f"rows.{test}", _("it must be a number such as 0 or 2.5"))


def _words(name: str, item: Mapping[str, Any], test: str) -> frozenset[str] | None:
    if test not in item:
        return None
    words = item[test] if isinstance(item[test], list) else [item[test]]
    if not words or not all(isinstance(word, str) for word in words):
        complain(name, f"rows.{test}", _("it must be a text or a list of texts"))
    return frozenset(word.strip().upper() for word in words)


def _months(name: str, item: Mapping[str, Any]) -> int | None:
    months = item.get("within_months")
    if "within_months" in item and (type(months) is not int or not 0 < months <= 1200):
        complain(name, "rows.within_months", _("it must be a whole number of months from 1"))
    return months


def _flag(name: str, item: Mapping[str, Any]) -> bool | None:
    flag = item.get("filled")
    if "filled" in item and not isinstance(flag, bool):
        complain(name, "rows.filled", _("it must be true or false"))
    return flag
