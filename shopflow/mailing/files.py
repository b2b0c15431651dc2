"""Keeping files that came as bytes until the mail with them has gone."""

from __future__ import annotations

import mimetypes
import uuid
from collections.abc import Iterable
from email.mime.base import MIMEBase
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shopflow.contracts.mail import Attachment

MAIL_FILES = "mail/"
"""Where these files lie in the private storage."""

DEFAULT_TYPE = "application/octet-stream"


def store_attachments(given: Iterable[Any]) -> list[Attachment]:
    """Put attachments into the private storage and return what points to them.

    Takes what Django's ``EmailMessage`` and Oscar's dispatcher take: MIME parts, ``(filename, content, type)``, and
    paths of files on the disk.
    """
    return [_store(*_unpack(attachment)) for attachment in given]


def _unpack(attachment: Any) -> tuple[str, bytes, str]:
    if isinstance(attachment, str):
        path = Path(attachment)
        return path.name, path.read_bytes(), mimetypes.guess_type(path.name)[0] or DEFAULT_TYPE
    if isinstance(attachment, MIMEBase):
        payload = attachment.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else attachment.as_bytes()
        return attachment.get_filename() or "attachment", content, attachment.get_content_type()
    filename, content, content_type = attachment
    if isinstance(content, str):
        content = content.encode()
    name = filename or "attachment"
    return name, content, content_type or mimetypes.guess_type(name)[0] or DEFAULT_TYPE


def _store(filename: str, content: bytes, content_type: str) -> Attachment:
    name = storages["private"].save(f"{MAIL_FILES}{uuid.uuid4()}/{Path(filename).name}", ContentFile(content))
    return Attachment(filename=filename, content_type=content_type, storage_name=name)
