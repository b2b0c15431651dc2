"""Texts for the shop: slugs as Germans write them, descriptions as safe HTML."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.text import slugify

ALLOWED_TAGS = {"b", "strong", "i", "em", "br", "p", "ul", "ol", "li"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def german_slug(text: str, fallback: str = "teil") -> str:
    """``Räder & Reifen`` → ``raeder-reifen``; ``fallback`` when nothing remains. At most 255 characters."""
    return slugify(text.translate(_UMLAUTS))[:255] or fallback


def plain_text(text: str) -> str:
    """``text`` without any markup, as one line; scripts lose their content too."""
    return " ".join(html.unescape(nh3.clean(text, tags=set())).split())


def safe_html(text: str, *, has_markup: bool) -> str:
    """A description as HTML: plain text is escaped and keeps its line breaks, markup is reduced to harmless tags."""
    if has_markup:
        return nh3.clean(text, tags=ALLOWED_TAGS, attributes={})
    escaped = html.escape(text, quote=False)
    return _LINE_BREAK.sub("<br>", escaped) if "\n" in escaped or "\r" in escaped else escaped
