from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealer_import.apply import Applying, prices
from dealer_import.archives import unpacked
from dealer_import.borrowing import borrows
from dealer_import.brakes import Extent, Seen, tripped
from dealer_import.diff import Difference, compute_difference
from dealer_import.files import keep_delivery
from dealer_import.known import Known, Restorer, known_parts, known_trade
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun
from dealer_import.profiles import BadProfile, Profile
from dealer_import.progress import Pulse
from dealer_import.reading import Reading
from dealer_import.report import Report, peak_rss_mb
from dealer_import.samples import samples_of
from dealer_import.scope import Scope, scope_of
from dealer_import.services import records
from dealer_import.services.switching import SHOP_TIME, switch_before_comparing
from dealer_import.services.watching import settle_source
from dealer_import.sources.headers import MISSING_COLUMN
from dealer_import.staging import Staging, staging
from shopflow.contracts.imports import FileRefused, ImportSource, import_sources
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.jobs import enqueue

NOTIFY = "dealer_import.notify"
Tell = Callable[[int, str], None]


def run_import(
    *,
    path: Path,
    profile: Profile,
    file_name: str = "",
    dry_run: bool = False,
    actor: Any = None,
    run: ImportRun | None = None,
    override_brakes: bool = False,
    released: Seen | None = None,
    reader: ImportSource | None = None,
    tell: Tell | None = None,
) -> Report:
    """Bring the file at ``path`` into the shop by ``profile`` and report what happened.

    A dry run goes as far as the difference and writes nothing, not even a run unless one is given. ``run`` is a
    waiting run to use. ``released`` are the numbers with which staff have released it: it is held again if it would do
    more by now. ``override_brakes`` is for rows that staff have corrected themselves. ``reader`` takes the place of the
    format's own; ``tell`` gets percentage and step every second. Raises ``SourceBusy`` while another run of the source
    is under way, and ``BadProfile`` when no reader for the profile's format is installed.
    """
    reader = reader or reader_of(profile)
    with source_lock(profile.source):
        if run is None and not dry_run:
            run = records.create_run(profile=profile, file_name=file_name or path.name, started_by=actor)
        job = _Run(profile, reader, path, dry_run=dry_run, run=run, override_brakes=override_brakes, released=released)
        report = job.execute(tell)
    if run is not None and report.outcome in ("held", "refused"):
        enqueue(NOTIFY)
    return report


def reader_of(profile: Profile) -> ImportSource:
    """The reader of the profile's format. Raises ``BadProfile`` if it is not installed."""
    try:
        return import_sources.get(profile.format)
    except UnknownCode as error:
        raise BadProfile(
            _("The profile %(name)s has the format “%(format)s”, which is not installed. Installed: %(known)s.")
            % {"name": profile.name, "format": profile.format, "known": ", ".join(import_sources.codes())}
        ) from error


