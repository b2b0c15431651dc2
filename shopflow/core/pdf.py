"""HTML to PDF/A-3b. WeasyPrint is imported by the first document, never by the start of a web server."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from django.template.loader import render_to_string

from shopflow.contracts.types import JSONDict
from shopflow.core.fonts import document_faces

_one_at_a_time = threading.Lock()
"""WeasyPrint's shared font configuration is not made for two threads at once."""


def render(template: str, content: JSONDict, *, base_url: str | None = None, forgiving: bool = False) -> bytes:
    """Render ``template`` with ``content`` as PDF/A-3b; fonts come from a package, nothing from a network.

    ``base_url`` makes links that begin with a slash lead into the shop. A picture or style sheet from elsewhere stops
    the document, as our own templates name none; where the text is not ours, ``forgiving`` leaves it out.
    """
    html = render_to_string(template, {**content, "font_faces": document_faces()})
    from weasyprint import HTML

    with _one_at_a_time:
        document: bytes = HTML(string=html, base_url=base_url, url_fetcher=_fetcher(forgiving)).write_pdf(
            font_config=_fonts(), pdf_variant="pdf/a-3b", optimize_images=False
        )
    return document


@cache
def _fonts() -> Any:
    """One font configuration per process: a new one for each document would leak memory."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _fetcher(forgiving: bool = False) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetchingError

    refused: type[BaseException] = URLFetchingError if forgiving else FatalURLFetchingError

    class OnlyOurFiles(URLFetcher):
        """Reads the font files and ``data:`` addresses, no other file and no network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and url not in {face.url for face in document_faces()}:
                raise refused(f"A document may not load {url}.")
            return super().fetch(url, headers)

    return OnlyOurFiles(allowed_protocols=("data", "file"), allow_redirects=False)
