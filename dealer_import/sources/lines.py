"""Physical lines and the records that they make, streaming and in bounded memory."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Self

from dealer_import.decoding import Encoding, is_wide
from dealer_import.sentences import say as _

HEAD_SIZE = 1 << 20
BLOCK = 1 << 16
"""Bytes that are looked at together: so few that all that is made of them stays near the processor."""
MAX_LINE = 1 << 20
"""A longer line is refused, and the others of its file are not."""
TOO_LONG = "line_too_long"
SHOWN = 400
"""Bytes of such a line that staff may see."""
MAX_RECORD_LINES = 200
"""A quoted text with more line breaks is a quotation mark that was never closed."""
END_OF_FILE = b"\x1a"
"""What DOS programs put behind the last line."""


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


class Overlong(bytes):
    """The beginning of a line that is longer than any row; ``ended`` says that a line break closes it."""

    ended: bool

    def __new__(cls, begun: bytes, *, ended: bool) -> Self:
        line = super().__new__(cls, begun)
        line.ended = ended
        return line


def too_long_hint() -> str:
    return _("The line is longer than a megabyte. Correct the text in the system that exports it.")


def is_binary(head: bytes) -> bool:
    """Whether so many NUL characters stand in it that it is no text."""
    return head.count(b"\0") * 20 > len(head) and not is_wide(head)


def read_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[Line]:
    """Physical lines without their line break, from the start of the file."""
    for number, item in enumerate(read_items(stream, encoding), start=1):
        if isinstance(item, Line):
            yield item
        else:
            yield Line(number, item)


def read_items(stream: BinaryIO, encoding: Encoding) -> Iterator[str | Line]:
    """One item per physical line: its text if nothing is wrong with it and a line break ends it, else a :class:`Line`.

    Sound stretches of the file are decoded and split at once, which is most of the speed of reading text.
    """
    stream.seek(0)
    if encoding.is_wide:
        yield from _wide_items(stream, encoding.name)
        return
    number = 0
    for block in read_blocks(stream, encoding):
        items = items_of(block, number, encoding.name)
        yield from items
        number += len(items)


def read_blocks(stream: BinaryIO, encoding: Encoding) -> Iterator[bytes]:
    """Stretches of whole lines from the start of the file, whose lines end with a line feed; not for UTF-16."""
    stream.seek(encoding.bom)
    head = stream.read(HEAD_SIZE)
    stream.seek(encoding.bom)
    yield from _returned(stream) if b"\n" not in head and b"\r" in head else _blocks(stream)


def items_of(block: bytes, number: int, name: str) -> Sequence[str | Line]:
    """One item per line of ``block``, as :func:`read_items` gives them; ``number`` is that of the line before."""
    if isinstance(block, Overlong):
        return [Line(number + 1, None, block.ended, TOO_LONG, block.decode(name, "replace"))]
    texts = _sound(block, name)
    return texts if texts is not None else list(_one_by_one(block, number, name))


def lines_of(block: bytes) -> list[bytes] | None:
    """The lines of ``block``, or None if any of them must be looked at."""
    if isinstance(block, Overlong) or not block.endswith(b"\n") or b"\0" in block or END_OF_FILE in block:
        return None
    mark = b"\r\n" if b"\r" in block else b"\n"
    lines = block.split(mark)
    if block.count(b"\n") != len(lines) - 1 or (mark != b"\n" and block.count(b"\r") != len(lines) - 1):
        block = block.replace(b"\r\n", b"\n")
        if b"\r" in block:
            return None
        lines = block.split(b"\n")
    lines.pop()
    return lines


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Stretches of whole lines; only the last may end without a line break. A line that is too long comes alone."""
    while block := stream.read(BLOCK):
        if not block.endswith(b"\n"):
            rest = stream.readline(MAX_LINE)
            if len(rest) == MAX_LINE and not rest.endswith(b"\n"):
                whole, mark, begun = block.rpartition(b"\n")
                if mark:
                    yield whole + mark
                yield Overlong(begun[:SHOWN] + rest[:SHOWN], ended=_to_line_end(stream))
                continue
            block += rest
        yield block


