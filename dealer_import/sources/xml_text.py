"""A record's text taken apart: tags and what follows them.

The text comes from a file that expat has found well-formed. Without comments, text sections and instructions, ``<``
begins a tag there and nothing else, so splitting at it gives every tag with its text, at a small part of the price of
a call per element. A record that has any of these is written anew without them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import name2codepoint
from typing import Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from dealer_import.sources.xml_guard import MAX_DEPTH, guarded_parser, too_deep

MAX_TAGS = 5000
_TAG = re.compile(r"(/?)([^\s/>\"'=]+)((?:\s+[^\s=\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)\Z")
_ATTRIBUTE = re.compile(r"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|[^;&\s]+);")
_ANY_TAG = re.compile(r"<(/?)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_NAMED = {**name2codepoint, "apos": 39}


class Tag(NamedTuple):
    """A tag by its local name; ``closing`` for an end tag, ``empty`` for one that has no content."""

    name: str
    attributes: dict[str, str]
    closing: bool
    empty: bool


class AwkwardTag(Exception):
    """A tag whose attribute holds a ``>``; the record must be written anew before it is split."""


class Tags(dict[str, Any]):
    """What to do for a tag as it is written; ``resolve`` is asked once for each spelling."""

    def __init__(self, resolve: Callable[[Tag], Any]) -> None:
        super().__init__()
        self._resolve = resolve

    def __missing__(self, text: str) -> Any:
        action = self._resolve(read_tag(text))
        if len(self) < MAX_TAGS:
            self[text] = action
        return action


def read_tag(text: str) -> Tag:
    """The tag between ``<`` and ``>``. Raises :class:`AwkwardTag` if that was not the whole tag."""
    found = _TAG.match(text)
    if found is None:
        raise AwkwardTag(text)
    closing, name, attributes, empty = found.groups()
    values = {
        key.rpartition(":")[2]: unescape(double or single) for key, double, single in _ATTRIBUTE.findall(attributes)
    }
    return Tag(name.rpartition(":")[2], values, bool(closing), bool(empty))


def unescape(text: str) -> str:
    """``text`` with its references replaced and its line breaks as XML wants them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found.group(1)
    if name[0] == "#":
        return chr(int(f"0{name[1:]}", 0) if name[1] == "x" else int(name[1:]))
    code = _NAMED.get(name)
    return chr(code) if code is not None else found.group(0)


def plain_record(raw: str) -> str | None:
    """``raw`` with tags and texts alone; None if it ends within a comment or text section that only looks like its end.

    Raises ``FileRefused`` for elements that are nested too deep.
    """
    text: str | None = raw
    if "<!" in raw or "<?" in raw:
        text = rewritten(raw)
    if text is not None and text.count("</") > MAX_DEPTH - 8:
        _check_depth(text)
    return text


def rewritten(raw: str) -> str | None:
    """``raw`` written anew: without comments, sections and instructions, and with every ``>`` of a value escaped."""
    parts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        values = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        parts.append(f"<{name}{values}>")

    parser = guarded_parser(lambda data: parts.append(escape(data)))
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: parts.append(f"</{name}>")
    try:
        parser.Parse('<!DOCTYPE record SYSTEM "unread">' + raw, True)
    except expat.ExpatError:
        return None
    return "".join(parts)


def _check_depth(text: str) -> None:
    depth = 2
    for closing, empty in _ANY_TAG.findall(text):
        if closing:
            depth -= 1
        elif not empty:
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep()
