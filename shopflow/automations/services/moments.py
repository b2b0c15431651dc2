"""When waits are over, for all runs that come to them in the same moment: those of one zone wait equally long."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from shopflow.automations.definitions import Wait
from shopflow.automations.definitions.timing import DayOff, wait_ends


class Reckoning:
    """Reckons from ``now``, each wait in each zone once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._ends: dict[tuple[int, str], tuple[Wait, datetime]] = {}
        self._walls: dict[tuple[datetime, str], str] = {}

    def end_of(self, wait: Wait, *, began_at: datetime, zone: str, day_off: DayOff) -> datetime:
        """As ``wait_ends``. Raises NoSuchMoment."""
        if wait.from_beginning:
            return wait_ends(wait, now=self._now, began_at=began_at, zone=zone, day_off=day_off)
        known = self._ends.get((id(wait), zone))
        if known is None:  # the wait is kept, so that its id stays its own
            end = wait_ends(wait, now=self._now, began_at=began_at, zone=zone, day_off=day_off)
            known = self._ends[id(wait), zone] = wait, end
        return known[1]

    def on_the_wall(self, moment: datetime, zone: str) -> str:
        """What clocks in ``zone`` show at ``moment``, as ISO 8601 without the zone."""
        shown = self._walls.get((moment, zone))
        if shown is None:
            shown = self._walls[moment, zone] = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()
        return shown
