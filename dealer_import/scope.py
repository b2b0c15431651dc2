"""How far a delivery goes: what it may create, change and hide."""

from __future__ import annotations

from dataclasses import dataclass

from dealer_import.profiles import Profile
from dealer_import.profiles.fields import PARTIAL_FIELDS, TRADE_FIELDS

PARTNER_CODE = "dms"


@dataclass(frozen=True)
class Scope:
    """A profile together with what the file says of itself: a file that is not full is never taken for full."""

    profile: Profile
    mode: str

    @property
    def source(self) -> str:
        return self.profile.source

    @property
    def provided(self) -> frozenset[str]:
        """The fields that the delivery may write."""
        limit = PARTIAL_FIELDS.get(self.mode)
        return self.profile.provided if limit is None else self.profile.provided & limit

    @property
    def creates(self) -> bool:
        """Price and stock lists concern parts that are in the shop already."""
        return self.mode not in PARTIAL_FIELDS

    @property
    def may_take_trade_alone(self) -> bool:
        """Whether a part of which only price and stock differ need not be told as a whole.

        A price or stock list tells nothing else anyhow. A locked field is reported whenever its part changes.
        """
        return self.creates and all(self.owner(field) != "locked" for field in self.provided - TRADE_FIELDS)

    @property
    def partner_code(self) -> str:
        """Oscar's partner that the parts are sold by: the profile's, or the shop's one warehouse."""
        return str(self.profile.options.get("partner", "")) or PARTNER_CODE

    @property
    def hides_missing(self) -> bool:
        """Only a full delivery may say that a part is gone."""
        return self.mode == "full"

    @property
    def missing_after(self) -> int:
        """After how many full deliveries in a row a part that they leave out counts as gone."""
        wanted = self.profile.options.get("missing_after", 1)
        return wanted if isinstance(wanted, int) and wanted > 1 else 1

    @property
    def keeps_missing_visible(self) -> bool:
        """Whether missing parts are shown as not available instead of being hidden."""
        return self.profile.options.get("missing") == "unavailable"

    def owner(self, field: str) -> str:
        """Who owns a field by the profile; a field without a column of its own is the dealer's system's."""
        column = self.profile.columns.get(field)
        return column.owner if column is not None else "dms"


def scope_of(profile: Profile, told: str = "") -> Scope:
    """The scope of a file of ``profile`` that says of itself to be ``told`` (empty if it says nothing)."""
    return Scope(profile, told if told and told != "full" else profile.mode)
