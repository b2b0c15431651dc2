"""Safety brakes: differences too large to be a normal day hold the run until staff have looked. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dealer_import.profiles.model import Brakes


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How far a delivery is from what the shop holds.

    ``is_whole`` says that it should hold the whole catalogue: then no part at all is no normal day, however small it
    is. ``existing`` are the parts that the source keeps, ``compared`` those of them that the delivery names, and
    ``last_rows`` the accepted rows of the last good run.
    """

    accepted: int
    rejected: int
    missing: int
    existing: int
    compared: int
    price_jumps: int
    last_rows: int
    is_whole: bool = False


def tripped(extent: Extent, brakes: Brakes) -> tuple[str, str] | None:
    """The brake that holds the run and a sentence that says why; None when nothing does."""
    rows = extent.accepted + extent.rejected
    checks = (
        (
            "brake_rejected",
            extent.rejected,
            rows,
            brakes.max_rejected_percent,
            _("%(part)s of %(whole)s rows would be refused. Look at the findings; release the run if that is right."),
        ),
        (
            "brake_missing",
            extent.missing,
            extent.existing,
            brakes.max_missing_percent,
            _("%(part)s of %(whole)s parts would be hidden. Release the run if they really are gone."),
        ),
        (
            "brake_price",
            extent.price_jumps,
            extent.compared,
            brakes.price_change_rows_percent,
            _("The prices of %(part)s of %(whole)s parts would jump. Release the run if that is right."),
        ),
    )
    shrunk = extent.last_rows > brakes.floor and extent.accepted * 100 < brakes.min_rows_percent * extent.last_rows
    if shrunk or (extent.last_rows and extent.missing and not extent.accepted):
        told = _("Only %(part)s parts came, the last time %(whole)s. Release the run if that is right.")
        return "brake_shrunk", told % {"part": extent.accepted, "whole": extent.last_rows}
    is_nothing = extent.is_whole and not extent.accepted
    for code, part, whole, percent, told in checks:
        is_beyond_floor = part > brakes.floor or (is_nothing and part and code == "brake_rejected")
        if is_beyond_floor and whole and part * 100 > percent * whole:
            return code, told % {"part": part, "whole": whole}
    return None
