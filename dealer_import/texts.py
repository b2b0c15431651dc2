"""Texts for the shop: slugs as Germans write them, descriptions as safe HTML."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.text import slugify

ALLOWED_TAGS = {"b", "strong", "i", "em", "br", "p", "ul", "ol", "li"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_SAME_TAGS = {"strong": "b", "em": "i"}
_TAG = re.compile(r"\s*<(/?)(\w+)\s*/?>\s*")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def german_slug(text: str, fallback: str = "teil") -> str:
    """``Räder & Reifen`` → ``raeder-reifen``; ``fallback`` when nothing remains. At most 255 characters."""
    return slugify(text.translate(_UMLAUTS))[:255] or fallback


def plain_text(text: str) -> str:
    """``text`` without any markup, as one line; scripts lose their content too."""
    return " ".join(html.unescape(nh3.clean(text, tags=set())).split())


def is_same_text(one: str, other: str) -> bool:
    """Whether two descriptions differ only by what a text editor does to all of them.

    That is one paragraph around the whole, entities for letters, other names for bold and italic, and white space.
    """
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    text = _TAG.sub(lambda tag: f"<{tag[1]}{_SAME_TAGS.get(tag[2].lower(), tag[2].lower())}>", text.strip())
    if text.startswith("<p>") and text.endswith("</p>") and text.count("<p>") == 1:
        text = text[3:-4]
    return " ".join(html.unescape(text).split())


def safe_html(text: str, *, has_markup: bool) -> str:
    """A description as HTML: plain text is escaped and keeps its line breaks, markup is reduced to harmless tags."""
    if has_markup:
        return nh3.clean(text, tags=ALLOWED_TAGS, attributes={})
    escaped = html.escape(text, quote=False)
    return _LINE_BREAK.sub("<br>", escaped) if "\n" in escaped or "\r" in escaped else escaped
