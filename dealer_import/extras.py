"""The fields that few rows have, from a raw record into the part's one JSON object. Pure.

A profile that names none of them makes no :class:`Extras` at all, and a row that has none leaves the part as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from dealer_import.canonical import Part
from dealer_import.combining import VAT_HUNDREDTHS, without_vat
from dealer_import.doubts import Convert, Doubt, Memo
from dealer_import.extra_values import extra_converters, joined_content
from dealer_import.part_columns import PartColumns
from dealer_import.profiles import BadProfile, Profile
from dealer_import.sentences import say as _
from shopflow.parts.extra_fields import MANUFACTURER, RELATIONS
from shopflow.parts.numbers import MAX_LENGTH, brand_key

KEPT = 20_000
Warn = Callable[[int, str, str, str, str], None]
"""Line, code, column, raw text, hint."""
FIRST = {"images": "image", "documents": "document"}
"""Lists whose first file has a field of its own."""
OF_PART = frozenset([*RELATIONS, *MANUFACTURER, "pictures", "documents"])
"""What cannot be told without the part that has it."""


class Source(NamedTuple):
    """What a column's texts mean, its names in the file, how several are joined, its name for people.

    ``first`` is the part's field that holds the first of a list; a list of that alone says nothing more.
    """

    memo: Memo
    names: tuple[str, ...]
    join: str | None
    label: str
    first: str


Filled = tuple[Source, Sequence[str]]
"""A column and its texts, one for each record."""


class Extras:
    """Fills ``Part.extras`` from records of one file."""

    def __init__(self, profile: Profile) -> None:
        self._rules = profile.number_rules
        self._brands = profile.brands
        tiers = profile.columns.get("price_tiers")
        self._has_gross_tiers = tiers is not None and tiers.gross
        self._of_part = OF_PART | {"price_tiers"} if self._has_gross_tiers else OF_PART
        self._fixed: dict[str, Any] = {}
        self._columns: list[Source] = []
        for name, convert in extra_converters(profile).items():
            column = profile.columns[name]
            if column.sources:
                first = FIRST.get(name, "")
                self._columns.append(Source(Memo(convert, KEPT), column.sources, column.join, column.labels[0], first))
            else:
                self._fixed |= _constant(profile, name, convert)
        self.sources = tuple(source for column in self._columns for source in column.names)

    def __bool__(self) -> bool:
        return bool(self._columns or self._fixed)

    def filled(self, texts: Callable[[str], Sequence[str]]) -> list[Filled]:
        """The columns in which any of many records has something; ``texts`` gives those of one column of the file."""
        columns: list[Filled] = []
        for source in self._columns:
            several = [texts(name) for name in source.names]
            if any(map(any, several)):
                told = (
                    several[0]
                    if len(several) == 1
                    else [_joined(each, source.join) for each in zip(*several, strict=True)]
                )
                columns.append((source, told))
        return columns

    @property
    def is_fixed(self) -> bool:
        """Whether every part has extras, whatever its row says."""
        return bool(self._fixed)

    def fill_many(self, parts: PartColumns, columns: Sequence[Filled]) -> tuple[dict[int, dict[str, Any]], set[int]]:
        """The extras of those parts that have any, by place, and the places of those about which anything is in doubt.

        See :meth:`fill`.
        """
        sources = [source for source, _texts in columns]
        told = [_new(texts, parts.values(source.first)) if source.first else texts for source, texts in columns]
        combined: dict[tuple[str, ...], tuple[dict[str, Any], bool, bool]] = {}
        whole: Sequence[Part] = ()
        found: dict[int, dict[str, Any]] = {}
        doubtful = set[int]()
        rows: Iterable[tuple[str, ...]] = zip(*told, strict=True) if told else repeat((), len(parts))
        for place, row in enumerate(rows):
            if row not in combined:
                combined[row] = self._combined(sources, row)
            extras, is_odd, needs_part = combined[row]
            if is_odd:
                doubtful.add(place)
            if needs_part:
                whole = whole or parts.parts()
                extras = self._completed(whole[place], dict(extras))
            if extras:
                found[place] = extras
        return found, doubtful

    def _combined(self, sources: Sequence[Source], texts: Sequence[str]) -> tuple[dict[str, Any], bool, bool]:
        """What ``texts`` say together, whether any of it is in doubt, and whether the part has a say in it.

        If not, it is complete.
        """
        found, is_odd = dict(self._fixed), False
        for source, text in zip(sources, texts, strict=True):
            try:
                found |= source.memo[text] if text else {}
            except Doubt:
                is_odd = True
        if not self._of_part.isdisjoint(found):
            return found, is_odd, True
        _join(found)
        return dict(sorted(found.items())), is_odd, False

    def fill(self, part: Part, fields: Mapping[str, str], warn: Warn) -> Part:
        """The part with what the record says beyond the usual fields."""
        if not self._fixed and not any(map(fields.get, self.sources)):
            return part
        found: dict[str, Any] = dict(self._fixed)
        for memo, names, join, label, _first in self._columns:
            text = (
                fields.get(names[0], "") if len(names) == 1 else _joined([fields.get(name, "") for name in names], join)
            )
            if text:
                try:
                    found |= memo[text]
                except Doubt as doubt:
                    found |= doubt.value
                    for code, hint in doubt.reasons:
                        warn(part.line, code, label, text.strip(), hint)
        completed = self._completed(part, found)
        return part._replace(extras=completed) if completed else part

    def _completed(self, part: Part, found: dict[str, Any]) -> dict[str, Any]:
        """What was found of ``part``, as far as it goes together."""
        _join(found)
        if "manufacturer" not in found and MANUFACTURER.keys() & found.keys():
            found["manufacturer"] = part.brand_name
        if self._has_gross_tiers and "price_tiers" in found:
            vat = VAT_HUNDREDTHS[part.tax_code]
            found["price_tiers"] = [[quantity, without_vat(cents, vat)] for quantity, cents in found["price_tiers"]]
        for name in RELATIONS.keys() & found.keys():
            self._relate(part, found, name)
        _further(found, "pictures", part.image)
        _further(found, "documents", part.document)
        return dict(sorted(found.items()))

    def _relate(self, part: Part, found: dict[str, Any], name: str) -> None:
        """Numbers of other parts as brand code and key; those of the same brand need not name it."""
        rows: dict[tuple[str, str], int] = {}
        for text, quantity in found.pop(name):
            brand, mark, number = text.partition(":")
            code = self._brands.get(brand.strip().casefold(), "") if mark else ""
            rule = self._rules.get(brand.strip(), "") if code else self._rules.get(part.brand_name, "")
            key = brand_key(number if code else text, rule)[:MAX_LENGTH]
            code = code or part.brand_code
            if key and (code, key) != (part.brand_code, part.number_key):
                rows.setdefault((code, key), quantity)
        if rows:
            found[name] = [[code, key, quantity] for (code, key), quantity in rows.items()]


def _constant(profile: Profile, name: str, convert: Convert) -> dict[str, Any]:
    """What a fixed value of the profile means. Raises ``BadProfile`` for one that means nothing."""
    try:
        found: dict[str, Any] = convert(profile.columns[name].const)
    except Doubt as doubt:
        told = {"name": profile.name, "key": f"columns.{name}", "reason": doubt.reasons[0][1]}
        raise BadProfile(_("Profile %(name)s, %(key)s: %(reason)s.") % told) from None
    return found


def _new(texts: Sequence[str], firsts: Iterable[str]) -> Sequence[str]:
    """Those of ``texts`` that say more than the first of their list, which has a field of its own."""
    return ["" if text == first else text for text, first in zip(texts, firsts, strict=False)]


def _join(found: dict[str, Any]) -> None:
    if "content" in found or "content_unit" in found:
        joined_content(found)


def _further(found: dict[str, Any], key: str, first: str) -> None:
    """The first file has a column of its own."""
    names = [name for name in found.pop(key, ()) if name.casefold() != first.casefold()]
    if names:
        found[key] = names


def _joined(texts: Sequence[str], join: str | None) -> str:
    """The text that several columns make: the first that is filled, or all of them."""
    filled = [stripped for text in texts if (stripped := text.strip())]
    return join.join(filled) if join is not None else next(iter(filled), "")
