"""What an uploaded file must be before customers may get it."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from shopflow.delivery.exceptions import UploadRefused

CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".zip": "application/zip",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".exe": "application/octet-stream",
    ".dmg": "application/octet-stream",
    ".appimage": "application/octet-stream",
}
DEFAULT_MAX_MB = 2048


def max_bytes() -> int:
    """The largest file that may be uploaded; the setting ``SHOPFLOW_DIGITAL_MAX_MB`` in megabytes."""
    return int(getattr(settings, "SHOPFLOW_DIGITAL_MAX_MB", DEFAULT_MAX_MB)) * 1024 * 1024


def check_upload(*, filename: str, size: int, content: BinaryIO) -> str:
    """Return the content type of a file that may be sold. Raises UploadRefused with what is wrong with it.

    ``content`` is read and left at its beginning.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix not in CONTENT_TYPES:
        allowed = ", ".join(sorted(CONTENT_TYPES))
        raise UploadRefused(
            _("“%(suffix)s” files cannot be sold here. Possible are: %(allowed)s.")
            % {"suffix": suffix or filename, "allowed": allowed}
        )
    if size == 0:
        raise UploadRefused(_("The file is empty. Please choose it again."))
    if size > max_bytes():
        raise UploadRefused(
            _("The file is %(size)s; at most %(limit)s are possible.")
            % {"size": filesizeformat(size), "limit": filesizeformat(max_bytes())}
        )
    _check_kind(suffix, content)
    content.seek(0)
    return CONTENT_TYPES[suffix]


def _check_kind(suffix: str, content: BinaryIO) -> None:
    content.seek(0)
    head = content.read(1024)
    if suffix == ".pdf" and b"%PDF-" not in head:
        raise UploadRefused(_("The file ends in .pdf but is no PDF. Please export it again."))
    if suffix in {".zip", ".epub", ".xlsx"}:
        content.seek(0)
        _check_archive(suffix, content)


def _check_archive(suffix: str, content: BinaryIO) -> None:
    if not zipfile.is_zipfile(content):
        raise UploadRefused(
            _("The file ends in %(suffix)s but is damaged. Please export it again.") % {"suffix": suffix}
        )
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        if suffix == ".epub" and "META-INF/container.xml" not in archive.namelist():
            raise UploadRefused(_("The file is no complete EPUB: META-INF/container.xml is missing."))


def safe_filename(filename: str) -> str:
    """``filename`` without folders and odd characters; what customers see when they save it."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    cleaned = re.sub(r"[^\w.() -]+", "-", name).strip(" .-")
    return cleaned[-160:] or "datei"
