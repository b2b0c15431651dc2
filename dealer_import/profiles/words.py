"""Named word lists that a profile's ``map`` may use."""

from __future__ import annotations

UNITS_DE = {
    "STK": "C62",
    "ST": "C62",
    "STCK": "C62",
    "STÜCK": "C62",
    "SATZ": "SET",
    "SA": "SET",
    "PAAR": "PR",
    "PR": "PR",
    "LTR": "LTR",
    "L": "LTR",
    "LITER": "LTR",
    "MTR": "MTR",
    "M": "MTR",
    "METER": "MTR",
    "KG": "KGM",
    "PACK": "PK",
    "PK": "PK",
    "ROLLE": "RO",
}
STATUS_DE = {"A": "active", "": "active", "X": "runout", "AUSLAUF": "runout", "E": "gone", "ENTFALLEN": "gone"}
SUCCESSION_DE = {"": "same", "1": "same", "2": "one_way", "3": "kit", "4": "choice"}

MAPS: dict[str, dict[str, str]] = {
    "units_de": UNITS_DE,
    "status_de": STATUS_DE,
    "succession_de": SUCCESSION_DE,
}
