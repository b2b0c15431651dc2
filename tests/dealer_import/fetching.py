"""A small delivery, and taking it through a transport."""

from __future__ import annotations

import io

BODY = b"Teile-Nr;Preis\r\n1;2,50\r\n"


def fetched(transport, settings, file) -> bytes:
    target = io.BytesIO()
    transport.fetch(settings, file, target)
    return target.getvalue()
