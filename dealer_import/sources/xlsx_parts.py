"""What calamine does not tell of a sheet: error cells, formulas without a value, and how number cells are shown.

The XML of the one sheet is read through once, which also proves that it is no larger than the archive says.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from xml.parsers import expat

from dealer_import.archives import Limits, copy_member, member_chunks
from dealer_import.sentences import say as _
from dealer_import.sources.xml_guard import guarded_parser
from shopflow.contracts.imports import FileRefused

OVERLAP = 1 << 20
"""Bytes of XML that one cell may take at most; a longer one is cut, which only costs its oddities."""
MAX_SMALL_PART = 32 << 20
_ERROR = re.compile(rb't=["\']e["\']')
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v>[^<]|)")
_PLACE = re.compile(rb'\sr=["\']([A-Z]{1,3})(\d{1,7})["\']')
_STYLE = re.compile(rb'\ss=["\'](\d{1,6})["\']')
_TYPE = re.compile(rb'\st=["\'](\w+)["\']')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})<")
_TEXT_STARTS = (b' t="i', b' t="s')
"""How the rest of a tag begins in most text cells."""
_ZEROS = re.compile(r"(?:0|[ \-./]|\\.|\"[^\"]*\")+\Z")
_LITERAL = re.compile(r"\\(.)|\"([^\"]*)\"|(.)")


@dataclass
class Oddities:
    """Cells of one sheet that need a closer look, rows from 1 and columns from 0.

    ``numbers`` are the number cells in columns of texts, by row: ``row << 32 | column << 16 | style``.
    """

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[int, set[int]] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("q"))


def check_directory(archive: zipfile.ZipFile) -> None:
    """Read the list of sheets under guard, before anything that knows no guard does."""
    _nodes(archive, "xl/workbook.xml", "sheet")


def part_of(archive: zipfile.ZipFile, sheet: str) -> zipfile.ZipInfo:
    """The archive's member that holds the XML of ``sheet``."""
    relations = {node["Id"]: node["Target"] for node in _nodes(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
    for node in _nodes(archive, "xl/workbook.xml", "sheet"):
        if node.get("name") == sheet:
            target = relations.get(next((node[key] for key in node if key.endswith("id") and key != "sheetId"), ""), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return _member(archive, path)
    raise not_whole()


def number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The format code of each cell style; empty for those that are built in."""
    if "xl/styles.xml" not in archive.namelist():
        return []
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

    _parse(archive, "xl/styles.xml", start, lambda name: within.pop())
    return [codes.get(style, "") for style in styles]


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


def check_sizes(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo, limits: Limits) -> None:
    """Read through everything that is loaded beside the sheet itself: the directory of an archive may lie."""
    for member in archive.infolist():
        is_loaded = member.filename.endswith((".xml", ".rels")) and "/worksheets/" not in member.filename
        if is_loaded and member.filename != sheet.filename:
            copy_member(archive, member, None, limits)


def oddities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, texts: frozenset[int], limits: Limits) -> Oddities:
    """Read the sheet's XML once; ``texts`` are the columns in which a number cell may have lost its zeros."""
    found = Oddities()
    names = b"|".join(_letters(column).encode() for column in sorted(texts))
    usual = re.compile(rb' r="(' + names + rb')(\d{1,7})"') if texts else None
    unusual = re.compile(rb"\sr=[\"'](" + names + rb")(\d{1,7})[\"']") if texts else None
    for stretch in _stretches(archive, part, limits):
        if b't="e"' in stretch or b"t='e'" in stretch:
            for match in _ERROR.finditer(stretch):
                _note_error(found, stretch, match.start())
        if b"<f" in stretch or b":f" in stretch:
            _note_formulas(found, stretch)
        places = usual if b' r="' in stretch else unusual
        if places is not None:
            for match in places.finditer(stretch):
                _note_number(found, stretch, match)
    if any(later < earlier for earlier, later in pairwise(found.numbers)):
        found.numbers = array("q", sorted(found.numbers))
    return found


def _note_formulas(found: Oddities, stretch: bytes) -> None:
    for match in _FORMULA.finditer(stretch):
        place = None if match.group(1) else _place_before(stretch, match.start())
        if place:
            found.formulas.setdefault(place[0], set()).add(place[1])


def _stretches(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """The XML in stretches that end before a cell begins."""
    rest = b""
    for chunk in member_chunks(archive, part, limits):
        stretch = rest + chunk
        cut = max(stretch.rfind(b"<c "), stretch.rfind(b"<", 0, max(0, stretch.rfind(b":c "))))
        if cut > 0:
            yield stretch[:cut]
            rest = stretch[cut:]
        else:
            rest = stretch[-OVERLAP:]
    yield rest


def _note_error(found: Oddities, stretch: bytes, position: int) -> None:
    place = _place_around(stretch, position)
    if place:
        value = _VALUE.search(stretch, position, position + 400)
        text = value.group(1).decode("utf-8", "replace") if value else "#ERROR"
        found.errors.setdefault(place[0], {})[place[1]] = text


def _note_number(found: Oddities, stretch: bytes, match: re.Match[bytes]) -> None:
    end = stretch.find(b">", match.end())
    if stretch[match.end() : match.end() + 4] in _TEXT_STARTS:
        return
    tag = stretch[stretch.rfind(b"<", 0, match.start()) : end]
    kind = _TYPE.search(tag)
    if end < 0 or stretch[end - 1 : end] == b"/" or (kind and kind.group(1) != b"n"):
        return
    style = _STYLE.search(tag)
    row, column = int(match.group(2)), column_index(match.group(1).decode())
    found.numbers.append(row << 32 | column << 16 | min(0xFFFF, int(style.group(1)) if style else 0))


def _place_around(stretch: bytes, position: int) -> tuple[int, int] | None:
    start, end = stretch.rfind(b"<", 0, position), stretch.find(b">", position)
    match = _PLACE.search(stretch, start, end)
    return (int(match.group(2)), column_index(match.group(1).decode())) if match else None


def _place_before(stretch: bytes, position: int) -> tuple[int, int] | None:
    start = stretch.rfind(b"<", 0, position)
    return _place_around(stretch, start + 1) if start >= 0 else None


def column_index(letters: str) -> int:
    """``A`` → 0, ``AB`` → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _nodes(archive: zipfile.ZipFile, path: str, wanted: str) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name.rsplit(":", 1)[-1] == wanted:
            found.append(dict(attributes))

    _parse(archive, path, start, lambda name: None)
    return found


def _parse(archive: zipfile.ZipFile, path: str, start: Any, end: Any) -> None:
    """Feed one small part to a guarded parser."""
    member = _member(archive, path)
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


def _member(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(path)
    except KeyError:
        raise not_whole() from None


def not_whole() -> FileRefused:
    """The refusal of a spreadsheet with missing or damaged parts."""
    return FileRefused("incomplete_file", _("The spreadsheet is damaged or not whole. Save it again and transfer it."))
