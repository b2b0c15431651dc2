"""JSON as interfaces deliver it: an array, one object per line, or an object that holds the array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_lazy

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.headers import MISSING_COLUMN, spelled, wanted_columns
from dealer_import.sources.json_values import JsonText, NoJson, items_of
from dealer_import.sources.stamps import stamp_of
from dealer_import.sources.wanted import blank_fields
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

LIST = "\x1f"
LOOK = 20
MAX_FIELDS = 2000
MODES = ("full", "delta", "prices", "stock")
TRUE = frozenset(["true", "1", "yes", "ja"])


class JsonSource(ImportSource):
    """JSON or NDJSON. Members are named with dots, entries of arrays by their place: ``stock.0.quantity``."""

    code = "json"
    label = gettext_lazy("JSON or NDJSON (interface)")
    extensions: ClassVar[tuple[str, ...]] = (".json", ".ndjson", ".jsonl")
    defaults: ClassVar[Mapping[str, Any]] = {"decimal": ".", "thousands": ""}

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        reading = JsonReading(stream, profile)
        names: dict[str, None] = {}
        first = list(islice(reading, LOOK))
        filled: set[str] = set()
        for record in first:
            if isinstance(record, RawRecord):
                names.update(dict.fromkeys(record.fields))
                filled.update(name for name, text in record.fields.items() if text)
        wanted = wanted_columns(profile)
        is_readable = not any(isinstance(record, RecordProblem) and record.code == "nul" for record in first)
        if first and is_readable and wanted and filled.isdisjoint(wanted):
            told_of = _("No entry has any of the members %(names)s. Is this the right file for this profile?")
            raise FileRefused(MISSING_COLUMN, told_of % {"names": spelled(profile, wanted)})
        told = reading.others
        mode = str(told.get(str(profile.get("mode_member", "mode")), "")).lower()
        return FileEvidence(
            encoding="utf-8",
            columns=tuple(names),
            stamp=stamp_of(str(told.get(str(profile.get("stamp_member", "generated_at")), "")), profile),
            mode=mode if mode in MODES else "",
        )

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        return iter(JsonReading(stream, profile))


class JsonReading:
    """One pass over a file. ``others`` is what stands beside the items, as far as it has been read."""

    def __init__(self, stream: BinaryIO, profile: Mapping[str, Any]) -> None:
        self.others: dict[str, Any] = {}
        self._text = JsonText(stream)
        self._path = str(profile.get("items", "items"))
        self._count = str(profile.get("count_member", "count"))
        self._gone = str(profile.get("deleted_member", "deleted")).casefold()
        self._blank = blank_fields(profile)
        self._items = self._line = 0

    def __iter__(self) -> Iterator[RawRecord | RecordProblem]:
        if not self._text.peek():
            raise FileRefused("empty_file", _("The file is empty. Export it again."))
        path = self._path if self._is_wrapped() else ""
        found = items_of(self._text, path, self.others)
        while True:
            try:
                line, value, raw = next(found)
            except StopIteration:
                break
            except NoJson as place:
                raise self._broken(place) from None
            self._items += 1
            self._line = max(line, self._line + 1)
            yield self._record(self._line, value, raw)
        self._check()

    def _is_wrapped(self) -> bool:
        """Whether the file is one object with the items in it, and not the first of many."""
        return self._text.begins_with_member(self._path.split(".")[0])

    def _record(self, line: int, value: Any, raw: str) -> RawRecord | RecordProblem:
        if not isinstance(value, dict):
            hint = _("This entry is no JSON object. Correct it in the system.")
            return RecordProblem(line, "columns", printable(raw), hint)
        fields = self._blank.copy()
        try:
            flatten(value, "", fields)
        except (RecursionError, TooMany):
            hint = _("This entry has too many members. Correct it in the system.")
            return RecordProblem(line, "columns", printable(raw), hint)
        if any("\0" in text for text in fields.values()):
            hint = _("The row holds a NUL character. Correct the text in the system that exports it.")
            return RecordProblem(line, "nul", printable(raw), hint)
        gone = fields.get(self._gone, "").lower() in TRUE
        return RawRecord(line, fields, _storable(raw), gone=gone)

    def _broken(self, place: NoJson) -> FileRefused:
        if place.is_cut or not self._text.peek():
            return FileRefused("incomplete_file", _("The file ends in the middle. Transfer it again."))
        if not self._items:
            return FileRefused("not_a_table", _("This is no JSON. Is it the right file for this profile?"))
        return FileRefused(
            "not_a_table", _("Line %(line)s is no JSON. Export the file again.") % {"line": place.args[0]}
        )

    def _check(self) -> None:
        told = self.others.get(self._count)
        if told is not None and str(told) != str(self._items):
            raise FileRefused(
                "control_total",
                _("The file tells of %(told)s items, but holds %(rows)s. Transfer it again.")
                % {"told": printable(str(told), 20), "rows": self._items},
            )
        if not self._items:
            raise FileRefused("no_records", _("The file holds no items. Export it again."))


class TooMany(Exception):
    """An entry with more members than any part has."""


def flatten(value: Any, name: str, fields: dict[str, str]) -> None:
    """Put ``value`` into ``fields`` under ``name``, and what it holds under longer names, in lower case."""
    if len(fields) > MAX_FIELDS:
        raise TooMany
    if isinstance(value, dict):
        for key, inner in value.items():
            flatten(inner, f"{name}.{key}".strip(".").casefold(), fields)
    elif isinstance(value, list):
        if all(not isinstance(inner, dict | list) for inner in value):
            fields[name] = LIST.join(_scalar(inner) for inner in value)
        else:
            for place, inner in enumerate(value):
                flatten(inner, f"{name}.{place}", fields)
    else:
        fields[name] = _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _storable(str(value))


def _storable(text: str) -> str:
    """``text`` without halves of characters, which JSON can name and nothing can store."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
