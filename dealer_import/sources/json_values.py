"""Values out of JSON text, one after the other, however long the text is. Numbers stay the texts that they are."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused

CHUNK = 1 << 17
MAX_VALUE = 8 << 20
_BLANK = " \t\r\n"
_BEGUN = re.compile(r"[\w.+\\-]*")
"""What may be left of a number, a word or an escape where a file is cut off."""


class NoJson(Exception):
    """The text at this place is no JSON. ``is_cut`` says that it may be the beginning of some."""

    def __init__(self, line: int, *, is_cut: bool = False) -> None:
        super().__init__(line)
        self.is_cut = is_cut


def _refused_constant(name: str) -> Any:
    raise ValueError(name)


DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refused_constant)


class JsonText:
    """The text of a stream, read as it is needed. ``line`` counts from 1."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        head = stream.read(4)
        stream.seek(0)
        wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self._decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
        self._stream = stream
        self._text, self._pos, self._ended = "", 0, False
        self.line = 1

    def peek(self) -> str:
        """The next character that is no blank, empty at the end."""
        while True:
            while self._pos < len(self._text) and self._text[self._pos] in _BLANK:
                self.line += self._text[self._pos] == "\n"
                self._pos += 1
            if self._pos < len(self._text):
                return self._text[self._pos]
            if not self._more():
                return ""

    def expect(self, char: str) -> None:
        """Go past ``char``; raises :class:`NoJson` for anything else."""
        if self.peek() != char:
            raise NoJson(self.line)
        self._pos += 1

    def begins_with_member(self, name: str) -> bool:
        """Whether the text is an object that may hold ``name`` beside others: one that is not over on its own."""
        if self.peek() != "{":
            return False
        try:
            found, end = DECODER.raw_decode(self._text, self._pos)
        except (ValueError, RecursionError):
            return True  # larger than what has been read, as no single part is
        return isinstance(found, dict) and isinstance(found.get(name), list | dict) and not self._text[end:].strip()

    def value(self) -> tuple[Any, str]:
        """The next value and its text; raises :class:`NoJson`."""
        self.peek()
        while True:
            try:
                found, end = DECODER.raw_decode(self._text, self._pos)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._more():
                    raise NoJson(self.line, is_cut=self._is_cut(error)) from None
                continue
            if end == len(self._text) and self._more():
                continue  # a number might go on
            raw = self._text[self._pos : end]
            self._pos = end
            self.line += raw.count("\n")
            return found, raw

    def _is_cut(self, error: Exception) -> bool:
        """Whether the text ends within a value: the decoder stumbles over the end, or over a text that has none."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        rest = self._text[error.pos :].strip()
        return _BEGUN.fullmatch(rest) is not None or error.msg.startswith("Unterminated string")

    def _more(self) -> bool:
        if self._ended:
            return False
        data = self._stream.read(CHUNK)
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise FileRefused("encoding", _("The file is not in UTF-8, as JSON must be. Export it again.")) from None
        if text:
            self._text, self._pos = self._text[self._pos :] + text, 0
        if len(self._text) > MAX_VALUE:
            raise FileRefused("not_a_table", _("A record is larger than eight megabytes: this is no catalogue."))
        return bool(text) or not self._ended


def items_of(text: JsonText, path: str, others: dict[str, Any]) -> Iterator[tuple[int, Any, str]]:
    """The line, the value and the text of every item.

    The file is an array, objects one after the other (NDJSON), or an object that holds the array under ``path``, such
    as ``data.items``; what else that object holds goes into ``others``. Raises :class:`NoJson`.
    """
    first = text.peek()
    if first == "[":
        yield from _array(text)
    elif first == "{" and path:
        yield from _member(text, path.split("."), "", others)
    else:
        while text.peek():
            line = text.line
            yield (line, *text.value())
        return
    if text.peek():
        raise NoJson(text.line)


def _array(text: JsonText) -> Iterator[tuple[int, Any, str]]:
    text.expect("[")
    if text.peek() == "]":
        text.expect("]")
        return
    while True:
        text.peek()
        line = text.line
        yield (line, *text.value())
        if text.peek() == "]":
            text.expect("]")
            return
        text.expect(",")


def _member(text: JsonText, path: list[str], above: str, others: dict[str, Any]) -> Iterator[tuple[int, Any, str]]:
    text.expect("{")
    while text.peek() == '"':
        key, _raw = text.value()
        text.expect(":")
        if key == path[0] and len(path) == 1 and text.peek() == "[":
            yield from _array(text)
        elif key == path[0] and len(path) > 1 and text.peek() == "{":
            yield from _member(text, path[1:], f"{above}{key}.", others)
        else:
            others[f"{above}{key}"], _raw = text.value()
        if text.peek() == ",":
            text.expect(",")
    text.expect("}")
