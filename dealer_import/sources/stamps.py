"""When a file was made, by what it says itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused

DEFAULT_ZONE = "Europe/Berlin"
"""In which dealers' systems write the time, unless the profile names another zone under ``time_zone``."""


def stamp_of(text: str, profile: Mapping[str, Any]) -> datetime | None:
    """``text`` in ISO 8601 as a moment; one without an offset is in the profile's zone. None for what is no date."""
    try:
        stamp = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return stamp.replace(tzinfo=_zone(profile)) if stamp.tzinfo is None else stamp


def stamp_at(text: str, line: int, profile: Mapping[str, Any]) -> datetime:
    """The moment that ``text`` on ``line`` names in the format of the profile's ``stamp``; refuses any other text."""
    try:
        naive = datetime.strptime(text, profile["stamp"]["format"])  # noqa: DTZ007 - made aware below
        return naive.replace(tzinfo=_zone(profile))
    except (ValueError, OverflowError):
        raise FileRefused(
            "incomplete_file",
            _("Line %(line)s should say when the file was made, but holds “%(cell)s”. Export it again.")
            % {"line": line, "cell": printable(text, 40)},
        ) from None


def _zone(profile: Mapping[str, Any]) -> ZoneInfo:
    return ZoneInfo(str(profile.get("time_zone", DEFAULT_ZONE)))
