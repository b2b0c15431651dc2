"""Records of an XML file told by column: many that have the same tags, at a fraction of the cost of each on its own.

What a reader makes of a record depends on its tags, on a few of its values (the kind of a picture, the name of a
feature, a currency) and on which values are empty; all others it only passes on. So a record is read once with a mark
in place of each value that is passed on. Where the marks come out again is where the values of every record go that
agrees in all the rest. The first such record is also read as it stands: unless both ways give the same, all are read
one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from dealer_import.sources.table import Block, Found, Joined, Record, gathered
from dealer_import.sources.xml_text import Parted, read_chain, unescape
from shopflow.contracts.imports import RawRecord

MAX_FORMS = 300
MAX_TEMPLATES = 1000
MAX_MET = 20_000
"""Kinds of records that are remembered before they have come often enough for a template."""
MAX_ALIKE = 8
"""Forms with the same number of tags; more are not told apart quickly."""
SOON = 4
"""A form is made of tags that have come so often."""
FEW = 3
"""Fewer records are quicker read one by one."""
_MARK = re.compile("\ue000([0-9]{11})\ue001|71([0-9]{5})17")
_NUMBERS = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,6})?\n)+")


class Kind(Enum):
    """What a value does."""

    PASSED = "passed on as it is"
    STRIPPED = "passed on without blanks around it"
    NUMBER = "passed on if it is a number"
    DECIDES = "decides what is told"


Cut = Callable[[str], tuple[int, int]]
"""Where the middle of a value begins and ends that is passed on; what stands around it decides."""


class Grammar(Protocol):
    """What the reader of a format must say of itself."""

    distinct: str
    """A tag of whose values in one record each counts once; empty if there is none."""

    def kind_of(self, tag: str, tags: frozenset[str]) -> Kind | Cut:
        """What the value of ``tag`` does in a record with ``tags``."""

    def told(self, record: Parted) -> dict[str, str] | None:
        """The fields of a record but for those that are told late; None if it must be read on its own."""


class Form:
    """Records with the same tags. ``match`` gives the values of one."""

    def __init__(self, skeleton: tuple[str, ...]) -> None:
        self.skeleton = skeleton
        self.match = re.compile(">([^<]*)</".join(map(re.escape, skeleton))).fullmatch
        tags = [read_chain(chain)[0] for chain in skeleton[:-1]]
        self.names = [chain[-1].name if chain and not chain[-1].closing else "" for chain in tags]
        self.all_names = frozenset(tag.name for chain in tags for tag in chain)
        self.kinds: list[Kind | Cut] | None = None
        self.templates: dict[tuple[Any, ...], Template | None] = {}


class Forms:
    """The forms of one file, by the number of their tags."""

    def __init__(self) -> None:
        self._by_size: dict[int, list[Form]] = {}
        self._met: dict[tuple[str, ...], int] = {}
        self._count = 0

    def parted(self, text: str) -> tuple[Form, Parted] | None:
        """The record ``text`` split at its values, if its form is known."""
        alike = self._by_size.get(text.count("<"))
        if alike is None:
            return None
        for place, form in enumerate(alike):
            found = form.match(text)
            if found is not None:
                if place:
                    alike.insert(0, alike.pop(place))
                return form, Parted(form.skeleton, found.groups(), text)
        return None

    def meet(self, record: Parted) -> None:
        """A record came whose tags are known to be well-formed, and whose form is not."""
        skeleton = record.skeleton
        met = self._met[skeleton] = self._met.get(skeleton, 0) + 1
        alike = self._by_size.get(record.whole.count("<"), [])
        if met >= SOON and self._count < MAX_FORMS and len(alike) < MAX_ALIKE:
            self._count += 1
            self._by_size.setdefault(record.whole.count("<"), alike).append(Form(skeleton))


class Template:
    """What a form's records say: for each field its text, in which marks stand for values."""

    __slots__ = ("_told",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._told = {name: _places_in(text) for name, text in fields.items() if text}

    def column(self, name: str, values: Callable[[int], Sequence[str]], count: int) -> Sequence[str]:
        """The texts of one field; ``values`` gives those at a place of all records."""
        pattern, places = self._told.get(name, _NOTHING)
        if not places:
            return [pattern] * count
        if not pattern:
            return values(places[0])
        return list(map(pattern.__mod__, zip(*map(values, places), strict=True)))


_NOTHING: tuple[str, Sequence[int]] = "", ()


def _places_in(text: str) -> tuple[str, Sequence[int]]:
    """What ``text`` is made of: a pattern and the places of its values; no pattern if it is one value and no more."""
    pieces = _MARK.split(text)
    places = [int(mark or number) for mark, number in zip(pieces[1::3], pieces[2::3], strict=True)]
    if not places:
        return text, places
    if len(places) == 1 and not pieces[0] and not pieces[3]:
        return "", places
    return "%s".join(piece.replace("%", "%%") for piece in pieces[::3]), places


class Group:
    """Records that agree in everything but the values that are passed on."""

    def __init__(self, template: Template, rows: Sequence[int], columns: Mapping[int, Sequence[str]]) -> None:
        self.rows = rows
        self._template, self._columns = template, columns

    def column(self, name: str) -> Sequence[str]:
        return self._template.column(name, self._columns.__getitem__, len(self.rows))


class Told(Block):
    """Records by column, in the order of their groups; ``rows`` are their places among those that were read together.

    ``late`` are fields that are made from others, ``known_by`` gives what the records are known again by.
    """

    def __init__(self, groups: Sequence[Group], lines: Sequence[int], read: Callable[[int], Record | None]) -> None:
        self.rows = [row for group in groups for row in group.rows]
        self.lines = [lines[row] for row in self.rows]
        self.late: Mapping[str, Callable[[Told], Sequence[str]]] = {}
        self.known_by: Callable[[Told], Sequence[bytes]] = lambda told: ()
        self._groups, self._read = groups, read

    def texts(self, name: str) -> Sequence[str]:
        late = self.late.get(name)
        return late(self) if late is not None else self.early(name)

    def data(self) -> Sequence[bytes]:
        return self.known_by(self)

    def early(self, name: str) -> Sequence[str]:
        """The field as the records tell it themselves."""
        if len(self._groups) == 1:
            return self._groups[0].column(name)
        texts: list[str] = []
        for group in self._groups:
            texts += group.column(name)
        return texts

    def record(self, place: int) -> RawRecord:
        record = self._read(self.rows[place])
        if not isinstance(record, RawRecord):
            raise TypeError(record)
        return record


class Telling:
    """Tells records by column for one grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._templates = 0
        self._met: dict[int, int] = {}

    def groups(self, forms: Sequence[Form | None], records: Sequence[Parted], context: object) -> Iterator[Group]:
        """The records that can be told by column. ``context`` is what else decides what a record says."""
        by_form: dict[Form, list[int]] = {}
        for row, form in enumerate(forms):
            if form is not None:
                by_form.setdefault(form, []).append(row)
        for form, rows in by_form.items():
            if len(rows) >= FEW:
                yield from self._of_form(form, rows, records, context)

    def _of_form(self, form: Form, rows: Sequence[int], records: Sequence[Parted], context: object) -> Iterator[Group]:
        if form.kinds is None:
            form.kinds = [self._grammar.kind_of(name, form.all_names) for name in form.names]
        columns = list(zip(*[_values(records[row]) for row in rows], strict=True))
        passed: dict[int, Sequence[str]] = {}
        deciding: list[Sequence[Any]] = []
        for place, (kind, column) in enumerate(zip(form.kinds, columns, strict=True)):
            if kind is Kind.DECIDES:
                deciding.append(column)
                continue
            passed[place] = column
            if not isinstance(kind, Kind):
                passed[place], around = _cut(kind, column)
                column = passed[place]
                deciding.append(around)
            deciding.append(_states(kind, column))
        distinct = self._grammar.distinct
        several = [column for name, column in zip(form.names, columns, strict=True) if name and name == distinct]
        if len(several) > 1:
            deciding.append(["odd" if len(set(each)) < len(each) else "" for each in zip(*several, strict=True)])
        for ats in _alike(deciding, len(rows)):
            if len(ats) < FEW:
                continue
            key = (id(form), context, *[column[ats[0]] for column in deciding])
            first = {at: column[ats[0]] for at, column in passed.items()}
            template = self._template(form, key, records[rows[ats[0]]], first, len(ats))
            if template is not None:
                whole = len(ats) == len(rows)
                chosen = passed if whole else {at: [column[row] for row in ats] for at, column in passed.items()}
                yield Group(template, rows if whole else [rows[row] for row in ats], chosen)

    def _template(
        self, form: Form, key: tuple[Any, ...], record: Parted, passed: Mapping[int, str], count: int
    ) -> Template | None:
        if "odd" in key:
            return None
        if key not in form.templates:
            kept = hash(key)
            if len(self._met) < MAX_MET or kept in self._met:
                self._met[kept] = self._met.get(kept, 0) + count
            if self._met.get(kept, 0) < SOON or self._templates >= MAX_TEMPLATES:
                return None
            self._templates += 1
            form.templates[key] = self._made(form, record, passed)
        return form.templates[key]

    def _made(self, form: Form, record: Parted, passed: Mapping[int, str]) -> Template | None:
        """The template of records like ``record``; None if it does not give what reading the record gives."""
        values = list(_values(record))
        marked = values.copy()
        for place, text in passed.items():
            if text:
                kind = (form.kinds or ())[place]
                mark = f"71{place:05d}17" if kind is Kind.NUMBER else f"\ue000{place:011d}\ue001"
                start, end = (0, len(values[place])) if isinstance(kind, Kind) else kind(values[place])
                marked[place] = values[place][:start] + mark + values[place][end:]
        told, real = self._grammar.told(Parted(form.skeleton, marked, "")), self._grammar.told(record)
        if told is None or real is None or told.keys() != real.keys():
            return None
        template = Template(told)
        same = all(template.column(name, lambda at: (passed[at],), 1)[0] == text for name, text in real.items())
        return template if same else None


def _cut(kind: Cut, column: Sequence[str]) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
    """The middle of each text, and what stands around it."""
    ending = kind is name_of_file and _same_ending(column)
    if ending:
        return [text.removesuffix(ending) for text in column], [("", ending)] * len(column)
    cuts = list(map(kind, column))
    middles = [text[start:end] for text, (start, end) in zip(column, cuts, strict=True)]
    return middles, [(text[:start], text[end:]) for text, (start, end) in zip(column, cuts, strict=True)]


def _same_ending(column: Sequence[str]) -> str:
    """The ending of all names of files, if they are names without folders and with one point each; else nothing."""
    joined, ending = "\n".join(column) + "\n", "." + column[0].rpartition(".")[2]
    counts = {joined.count("."), joined.count("\n"), joined.count(f"{ending}\n"), len(column)}
    return ending if len(counts) == 1 and len(ending) > 1 and "/" not in joined and "\\" not in joined else ""


def _values(record: Parted) -> Sequence[str]:
    if "&" in record.whole or "\r" in record.whole:
        return [unescape(value) if "&" in value or "\r" in value else value for value in record.values]
    return record.values


def _states(kind: Kind | Cut, column: Sequence[str]) -> Sequence[str]:
    """For each text whether it is empty, or odd: then it cannot be passed on without a look at it."""
    is_plain = "" not in column
    if kind is Kind.NUMBER and is_plain and _NUMBERS.fullmatch("\n".join(column) + "\n") is None:
        return ["" if _NUMBERS.fullmatch(f"{text}\n") else "odd" for text in column]
    if kind is Kind.PASSED and is_plain:
        return ("",) * len(column)
    stripped = list(map(str.strip, column))
    if is_plain and stripped == list(column) and "" not in stripped:
        return ("",) * len(column)
    return [
        "empty" if not text else "odd" if text != bare and kind is not Kind.PASSED else ""
        for text, bare in zip(column, stripped, strict=True)
    ]


def _alike(deciding: Sequence[Sequence[Any]], count: int) -> Iterable[Sequence[int]]:
    """The places of records for which all deciding columns hold the same."""
    varied = [column for column in deciding if column.count(column[0]) != count]
    if not varied:
        return [range(count)]
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(zip(*varied, strict=True)):
        places.setdefault(key, []).append(place)
    return places.values()


def found_of(told: Told | None, count: int, read: Callable[[int], Record | None]) -> Found:
    """The rows of ``told`` and all other records, which are read one by one; there are ``count`` of both."""
    if told is None:
        return gathered({row: read(row) for row in range(count)})
    rows = set(told.rows)
    found = gathered({row: read(row) for row in range(count) if row not in rows})
    if found.block is None:
        return Found(told, told.rows, found.others)
    return Found(Joined((told, found.block)), [*told.rows, *found.places], found.others)


def name_of_file(text: str) -> tuple[int, int]:
    """A cut around the name of a file without its ending: folders, endings and names that are none decide."""
    start = max(text.rfind("/"), text.rfind("\\")) + 1
    end = text.rfind(".", start)
    return (start, end if end >= 0 else len(text)) if text[start:].strip(".") else (len(text), len(text))


def behind_first(mark: str) -> Cut:
    """A cut behind the first ``mark``; all of a text that has none."""
    return lambda text: (text.find(mark) + len(mark) if mark in text else 0, len(text))


def behind_start(starts: Sequence[str]) -> Cut:
    """A cut behind that of ``starts`` with which a text begins."""
    return lambda text: (next((len(start) for start in starts if text.startswith(start)), 0), len(text))
