"""PDFs of the legal room: rendered from our own templates, with nothing fetched from anywhere."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render ``template`` to a PDF. Only data and the font files of the installed package can be read."""
    from weasyprint import HTML  # takes seconds and 40 MB: only who renders pays for it
    from weasyprint.urls import URLFetcher

    html = render_to_string(template, {**context, "font_url": _font_url()})
    document: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data", "file"))).write_pdf()
    return document


def _font_url() -> str:
    path = files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"
    return f"file://{path}".replace("[", "%5B").replace("]", "%5D")
