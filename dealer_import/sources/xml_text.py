"""A record's text taken apart: tags and what follows them.

The text comes from a file that expat has found well-formed. Without comments, text sections and instructions, ``<``
begins a tag there and nothing else. So the text is split at its end tags: every piece holds the tags up to a value and
the value. The same tags come again with every record, so what they mean is found out once for each spelling. All that
costs a small part of a call per element. A record that has any of the above is written anew without them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html.entities import name2codepoint
from operator import itemgetter
from typing import Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from dealer_import.sources.xml_guard import MAX_DEPTH, guarded_parser, too_deep

MAX_CHAINS = 5000
MAX_PLANS = 1000
SHALLOW = MAX_DEPTH - 8
"""With so few end tags nothing can be too deep."""
_VALUE = re.compile(r">([^<]*)</")
_TAG = re.compile(r"([^\s/>\"'=]+)((?:\s+[^\s=\"'/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)")
_ATTRIBUTE = re.compile(r"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|[^;&\s]+);")
_EMPTY_TAG = re.compile(r"<[^\s/<>\"']+(?:[^<>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*/>")
_NAMED = {**name2codepoint, "apos": 39}

Action = Callable[[str], Any] | str | None
"""What to do with an element's text: a function that takes it, the name of its field, or nothing."""


class Tag(NamedTuple):
    """A tag by its local name; ``closing`` for an end tag."""

    name: str
    attributes: dict[str, str]
    closing: bool = False


class Parted(NamedTuple):
    """A record split into its values and what stands between them: ``skeleton`` holds every tag, without its ``>``."""

    skeleton: tuple[str, ...]
    values: list[str]
    whole: str


class Plan(NamedTuple):
    """What to do for records with one skeleton: fields with the places of their values, and calls with theirs."""

    names: tuple[str, ...]
    pick: Callable[[Sequence[str]], Sequence[str]]
    calls: Sequence[tuple[Callable[[str], Any], int]]


def parted(text: str) -> Parted:
    """``text`` split at its values. A value that a tag only seems to begin is found out by :meth:`Chains.plan_of`."""
    pieces = _VALUE.split(text)
    return Parted(tuple(pieces[::2]), pieces[1::2], text)


def is_clear(skeleton: Sequence[str]) -> bool:
    """Whether the values between these tags are values indeed, and no part of an attribute that holds a ``>``."""
    return not any(read_chain(chain)[1] for chain in skeleton[:-1])


class Chains(dict[str, tuple[tuple[Callable[[str], Any], ...], Any]]):
    """What to do for the tags between two values, by their spelling; ``resolve`` is asked once for each tag in them.

    An entry holds what to do for the tags before, and what with the value. Tags before a value have no text of their
    own, so nothing is done for those that only name a field.
    """

    def __init__(self, resolve: Callable[[Tag], Action]) -> None:
        super().__init__()
        self._resolve = resolve
        self._plans: dict[tuple[str, ...], Plan | None] = {}

    def __missing__(self, text: str) -> tuple[tuple[Callable[[str], Any], ...], Any]:
        tags, begun = read_chain(text)
        actions = [self._resolve(tag) for tag in tags]
        last = actions.pop() if actions and not tags[-1].closing else None
        entry = tuple(action for action in actions if callable(action)), _joined(begun, last)
        if not begun and len(self) < MAX_CHAINS and len(text) < 1000:
            self[text] = entry
        return entry

    def plan_of(self, skeleton: tuple[str, ...]) -> Plan | None:
        """What to do for records with this skeleton; None for those that must be read chain by chain.

        No function here may read or write a field that is also named by a tag: the fields are filled first.
        """
        if skeleton not in self._plans and len(self._plans) < MAX_PLANS:
            self._plans[skeleton] = self._planned(skeleton) if is_clear(skeleton) else None
        return self._plans.get(skeleton)

    def _planned(self, skeleton: tuple[str, ...]) -> Plan:
        names: list[str] = []
        places: list[int] = []
        calls: list[tuple[Callable[[str], Any], int]] = []
        for place, chain in enumerate(skeleton):
            is_last = place == len(skeleton) - 1
            before, action = self[chain.rpartition(">")[0] if is_last else chain]
            calls += [(call, -1) for call in before]
            if isinstance(action, str):
                names.append(action)
                places.append(place)
            elif action is not None:
                calls.append((action, -1 if is_last else place))
        pick = itemgetter(*places) if len(places) > 1 else lambda values: [values[place] for place in places]
        return Plan(tuple(names), pick, calls)


class _Named:
    """A field whose value began before the last ``>``."""

    def __init__(self, begun: str, name: str) -> None:
        self.begun, self.name = begun, name


def _joined(begun: str, action: Any) -> Any:
    """``action`` for a value of which ``begun`` was taken for a tag, because it holds a ``>``."""
    if not begun or action is None:
        return action
    if isinstance(action, str):
        return _Named(unescape(begun), action)
    return lambda text: action(unescape(begun) + text)


def take_apart(text: str | Parted, chains: Chains, fields: dict[str, str]) -> None:
    """Do for all elements of ``text`` what ``chains`` says; named values go into ``fields``."""
    if isinstance(text, Parted):
        plan = chains.plan_of(text.skeleton)
        if plan is not None:
            _carry_out(plan, text, fields)
            return
        text = text.whole
    escaped = "&" in text or "\r" in text
    for piece in text.split("</"):
        tags, _bracket, value = piece.rpartition(">")
        before, action = chains[tags]
        for open_or_close in before:
            open_or_close("")
        if action is None:
            continue
        if escaped:
            value = unescape(value)
        if action.__class__ is str:
            fields[action] = value
        elif action.__class__ is _Named:
            fields[action.name] = action.begun + value
        else:
            action(value)


def _carry_out(plan: Plan, record: Parted, fields: dict[str, str]) -> None:
    values = record.values
    if "&" in record.whole or "\r" in record.whole:
        values = [unescape(value) if "&" in value or "\r" in value else value for value in values]
    fields.update(zip(plan.names, plan.pick(values), strict=True))
    for call, place in plan.calls:
        call(values[place] if place >= 0 else "")


def read_chain(text: str) -> tuple[list[Tag], str]:
    """The tags of ``text``, which ends before the last tag's ``>``; and what of that tag's value is among it."""
    first, *rest = text.split("<")
    name = first.partition(">")[0].strip()
    tags = [Tag(name.rpartition(":")[2], {}, closing=True)] if name else []
    begun = ""
    for part in rest:
        found = _TAG.match(part)
        if found is None:
            continue
        name, attributes, _empty = found.groups()
        values = {
            key.rpartition(":")[2]: unescape(double or single) for key, double, single in _ATTRIBUTE.findall(attributes)
        }
        tags.append(Tag(name.rpartition(":")[2], values))
        begun = part[found.end() :]
    return tags, f"{begun[1:]}>" if begun else ""


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
    if text is not None and text.count("</") > SHALLOW:
        check_depth(text)
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


def check_depth(text: str) -> None:
    """Raise ``FileRefused`` for elements that are nested too deep; only needed with more than ``SHALLOW`` end tags."""
    if "/>" in text:
        text = _EMPTY_TAG.sub("", text)
    depth = 3
    for piece in text.split("</"):
        depth += piece.count("<") - 1
        if depth > MAX_DEPTH:
            raise too_deep()