def _to_line_end(stream: BinaryIO) -> bool:
    """Go to the end of the line; false if the file ends before."""
    while piece := stream.readline(MAX_LINE):
        if piece.endswith(b"\n"):
            return True
    return False


def _returned(stream: BinaryIO) -> Iterator[bytes]:
    """Stretches of a file whose lines end with a carriage return alone, as old Macs wrote them."""
    rest, is_long = b"", False
    while chunk := stream.read(BLOCK):
        if is_long:
            _skipped, mark, chunk = chunk.partition(b"\r")
            if not mark:
                continue
            yield Overlong(rest[:SHOWN], ended=True)
            rest, is_long = b"", False
        full, mark, rest = (rest + chunk).rpartition(b"\r")
        is_long = len(rest) > MAX_LINE
        if mark:
            yield (full + mark).replace(b"\r", b"\n")
    if is_long:
        yield Overlong(rest[:SHOWN], ended=False)
    elif rest:
        yield rest


def _sound(block: bytes, name: str) -> list[str] | None:
    """The lines of ``block``, or None if any of them must be looked at."""
    if not block.endswith(b"\n") or b"\0" in block or END_OF_FILE in block:
        return None
    try:
        text = block.decode(name)
    except UnicodeDecodeError:
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return None
    lines = text.split("\n")
    lines.pop()
    return lines


def _one_by_one(block: bytes, number: int, name: str) -> Iterator[str | Line]:
    for data in block.splitlines(keepends=True) if b"\r" not in block else io.BytesIO(block):
        number += 1
        ended = data.endswith(b"\n")
        data = data.rstrip(b"\r\n")
        if not ended and data.endswith(END_OF_FILE):
            data, ended = data.rstrip(END_OF_FILE), True
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            yield Line(number, None, ended, "undecodable", data.decode(name, "backslashreplace"))
            continue
        if "\0" in text:
            yield Line(number, text, ended, "nul", text)
        elif ended:
            yield text
        else:
            yield Line(number, text, ended)


def _wide_items(stream: BinaryIO, name: str) -> Iterator[str | Line]:
    head = stream.read(HEAD_SIZE).decode(name, "replace")
    stream.seek(0)
    mark = "\r" if "\n" not in head and "\r" in head else "\n"
    wrapper = io.TextIOWrapper(stream, name, errors="replace", newline=mark)
    number = 0
    try:
        while data := wrapper.readline(MAX_LINE):
            number += 1
            text, ended = data.rstrip("\r\n"), data.endswith(mark)
            if len(data) == MAX_LINE and not ended:
                yield Line(number, None, _to_wide_end(wrapper, mark), TOO_LONG, text[:SHOWN])
                continue
            problem = "undecodable" if "\ufffd" in text else "nul" if "\0" in text else ""
            yield text if ended and not problem else Line(number, text, ended, problem, text if problem else "")
    finally:
        wrapper.detach()


def _to_wide_end(wrapper: io.TextIOWrapper, mark: str) -> bool:
    """:func:`_to_line_end` of a text."""
    while piece := wrapper.readline(MAX_LINE):
        if piece.endswith(mark):
            return True
    return False


