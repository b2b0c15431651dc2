"""The records of an XML file, one after the other: each with its line, its own bytes and what a grammar made of it.

A grammar names the elements that matter by their local names; prefixes and namespaces do not count, because one
format comes in several. Memory holds one record and one chunk, however long the file is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

from dealer_import.sentences import say as _
from dealer_import.sources.xml_guard import CHUNK, MAX_DEPTH, feed, guarded_parser, too_deep
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem

MAX_RECORD = 8 << 20
MAX_TEXT = 1 << 20
MAX_NAMES = 5000

Attributes = dict[str, str]
Opening = Callable[[Attributes], None]
Closing = Callable[[str, Attributes], None]
Record = RawRecord | RecordProblem


class Grammar(Protocol):
    """What the elements of a format mean.

    ``opening`` and ``closing`` are called with an element's attributes, and at its end with its text; the attributes
    there are those of the element itself if it has no children. ``records`` are the elements that make a record;
    ``roots`` are what the file may begin with.
    """

    roots: frozenset[str]
    records: frozenset[str]
    opening: Mapping[str, Opening]
    closing: Mapping[str, Closing]

    def extension(self, name: str) -> Closing | None:
        """What to do at the end of an element that ``closing`` does not name; None for nothing."""

    def begin(self, attributes: Attributes) -> None:
        """A record begins."""

    def finish(self, line: int, raw: str) -> Record | None:
        """The record that has ended; ``raw`` is how it stands in the file."""

    def close(self) -> None:
        """The file has ended; raise :class:`FileRefused` if something is missing."""


class Actions(dict[str, Any]):
    """What to do for an element as it is written, with its prefix; found out once for each name."""

    def __init__(self, by_local_name: Mapping[str, Any], otherwise: Callable[[str], Any]) -> None:
        super().__init__()
        self._by_local_name, self._otherwise = by_local_name, otherwise

    def __missing__(self, name: str) -> Any:
        if len(self) >= MAX_NAMES:
            raise FileRefused("not_xml", _("The file has thousands of different elements: this is no catalogue."))
        local = name.rpartition(":")[2]
        action = self._by_local_name.get(local) or self._otherwise(local)
        self[name] = action
        return action


class XmlStream:
    """One pass over a file. ``encoding`` is what the file declares; it is known once the first record is."""

    def __init__(self, stream: BinaryIO, grammar: Grammar) -> None:
        self.encoding = "utf-8"
        self.fed = 0
        self._stream, self._grammar = stream, grammar
        self._done: list[Record] = []
        self._buffer, self._base = b"", 0
        self._start: int | None = None
        self._line = 0
        self._wire()

    def __iter__(self) -> Iterator[Record]:
        """Read the file from its beginning. Raises :class:`FileRefused`."""
        self._stream.seek(0)
        while data := self._stream.read(CHUNK):
            self._check_start(data)
            self._buffer += data
            self._feed(data)
            yield from self._done
            self._done.clear()
            self._forget()
        if not self.fed:
            raise FileRefused("empty_file", _("The file is empty. Export it again."))
        self._feed(b"")
        yield from self._done
        self._grammar.close()

    def _feed(self, data: bytes) -> None:
        self.fed += len(data)
        feed(self._parser, data, self.fed)

    def _check_start(self, data: bytes) -> None:
        if self.fed:
            return
        if not data.strip():
            raise FileRefused("empty_file", _("The file is empty. Export it again."))
        if not data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")):
            raise FileRefused("not_xml", _("This is no XML file. Is it the right file for this profile?"))

    def _forget(self) -> None:
        """Keep only the bytes of a record that has begun."""
        keep = self._base + len(self._buffer) if self._start is None else self._start
        self._buffer, self._base = self._buffer[keep - self._base :], keep
        if len(self._buffer) > MAX_RECORD:
            raise FileRefused("not_xml", _("A record is larger than eight megabytes: this is no catalogue."))

    def _wire(self) -> None:
        """Connect expat with the grammar. The closures are called for every element, hence no attribute look-ups."""
        text, depth, last = "", 0, {}
        opening, closing = self._actions()

        def add_text(data: str) -> None:
            nonlocal text
            text = text + data if text else data
            if len(text) > MAX_TEXT:
                raise FileRefused("not_xml", _("A text is longer than a megabyte: this is no catalogue."))

        def start(name: str, attributes: Attributes) -> None:
            nonlocal text, depth, last
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep()
            text, last = "", attributes
            action = opening[name]
            if action is not None:
                action(attributes)

        def end(name: str) -> None:
            nonlocal text, depth
            depth -= 1
            action = closing[name]
            if action is not None:
                action(text, last)
            text = ""

        def root(name: str, attributes: Attributes) -> None:
            self._check_root(name)
            parser.StartElementHandler = start
            start(name, attributes)

        def declared(version: str, encoding: str | None, standalone: int) -> None:
            self.encoding = encoding or self.encoding

        self._parser = parser = guarded_parser(add_text)
        parser.StartElementHandler, parser.EndElementHandler = root, end
        parser.XmlDeclHandler = declared

    def _actions(self) -> tuple[Actions, Actions]:
        grammar = self._grammar
        opening = {**grammar.opening, **dict.fromkeys(grammar.records, self._begin)}
        closing = {**grammar.closing, **dict.fromkeys(grammar.records, self._finish)}
        return Actions(opening, lambda name: None), Actions(closing, grammar.extension)

    def _check_root(self, name: str) -> None:
        roots = self._grammar.roots
        if name.rpartition(":")[2] not in roots:
            raise FileRefused(
                "not_xml",
                _("The file begins with <%(found)s>, not with <%(wanted)s>. Is it the right file for this profile?")
                % {"found": name[:40], "wanted": ">, <".join(sorted(roots))},
            )

    def _begin(self, attributes: Attributes) -> None:
        self._start, self._line = self._parser.CurrentByteIndex, self._parser.CurrentLineNumber
        self._grammar.begin(attributes)

    def _finish(self, text: str, attributes: Attributes) -> None:
        if self._start is None:
            return
        end = self._buffer.find(b">", self._parser.CurrentByteIndex - self._base) + 1
        raw = self._buffer[self._start - self._base : end or None]
        self._start = None
        try:
            shown = raw.decode(self.encoding, "replace")
        except LookupError:
            shown = raw.decode("utf-8", "replace")
        record = self._grammar.finish(self._line, shown)
        if record is not None:
            self._done.append(record)
