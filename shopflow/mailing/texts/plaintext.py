"""The text part of a text that staff wrote in HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "table", "dl", "blockquote", "div"})
_LINES = frozenset({"li", "tr", "dt", "dd", "br"})


class _Writer(HTMLParser):
    """Keeps words, links and the braces between them; the structure becomes lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self.said.append("\n\n")
        elif tag in _LINES:
            self.said.append("\n- " if tag == "li" else "\n")
        elif tag == "img":
            self.said.append(given.get("alt") or "")
        elif tag == "a":
            self.links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            target = self.links.pop().removeprefix("mailto:")
            if target and not "".join(self.said).rstrip().endswith(target):
                self.said.append(f": {target}")
        elif tag in _BLOCKS:
            self.said.append("\n\n")
        elif tag in ("td", "th"):
            self.said.append(" ")

    def handle_data(self, data: str) -> None:
        self.said.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """``html`` as plain text. Commands and values between braces stay where they are."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(re.sub(r"\|linebreaks(?:br)?\b", "", found[0]))
        return f"\ue000{len(kept) - 1}\ue001"

    writer = _Writer()
    writer.feed(re.sub(r"\{[{%].*?[%}]\}", keep, html))
    writer.close()
    lines = [line.strip() for line in "".join(writer.said).splitlines()]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
    return re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], text)
