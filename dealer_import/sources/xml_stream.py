"""The records of an XML file, one after the other, as text: streaming, with the guard at work on every byte.

expat reads the whole file and proves that it is well-formed. What stands around the records (header, groups, trailer)
is told element by element. For a record expat is asked for nothing but its verdict, because a call for every element
costs more than all the rest; its text is taken apart afterwards (``xml_text``). Memory holds one record
and one chunk, however long the file is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import accumulate
from typing import BinaryIO, Protocol

from dealer_import.sentences import say as _
from dealer_import.sources.table import Found, found_of
from dealer_import.sources.xml_batch import Batch
from dealer_import.sources.xml_bytes import as_bytes_of_ascii, check_start, is_beyond_doubt
from dealer_import.sources.xml_forms import Forms
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

    def meet(self, name: str, count: int) -> None:
        """So many records ``name`` come next."""

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
        self._forms = Forms()
        self._wire()

    def __iter__(self) -> Iterator[Record]:
        """Read the file from its beginning. Raises :class:`FileRefused`."""
        for batch in self._batches():
            if batch.is_told:
                yield from batch.records  # type: ignore[misc]
                continue
            for row in range(len(batch.records)):
                record = self._told(batch, row)
                if record is not None:
                    yield record

    def blocks(self) -> Iterator[Found]:
        """The same by column, as far as the grammar can tell records so."""
        many = getattr(self._grammar, "many", None)
        for batch in self._batches():
            if many is not None and batch.name not in self._grammar.skipped and len(batch.records) > 1:
                yield many(batch, partial(self._told, batch))
            else:
                told = [self._told(batch, row) for row in range(len(batch.records))]
                yield found_of([record for record in told if record is not None])

    def _told(self, batch: Batch, row: int) -> Record | None:
        record = batch.records[row]
        raw = batch.raw if batch.raw is not None else record.whole  # type: ignore[union-attr]
        return self._grammar.record(batch.name, record, batch.lines[row], raw)

    def _batches(self) -> Iterator[Batch]:
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
            if self._is_cut(found):
                self._fill()
                continue
            if not self._reach(found.start()):
                continue
            many = self._take_many(found.group(1)) or self._take(found)
            if many is not None:
                self._grammar.meet(many.name, len(many.records))
                yield many
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

    def _is_cut(self, found: re.Match[bytes]) -> bool:
        """Whether the record that ``found`` begins is the last one and may go on with what is read next.

        It waits for others then: a record on its own costs as much as many at once.
        """
        start = found.start()
        whole = self._buffer.find(self._plain_end(found.group(1)), start) >= 0
        return not (whole or self._ended) and len(self._buffer) - start < CHUNK

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

    def _take_many(self, name: bytes) -> Batch | None:
        """All records that stand complete in the buffer; None if anything but records and blanks is among them.

        This is the usual case, and quick: the bytes go to expat in one piece and are split at the records' end tags.
        """
        end = self._buffer.rfind(self._plain_end(name), self._pos)
        region = self._buffer[self._pos : end + len(self._plain_end(name))]
        if end < 0 or (b"!" in region and b"<!" in region) or (b"?" in region and b"<?" in region):
            return None
        close, starts = self._plain_end(name).decode("ascii"), self._plain_starts(name)
        text = region.decode(self.encoding, "replace")
        pieces = text.split(close)
        pieces.pop()
        wholes = [piece.lstrip() + close for piece in pieces]
        opened = sum(region.count(start) for start in starts)
        shown = tuple(start.decode("ascii") for start in starts)
        if opened != len(pieces) or not all(whole.startswith(shown) for whole in wholes):
            return None
        blanks = [len(piece) + len(close) - len(whole) for piece, whole in zip(pieces, wholes, strict=True)]
        lines = self._lines_of(pieces, blanks)
        is_doubtful = "\ufffd" in text or not is_beyond_doubt(region, self.encoding)
        end += len(close)
        if name.decode("ascii") in self._grammar.skipped and region.count(b"</") < SHALLOW * len(pieces) // 8:
            self._prove(end, is_doubtful=True)
            return Batch(name.decode("ascii"), [], [], [], None)
        return self._proven(name, lines, wholes, end, is_doubtful=is_doubtful)

    def _proven(self, name: bytes, lines: list[int], wholes: list[str], end: int, *, is_doubtful: bool) -> Batch:
        """The records ``wholes``, which end at ``end``, proved to be well-formed.

        Records whose tags expat has seen before differ by their texts alone: where those are beyond doubt, so is the
        record, and expat need not see it.
        """
        known = list(map(self._forms.parted, wholes))
        split = [found[1] if found is not None else parted(whole) for found, whole in zip(known, wholes, strict=True)]
        strange = [record for record, found in zip(split, known, strict=True) if found is None]
        new = {record.skeleton for record in strange} - self._skeletons
        self._prove(end, is_doubtful=bool(new) or is_doubtful)
        self._learn(new)
        for record in strange:
            if record.skeleton in self._skeletons:
                self._forms.meet(record)
            if len(record.skeleton) > SHALLOW and record.skeleton in new:
                check_depth(record.whole)
        forms = [found and found[0] for found in known]
        return Batch(name.decode("ascii"), lines, split, forms, None)

    def _prove(self, end: int, *, is_doubtful: bool) -> None:
        """Go on to ``end``, and show expat what stands before it if there is any doubt."""
        if is_doubtful:
            self._listen(False)
            self._advance(end)
        else:
            self._line += self._buffer.count(b"\n", self._pos, end)
            self._pos = end

    def _learn(self, skeletons: set[tuple[str, ...]]) -> None:
        """Keep what expat has found well-formed, unless every record has tags of its own."""
        for skeleton in skeletons:
            self._strangers += 1
            if self._strangers < MAX_STRANGERS and is_clear(skeleton):
                self._skeletons.add(tuple(self._tags.setdefault(chain, chain) for chain in skeleton))

    def _lines_of(self, pieces: list[str], blanks: list[int]) -> list[int]:
        """The line on which each record begins; before it stand so many ``blanks`` in its piece."""
        begun = accumulate([piece.count("\n") for piece in pieces], initial=self._line)
        lines = [
            line + piece.count("\n", 0, blank) if blank else line
            for line, piece, blank in zip(begun, pieces, blanks, strict=False)
        ]
        if lines[0] > self._last_line and len(set(lines)) == len(lines):
            self._last_line = lines[-1]
            return lines
        return list(map(self._own_line, lines))

    def _take(self, found: re.Match[bytes]) -> Batch | None:
        """The record whose start tag is ``found``; expat gets it without being listened to."""
        name, gap, size, text = found.group(1), found.start() - self._pos, 0, None
        line = self._line + self._buffer.count(b"\n", self._pos, found.start())
        for _attempt in range(MAX_ATTEMPTS):
            size = self._size(name, gap, size)
            start = self._pos + gap
            if not size:
                self._advance(len(self._buffer))
                return None
            raw = self._buffer[start : start + size].decode(self.encoding, "replace")
            text = plain_record(raw)
            if text is not None:
                break
        else:
            raise FileRefused("not_xml", _("Line %(line)s begins a record that never ends.") % {"line": line})
        self._listen(False)
        self._advance(start + size)
        return Batch(name.decode("ascii"), [self._own_line(line)], [text], [None], raw)

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
