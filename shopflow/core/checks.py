"""System checks: every misconfiguration has an id and says what to do. ``docs/operate/settings.md`` lists them.

Those that only matter on the open internet run with ``check --deploy``; the one that asks the database runs with
``check --database default``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError

Apps = Sequence[AppConfig] | None
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "testserver", ""})


@register()
def data_folder(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Database, media and mailbox live there."""
    folder = getattr(settings, "DATA_DIR", None)
    if folder is None or os.access(folder, os.W_OK):
        return []
    return [
        Error(
            f"The data folder {folder} cannot be written.",
            hint="Give the shop's account access to it, or name another one with SHOPFLOW_DATA.",
            id="shopflow.E002",
        )
    ]


@register(Tags.security, deploy=True)
def secret_key(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if not getattr(settings, "SHOPFLOW_SECRET_KEY_MADE_UP", False):
        return []
    return [
        Error(
            "SECRET_KEY is not set; the shop made one up and keeps it beside its data.",
            hint="Set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it, to 50 or more random characters.",
            id="shopflow.E001",
        )
    ]


@register(Tags.security, deploy=True)
def site_address(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails and the QR codes on papers start with SITE_URL."""
    address = urlsplit(getattr(settings, "SITE_URL", ""))
    if address.scheme == "https" and address.hostname not in LOCAL_HOSTS:
        return []
    return [
        Error(
            f"SITE_URL is “{address.geturl()}”, so links in mails would not lead customers to the shop.",
            hint="Set SITE_URL to the shop's public address, such as https://shop.example.org",
            id="shopflow.E003",
        )
    ]


@register(Tags.database, deploy=True)
def embedded_database(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    return [
        Caution(
            "The shop runs on SQLite: one writer at a time, on one machine.",
            hint="Set DATABASE_URL to a PostgreSQL database, such as postgres://user:password@host/name",
            id="shopflow.W001",
        )
    ]


@register(deploy=True)
def embedded_broker(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    scheme = str(getattr(settings, "CELERY_BROKER_URL", "")).partition(":")[0]
    if scheme not in ("folder", "filesystem", "memory", ""):
        return []
    return [
        Caution(
            "Background work is announced through a folder, which only processes on one machine can share.",
            hint="Set CELERY_BROKER_URL to Redis or RabbitMQ, such as redis://host:6379/0",
            id="shopflow.W002",
        )
    ]


@register(Tags.caches, deploy=True)
def private_cache(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    return [
        Caution(
            "Each process has a cache of its own, so a change may be seen late by some of them.",
            hint="Set CACHE_URL to a shared cache, such as redis://host:6379/1",
            id="shopflow.W003",
        )
    ]


@register(Tags.security, deploy=True)
def demo_switches(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    on = [name for name in ("SHOPFLOW_MOVABLE_CLOCK", "DEMO") if getattr(settings, name, False)]
    if not on:
        return []
    return [
        Error(
            f"The shop is set up as a demo ({', '.join(on)}): its clock can be moved, and due dates with it.",
            hint="Take SHOPFLOW_DEMO and SHOPFLOW_MOVABLE_CLOCK out of the environment.",
            id="shopflow.E004",
        )
    ]


@register(Tags.database)
def worker_at_work(app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Only asked with ``check --database default``: then the database may be used."""
    if not databases or "default" not in databases:
        return []
    from shopflow.core.health import HEARTBEAT_LATE, heartbeat_age

    try:
        age = heartbeat_age()
    except DatabaseError:  # before the first migrate there is no table to ask
        return []
    if age is not None and age <= HEARTBEAT_LATE:
        return []
    seen = "No worker has ever shown itself" if age is None else f"No worker has shown itself for {age}"
    return [
        Caution(
            f"{seen}; mails, invoices and automations wait.",
            hint="Start “celery -A shopflow.project worker” and “… beat”, or everything with “make run”.",
            id="shopflow.W004",
        )
    ]
