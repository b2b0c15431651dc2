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

MASK = 3
"""The pattern laid over every code. Readers take any of the eight, and trying all of them is most of the work: over
transfers like ours this one stays within a seventh of the best by the standard's own marks (ISO/IEC 18004, 7.8.3)."""


def giro_code(*, holder: str, iban: str, amount: Decimal, text: str) -> segno.QRCode:
    """The code for a transfer of ``amount`` euros with ``text`` (at most 140 characters) as its purpose.

    Raises ValueError for texts or amounts that the standard does not allow.
    """
    # The public function of segno would try all eight masks.
    make_data = helpers._make_epc_qr_data  # type: ignore[attr-defined]
    data = make_data(holder, iban, amount, text, None, None, None, _character_set(holder + text))
    return segno.make_qr(data, error="m", boost_error=False, mask=MASK)


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
