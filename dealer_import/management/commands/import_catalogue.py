from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from dealer_import.exceptions import SourceBusy
from dealer_import.profiles import BadProfile
from dealer_import.queries import profile_named
from dealer_import.report import EXIT_BUSY, Report
from dealer_import.services import run_import


class Ticker:
    """Tells how far a long import is: on a terminal in one line, elsewhere a line every few seconds."""

    EVERY = 2

    def __init__(self, stream: Any) -> None:
        self._stream, self._beats = stream, 0
        self._is_terminal = bool(getattr(stream, "isatty", lambda: False)())

    def __call__(self, percent: int, step: str) -> None:
        self._beats += 1
        if self._beats % self.EVERY:
            return
        text = f"{percent:3d} % {step}"
        if self._is_terminal:
            self._stream.write(f"\r{text:<40}", ending="")
        else:
            self._stream.write(text)
        self._stream.flush()

    def end(self) -> None:
        """Leave the line of the terminal free for the report."""
        if self._is_terminal and self._beats >= self.EVERY:
            self._stream.write("\r" + " " * 40 + "\r", ending="")


def _check_files(path: Path, report: Path | None) -> None:
    """What cannot be read or written is told before anything happens, not when the import is done."""
    try:
        path.open("rb").close()
        if report is not None:
            report.open("a").close()
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error


def _leave_no_report(report: Path | None) -> None:
    """Nothing was run; the report of an earlier run must not be taken for this one's."""
    if report is not None and report.is_file():
        report.unlink()


class Command(BaseCommand):
    help = "Import a dealer's catalogue file. Exit status: 0 applied or nothing to do, 2 refused, 3 held, 4 busy."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A slip in the options ends with status 1: the usual 2 is that of a refused file."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        usual = parser.exit
        parser.exit = lambda status=0, message=None: usual(1 if status else 0, message)  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--profiles", type=Path, help="TOML file with profiles, beside those that staff know")
        parser.add_argument("--profile", required=True, help="name of the profile, such as sample_csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--report", type=Path, help="write the whole report to this JSON file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        _check_files(path, options["report"])
        ticker = Ticker(self.stderr)
        try:
            profile = profile_named(options["profile"], options["profiles"])
            report = run_import(path=path, profile=profile, dry_run=options["dry_run"], tell=ticker)
        except BadProfile as error:
            _leave_no_report(options["report"])
            raise CommandError(str(error)) from error
        except SourceBusy as error:
            _leave_no_report(options["report"])
            self.stderr.write(str(error))
            sys.exit(EXIT_BUSY)
        ticker.end()
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        self._tell(report)
        if report.exit_code:
            sys.exit(report.exit_code)

    def _tell(self, report: Report) -> None:
        counts = _(
            "%(outcome)s: %(accepted)s accepted, %(rejected)s rejected, %(skipped)s skipped; %(created)s created, "
            "%(changed)s changed, %(unchanged)s unchanged, %(hidden)s hidden (%(seconds)s s)"
        )
        self.stdout.write(counts % {**report.as_dict(), "outcome": report.outcome})
        if report.message:
            self.stderr.write(f"{report.reason}: {report.message}" if report.reason else report.message)
