"""When a file was made, from what it says in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Europe/Berlin"


def stamp_of(text: str, profile: Mapping[str, Any]) -> datetime | None:
    """``text`` as a moment; one without an offset is in the profile's ``time_zone``. None for what is no date."""
    try:
        stamp = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if stamp.tzinfo is None:
        return stamp.replace(tzinfo=ZoneInfo(str(profile.get("time_zone", DEFAULT_ZONE))))
    return stamp
