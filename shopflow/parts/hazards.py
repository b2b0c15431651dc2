"""Dangerous goods by UN number: their class, and how they may travel. Pure.

The class follows from the UN number (ADR table A), so a delivery that holds only the number is complete for the numbers
that a parts shop has; staff enter the class of any other.
"""

from __future__ import annotations

from enum import IntEnum

CLASSES: dict[str, str] = {
    "UN0432": "1.4S",
    "UN0503": "1.4G",
    "UN1046": "2.2",
    "UN1057": "2.1",
    "UN1090": "3",
    "UN1133": "3",
    "UN1139": "3",
    "UN1170": "3",
    "UN1202": "3",
    "UN1203": "3",
    "UN1219": "3",
    "UN1230": "3",
    "UN1263": "3",
    "UN1268": "3",
    "UN1300": "3",
    "UN1719": "8",
    "UN1760": "8",
    "UN1789": "8",
    "UN1830": "8",
    "UN1845": "9",
    "UN1866": "3",
    "UN1950": "2.1",
    "UN1965": "2.1",
    "UN1978": "2.1",
    "UN1987": "3",
    "UN1993": "3",
    "UN2037": "2.1",
    "UN2693": "8",
    "UN2794": "8",
    "UN2795": "8",
    "UN2796": "8",
    "UN2800": "8",
    "UN2857": "2.2",
    "UN3028": "8",
    "UN3065": "3",
    "UN3077": "9",
    "UN3082": "9",
    "UN3090": "9",
    "UN3091": "9",
    "UN3159": "2.2",
    "UN3161": "2.1",
    "UN3164": "2.2",
    "UN3166": "9",
    "UN3171": "9",
    "UN3252": "2.1",
    "UN3264": "8",
    "UN3266": "8",
    "UN3268": "9",
    "UN3269": "3",
    "UN3295": "3",
    "UN3363": "9",
    "UN3480": "9",
    "UN3481": "9",
    "UN3528": "3",
    "UN3556": "9",
}

BATTERIES = frozenset({"UN2794", "UN2795", "UN2800"})
"""Starter batteries: free of ADR in the carrier's usual conditions (special provision 598)."""
AEROSOLS = frozenset({"UN1950", "UN2037"})
"""In the sizes of a shop always packed as limited quantity."""
PYROTECHNIC = frozenset({"UN0432", "UN0503", "UN3268"})
"""Airbags and belt tensioners: sold dismounted only to businesses with trained personnel (§ 4 1. SprengV)."""
STRONG_ACID = frozenset({"UN1830", "UN2796"})
"""Sulphuric acid: not for private persons above 15 % (Reg. (EU) 2019/1148)."""


class Danger(IntEnum):
    """What a way of shipping must be able to carry."""

    NONE = 0
    LIMITED = 1
    FULL = 2


def class_of(un_number: str, stated: str = "") -> str:
    """The class: as stated, else by the UN number; empty when neither tells."""
    return stated or CLASSES.get(un_number, "")


def danger_of(un_number: str, *, limited_quantity: bool = False) -> Danger:
    """How a part with this UN number must travel."""
    if not un_number:
        return Danger.NONE
    if limited_quantity or un_number in BATTERIES | AEROSOLS:
        return Danger.LIMITED
    return Danger.FULL