class Joiner:
    """Gives the items of a file as records: lines of quoted texts with line breaks are joined into one.

    A quotation mark that is never closed costs its own line only: when joining does not give the wanted number of
    ``columns``, the lines after it are read on their own. ``more`` gives further items where a record needs them;
    ``number`` is that of the last line so far.
    """

    def __init__(
        self,
        items: Iterable[str | Line],
        delimiter: str,
        columns: int,
        *,
        number: int = 0,
        more: Callable[[], Iterable[str | Line] | None] = lambda: None,
    ) -> None:
        self._items, self._delimiter, self._columns = iter(items), delimiter, columns
        self._put_back: deque[Line] = deque()
        self._more, self.number = more, number

    def go_on(self, items: Iterable[str | Line]) -> None:
        """Take further items."""
        self._items = iter(items)

    def __iter__(self) -> Iterator[tuple[int, str | Line]]:
        """Each record with the number of its first line; sound one-line records are plain texts."""
        delimiter = self._delimiter
        while True:
            if self._put_back:
                line = self._put_back.popleft()
                number, item = line.number, line if line.problem or not line.ended else line.text
            else:
                item = next(self._items, None)
                if item is None:
                    return
                self.number += 1
                number = self.number
            text = item if item.__class__ is str else item.text if not item.problem else None  # type: ignore[union-attr]
            if text is not None and '"' in text and text.count('"') % 2 and is_open(text, delimiter):
                yield number, self._joined(item if isinstance(item, Line) else Line(number, text))
            else:
                yield number, item  # type: ignore[misc]

    def _next(self) -> Line | None:
        if self._put_back:
            return self._put_back.popleft()
        item = next(self._items, None)
        while item is None:
            further = self._more()
            if further is None:
                return None
            self._items = iter(further)
            item = next(self._items, None)
        self.number += 1
        return item if isinstance(item, Line) else Line(self.number, item)

    def _joined(self, first: Line) -> Line:
        taken: list[Line] = []
        parts, problem = [first.text or ""], ""
        while len(taken) < MAX_RECORD_LINES:
            line = self._next()
            if line is None:
                break
            taken.append(line)
            parts.append(line.shown if line.text is None else line.text)
            problem = problem or line.problem
            if line.text is not None and '"' not in line.text:
                continue
            text = "\n".join(parts)
            if is_open(text, self._delimiter):
                continue
            if len(cells_of(text, self._delimiter) or ()) == self._columns:
                return Line(first.number, text, line.ended, problem, text if problem else "")
            break
        self._put_back.extendleft(reversed(taken))
        ended = first.ended and bool(taken)
        return Line(first.number, first.text, ended, "quote", first.text or "")


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None when it cannot be told where they end."""
    if '"' not in text:
        return text.split(delimiter)
    pieces = text.split('"')
    if len(pieces) == 3:
        before, quoted, after = pieces
        if before[-1:] == delimiter == after[:1]:
            return [*before[:-1].split(delimiter), quoted, *after[1:].split(delimiter)]
    if _is_tidy(pieces, delimiter):
        return _tidy_cells(pieces, delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return None


def _is_tidy(pieces: list[str], delimiter: str) -> bool:
    """Whether every quotation mark opens or closes a cell; ``pieces`` are the text split at them."""
    if not len(pieces) % 2 or (pieces[0] and pieces[0][-1] != delimiter) or (pieces[-1] and pieces[-1][0] != delimiter):
        return False
    return all(piece and piece[0] == delimiter == piece[-1] for piece in pieces[2:-1:2])


def _tidy_cells(pieces: list[str], delimiter: str) -> list[str]:
    cells = pieces[0].split(delimiter)[:-1]
    last = len(pieces) - 1
    for place in range(1, last, 2):
        cells.append(pieces[place])
        plain = pieces[place + 1].split(delimiter)
        cells += plain[1:] if place + 1 == last else plain[1:-1]
    return cells


def is_open(text: str, delimiter: str) -> bool:
    """Whether ``text`` ends inside a quoted field; a quotation mark within an unquoted field (17" rim) opens none."""
    position, length = 0, len(text)
    while position <= length:
        if text[position : position + 1] == '"':
            position = _closing(text, position + 1)
            if position < 0:
                return True
        position = text.find(delimiter, position) + 1
        if not position:
            return False
    return False


def _closing(text: str, position: int) -> int:
    while True:
        found = text.find('"', position)
        if found < 0:
            return -1
        if text[found + 1 : found + 2] != '"':
            return found + 1
        position = found + 2
