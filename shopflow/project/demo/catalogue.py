"""The dealer's parts: an export as a dealer system writes it, with its bad rows, through the real import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dealer_import.profiles import load_profile
from dealer_import.services import run_import

FILE = Path(__file__).with_name("dms.csv")
PROFILE = "sample_csv"


class DemoCatalogueRefused(Exception):
    """The demo's own file was not taken; the message is the import's."""


def load(*, seller: Any) -> str:
    """Import the file; the rows that it refuses are kept as findings of the run."""
    report = run_import(path=FILE, profile=load_profile(PROFILE))
    if report.exit_code:
        raise DemoCatalogueRefused(report.message)
    told = _("%(accepted)s parts taken, %(rejected)s bad rows refused, %(warnings)s warnings (import run %(run)s)")
    return told % {
        "accepted": report.accepted,
        "rejected": report.rejected,
        "warnings": sum(report.warnings.values()),
        "run": report.run,
    }
