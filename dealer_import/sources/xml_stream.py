"""The records of an XML file, one after the other, as text: streaming, with the guard at work on every byte.

expat reads the whole file and proves that it is well-formed. What stands around the records (header, groups, trailer)
is told element by element. For a record expat is asked for nothing but its verdict, because a call for every element
costs more than all the rest; its text is taken apart afterwards (``xml_text``). Memory holds one record
and one chunk, however long the file is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

from dealer_import.sentences import say as _
from dealer_import.sources.xml_guard import CHUNK, MAX_DEPTH, feed, guarded_parser, too_deep
from dealer_import.sources.xml_text import SHALLOW, Parted, check_depth, is_clear, parted, plain_record
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem

MAX_RECORD = 8 << 20
MAX_TEXT = 1 << 20
MAX_STRANGERS = 1000
"""After so many records with tags of their own, further ones are not remembered."""
MAX_ATTEMPTS = 20
"""How often an end tag may turn out to stand in a comment or text section."""
_EMPTY = re.compile(rb"<[^<>\"'/]+(?:\s[^<>\"'=]+=(?:\"[^<\"]*\"|'[^<']*'))*\s*/>")
_SPACE = re.compile(rb"\s*")
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_DISGUISES = ((b"<!--", b"-->"), (b"<?", b"?>"))

Attributes = dict[str, str]
Opening = Callable[[Attributes], None]
Closing = Callable[[str, Attributes], None]
Record = RawRecord | RecordProblem


class Grammar(Protocol):
    """What the elements of a format mean, by their local names: prefixes and namespaces do not count.

    ``roots`` are what the file may begin with, ``records`` the elements that are read as a whole; of those, ``skipped``
    need not be told where they stand in rows. Around them, ``opening`` is called with an element's attributes and
    ``closing`` with its text.
    """

    roots: frozenset[str]
    records: frozenset[str]
    skipped: frozenset[str]
    opening: Mapping[str, Opening]
    closing: Mapping[str, Closing]

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Record | None:
        """What the record ``name`` says; ``text`` holds tags and text alone, ``raw`` is how it stands in the file."""

    def close(self) -> None:
        """The file has ended; raise :class:`FileRefused` if something is missing."""


class XmlStream:
    """One pass over a file. ``encoding`` is what the file declares; it is known once the first record is."""

    def __init__(self, stream: BinaryIO, grammar: Grammar) -> None:
        self.encoding = "utf-8"
        self._stream, self._grammar = as_bytes_of_ascii(stream), grammar
        self._buffer, self._pos, self._fed, self._line = b"", 0, 0, 1
        self._ended = self._listening = self._in_section = False
        self._wide = self._stream is not stream
        self._mark: re.Pattern[bytes] | None = None
        self._ends: dict[bytes, re.Pattern[bytes]] = {}
        self._prefix, self._last_line = b"", 0
        self._skeletons: set[tuple[str, ...]] = set()
        self._tags: dict[str, str] = {}
        self._strangers = 0
        self._wire()

    def __iter__(self) -> Iterator[Record]:
        """Read the file from its beginning. Raises :class:`FileRefused`."""
        self._stream.seek(0)
        self._fill()
        check_start(self._buffer)
        self._listen(True)
        while True:
            found = self._next_mark()
            if found is None:
                if self._ended:
                    break
                self._pass_by()
                continue
            if not self._reach(found.start()):
                continue
            many = self._take_many(found.group(1))
            yield from self._take(found) if many is None else many
        self._listen(True)
        self._advance(len(self._buffer))
        feed(self._parser, b"", self._fed)
        self._grammar.close()

    # -- the buffer ----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Read on, and let go of what has been fed."""
        try:
            data = self._stream.read(CHUNK)
        except UnicodeDecodeError:
            raise FileRefused("encoding", _("The file begins as UTF-16 and goes on in another encoding.")) from None
        self._ended = not data
        self._buffer = self._buffer[self._pos :] + data
        self._pos = 0
        if len(self._buffer) > MAX_RECORD + CHUNK:
            raise FileRefused("not_xml", _("A record is larger than eight megabytes: this is no catalogue."))

    def _advance(self, end: int) -> None:
        """Feed the buffer up to ``end``."""
        if end > self._pos:
            data = self._buffer[self._pos : end]
            self._fed += len(data)
            self._pos = end
            feed(self._parser, data, self._fed)
            self._line += data.count(b"\n")

    def _next_mark(self) -> re.Match[bytes] | None:
        return self._mark.search(self._buffer, self._pos) if self._mark is not None else None

    def _pass_by(self) -> None:
        """No record is in sight: feed what is there, but for the beginning of a tag, and read on."""
        self._listen(True)
        if self._mark is None:
            end = self._buffer.find(b">", self._pos) + 1 or len(self._buffer)
        else:
            cut = self._buffer.rfind(b"<", self._pos)
            end = len(self._buffer) if cut < 0 or len(self._buffer) - cut > 256 else cut
        self._advance(end)
        if end == len(self._buffer) or self._mark is not None:
            self._fill()

    def _reach(self, start: int) -> bool:
        """Feed what stands before the mark at ``start``; false if that is no record but part of a comment.

        Between two records there is nothing but blanks, as a rule: then there is nothing to ask.
        """
        blank = _SPACE.match(self._buffer, self._pos)
        if not self._listening and blank is not None and blank.end() == start:
            return True
        self._listen(True)
        self._advance(start)
        behind = self._fed - self._parser.CurrentByteIndex
        if not behind and not self._in_section:
            return True
        self._leave(start, behind)
        return False

    def _leave(self, start: int, behind: int) -> None:
        """The mark at ``start`` stands in a comment, an instruction or a text section: feed up to its end."""
        self._listen(True)
        opened = self._buffer[start - behind : start][:4] if start >= behind else b""
        ends = [end for begin, end in _DISGUISES if opened.startswith(begin)]
        wanted = b"]]>" if self._in_section else ends[0] if ends else b">"
        while (end := self._buffer.find(wanted, self._pos)) < 0 and not self._ended:
            self._fill()
        self._advance(end + len(wanted) if end >= 0 else len(self._buffer))

    # -- records -------------------------------------------------------------------------------------------------

    def _take_many(self, name: bytes) -> list[Record] | None:
        """All records that stand complete in the buffer; None if anything but records and blanks is among them.

        This is the usual case, and quick: the bytes go to expat in one piece and are split at the records' end tags.
        """
        end = self._buffer.rfind(self._plain_end(name), self._pos)
        region = self._buffer[self._pos : end + len(self._plain_end(name))]
        if end < 0 or (b"!" in region and b"<!" in region) or (b"?" in region and b"<?" in region):
            return None
        pieces = region.decode(self.encoding, "replace").split(self._plain_end(name).decode("ascii"))
        starts = self._plain_starts(name)
        opened = sum(region.count(start) for start in starts)
        shown = tuple(start.decode("ascii") for start in starts)
        if opened != len(pieces) - 1 or not all(piece.lstrip().startswith(shown) for piece in pieces[:-1]):
            return None
        pieces.pop()
        return self._proven(name, pieces, region, end + len(self._plain_end(name)))

    def _proven(self, name: bytes, pieces: list[str], region: bytes, end: int) -> list[Record]:
        """The records of ``region``, which ends at ``end``, proved to be well-formed.

        Records whose tags expat has seen before differ by their texts alone: where those are beyond doubt, so is the
        record, and expat need not see it.
        """
        local, line = name.decode("ascii"), self._line
        is_skipped = local in self._grammar.skipped and region.count(b"</") < SHALLOW * len(pieces) // 8
        split = [] if is_skipped else [self._split(name, piece) for piece in pieces]
        new = {record.skeleton for record in split} - self._skeletons
        if is_skipped or new or not is_beyond_doubt(region, self.encoding):
            self._listen(False)
            self._advance(end)
        else:
            self._pos = end
            self._line += region.count(b"\n")
        if is_skipped:
            return []
        self._learn(new)
        return self._records(local, split, pieces, line, new)

    def _split(self, name: bytes, piece: str) -> Parted:
        return parted(piece.lstrip() + self._plain_end(name).decode("ascii"))

    def _learn(self, skeletons: set[tuple[str, ...]]) -> None:
        """Keep what expat has found well-formed, unless every record has tags of its own."""
        for skeleton in skeletons:
            self._strangers += 1
            if self._strangers < MAX_STRANGERS and is_clear(skeleton):
                self._skeletons.add(tuple(self._tags.setdefault(chain, chain) for chain in skeleton))

    def _records(
        self, name: str, split: list[Parted], pieces: list[str], line: int, new: set[tuple[str, ...]]
    ) -> list[Record]:
        done = []
        for record, piece in zip(split, pieces, strict=True):
            blank = len(piece) - len(piece.lstrip())
            line += piece.count("\n", 0, blank)
            if len(record.skeleton) > SHALLOW and record.skeleton in new:
                check_depth(record.whole)
            told = self._grammar.record(name, record, self._own_line(line), record.whole)
            if told is not None:
                done.append(told)
            line += piece.count("\n", blank)
        return done

    def _take(self, found: re.Match[bytes]) -> Iterator[Record]:
        """The record whose start tag is ``found``; expat gets it without being listened to."""
        name, gap, size, text = found.group(1), found.start() - self._pos, 0, None
        line = self._line + self._buffer.count(b"\n", self._pos, found.start())
        for _attempt in range(MAX_ATTEMPTS):
            size = self._size(name, gap, size)
            start = self._pos + gap
            if not size:
                self._advance(len(self._buffer))
                return
            raw = self._buffer[start : start + size].decode(self.encoding, "replace")
            text = plain_record(raw)
            if text is not None:
                break
        else:
            raise FileRefused("not_xml", _("Line %(line)s begins a record that never ends.") % {"line": line})
        self._listen(False)
        self._advance(start + size)
        record = self._grammar.record(name.decode("ascii"), text, self._own_line(line), raw)
        if record is not None:
            yield record

    def _size(self, name: bytes, gap: int, after: int) -> int:
        """Bytes from ``gap`` to the next end tag of ``name`` beyond ``after``; 0 if the file ends before it."""
        searched = after
        while True:
            start = self._pos + gap
            found = _EMPTY.match(self._buffer, start) if not after else None
            found = found or self._ends[name].search(self._buffer, start + searched)
            if found is not None:
                return found.end() - start
            if self._ended:
                return 0
            searched = max(after, len(self._buffer) - start - 256)
            self._fill()

    def _own_line(self, line: int) -> int:
        """A line that no other record has: where several stand on one, they are counted on from there."""
        self._last_line = max(line, self._last_line + 1)
        return self._last_line

    def _plain_end(self, name: bytes) -> bytes:
        return b"</" + self._prefix + name + b">"

    def _plain_starts(self, name: bytes) -> tuple[bytes, bytes]:
        return b"<" + self._prefix + name + b" ", b"<" + self._prefix + name + b">"

    # -- around the records --------------------------------------------------------------------------------------

    def _wire(self) -> None:
        """Connect expat with the grammar. The closures are called for every element around the records."""
        text, depth, last = "", 0, {}
        opening, closing = self._grammar.opening, self._grammar.closing

        def add_text(data: str) -> None:
            nonlocal text
            if self._listening:
                text = text + data if text else data
                if len(text) > MAX_TEXT:
                    raise FileRefused("not_xml", _("A text is longer than a megabyte: this is no catalogue."))

        def start(name: str, attributes: Attributes) -> None:
            nonlocal text, depth, last
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep()
            if self._mark is None:
                self._begin(name)
            text, last = "", attributes
            action = opening.get(name.rpartition(":")[2] if ":" in name else name)
            if action is not None:
                action(attributes)

        def end(name: str) -> None:
            nonlocal text, depth
            depth -= 1
            action = closing.get(name.rpartition(":")[2] if ":" in name else name)
            if action is not None:
                action(text, last)
            text = ""

        self._handlers = (start, end, add_text)
        self._parser = guarded_parser(add_text, "utf-8" if self._wide else None)
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartCdataSectionHandler = lambda: setattr(self, "_in_section", True)
        self._parser.EndCdataSectionHandler = lambda: setattr(self, "_in_section", False)

    def _listen(self, on: bool) -> None:
        if on is self._listening:
            return
        self._listening = on
        start, end, text = self._handlers if on else (None, None, None)
        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        self._parser.CharacterDataHandler = text

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = (not self._wide and encoding) or self.encoding

    def _begin(self, root: str) -> None:
        """The file's first element tells whether it is the right format, and with what prefix its names are written."""
        prefix, colon, local = root.rpartition(":")
        if local not in self._grammar.roots:
            raise FileRefused(
                "not_xml",
                _("The file begins with <%(found)s>, not with <%(wanted)s>. Is it the right file for this profile?")
                % {"found": root[:40], "wanted": ">, <".join(sorted(self._grammar.roots))},
            )
        self._prefix = (prefix + colon).encode()
        start = re.escape(self._prefix)
        names = sorted(name.encode() for name in self._grammar.records)
        self._mark = re.compile(rb"<" + start + rb"(" + rb"|".join(names) + rb")(?=[\s/>])")
        self._ends = {name: re.compile(rb"</" + start + name + rb"\s*>") for name in names}


def as_bytes_of_ascii(stream: Any) -> Any:
    """``stream`` as it is, or in UTF-8 if it is in UTF-16, where a tag cannot be found among the bytes."""
    stream.seek(0)
    head = stream.read(2)
    if head in (b"\xff\xfe", b"\xfe\xff"):
        stream.seek(0)
        return codecs.EncodedFile(stream, "utf-8", "utf-16")
    if b"\0" in head:
        stream.seek(0)
        return codecs.EncodedFile(stream, "utf-8", "utf-16-le" if head[1:] == b"\0" else "utf-16-be")
    return stream


def is_beyond_doubt(region: bytes, encoding: str) -> bool:
    """Whether the characters and references of ``region`` are those of well-formed XML, without asking a parser."""
    if encoding.lower() != "utf-8" or len(region.translate(None, _CONTROL)) != len(region):
        return False
    if b"&" in region and _REFERENCE.search(region):
        return False
    if (b"]" in region and b"]]>" in region) or (b"\xef" in region and b"\xef\xbf" in region):
        return False
    try:
        region.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def check_start(head: bytes) -> None:
    """Raise :class:`FileRefused` for a file that cannot be XML."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    if not head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileRefused("not_xml", _("This is no XML file. Is it the right file for this profile?"))
