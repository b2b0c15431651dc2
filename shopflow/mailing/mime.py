"""Our mails as they are written onto the line: what Django and the library would write, byte for byte, in less time."""

from __future__ import annotations

import re
from email._policybase import Compat32
from email.header import Header
from email.utils import formatdate
from functools import lru_cache
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import RFC5322_EMAIL_LINE_LENGTH_LIMIT, forbid_multi_line_headers, sanitize_address

UNSUBSCRIBE = "List-Unsubscribe"
SHORT = 76
"""Characters of a header that stands in one line with its name."""

_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_ORDINARY = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}})*", re.ASCII | re.IGNORECASE)
"""An address that stands on the envelope as it is."""


class _OneLine(Header):
    """A header that is never folded: signatures of some mail systems break over a folded address."""

    def encode(self, *args: Any, **kwargs: Any) -> str:
        return str(self)


class _ShortLines(Compat32):
    """Writes headers that need no folding as they are; the library weighs every word of them."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        short = isinstance(value, str) and value.isascii() and len(name) + len(value) < SHORT
        if short and "\n" not in value and "\r" not in value:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_SHORT_LINES = _ShortLines()
_ON_THE_LINE = _ShortLines(linesep="\r\n")


class Mail(EmailMultiAlternatives):
    """A mail whose line for unsubscribing (RFC 8058) stays in one piece."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        built = super().message(*args, **kwargs)
        if UNSUBSCRIBE in built:
            built.replace_header(UNSUBSCRIBE, _OneLine(str(built[UNSUBSCRIBE])))
        _draw_boundaries(built, token_hex(12))
        built.policy = _SHORT_LINES
        return built

    def written(self) -> bytes:
        """``message()`` as it goes over the line. A text with HTML beside it is put together here; all else, such as a
        mail with attachments, is left to the library."""
        parts = self._plain_parts()
        if parts is None:
            whole: bytes = self.message().as_bytes(linesep="\r\n")
            return whole
        boundary = f"=_{token_hex(12)}_0"
        line = f"--{boundary}".encode()
        head = [_header("Content-Type", f'multipart/alternative; boundary="{boundary}"'), b"MIME-Version: 1.0\r\n"]
        head += [_header(name, value) for name, value in self._headers()]
        text, html = parts
        return b"".join((*head, b"\r\n", line, b"\r\n", text, b"\r\n", line, b"\r\n", html, b"\r\n", line, b"--\r\n"))

    def _headers(self) -> list[tuple[str, str]]:
        told = [("Subject", self.subject), ("From", self.from_email), ("To", ", ".join(self.to))]
        if self.reply_to:
            told.append(("Reply-To", ", ".join(self.reply_to)))
        told.append(("Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)))
        return [*told, *self.extra_headers.items()]

    def _plain_parts(self) -> tuple[bytes, bytes] | None:
        """Both parts with their headers; None for a mail that is put together in another way."""
        ordinary = self.body and self.to and not (self.attachments or self.cc or self.bcc)
        if not ordinary or [kind for _content, kind in self.alternatives] != ["text/html"]:
            return None
        if "Message-ID" not in self.extra_headers or any(name in self.extra_headers for name in ("From", "To", "Date")):
            return None
        text, html = _part("plain", str(self.body)), _part("html", str(self.alternatives[0][0]))
        return None if text is None or html is None else (text, html)


def _draw_boundaries(built: Any, name: str) -> None:
    """Choose what parts are divided by; left alone, the library looks through all of the text for each choice.

    ``=_`` cannot occur in a quoted-printable part, nor in a base64 one, and nobody can guess the rest.
    """
    if built.is_multipart():
        for number, part in enumerate((built, *built.get_payload())):
            if part.get_content_maintype() == "multipart":
                part.set_boundary(f"=_{name}_{number}")


def _part(kind: str, content: str) -> bytes | None:
    """A part in UTF-8; None if it has lines that are too long for the line, or is no text."""
    try:
        body = content.encode()
    except UnicodeEncodeError:
        return None
    body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if max(map(len, body.split(b"\n"))) > RFC5322_EMAIL_LINE_LENGTH_LIMIT:
        return None
    bits = 7 if body.isascii() else 8
    lines = f'Content-Type: text/{kind}; charset="utf-8"', "MIME-Version: 1.0", f"Content-Transfer-Encoding: {bits}bit"
    head = "".join(f"{line}\r\n" for line in lines) + "\r\n"
    return head.encode() + body.replace(b"\n", b"\r\n")


def _header(name: str, value: str) -> bytes:
    """A header's line or lines. Raises BadHeaderError for a value with a line break, as Django does."""
    short = name != "Subject" and len(name) + len(value) < SHORT and value.isascii() and value.isprintable()
    if short or (name == UNSUBSCRIBE and value.isascii() and value.isprintable()):
        return f"{name}: {value}\r\n".encode()
    return _folded(name, str(value))


@lru_cache(maxsize=1024)
def _folded(name: str, value: str) -> bytes:
    name, encoded = forbid_multi_line_headers(name, value, settings.DEFAULT_CHARSET)
    return _ON_THE_LINE.fold_binary(name, encoded)


def on_the_envelope(address: str) -> str:
    """``address`` as SMTP wants it. Raises ValueError for one that is none."""
    return address if _ORDINARY.fullmatch(address) else _weighed(address)


@lru_cache(maxsize=1024)
def _weighed(address: str) -> str:
    return str(sanitize_address(address, settings.DEFAULT_CHARSET))
