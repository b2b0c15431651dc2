"""HTML to PDF/A-3b. WeasyPrint is imported by the first document, never by the start of a web server."""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string

from shopflow.contracts.types import JSONDict

_one_at_a_time = threading.Lock()
"""WeasyPrint's shared font configuration is not made for two threads at once."""


def render(template: str, content: JSONDict) -> bytes:
    """Render ``template`` with ``content`` as PDF/A-3b; fonts come from a package, nothing from a network."""
    html = render_to_string(template, {**content, "font_url": font_url()})
    from weasyprint import HTML

    with _one_at_a_time:
        document: bytes = HTML(string=html, url_fetcher=_fetcher()).write_pdf(
            font_config=_fonts(), pdf_variant="pdf/a-3b", optimize_images=False
        )
    return document


def font_url() -> str:
    """Address of the variable font file that documents are set in."""
    return "file://" + quote(str(_font_file()))


@cache
def _font_file() -> Path:
    return Path(str(files("fontpkg_source_sans_3"))) / "files" / "SourceSans3[wght].ttf"


@cache
def _fonts() -> Any:
    """One font configuration per process: a new one for each document would leak memory."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OnlyOurFiles(URLFetcher):
        """Reads the font file and ``data:`` addresses; anything else stops the document."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and url != font_url():
                raise FatalURLFetchingError(f"A document may not load {url}.")
            return super().fetch(url, headers)

    return OnlyOurFiles(allowed_protocols=("data", "file"), allow_redirects=False)
