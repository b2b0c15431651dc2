"""PDFs of the legal room: rendered from our own templates, with nothing fetched from anywhere."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string

from shopflow.core.links import absolute


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render ``template`` to a PDF with links into the shop. Only data and the installed font can be read."""
    from weasyprint import HTML  # takes seconds and 40 MB: only who renders pays for it
    from weasyprint.urls import URLFetcher

    html = render_to_string(template, {**context, "font_url": _font_url()})
    fetcher = URLFetcher(allowed_protocols=("data", "file"))
    document: bytes = HTML(string=html, base_url=absolute("/"), url_fetcher=fetcher).write_pdf()
    return document


def _font_url() -> str:
    path = files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"
    return f"file://{path}".replace("[", "%5B").replace("]", "%5D")
