"""The vehicle that a visitor has chosen, kept in the session: only after choosing, until removed or signed out.

Remembering it is what the visitor asked for (§ 25 (2) TDDDG), so it needs no consent; looking around sets nothing.
"""

from __future__ import annotations

from typing import Any

from shopflow.parts.vehicle_keys import Vehicle

SESSION_KEY = "shopflow_vehicle"


def chosen_vehicle(request: Any) -> Vehicle | None:
    """The visitor's vehicle; None when none was chosen. No query beyond the session's own."""
    session = getattr(request, "session", None)
    if session is None:
        return None
    if not hasattr(request, "_shopflow_vehicle"):
        request._shopflow_vehicle = Vehicle.from_dict(session.get(SESSION_KEY))
    vehicle: Vehicle | None = request._shopflow_vehicle
    return vehicle


def choose_vehicle(request: Any, vehicle: Vehicle) -> None:
    request.session[SESSION_KEY] = vehicle.as_dict()
    request._shopflow_vehicle = vehicle


def forget_vehicle(request: Any) -> None:
    request.session.pop(SESSION_KEY, None)
    request._shopflow_vehicle = None
