"""Safety brakes: differences too large to be a normal day hold the run until staff have looked. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dealer_import.profiles.model import Brakes


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The numbers that staff saw when they released a run: as many refused rows, missing parts and price jumps."""

    rejected: int
    missing: int
    price_jumps: int


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

    @property
    def seen(self) -> Seen:
        """What staff are shown of it when the run is held."""
        return Seen(rejected=self.rejected, missing=self.missing, price_jumps=self.price_jumps)


def tripped(extent: Extent, brakes: Brakes, released: Seen | None = None) -> tuple[str, str] | None:
    """The brake that holds the run and a sentence that says why; None when nothing does.

    Of a run that staff have ``released``, only what exceeds the numbers that they saw by more than the brakes' floor
    holds it again: the shop may have changed since.
    """
    rows = extent.accepted + extent.rejected
    before = released or Seen(rejected=0, missing=0, price_jumps=0)
    checks = (
        (
            "brake_rejected",
            extent.rejected,
            before.rejected,
            rows,
            brakes.max_rejected_percent,
            _("%(part)s of %(whole)s rows would be refused. Look at the findings; release the run if that is right."),
        ),
        (
            "brake_missing",
            extent.missing,
            before.missing,
            extent.existing,
            brakes.max_missing_percent,
            _("%(part)s of %(whole)s parts would be hidden. Release the run if they really are gone."),
        ),
        (
            "brake_price",
            extent.price_jumps,
            before.price_jumps,
            extent.compared,
            brakes.price_change_rows_percent,
            _("The prices of %(part)s of %(whole)s parts would jump. Release the run if that is right."),
        ),
    )
    shrunk = extent.last_rows > brakes.floor and extent.accepted * 100 < brakes.min_rows_percent * extent.last_rows
    if released is None and (shrunk or (extent.last_rows and extent.missing and not extent.accepted)):
        told = _("Only %(part)s parts came, the last time %(whole)s. Release the run if that is right.")
        return "brake_shrunk", told % {"part": extent.accepted, "whole": extent.last_rows}
    is_nothing = released is None and extent.is_whole and not extent.accepted
    for code, part, known, whole, percent, told in checks:
        is_beyond_floor = part - known > brakes.floor or (is_nothing and part and code == "brake_rejected")
        if is_beyond_floor and whole and part * 100 > percent * whole:
            return code, told % {"part": part, "whole": whole}
    return None
