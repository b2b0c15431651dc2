"""What a visitor types of a vehicle: HSN, TSN and VIN, in every spelling that papers have shown. Pure functions.

HSN (field 2.1) has four digits, leading zeros included. The TSN (field 2.2) has eight places and a check digit; its
first three places decide the type. Papers before October 2005 show six or seven places, of which the first three
count just the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from shopflow.contracts.types import JSONDict

FIRST_YEAR = 1900
LAST_YEAR = 2100
_JOINED = re.compile(r"(\d{4})[\s/.-]+([0-9A-Z]{3}[0-9A-Z\s]*)$")
_TSN = re.compile(r"[0-9A-Z]{3}(?:[0-9A-Z]{0,6})$")
_VIN = re.compile(r"[0-9A-HJ-NPR-Z]{17}$")
_VALUES = {letter: value for value, row in enumerate(["", "AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ"])
           for letter in row}  # fmt: skip
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
UNKNOWN_MAKERS = frozenset({"0800", "0900"})
"""HSNs that say only that the maker has no number of its own."""
NO_TYPE = "000"
"""The TSN of a vehicle that was approved by itself and has no type."""


class BadKey(ValueError):
    """The text in ``field`` (``hsn``, ``tsn``, ``vin`` or ``year``) names no vehicle; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A chosen vehicle: by type keys, by VIN, or both. ``year`` is that of first registration, 0 when not given."""

    hsn: str = ""
    tsn: str = ""
    model: str = ""
    year: int = 0
    vin: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether the keys name a type; those of imported and single vehicles may name neither maker nor type."""
        return bool(self.hsn) and self.hsn not in UNKNOWN_MAKERS and self.tsn != NO_TYPE

    @property
    def keys(self) -> str:
        """„0603/BPH“, or the VIN where the type keys are not known."""
        return f"{self.hsn}/{self.tsn}" if self.hsn else self.vin

    @property
    def label(self) -> str:
        """How pages name the vehicle."""
        return f"{self.model} ({self.keys})" if self.model else self.keys

    def named(self, model: str) -> Vehicle:
        return replace(self, model=model[:120])

    def as_dict(self) -> JSONDict:
        return {"hsn": self.hsn, "tsn": self.tsn, "model": self.model, "year": self.year, "vin": self.vin}

    @classmethod
    def from_dict(cls, stored: object) -> Vehicle | None:
        """What :meth:`as_dict` wrote; None for anything else."""
        if not isinstance(stored, dict):
            return None
        try:
            vehicle = read_vehicle(
                hsn=stored.get("hsn", ""),
                tsn=stored.get("tsn", ""),
                vin=stored.get("vin", ""),
                year=str(stored.get("year") or ""),
            )
        except (BadKey, AttributeError, TypeError):
            return None
        return vehicle.named(str(stored.get("model", "")))


def read_vehicle(*, hsn: str = "", tsn: str = "", vin: str = "", year: str = "") -> Vehicle:
    """The vehicle that was typed; raises :class:`BadKey` when neither type keys nor a VIN can be read."""
    first_year = read_year(year)
    number = read_vin(vin) if vin.strip() else ""
    if number and not (hsn.strip() or tsn.strip()):
        return Vehicle(vin=number, year=first_year)
    keys = read_keys(hsn, tsn)
    return Vehicle(hsn=keys[0], tsn=keys[1], vin=number, year=first_year)


def read_keys(hsn: str, tsn: str) -> tuple[str, str]:
    """HSN and the three deciding places of the TSN; both may have been written into the first field."""
    joined = _JOINED.match(hsn.strip().upper())
    if joined and not tsn.strip():
        hsn, tsn = joined.groups()
    return read_hsn(hsn), read_tsn(tsn)


def read_hsn(text: str) -> str:
    digits = "".join(text.split()).upper().replace("O", "0")
    if not (digits.isascii() and digits.isdecimal() and 1 <= len(digits) <= 4) or not digits.strip("0"):
        raise BadKey("hsn", _("The HSN has four digits, such as 0603. It stands in field 2.1 (before 2005: to 2)."))
    return digits.zfill(4)


def read_tsn(text: str) -> str:
    places = re.sub(r"[\s./-]+", "", text).upper()
    if not _TSN.match(places):
        raise BadKey(
            "tsn",
            _("The TSN begins with three letters or digits, such as BPH. It stands in field 2.2 (before 2005: to 3)."),
        )
    return places[:3]


def read_vin(text: str) -> str:
    """The 17 characters; raises :class:`BadKey` for another length and for the letters I, O and Q."""
    number = re.sub(r"[\s-]+", "", text).upper()
    if set(number) & set("IOQ"):
        raise BadKey("vin", _("A VIN has no I, O or Q: please check whether they are a 1 or a 0."))
    if not _VIN.match(number):
        raise BadKey("vin", _("A VIN has 17 letters and digits. It stands in field E of the registration document."))
    return number


def vin_check_digit_fits(vin: str) -> bool:
    """Whether the ninth place is the check digit of the rest; binding in North America only, so never refuse for it."""
    total = sum(
        (_VALUES[sign] if sign in _VALUES else int(sign)) * weight for sign, weight in zip(vin, _WEIGHTS, strict=True)
    )
    return vin[8] == ("X" if total % 11 == 10 else str(total % 11))


def is_north_american(vin: str) -> bool:
    return vin[:1] in "12345"


def read_year(text: str) -> int:
    year = text.strip()
    if not year:
        return 0
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise BadKey("year", _("The year has four digits, such as 2014. You may leave it out."))
    return int(year)
