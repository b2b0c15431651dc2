"""The EU tyre label as a drawing of our own, from the data that the part holds (Reg. (EU) 2020/740, Annex II)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from shopflow.parts.models import PartRecord

CLASSES = "ABCDE"
NOISE_CLASSES = "ABC"
COLOURS = ("#00a54f", "#8cc63f", "#fff200", "#f7941d", "#ed1c24")
EPREL = "https://eprel.ec.europa.eu"
"""The EU's product database, where each tyre's data sheet is kept."""
STEP, FIRST = 22, 92


@dataclass(frozen=True)
class Bar:
    """One step of a scale: its place, width and colour; ``is_here`` marks the tyre's own class."""

    letter: str
    colour: str
    y: int
    width: int
    is_here: bool

    @property
    def points(self) -> str:
        """The arrow's outline."""
        right, top, bottom = 14 + self.width, self.y, self.y + STEP - 4
        return f"14,{top} {right},{top} {right + 9},{(top + bottom) // 2} {right},{bottom} 14,{bottom}"

    @property
    def text_y(self) -> int:
        return self.y + 14


@dataclass(frozen=True)
class TyreLabel:
    """What the label shows. ``eprel`` is 0 when the number is not known."""

    maker: str
    number: str
    size: str
    fuel: str
    wet: str
    noise_db: int
    noise_class: str
    snow: bool
    ice: bool
    eprel: int

    @property
    def fuel_bars(self) -> list[Bar]:
        return _bars(self.fuel)

    @property
    def wet_bars(self) -> list[Bar]:
        return _bars(self.wet)

    @property
    def fuel_y(self) -> int:
        return _place(self.fuel)

    @property
    def wet_y(self) -> int:
        return _place(self.wet)

    @property
    def sheet_url(self) -> str:
        """The product information sheet in the EU's database; empty without an EPREL number."""
        return f"{EPREL}/screen/product/tyres/{self.eprel}" if self.eprel else ""

    @property
    def qr(self) -> SafeString:
        """The code that leads to the database entry, as paths of the drawing; empty without an EPREL number."""
        if not self.eprel:
            return mark_safe("")
        code = segno.make(f"{EPREL}/qr/{self.eprel}", error="m", micro=False)
        return mark_safe(code.svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True, unit=None))


def label_of(part: PartRecord) -> TyreLabel | None:
    """The part's label; None unless its classes and noise are known."""
    tyre = part.attributes.get("tyre") or {}
    if not _is_labelled(tyre):
        return None
    fuel, wet = str(tyre["fuel"]), str(tyre["wet"])
    return TyreLabel(
        maker=part.brand.name,
        number=part.number_display,
        size=" ".join(str(tyre.get(name, "")) for name in ("size", "load", "speed")).strip(),
        fuel=fuel,
        wet=wet,
        noise_db=int(tyre["noise_db"]),
        noise_class=str(tyre.get("noise_class", "")),
        snow=bool(tyre.get("snow")),
        ice=bool(tyre.get("ice")),
        eprel=int(tyre.get("eprel") or 0),
    )


def label_words(attributes: Mapping[str, Any]) -> str:
    """The label in a line, for cards, baskets, orders and mails; empty for a part without one."""
    tyre = attributes.get("tyre") or {}
    if not _is_labelled(tyre):
        return ""
    told = gettext("EU tyre label: fuel %(fuel)s, wet grip %(wet)s, noise %(noise_db)s dB %(noise_class)s")
    words = [told % {"noise_class": "", **tyre}]
    marks = {"snow": pgettext("tyre", "Snow"), "ice": pgettext("tyre", "Ice")}
    words += [word for key, word in marks.items() if tyre.get(key)]
    return ", ".join(word.strip() for word in words)


def _is_labelled(tyre: Mapping[str, Any]) -> bool:
    return all(str(tyre.get(name, "")) in tuple(CLASSES) for name in ("fuel", "wet")) and bool(tyre.get("noise_db"))


def _bars(letter: str) -> list[Bar]:
    return [
        Bar(name, colour, FIRST + place * STEP, 26 + place * 10, name == letter)
        for place, (name, colour) in enumerate(zip(CLASSES, COLOURS, strict=True))
    ]


def _place(letter: str) -> int:
    return FIRST + CLASSES.index(letter) * STEP
