"""What a category's name says of its goods: tyres, oils, batteries and other things that laws speak of. Pure."""

from __future__ import annotations

import unicodedata

from shopflow.parts.models import PartRecord

Goods = PartRecord.GoodsClass

WORDS: tuple[tuple[str, Goods], ...] = (
    ("reifendruck", Goods.NONE),
    ("reifenreparatur", Goods.NONE),
    ("reifenzubehor", Goods.NONE),
    ("kuhlmittelpumpe", Goods.NONE),
    ("kuhlmittelbehalter", Goods.NONE),
    ("kuhlmitteltemperatur", Goods.NONE),
    ("komplettrad", Goods.TYRE),
    ("reifen", Goods.TYRE),
    ("tyre", Goods.TYRE),
    ("motorol", Goods.OIL),
    ("getriebeol", Goods.OIL),
    ("engine oil", Goods.OIL),
    ("gear oil", Goods.OIL),
    ("kuhlmittel", Goods.FLUID),
    ("frostschutz", Goods.FLUID),
    ("bremsflussigkeit", Goods.FLUID),
    ("adblue", Goods.FLUID),
    ("schmierfett", Goods.FLUID),
    ("starterbatterie", Goods.BATTERY),
    ("batterien", Goods.BATTERY),
    ("beleuchtung", Goods.LIGHTING),
    ("scheinwerfer", Goods.LIGHTING),
    ("airbagsteuer", Goods.NONE),
    ("airbagsensor", Goods.NONE),
    ("airbag", Goods.AIRBAG),
    ("gurtstraffer", Goods.AIRBAG),
)
"""The first word that a name holds decides."""


def guess(name: str) -> Goods | None:
    """The kind of goods that a category of this name probably holds; None when it says nothing."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    folded = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if folded.startswith(("rader", "wheels")):
        return None
    return next((goods for word, goods in WORDS if word in folded), None)
