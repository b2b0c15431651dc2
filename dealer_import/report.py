"""What a run did, as the command, the staff page and the API tell it."""

from __future__ import annotations

import resource
import sys
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from dealer_import.findings import Finding

EXIT_CODES = {"applied": 0, "noop": 0, "refused": 2, "held": 3}
EXIT_BUSY = 4


@dataclass
class Report:
    """The report of one run. ``message`` is one sentence that says what to do next; empty when there is nothing.

    ``samples`` are examples of what would change, of dry runs and held runs, see :mod:`dealer_import.samples`, with
    the numbers that the brakes look at as ``seen``.
    """

    profile: str
    profile_version: str
    outcome: str = ""
    reason: str = ""
    message: str = ""
    dry_run: bool = False
    accepted: int = 0
    rejected: int = 0
    skipped: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    hidden: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    samples: dict[str, Any] = field(default_factory=dict)
    sha256: str = ""
    stamp: datetime | None = None
    run: int | None = None
    seconds: float = 0.0
    peak_rss_mb: int = 0

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        body = asdict(replace(self, findings=[]))
        body["findings"] = [finding.as_dict() for finding in self.findings]
        body["stamp"] = self.stamp.isoformat() if self.stamp else None
        body["warnings"] = dict(sorted(self.warnings.items()))
        return body


def peak_rss_mb() -> int:
    """The process's largest memory so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1 << 20 if sys.platform == "darwin" else 1 << 10))
