"""The file as a stream of parts: decode → parse → map → validate, with duplicates told apart. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from dealer_import.canonical import Part, hash62
from dealer_import.findings import Finding, Severity
from dealer_import.mapping import Mapper, Rejected
from dealer_import.profiles import Profile
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord, RecordProblem

MAX_FINDINGS = 10_000
"""Findings kept one by one; beyond that only the counts go on."""


class Accepted(NamedTuple):
    """A part to be compared with the shop. ``raw_hash`` is None if the row must be read again next time."""

    part: Part
    raw_hash: int | None
    row_hash: int


class Reading:
    """One pass over a file. Counts and findings are complete once :meth:`parts` is exhausted.

    ``known`` maps raw hashes of rows that the last import took without any remark to the identity of their part;
    such rows are not mapped again. ``row_hash_of`` gives the row hash of an identity that was skipped so.
    """

    def __init__(
        self,
        profile: Profile,
        source: ImportSource,
        stream: BinaryIO,
        *,
        known: Mapping[int, int] | None = None,
        row_hash_of: Callable[[int], int | None] = lambda identity: None,
    ) -> None:
        self.profile = profile
        self.evidence: FileEvidence = source.inspect(stream, profile.options)
        self.findings: list[Finding] = []
        self.warnings: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.accepted = self.rejected = self.skipped = self.unchanged = 0
        self.seen: dict[int, int | None] = {}
        self._source, self._stream = source, stream
        self._known = known or {}
        self._row_hash_of = row_hash_of
        self._key = profile.version.encode()
        self._mapper = Mapper(profile)
        for warning in self.evidence.warnings:
            self._note(_finding(warning, Severity.WARNING))

    def parts(self) -> Iterator[Accepted]:
        """The accepted parts that are not known to be unchanged. Raises ``FileRefused`` when the end shows damage."""
        for record in self._source.records(self._stream, self.profile.options):
            if isinstance(record, RecordProblem):
                self._reject(_finding(record, Severity.ERROR))
                continue
            raw_hash = hash62(record.raw.encode("utf-8", "surrogatepass"), self._key) if record.raw else 0
            identity = self._known.get(raw_hash)
            if identity is not None and identity not in self.seen:
                self.seen[identity] = None
                self.accepted += 1
                self.unchanged += 1
                continue
            accepted = self._mapped(record, raw_hash)
            if accepted is not None:
                yield accepted

    def note(self, finding: Finding) -> None:
        """Add a warning that only the whole file, or the shop, could show."""
        self._note(finding)

    def _mapped(self, record: RawRecord, raw_hash: int) -> Accepted | None:
        try:
            part = self._mapper.map(record)
        except Rejected as refusal:
            self._reject(Finding(refusal.code, Severity.ERROR, record.line, refusal.column, refusal.raw, refusal.hint))
            return None
        identity, row_hash = part.identity, part.row_hash()
        if identity in self.seen:
            self._repeated(part, identity, row_hash)
            return None
        self.seen[identity] = row_hash
        self.accepted += 1
        for warning in self._mapper.warnings:
            self._note(warning)
        again = bool(self._mapper.warnings or part.successors or not raw_hash)
        return Accepted(part, None if again else raw_hash, row_hash)

    def _repeated(self, part: Part, identity: int, row_hash: int) -> None:
        first = self.seen[identity]
        if first is None:
            first = self._row_hash_of(identity)
        if first == row_hash:
            self.skipped += 1
            hint = _("The same row stands in the file before; it was skipped.")
            self._note(Finding("duplicate", Severity.WARNING, part.line, "", part.number_display, hint))
            return
        hint = _("This part stands in the file before with other data; the first one counts. Remove one of them.")
        self._reject(Finding("duplicate_conflict", Severity.ERROR, part.line, "", part.number_display, hint))

    def _reject(self, finding: Finding) -> None:
        self.rejected += 1
        self._note(finding)

    def _note(self, finding: Finding) -> None:
        counts = self.warnings if finding.severity is Severity.WARNING else self.errors
        counts[finding.code] += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)


def _finding(problem: RecordProblem, severity: Severity) -> Finding:
    return Finding(problem.code, severity, problem.line, problem.column, problem.raw, problem.hint)
