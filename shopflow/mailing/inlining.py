"""Styles written into ``style`` attributes, worked out once for all mails of the same build.

Which rules apply to which tags is the same for all mails that differ in words and links only. So a mail is taken apart
into its build, with numbered marks in place of words and links, and these; the build is inlined once, and the words and
links of each mail are put where their marks are.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import css_inline

KEEP = 256
"""Builds that a process remembers; one is a few kilobytes."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_PARTS = re.compile(
    r"""(?P<rules><style\b.*?</style\s*>)
        |(?P<name>\s(?:href|src|alt|title|aria-label)=")(?P<value>[^"<>]+)(?=")
        |>(?P<words>\s*[^<>\s][^<>]*)(?=<)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BY_ATTRIBUTE = re.compile(r"<style\b[^<]*[\[]", re.IGNORECASE)
"""Rules that look at attributes, whose values are no part of a build."""


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def inline_styles(html: str) -> str:
    """Write the rules of ``<style>`` into ``style`` attributes; media queries stay where they are."""
    if not html.strip():
        return ""
    if _OPEN not in html and not _BY_ATTRIBUTE.search(html):
        build, said = _taken_apart(html)
        pieces = _inlined(build)
        if len(pieces) == len(said) + 1:
            return _put_together(pieces, said)
    return _inliner().inline(html)


def _taken_apart(html: str) -> tuple[str, list[str]]:
    """The build, and the words and links in the order of their marks."""
    said: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found["rules"]:
            return found[0]
        before = found["name"]
        said.append(found["words"] if before is None else found["value"])
        return f"{'>' if before is None else before}{_OPEN}{len(said)}{_CLOSE}"

    return _PARTS.sub(mark, html), said


@lru_cache(maxsize=KEEP)
def _inlined(build: str) -> tuple[str, ...]:
    """What stands between the marks of ``build`` when it is inlined; empty if they are not there in their order."""
    parts = _MARK.split(_inliner().inline(build))
    in_order = parts[1::2] == [str(number) for number in range(1, len(parts) // 2 + 1)]
    return tuple(parts[::2]) if in_order else ()


def _put_together(pieces: tuple[str, ...], said: list[str]) -> str:
    whole = [""] * (len(pieces) + len(said))
    whole[::2] = pieces
    whole[1::2] = said
    return "".join(whole)
