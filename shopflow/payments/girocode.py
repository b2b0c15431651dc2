"""GiroCode: the QR code that fills in a transfer (EPC069-12, version 002)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import segno
from segno import helpers

UTF_8, LATIN_1 = 1, 2
"""Character sets by their EPC numbers."""

SIZE_IN_PIXELS = 260


def giro_code(*, holder: str, iban: str, amount: Decimal, text: str) -> segno.QRCode:
    """The code for a transfer of ``amount`` euros with ``text`` (at most 140 characters) as its purpose.

    Raises ValueError for texts or amounts that the standard does not allow.
    """
    return helpers.make_epc_qr(name=holder, iban=iban, amount=amount, text=text, encoding=_character_set(holder + text))


def svg_data(code: segno.QRCode) -> str:
    """The code as a ``data:`` address for an ``<img>``; black on white in dark mode too, so that it can be scanned."""
    return str(code.svg_data_uri(scale=8, border=4, dark="#000", light="#fff", omitsize=True))


def png(code: segno.QRCode) -> bytes:
    """The code as PNG, large enough for print and for mail programs that do not show SVG."""
    out: Any = io.BytesIO()
    code.save(out, kind="png", scale=8, border=4)
    return bytes(out.getvalue())


def _character_set(texts: str) -> int:
    try:
        texts.encode("iso-8859-1")
    except UnicodeEncodeError:
        return UTF_8
    return LATIN_1
