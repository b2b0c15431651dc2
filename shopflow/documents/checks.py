"""Misconfigurations of documents, each with what to do about it."""

from __future__ import annotations

import ctypes.util
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "fontconfig")
"""System libraries that WeasyPrint loads."""


@register()
def pdf_libraries_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """WeasyPrint finds what it draws with; looked up without loading it into the web server."""
    missing = [name for name in LIBRARIES if ctypes.util.find_library(name) is None]
    if not missing:
        return []
    return [
        Error(
            f"Documents cannot be made: the system libraries {', '.join(missing)} are missing.",
            hint="On Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
            id="shopflow_documents.E001",
        )
    ]


@register()
def private_storage_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Documents are stored where no web address leads."""
    private = settings.STORAGES.get("private")
    if private is None:
        return [
            Error(
                "STORAGES has no entry “private”, so documents cannot be stored.",
                hint='Add one, such as {"private": {"BACKEND": "django.core.files.storage.FileSystemStorage", '
                '"OPTIONS": {"location": "/srv/shop/private", "base_url": None}}}.',
                id="shopflow_documents.E002",
            )
        ]
    location = str(private.get("OPTIONS", {}).get("location", ""))
    media = str(settings.MEDIA_ROOT)
    if location and media and (location.rstrip("/") + "/").startswith(media.rstrip("/") + "/"):
        return [
            Error(
                f"The private storage lies inside MEDIA_ROOT ({media}): everybody could download invoices.",
                hint="Move its location to a folder that no web server serves.",
                id="shopflow_documents.E003",
            )
        ]
    return []