class _Run:
    """One run while it lasts."""

    def __init__(
        self,
        profile: Profile,
        reader: ImportSource,
        path: Path,
        *,
        dry_run: bool,
        run: ImportRun | None,
        override_brakes: bool,
        released: Seen | None,
    ) -> None:
        self.profile, self.reader, self.path = profile, reader, path
        self.dry_run, self.run = dry_run, run
        self.override_brakes, self.released = override_brakes, released
        self.started = time.monotonic()
        self.report = Report(profile.name, profile.version, dry_run=dry_run, run=run.pk if run else None)

    def execute(self, tell: Tell | None) -> Report:
        self.report.sha256, size = digest(self.path, self.reader)
        if self.run is not None:
            records.start_run(self.run, sha256=self.report.sha256, size=size)
        try:
            with Pulse(self.run, size=size, tell=tell) as self.pulse:
                self._import()
        except Exception as error:
            if self.run is not None and not transaction.get_connection().needs_rollback:
                records.fail_run(self.run.pk, error)
                enqueue(NOTIFY)
            raise
        return self.report

    def _import(self) -> None:
        last = records.last_applied(self.profile.source)
        if last is not None and (last.sha256, last.profile_version) == (self.report.sha256, self.profile.version):
            self._nothing_new(last)
            return
        if not self.dry_run:
            switch_before_comparing()
        today = timezone.localdate(clock.now(), SHOP_TIME)
        try:
            with (
                unpacked(self.path, self.profile.options, self.reader) as stream,
                staging(self.profile, today) as staged,
            ):
                self._compare_and_apply(stream, staged, last)
        except FileRefused as refusal:
            self._end("refused", refusal.reason, refusal.hint)

    def _nothing_new(self, last: ImportRun) -> None:
        for name in ("accepted", "rejected", "skipped"):
            setattr(self.report, name, getattr(last, name))
        self.report.unchanged, self.report.stamp = last.accepted, last.stamp
        self._end("noop", "", _("This file has been imported before; nothing was changed."))

    def _compare_and_apply(self, stream: BinaryIO, staged: Staging, last: ImportRun | None) -> None:
        known = known_parts(self.profile.source)
        try:
            reading = Reading(self.profile, self.reader, stream, known=known, restore=Restorer())
            scope = scope_of(reading.profile, reading.evidence.mode)
            if self.run is not None:
                records.note_mode(self.run, profile_mode=self.profile.mode, told=scope.mode)
            self._check_stamp(reading, last)
            if last is not None and scope.hides_missing:
                self._check_columns(reading, last)
            if borrows(scope, staged.rule):
                staged.count_pieces()
            if scope.may_take_trade_alone:
                reading.know_trade(lambda: known_trade(self.profile.source, known))
            try:
                staged.put(reading.taken(), lambda: self.pulse.read(stream.tell()))
            finally:
                self._tell(reading)
            self.pulse.begin("comparing", rows=reading.accepted)
            difference = compute_difference(staged, reading, known, scope)
        except FileRefused:
            self.report.accepted = 0
            raise
        self._tell(reading)
        self._count(reading, difference)
        extent = self._extent(reading, known, difference, last, scope)
        brake = None if self.override_brakes else tripped(extent, self.profile.brakes, self.released)
        if self.dry_run or brake is not None:
            self.report.samples = {**samples_of(staged, scope), "seen": asdict(extent.seen)}
        if brake is not None:
            self._hold(*brake)
        elif self.dry_run:
            self._end("applied")
        else:
            self._apply(staged, difference, reading, scope)

    def _check_stamp(self, reading: Reading, last: ImportRun | None) -> None:
        self.report.stamp = reading.evidence.stamp
        if last is not None and last.stamp and self.report.stamp and self.report.stamp < last.stamp:
            told = _(
                "The file was made on %(made)s, the last one that was imported on %(last)s. Send the newest export. If "
                "the clock of the last one was wrong, take that run back."
            )
            made, before = (
                f"{stamp.astimezone(SHOP_TIME):%d.%m.%Y %H:%M}" for stamp in (self.report.stamp, last.stamp)
            )
            raise FileRefused("older_than_last", told % {"made": made, "last": before})

    def _check_columns(self, reading: Reading, last: ImportRun) -> None:
        """A whole catalogue has the columns that it had last time by the same profile."""
        if not reading.warnings[MISSING_COLUMN] or last.profile_version != self.profile.version:
            return
        before = last.findings.filter(code=MISSING_COLUMN).values_list("column", flat=True)
        lost = {finding.column for finding in reading.findings if finding.code == MISSING_COLUMN}.difference(before)
        if lost:
            told = _(
                "The file lacks the column %(names)s, which the last one had. Export it again with this column, or "
                "take it out of the profile."
            )
            raise FileRefused(MISSING_COLUMN, told % {"names": ", ".join(sorted(lost))})

    def _tell(self, reading: Reading) -> None:
        self.report.accepted, self.report.rejected = reading.accepted, reading.rejected
        self.report.skipped = reading.skipped + reading.left_out
        self.report.warnings = dict(reading.warnings)
        self.report.findings = sorted(reading.findings, key=lambda finding: finding.line)

    def _count(self, reading: Reading, difference: Difference) -> None:
        self.report.created, self.report.changed = difference.created, difference.changed
        self.report.unchanged, self.report.hidden = difference.unchanged, difference.hidden
        if difference.unknown:
            self.report.accepted -= difference.unknown
            self.report.skipped += difference.unknown
            self.report.warnings["part_unknown"] = difference.unknown

    def _extent(
        self, reading: Reading, known: Known, difference: Difference, last: ImportRun | None, scope: Scope
    ) -> Extent:
        return Extent(
            accepted=reading.accepted,
            rejected=reading.rejected,
            missing=difference.absent,
            existing=len(known),
            compared=reading.accepted - difference.created - difference.unknown,
            price_jumps=difference.price_jumps,
            last_rows=last.accepted if last is not None and scope.hides_missing else 0,
            is_whole=scope.hides_missing,
        )

    def _hold(self, reason: str, message: str) -> None:
        stored = ""
        if self.run is not None and not self.dry_run:
            stored = self.run.stored_file or keep_delivery(
                self.path, self.reader.companions(self.path), name=self.run.file_name
            )
        self._end("held", reason, message, stored_file=stored)

    def _apply(self, staged: Staging, difference: Difference, reading: Reading, scope: Scope) -> None:
        with transaction.atomic():
            if difference.changed and "list_price" in scope.provided:
                prices.hold(staged.tables)
            step = Applying(
                staged, difference, scope, self.report.run, stamp=reading.evidence.stamp, step=self.pulse.begin
            )
            for finding in step.run():
                reading.note(finding)
            self._tell(reading)
            self._count(reading, difference)
            self.pulse.begin("committing")
            self._end("applied")

    def _end(self, outcome: str, reason: str = "", message: str = "", *, stored_file: str = "") -> None:
        ended = replace(
            self.report,
            outcome=outcome,
            reason=reason,
            message=message,
            seconds=round(time.monotonic() - self.started, 3),
            peak_rss_mb=peak_rss_mb(),
        )
        if self.run is not None:
            records.finish_run(self.run.pk, ended, stored_file=stored_file)
            if not self.dry_run and outcome in ("applied", "noop"):
                settle_source(self.profile.source)
        self.report = ended


def digest(path: Path, reader: ImportSource) -> tuple[str, int]:
    """SHA-256 and size of a delivery, files that belong to it included."""
    with path.open("rb") as stream:
        whole = hashlib.file_digest(stream, "sha256")
    size = path.stat().st_size
    for companion in sorted(reader.companions(path)):
        with companion.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest(), size
