"""Serving private files: by the front server where one is configured, else by us, with ranges for resuming."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from shopflow.delivery.models import DigitalFile

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def serve_file(request: HttpRequest, file: DigitalFile) -> HttpResponseBase:
    """The file as an attachment. With ``SHOPFLOW_X_ACCEL_PREFIX`` only the headers: nginx sends the bytes.

    Understands one byte range (RFC 9110); several at once are answered with the whole file, as the RFC allows.
    """
    prefix = getattr(settings, "SHOPFLOW_X_ACCEL_PREFIX", "")
    if prefix:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = prefix.rstrip("/") + "/" + quote(file.storage_name)
    else:
        response = _stream(request, file)
    response["Content-Type"] = file.content_type
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.filename) or ""
    response["ETag"] = f'"{file.sha256}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def wanted_range(request: HttpRequest, file: DigitalFile) -> tuple[int, int] | None:
    """First and last byte that are wanted; None for the whole file. Raises ValueError for a range outside the file."""
    found = RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    condition = request.headers.get("If-Range", "")
    if found is None or found.groups() == ("", "") or (condition and condition != f'"{file.sha256}"'):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(file.size - int(end), 0), file.size - 1
        if int(end) == 0:
            raise ValueError(end)
    else:
        first, last = int(start), min(int(end), file.size - 1) if end else file.size - 1
    if first > last or first >= file.size:
        raise ValueError(start)
    return first, last


def _stream(request: HttpRequest, file: DigitalFile) -> HttpResponseBase:
    try:
        part = wanted_range(request, file)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"})
    first, last = part or (0, file.size - 1)
    headers = {"Content-Length": str(last - first + 1), "Accept-Ranges": "bytes"}
    if part is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    if request.method == "HEAD":
        return HttpResponse(status=206 if part else 200, headers=headers)
    content = storages["private"].open(file.storage_name)
    return StreamingHttpResponse(_pieces(content, first, last), status=206 if part else 200, headers=headers)


def _pieces(content: File[bytes], first: int, last: int) -> Iterator[bytes]:
    with content:
        content.seek(first)
        left = last - first + 1
        while left > 0 and (piece := content.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
