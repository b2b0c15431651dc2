"""Physical lines and the records that they make, streaming and in bounded memory."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from dealer_import.decoding import Encoding
from shopflow.contracts.imports import FileRefused

HEAD_SIZE = 1 << 20
MAX_LINE = 1 << 20
MAX_RECORD_LINES = 200
"""A quoted text with more line breaks is a quotation mark that was never closed."""

_BINARY_STARTS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")


@dataclass(slots=True)
class Line:
    """A record of one or more physical lines, the first of them ``number``. ``text`` is None if undecodable.

    ``ended`` says that a line break closes it; ``problem`` is a finding code; ``shown`` is what staff may see.
    """

    number: int
    text: str | None
    ended: bool = True
    problem: str = ""
    shown: str = ""


def read_head(stream: BinaryIO) -> bytes:
    """The first megabyte; raises :class:`FileRefused` for an empty file and for one that is no text."""
    stream.seek(0)
    head = stream.read(HEAD_SIZE)
    if not head.strip():
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    start = head[:512].lstrip().lower()
    zeros = head.count(b"\0")
    is_utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if head.startswith(_BINARY_STARTS) or (zeros * 20 > len(head) and not is_utf16):
        raise FileRefused("not_a_table", _("This is not a text file. Save the table as CSV, or choose its format."))
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise FileRefused(
            "not_a_table", _("This is a web page or XML, not a table; perhaps a login page was downloaded instead.")
        )
    return head


def read_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[Line]:
    """Physical lines without their line break."""
    if encoding.name == "utf-16":
        yield from _wide_lines(stream)
        return
    stream.read(encoding.bom)
    name = encoding.name
    for number, data in enumerate(_byte_lines(stream), start=1):
        ended = data.endswith((b"\n", b"\r"))
        data = data.rstrip(b"\r\n")
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            yield Line(number, None, ended, "undecodable", data.decode(name, "backslashreplace"))
            continue
        if "\0" in text:
            yield Line(number, text, ended, "nul", text)
        else:
            yield Line(number, text, ended)


def _byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    start = stream.tell()
    head = stream.read(HEAD_SIZE)
    stream.seek(start)
    if b"\n" not in head and b"\r" in head:
        yield from _return_lines(stream)
        return
    while data := stream.readline(MAX_LINE):
        if len(data) == MAX_LINE and not data.endswith(b"\n"):
            raise FileRefused("not_a_table", _("A line is longer than a megabyte: this is no table."))
        yield data


def _return_lines(stream: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 16):
        *full, rest = (rest + chunk).split(b"\r")
        if len(rest) > MAX_LINE:
            raise FileRefused("not_a_table", _("A line is longer than a megabyte: this is no table."))
        yield from (line + b"\r" for line in full)
    if rest:
        yield rest


def _wide_lines(stream: BinaryIO) -> Iterator[Line]:
    wrapper = io.TextIOWrapper(stream, "utf-16", errors="replace", newline="\n")
    try:
        for number, data in enumerate(wrapper, start=1):
            text = data.rstrip("\r\n")
            problem = "undecodable" if "\ufffd" in text else "nul" if "\0" in text else ""
            yield Line(number, text, data.endswith("\n"), problem, text if problem else "")
    finally:
        wrapper.detach()


def records_of(lines: Iterator[Line], delimiter: str, columns: int) -> Iterator[Line]:
    """Join the lines of quoted texts with line breaks into one record each.

    A quotation mark that is never closed costs its own line only: when joining does not give the wanted number of
    ``columns``, the lines after it are read on their own.
    """
    put_back: deque[Line] = deque()
    while True:
        line = put_back.popleft() if put_back else next(lines, None)
        if line is None:
            return
        if line.problem or line.text is None or line.text.count('"') % 2 == 0 or not is_open(line.text, delimiter):
            yield line
            continue
        taken: list[Line] = []
        joined = _joined(line, put_back, lines, taken, delimiter, columns)
        if joined is None:
            put_back.extendleft(reversed(taken))
            joined = Line(line.number, line.text, line.ended, "quote", line.text)
        yield joined


def _joined(
    first: Line, put_back: deque[Line], lines: Iterator[Line], taken: list[Line], delimiter: str, columns: int
) -> Line | None:
    parts, problem = [first.text or ""], ""
    while len(taken) < MAX_RECORD_LINES:
        line = put_back.popleft() if put_back else next(lines, None)
        if line is None:
            return None
        taken.append(line)
        parts.append(line.shown if line.text is None else line.text)
        problem = problem or line.problem
        if line.text is None or '"' in line.text:
            text = "\n".join(parts)
            if not is_open(text, delimiter):
                if len(cells_of(text, delimiter) or ()) != columns:
                    return None
                return Line(first.number, text, line.ended, problem, text if problem else "")
    return None


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None when it cannot be told where they end."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return None


def is_open(text: str, delimiter: str) -> bool:
    """Whether ``text`` ends inside a quoted field; a quotation mark within an unquoted field (17" rim) opens none."""
    position, length = 0, len(text)
    while position <= length:
        if text[position : position + 1] == '"':
            position = _closing(text, position + 1)
            if position < 0:
                return True
        nxt = text.find(delimiter, position)
        if nxt < 0:
            return False
        position = nxt + 1
    return False


def _closing(text: str, position: int) -> int:
    while True:
        found = text.find('"', position)
        if found < 0:
            return -1
        if text[found + 1 : found + 2] != '"':
            return found + 1
        position = found + 2
