"""The bytes of an XML file, as far as they tell something without being parsed."""

from __future__ import annotations

import codecs
import re
from typing import Any

from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused

_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")


def as_bytes_of_ascii(stream: Any) -> Any:
    """``stream`` as it is, or in UTF-8 if it is in UTF-16, where a tag cannot be found among the bytes."""
    stream.seek(0)
    head = stream.read(2)
    if head in (b"\xff\xfe", b"\xfe\xff"):
        stream.seek(0)
        return codecs.EncodedFile(stream, "utf-8", "utf-16")
    if b"\0" in head:
        stream.seek(0)
        return codecs.EncodedFile(stream, "utf-8", "utf-16-le" if head[1:] == b"\0" else "utf-16-be")
    return stream


def is_beyond_doubt(region: bytes, encoding: str) -> bool:
    """Whether the characters and references of ``region`` are those of well-formed XML, without asking a parser.

    Whether they are UTF-8 at all is left to whoever decodes them.
    """
    if encoding.lower() != "utf-8" or len(region.translate(None, _CONTROL)) != len(region):
        return False
    if b"&" in region and _REFERENCE.search(region):
        return False
    return not ((b"]" in region and b"]]>" in region) or (b"\xef" in region and b"\xef\xbf" in region))


def check_start(head: bytes) -> None:
    """Raise :class:`FileRefused` for a file that cannot be XML."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    if not head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileRefused("not_xml", _("This is no XML file. Is it the right file for this profile?"))
