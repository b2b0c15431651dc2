"""The file as a stream of parts: decode → parse → map → validate, with duplicates told apart. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from dealer_import.canonical import Part, hash62, hashes62, identity_hash
from dealer_import.findings import Finding, Severity, printable
from dealer_import.int_map import IntMap
from dealer_import.mapping import Mapper, NotWanted, Rejected
from dealer_import.part_columns import Taken, TradeTaken
from dealer_import.profiles import Profile
from dealer_import.remembering import REFUSED, SKIPPED, Accepted, Memory, TradeMemory
from dealer_import.scope import scope_of
from dealer_import.sentences import say as _
from dealer_import.sound_rows import SoundRows, end_of, numbered
from dealer_import.sources.table import Found, Record, Stretch, found_of
from dealer_import.trade_rows import TradeFinder, TradeRows, is_worth_while, without
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

BATCH = 500
"""Rows that are looked up and mapped together."""
MAX_FINDINGS = 10_000
"""Findings kept one by one; beyond that only the counts go on."""
MAX_RECORD = 20_000
"""Characters of a refused row that are kept to be corrected."""


class Reading:
    """One pass over a file. Counts and findings are complete once :meth:`parts` is exhausted.

    ``known`` remembers the rows that the last import took without any remark; as long as such a row stands in the
    file to the byte, it is counted and not mapped again. ``restore`` is the mapper's. ``gone`` are the identities of
    parts that the file takes out of the range, each with its line; ``left_out`` counts rows that the profile filters.
    """

    def __init__(
        self,
        profile: Profile,
        source: ImportSource,
        stream: BinaryIO,
        *,
        known: Memory | None = None,
        restore: Callable[[str, str], str | None] = lambda brand_code, key: None,
    ) -> None:
        self.evidence: FileEvidence = source.inspect(stream, profile.options)
        self.profile = profile = profile.without(self.evidence.lacks)
        self.findings: list[Finding] = []
        self.warnings: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.accepted = self.rejected = self.skipped = self.unchanged = self.left_out = 0
        self.gone: dict[int, int] = {}
        self._seen = IntMap()
        self._told_apart = False
        self._trade: TradeFinder | None = None
        self._changed = 0
        self._source, self._stream = source, stream
        self._known = known
        decides = (profile.version, self.evidence.columns, self.evidence.encoding)
        self._key = hash62(repr(decides).encode())
        self._signature = _signature(profile, self.evidence.mode)
        self._mapper = Mapper(profile, restore=restore)
        for warning in self.evidence.warnings:
            self.note(_finding(warning, Severity.WARNING))

    def parts(self) -> Iterator[Accepted]:
        """The parts of :meth:`taken`, one by one."""
        for taken in self.taken():
            if isinstance(taken, Taken):
                yield from taken.each()

    def know_trade(self, load: Callable[[], TradeMemory | None]) -> None:
        """From now on tell what rows say beside price and stock, and give parts of which nothing else differs apart.

        ``load`` reads what the shop knows of them, once it is worth while. They are not among :meth:`parts`.
        """
        self._trade = TradeFinder(self._mapper, load)

    def taken(self) -> Iterator[Taken | TradeTaken]:
        """The accepted parts that are not known to be unchanged. Raises ``FileRefused`` when the end shows damage."""
        for piece in self._pieces():
            if isinstance(piece, Stretch):
                yield from self._stretch(piece)
            else:
                yield from self._found(piece) if isinstance(piece, Found) else self._records(piece)

    def _pieces(self) -> Iterator[Stretch | Found | Iterator[Record]]:
        """The file in stretches, if its reader knows any, or as one piece."""
        options = self.profile.options
        stretches = getattr(self._source, "stretches", None)
        if stretches is not None:
            yield from stretches(self._stream, options)
        else:
            yield iter(self._source.records(self._stream, options))

    def _records(self, records: Iterator[Record]) -> Iterator[Taken | TradeTaken]:
        damage: FileRefused | None = None
        while damage is None:
            batch: list[Record] = []
            try:
                batch.extend(islice(records, BATCH))
            except FileRefused as refusal:
                damage = refusal
            if not batch:
                break
            yield from self._found(found_of(batch))
        if damage is not None:
            raise damage

    def names(self, identity: int) -> bool:
        """Whether the file names the part, be its row good or not."""
        self._tell_apart()
        return identity in self._seen

    def note(self, finding: Finding) -> None:
        """Add a finding; also one that only the whole file, or the shop, could show."""
        counts = self.warnings if finding.severity is Severity.WARNING else self.errors
        counts[finding.code] += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)

    def _unchanged(self, position: int, line: int) -> bool:
        """Count a row that is equal to the byte; False when its part stands in the file before."""
        known = self._known
        if known is None or known.came[position]:
            return False
        if self._told_apart and self._seen.setdefault(known.identities[position], SKIPPED) is not None:
            return False
        known.came[position] = 1
        if position in known.with_links:
            known.lines[position] = line
        self.accepted += 1
        self.unchanged += 1
        return True

    def _tell_apart(self) -> None:
        """From the first mapped row on, identities of skipped rows are needed too; a file without changes does not."""
        if self._told_apart:
            return
        self._told_apart = True
        known = self._known
        if known is None:
            return
        position = known.came.find(1)
        while position >= 0:
            self._seen.put(known.identities[position], SKIPPED)
            position = known.came.find(1, position + 1)

    def _found(self, found: Found) -> Iterable[Taken | TradeTaken]:
        """Rows that the reader has told."""
        lines, data = found.told()
        raw_hashes = self._raw_hashes(data)
        positions = self._positions(raw_hashes)
        new = found
        if positions is not None:
            new = found.only({place for place, position in enumerate(positions) if position is None})
        return self._judged(lines, new, raw_hashes, positions, found.record)

    def _stretch(self, stretch: Stretch) -> Iterable[Taken | TradeTaken]:
        """Lines that are known by their bytes are not looked at."""
        raw_hashes = hashes62(stretch.lines, self._key)
        lines = range(stretch.first, stretch.first + len(raw_hashes))
        if self._follow(raw_hashes, lines):
            stretch.known(len(raw_hashes))
            return ()
        positions = self._positions(raw_hashes)
        wanted: Sequence[int] = range(len(lines))
        if positions is not None:
            wanted = [place for place, position in enumerate(positions) if position is None]
        found = stretch.read(wanted)
        if found is None:
            return ()
        stretch.known(len(lines) - len(wanted))

        def read_again(place: int) -> Record | None:
            stretch.known(-1)
            again = stretch.read([place])
            return next(again.in_order(), None) if again is not None else None

        return self._judged(lines, found, raw_hashes, positions, read_again)

    def _judged(
        self,
        lines: Sequence[int],
        found: Found,
        raw_hashes: Sequence[int],
        positions: Sequence[int | None] | None,
        read: Callable[[int], Record | None],
    ) -> Iterator[Taken | TradeTaken]:
        """Map what is new by the hundred; then judge it in the order of the file, odd rows one by one.

        ``positions`` are those of known rows, None if no row is known; a known row is only read if its part stands in
        the file before.
        """
        everywhere = range(len(lines))
        rests = self._trade.rests(found, self._key) if self._trade is not None else [None] * len(found.places)
        trade = self._trade_rows(found, rests)
        if trade is not None:
            if trade.places == list(everywhere):
                yield from _any(trade.taken(self._first_ones(trade, everywhere), raw_hashes))
                return
            found, rests = without(found, rests, trade.places)
        sound = SoundRows(found, self._mapper, self._signature, rests)
        if sound.places and sound.places == list(everywhere):
            yield from _any(sound.taken(self._first_ones(sound, everywhere), raw_hashes))
            return
        kept, kept_trade = list[int](), list[int]()
        odd: dict[int, Accepted] = {}
        halves: list[tuple[SoundRows | TradeRows, list[int], list[int]]] = [
            (sound, numbered(sound.places, len(lines)), kept)
        ]
        if trade is not None:
            halves.append((trade, numbered(trade.places, len(lines)), kept_trade))
        place = 0
        while place < len(lines):
            half = next((half for half in halves if half[1][place] >= 0), None)
            if half is not None:
                rows, numbers, firsts = half
                end = end_of(numbers, place)
                firsts += self._first_ones(rows, numbers[place:end])
                place = end
                continue
            accepted = self._judge(place, lines[place], sound, raw_hashes[place], positions, read)
            if accepted is not None:
                odd[len(kept) + len(odd)] = accepted
            place += 1
        yield from _any(sound.taken(kept, raw_hashes, odd))
        if trade is not None:
            yield from _any(trade.taken(kept_trade, raw_hashes))

    def _trade_rows(self, found: Found, rests: Sequence[int | None]) -> TradeRows | None:
        """The rows of ``found`` in which nothing differs but price and stock."""
        self._changed += len(rests)
        if self._trade is None or self._known is None or not is_worth_while(self._changed, self.accepted):
            return None
        return self._trade.rows(found, rests, self._known, self._signature)

    def _judge(
        self,
        place: int,
        line: int,
        sound: SoundRows,
        raw_hash: int,
        positions: Sequence[int | None] | None,
        read: Callable[[int], Record | None],
    ) -> Accepted | None:
        """One row that is known, or none of the ``sound`` ones."""
        position = positions[place] if positions is not None else None
        if position is not None:
            if self._unchanged(position, line):
                return None
            record = read(place)
        else:
            record = sound.other(place)
        if record is None:
            return None
        if isinstance(record, RecordProblem):
            self._reject(_finding(record, Severity.ERROR))
            return None
        return self._mapped(record, raw_hash)

    def _raw_hashes(self, data: Sequence[bytes]) -> Sequence[int]:
        """Hashes of the rows as delivered; 0 for what has no text of its own."""
        found = hashes62(data, self._key)
        return found if all(data) else [value if raw else 0 for value, raw in zip(found, data, strict=True)]

    def _positions(self, raw_hashes: Sequence[int]) -> Sequence[int | None] | None:
        if self._known is None or not len(self._known.by_raw):
            return None
        return self._known.by_raw.places(raw_hashes)

    def _follow(self, raw_hashes: Sequence[int], lines: Sequence[int]) -> bool:
        """Count rows that stand as they stood last time, one behind the other; False if any of them does not."""
        known = self._known
        if known is None or self._told_apart:
            return False
        begin = known.by_raw.follow(raw_hashes)
        if begin is None:
            return False
        end = begin + len(lines)
        if known.came.find(1, begin, end) >= 0:
            return False
        known.came[begin:end] = b"\1" * len(lines)
        for position in known.with_links.intersection(range(begin, end)):
            known.lines[position] = lines[position - begin]
        self.accepted += len(lines)
        self.unchanged += len(lines)
        return True

    def _mapped(self, record: RawRecord, raw_hash: int) -> Accepted | None:
        """A record on its own: one that is odd, takes a part out of the range, or stands in the file twice."""
        try:
            if record.gone:
                self._tell_apart()
                self.gone[identity_hash(*self._mapper.identity_of(record))] = record.line
                for warning in self._mapper.warnings:
                    self.note(warning)
                return None
            part = self._mapper.map(record)
        except NotWanted:
            self.left_out += 1
            return None
        except Rejected as refusal:
            self._refused(record, refusal)
            return None
        return self._accept(record, part, raw_hash, part.row_hash() ^ self._signature, self._mapper.warnings)

    def _first_ones(self, rows: SoundRows | TradeRows, numbers: Sequence[int]) -> Sequence[int]:
        """:meth:`_accept` for those of ``rows`` with ``numbers``; gives those that do not stand in the file before."""
        self._tell_apart()
        identities, row_hashes = rows.identities, rows.row_hashes
        if not isinstance(numbers, range):
            identities, row_hashes = [identities[n] for n in numbers], [row_hashes[n] for n in numbers]
        firsts = self._seen.setdefaults(identities, row_hashes)
        if firsts.count(None) == len(numbers):
            self.accepted += len(numbers)
            return numbers
        kept: list[int] = []
        for number, first, identity, row_hash in zip(numbers, firsts, identities, row_hashes, strict=True):
            if first == REFUSED and self._seen.get(identity) == REFUSED:
                self._seen.put(identity, row_hash)
            elif first is not None:
                before = first if first != REFUSED else self._seen.get(identity) or 0
                self._repeated(rows.record(number), rows.part(number), before, row_hash)
                continue
            self.accepted += 1
            kept.append(number)
        return kept

    def _accept(
        self, record: RawRecord, part: Part, raw_hash: int, row_hash: int, warnings: Sequence[Finding]
    ) -> Accepted | None:
        if not self._told_apart:
            self._tell_apart()
        first = self._seen.setdefault(part.identity, row_hash)
        if first is not None:
            if first != REFUSED:
                self._repeated(record, part, first, row_hash)
                return None
            self._seen.put(part.identity, row_hash)
        self.accepted += 1
        for warning in warnings:
            self.note(warning)
        return Accepted(part, None if warnings or not raw_hash else raw_hash, row_hash)

    def _refused(self, record: RawRecord, refusal: Rejected) -> None:
        """A part whose row is refused is not taken for missing, as long as its number can be read."""
        self._tell_apart()
        try:
            identity = identity_hash(*self._mapper.identity_of(record))
        except (Rejected, NotWanted, KeyError):
            identity = None
        if identity is not None and identity not in self._seen:
            self._seen.put(identity, REFUSED)
        finding = Finding(refusal.code, Severity.ERROR, record.line, refusal.column, refusal.raw, refusal.hint)
        self._reject(finding.of_row(_text(record), record.fields))

    def _repeated(self, record: RawRecord, part: Part, first: int, row_hash: int) -> None:
        if first == SKIPPED and self._known is not None:
            first = self._known.row_hash(part.identity) or 0
        column, number = self.profile.label("number"), printable(part.number_display)
        if first == row_hash:
            self.skipped += 1
            hint = _("The same row stands in the file before; it was skipped.")
            self.note(Finding("duplicate", Severity.WARNING, part.line, column, number, hint))
            return
        hint = _("This part stands in the file before with other data; the first one counts. Remove one of them.")
        finding = Finding("duplicate_conflict", Severity.ERROR, part.line, column, number, hint)
        self._reject(finding.of_row(_text(record), record.fields))

    def _reject(self, finding: Finding) -> None:
        self.rejected += 1
        self.note(finding)
        if self.profile.on_error == "refuse_file":
            hint = _("Line %(line)s: %(hint)s The profile takes no file with a wrong row.")
            raise FileRefused("row_refused", hint % {"line": finding.line, "hint": finding.hint})


def _signature(profile: Profile, mode: str) -> int:
    """What the same part means something else by: the fields that are written, and how price and stock are reckoned."""
    fields = sorted(scope_of(profile, mode).provided)
    return hash62(repr((fields, profile.options.get("price_rule"), profile.stock_counts)).encode())


def _any(taken: Taken | TradeTaken | None) -> Iterable[Taken | TradeTaken]:
    return () if taken is None else (taken,)


def _finding(problem: RecordProblem, severity: Severity) -> Finding:
    finding = Finding(problem.code, severity, problem.line, problem.column, problem.raw, problem.hint)
    return finding.of_row(problem.raw, None) if severity is Severity.ERROR else finding


def _text(record: RawRecord) -> str:
    raw = record.raw
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw)[:MAX_RECORD]
