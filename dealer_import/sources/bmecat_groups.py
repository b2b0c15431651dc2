"""The category tree of a BMEcat file, and which product belongs where.

The tree stands before the products, but the assignments stand behind them. They are read first, from the end of the
file, and kept in a few bytes each, so that a product's category is known when the product comes by.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from dealer_import.sources.xml_text import unescape

BLOCK = 1 << 20
MAX_GROUPS = 500_000
MAX_LEVELS = 20
_SHELVES = 256
_SETTLE = 50_000
_ENCODING = re.compile(rb"^\xef?\xbb?\xbf?<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)")
_PAIR = re.compile(r"<(?:PROD|ART)_ID[^<>]*>([^<]*)</(?:PROD|ART)_ID>\s*<CATALOG_GROUP_ID[^<>]*>([^<]*)<")
_MASK = (1 << 64) - 1
_PRODUCT_ENDS = (b"</PRODUCT>", b"</ARTICLE>")
_DISGUISES = (b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?")


class GroupTree:
    """Names and parents of the groups."""

    def __init__(self) -> None:
        self._groups: dict[str, tuple[str, str, bool]] = {}
        self._paths: dict[str, tuple[str, ...]] = {}

    def add(self, group: str, name: str, parent: str, *, root: bool) -> None:
        if len(self._groups) < MAX_GROUPS:
            self._groups.setdefault(group, (" ".join(name.split()), parent, root))

    def __len__(self) -> int:
        return len(self._groups)

    def path(self, group: str) -> tuple[str, ...]:
        """Names from the top to ``group``, without the root; loops and unknown parents end it."""
        known = self._paths.get(group)
        if known is None:
            known = self._paths[group] = tuple(self._climb(group))[::-1]
        return known

    def _climb(self, group: str) -> Iterator[str]:
        seen: set[str] = set()
        while group in self._groups and group not in seen and len(seen) < MAX_LEVELS:
            seen.add(group)
            name, group, root = self._groups[group]
            if not root and name:
                yield name


class Assignments:
    """Product number → group, in twelve bytes each once they are settled. The first group of a product counts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._fresh: dict[int, int] = {}
        self._shelves = [(array("Q"), array("I")) for _shelf in range(_SHELVES)]
        self.count = 0

    def add(self, product: str, group: str) -> None:
        number = self._numbers.get(group)
        if number is None:
            if len(self._names) >= MAX_GROUPS:
                return
            number = self._numbers[group] = len(self._names)
            self._names.append(group)
        self._fresh.setdefault(hash(product) & _MASK, number)
        self.count += 1
        if len(self._fresh) >= _SETTLE:
            self.settle()

    def settle(self) -> None:
        """Move what was added into the compact store."""
        waiting: dict[int, list[tuple[int, int]]] = {}
        for key, number in self._fresh.items():
            if self._settled(key) is None:
                waiting.setdefault(key % _SHELVES, []).append((key, number))
        self._fresh.clear()
        for shelf, pairs in waiting.items():
            pairs = sorted([*zip(*self._shelves[shelf], strict=True), *pairs])
            self._shelves[shelf] = array("Q", [key for key, _ in pairs]), array("I", [number for _, number in pairs])

    def group_of(self, product: str) -> str:
        """The group of ``product``; empty when it has none."""
        key = hash(product) & _MASK
        number = self._settled(key)
        if number is None:
            number = self._fresh.get(key)
        return "" if number is None else self._names[number]

    def groups_of(self, products: Iterable[str]) -> list[str]:
        """:meth:`group_of` of each."""
        if not self._names:
            return ["" for _product in products]
        shelves, fresh, names = self._shelves, self._fresh, self._names
        found: list[str] = []
        for product in products:
            key = hash(product) & _MASK
            keys, numbers = shelves[key % _SHELVES]
            place = bisect_left(keys, key)
            if place < len(keys) and keys[place] == key:
                found.append(names[numbers[place]])
            else:
                number = fresh.get(key)
                found.append("" if number is None else names[number])
        return found

    def _settled(self, key: int) -> int | None:
        keys, numbers = self._shelves[key % _SHELVES]
        place = bisect_left(keys, key)
        return numbers[place] if place < len(keys) and keys[place] == key else None


def tail_of(stream: BinaryIO) -> int | None:
    """Where the part behind the last product begins, if that can be told without reading the whole file as XML.

    None if there is no product, or if a comment, a text section or an instruction behind it could mean that what looks
    like the last product is none.
    """
    stream.seek(0, 2)
    end = size = stream.tell()
    overlap = b""
    while end > 0:
        start = max(0, end - BLOCK)
        stream.seek(start)
        block = stream.read(end - start) + overlap
        found = max(block.rfind(mark) for mark in _PRODUCT_ENDS)
        behind = block if found < 0 else block[found:]
        if any(mark in behind for mark in _DISGUISES):
            return None
        if found >= 0:
            return min(size, start + found + len(_PRODUCT_ENDS[0]))
        overlap, end = block[: len(_PRODUCT_ENDS[0])], start
    return None


def pairs_in_tail(stream: BinaryIO, start: int) -> Iterator[tuple[str, str]]:
    """Product and group of every assignment behind ``start``, where only tags and texts stand (see :func:`tail_of`)."""
    stream.seek(0)
    declared = _ENCODING.search(stream.read(256))
    encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    stream.seek(start)
    rest = b""
    while data := stream.read(BLOCK):
        data = rest + data
        cut = data.rfind(b"_MAP>") + 1
        text, rest = data[:cut].decode(encoding, "replace"), data[cut:]
        if len(rest) > BLOCK:
            return
        for product, group in _PAIR.findall(text):
            yield unescape(product).strip(), unescape(group).strip()
