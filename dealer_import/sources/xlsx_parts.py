"""The parts of a spreadsheet beside its rows: which sheets it has, how numbers are shown, where the strings are."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from dealer_import.archives import Limits, MemberStream, member_chunks
from dealer_import.sentences import say as _
from dealer_import.sources.sheet_cells import BUILT_IN, Values, is_shown_as, not_whole
from dealer_import.sources.sheet_strings import SharedStrings, read_strings
from dealer_import.sources.xml_guard import MAX_DEPTH, guarded_parser, too_deep
from shopflow.contracts.imports import FileRefused

MAX_SMALL_PART = 32 << 20
_ZEROS = re.compile(r"(?:0|[ \-./]|\\.|\"[^\"]*\")+\Z")
_LITERAL = re.compile(r"\\(.)|\"([^\"]*)\"|(.)")
_DRAWN = ("/chartsheet", "/dialogsheet")


class Sheet(NamedTuple):
    """A sheet by its name and the archive's member that holds its rows."""

    name: str
    is_visible: bool
    member: str


class Parts:
    """The directory of a workbook. Raises ``FileRefused`` for one that is not whole."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._members = {member.filename.lower(): member for member in archive.infolist()}
        self._relations = _nodes(archive, self.member("xl/_rels/workbook.xml.rels"), "Relationship")
        nodes = _nodes(archive, self.member("xl/workbook.xml"), "sheet", "workbookPr")
        told = next((node for node in nodes if "name" not in node), {})
        self.from_1904 = told.get("date1904", "0") in ("1", "true")
        self.sheets = [sheet for node in nodes if "name" in node and (sheet := self._sheet(node)) is not None]

    def member(self, path: str) -> zipfile.ZipInfo:
        """The member at ``path``; capitals do not count."""
        found = self._members.get(path.lower())
        if found is None:
            raise not_whole()
        return found

    def rows_of(self, sheet: Sheet) -> MemberStream:
        """The XML of ``sheet``."""
        return MemberStream(self._archive, self.member(sheet.member), self._limits)

    def number_formats(self) -> list[str]:
        """The format of each cell style: its code, or the number of one that is built in."""
        path = self._target("/styles") or "xl/styles.xml"
        return number_formats(self._archive, self.member(path)) if path.lower() in self._members else []

    def values(self, formats: Iterable[str]) -> Values:
        """What the values of cells mean, in the ``formats`` of their styles."""
        shown = [BUILT_IN.get(code) or is_shown_as(code) for code in formats]
        return Values(self._strings(), shown, from_1904=self.from_1904)

    def _strings(self) -> SharedStrings:
        path = self._target("/sharedStrings") or "xl/sharedStrings.xml"
        if path.lower() not in self._members:
            return SharedStrings()
        return read_strings(MemberStream(self._archive, self.member(path), self._limits))

    def _sheet(self, node: Mapping[str, str]) -> Sheet | None:
        """None for a sheet that is a drawing."""
        key = next((node[key] for key in node if key.endswith(":id")), "")
        relation = next((found for found in self._relations if found.get("Id") == key), {})
        if relation.get("Type", "").endswith(_DRAWN):
            return None
        is_visible = node.get("state", "visible") == "visible"
        return Sheet(node["name"], is_visible, _path(relation.get("Target", "")))

    def _target(self, kind: str) -> str:
        found = (node.get("Target", "") for node in self._relations if node.get("Type", "").endswith(kind))
        return _path(next(found, ""))


def number_formats(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[str]:
    """The format of each cell style: its code, or the number of one that is built in."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    within: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        local = name.rsplit(":", 1)[-1]
        if local == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "xf" and within and within[-1] == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))
        within.append(local)
        if len(within) > MAX_DEPTH:
            raise too_deep()

    _parse(archive, member, start, lambda name: within.pop())
    return [codes.get(style, style if style in BUILT_IN else "") for style in styles]


def shown(digits: str, code: str) -> str | None:
    """``digits`` as a cell with the format ``code`` shows them, if the format is made of zeros and separators only."""
    if "00" not in code or not _ZEROS.match(code):
        return None
    places = []
    for match in _LITERAL.finditer(code):
        escaped, quoted, plain = match.groups()
        places.append(("0", True) if plain == "0" else (escaped or quoted or plain or "", False))
    zeros = sum(is_digit for _text, is_digit in places)
    padded = digits.rjust(zeros, "0")
    front, rest = padded[: len(padded) - zeros], iter(padded[len(padded) - zeros :])
    return front + "".join(next(rest) if is_digit else text for text, is_digit in places)


def shows_zeros(formats: Iterable[str]) -> bool:
    """Whether any of the formats keeps leading zeros."""
    return any(shown("1", code) is not None for code in formats)


def _path(target: str) -> str:
    """The member that a relation of the workbook means."""
    if not target:
        return ""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _nodes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *wanted: str) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name.rsplit(":", 1)[-1] in wanted:
            found.append(dict(attributes))

    _parse(archive, member, start, lambda name: None)
    return found


def _parse(archive: zipfile.ZipFile, member: zipfile.ZipInfo, start: Any, end: Any) -> None:
    """Feed one small part to a guarded parser."""
    if member.file_size > MAX_SMALL_PART:
        raise FileRefused("archive_limits", _("The spreadsheet's parts are larger than they should be."))
    parser = guarded_parser(lambda text: None)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        for chunk in member_chunks(archive, member, Limits()):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise not_whole() from None
