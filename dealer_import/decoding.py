"""Which encoding a file is in, by evidence: byte order mark, valid UTF-8, the bytes that German letters take."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused

KNOWN = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "cp850": "cp850",
    "ibm850": "cp850",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "utf-16"),
}
"""Spellings that profiles may use, and Python's name for each."""

_WESTERN = b"\xe4\xf6\xfc\xc4\xd6\xdc\xdf"
_DOS = b"\x84\x94\x81\x8e\x99\x9a\xe1"
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Encoding:
    """``name`` is Python's; ``bom`` how many bytes to skip; ``differs`` that the profile declared another one."""

    name: str
    bom: int = 0
    differs: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether each character takes two bytes or more, so that no line break can be found among the bytes."""
        return self.name.startswith("utf-16")


def decide_encoding(head: bytes, declared: str, *, whole: bool) -> Encoding:
    """The encoding of a file that starts with ``head``, for the profile's ``declared`` one (or ``auto``).

    ``whole`` says that ``head`` is the whole file. A byte order mark wins, and so does valid UTF-8 with any letter
    outside ASCII. UTF-16 needs no mark: its NUL characters tell of it. A file that clearly is in the DOS code page is
    refused where a Windows one was declared, and the other way round, because every umlaut would be wrong. Raises
    :class:`FileRefused` with the reason ``encoding``.
    """
    marked = _by_mark(head) or _by_nul(head)
    wanted = "" if declared.lower() == "auto" else KNOWN[declared.lower()]
    if marked is not None:
        return Encoding(marked.name, marked.bom, bool(wanted) and not marked.name.startswith(wanted))
    high = _HIGH.search(head) is not None
    is_utf8 = high and _is_utf8(head, whole=whole)
    if not wanted:
        return Encoding("utf-8" if is_utf8 or not high else _eight_bit(head))
    if is_utf8 and wanted != "utf-8":
        return Encoding("utf-8", differs=True)
    if wanted == "utf-16" and not high:
        return Encoding("utf-8", differs=True)
    if high and not is_utf8 and wanted in ("utf-8", "utf-16"):
        _refuse(wanted, _eight_bit(head))
    if high and wanted in ("cp1252", "latin-1", "iso-8859-15") and _clearly_dos(head):
        _refuse(wanted, "cp850")
    if high and wanted == "cp850" and _clearly_western(head):
        _refuse(wanted, "cp1252")
    return Encoding(wanted)


def _by_mark(head: bytes) -> Encoding | None:
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    return None


def is_wide(head: bytes) -> bool:
    """Whether the file is in UTF-16, with or without a mark."""
    marked = _by_mark(head) or _by_nul(head)
    return marked is not None and marked.is_wide


def _by_nul(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: of each pair of bytes nearly always the same one is NUL, and hardly ever the other."""
    start = head[:4096]
    high, low = start[::2].count(0), start[1::2].count(0)
    for name, usual, other in (("utf-16-le", low, high), ("utf-16-be", high, low)):
        if usual * 4 > len(start) and other * 50 <= len(start):
            return Encoding(name)
    return None


def _is_utf8(head: bytes, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _scores(head: bytes) -> tuple[int, int]:
    western = len(head) - len(head.translate(None, _WESTERN))
    dos = len(head) - len(head.translate(None, _DOS))
    return western, dos


def _eight_bit(head: bytes) -> str:
    western, dos = _scores(head)
    return "cp850" if dos > western else "cp1252"


def _clearly_dos(head: bytes) -> bool:
    western, dos = _scores(head)
    return dos >= 5 and dos > 4 * western


def _clearly_western(head: bytes) -> bool:
    western, dos = _scores(head)
    return western >= 5 and western > 4 * dos


def _refuse(declared: str, found: str) -> None:
    raise FileRefused(
        "encoding",
        _('The profile says %(declared)s, but the file is in %(found)s. Set encoding = "%(found)s" in the profile.')
        % {"declared": declared, "found": found},
    )
