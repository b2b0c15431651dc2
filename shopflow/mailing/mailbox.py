"""The local mailbox: a Maildir beside the data, and how staff read it.

It stands in for a mail provider until one is set: every mail of the shop ends up here and nowhere else.
"""

from __future__ import annotations

import mailbox
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class File:
    """An attachment of a mail in the mailbox; ``position`` counts from 0."""

    position: int
    filename: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Letter:
    """A mail in the mailbox; ``key`` is its name there."""

    key: str
    received_at: datetime
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.mail["From"] or "")

    @property
    def recipient(self) -> str:
        return str(self.mail["To"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.mail.items()]

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    @property
    def files(self) -> list[File]:
        return [
            File(position, part.get_filename() or f"{position + 1}", part.get_content_type(), _content(part))
            for position, part in enumerate(self.mail.iter_attachments())
        ]


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else part.as_bytes()


def folder() -> Path:
    """Where the mailbox lies."""
    return Path(settings.SHOPFLOW_MAILBOX_DIR)


def open_box() -> mailbox.Maildir:
    """The mailbox, made on first use."""
    folder().parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(str(folder()), factory=None, create=True)


def keys() -> list[str]:
    """The names of all mails, newest first, without opening one."""
    if not folder().is_dir():
        return []
    return sorted(open_box().keys(), key=_arrival, reverse=True)


def _arrival(key: str) -> tuple[int, int, str]:
    """Maildir names begin with seconds and microseconds: ``1790000000.M123456P77Q1.host``."""
    seconds, _, rest = key.partition(".")
    micro = rest.partition("P")[0].removeprefix("M")
    return (int(seconds) if seconds.isdigit() else 0, int(micro) if micro.isdigit() else 0, key)


def read(key: str) -> Letter:
    """The mail called ``key``. Raises KeyError if there is none."""
    raw = open_box().get_bytes(key)
    seconds = _arrival(key)[0]
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    return Letter(key, datetime.fromtimestamp(seconds, tz=UTC), mail)


def head(key: str) -> Letter:
    """The mail called ``key`` with its headers only, for lists."""
    return Letter(key, datetime.fromtimestamp(_arrival(key)[0], tz=UTC), _headers(key))


def find(message_id: str) -> str | None:
    """The key of the mail with this Message-ID, or None."""
    return next((key for key in keys() if str(_headers(key)["Message-ID"] or "").strip() == message_id), None)


def remove_for(email: str) -> int:
    """Delete every mail to ``email``; return how many."""
    box = open_box()
    found = [key for key in keys() if parseaddr(str(_headers(key)["To"] or ""))[1].lower() == email]
    for key in found:
        box.discard(key)
    return len(found)


def _headers(key: str) -> EmailMessage:
    with open_box().get_file(key) as stream:
        return BytesParser(policy=policy.default).parse(stream, headersonly=True)  # type: ignore[arg-type]
