"""Cells that no spreadsheet runs as a formula. For reports one way; for the catalogue there and back without loss."""

from __future__ import annotations

import re

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BLANKS = " \u00a0"
MARK = "'"
_BREAKS = re.compile(r"(\r\n|\r|\n)")
_NUMBER = re.compile(r"-[0-9]+(?:,[0-9]+)?\Z")


def harmless(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula, also behind blanks.

    Each line of a cell counts, because some programs take a broken cell for several rows.
    """
    if "\n" not in text and "\r" not in text:
        return f"{MARK}{text}" if text.lstrip(BLANKS).startswith(DANGEROUS) else text
    pieces = _BREAKS.split(text)
    pieces[::2] = [f"{MARK}{line}" if line.lstrip(BLANKS).startswith(DANGEROUS) else line for line in pieces[::2]]
    if not pieces[0]:
        pieces[0] = MARK
    return "".join(pieces)


def is_harmless(text: str) -> bool:
    """Whether no line of ``text`` would be run; a plain negative number is none."""
    if _NUMBER.match(text):
        return True
    return not any(line.lstrip(BLANKS).startswith(DANGEROUS) for line in _BREAKS.split(text)[::2] if line.strip())


def escape(text: str) -> str:
    """``text`` so that none of its lines is run; :func:`unescape` gives it back exactly."""
    if not text or (text[0].isalnum() and "\n" not in text and "\r" not in text):
        return text
    pieces = _BREAKS.split(text)
    pieces[::2] = [f"{MARK}{line}" if _needs_mark(line, pieces) else line for line in pieces[::2]]
    return "".join(pieces)


def _needs_mark(line: str, pieces: list[str]) -> bool:
    if not line:
        return line is pieces[0] and len(pieces) > 1
    return line.startswith(MARK) or line.lstrip(BLANKS).startswith(DANGEROUS)


def unescape(text: str) -> str:
    """The text that :func:`escape` was given."""
    if MARK not in text:
        return text
    pieces = _BREAKS.split(text)
    pieces[::2] = [line.removeprefix(MARK) for line in pieces[::2]]
    return "".join(pieces)
