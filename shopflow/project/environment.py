"""Turning environment variables into settings, one function a subject; ``settings.py`` calls them.

``docs/operate/settings.md`` says what each variable means.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()
"""Reads a variable, or the file that the same variable with ``_FILE`` at its end names."""


def data_folder(default: Path) -> Path:
    """The folder where database, media, mailbox and broker files live; made if it is missing."""
    folder = Path(env.str("SHOPFLOW_DATA", default=str(default))).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be made ({error.strerror}). Set SHOPFLOW_DATA to a folder that can."
        ) from error
    return folder


def secret_key(data: Path) -> tuple[str, bool]:
    """The key, and whether it was made up: then it is kept beside the data, so that sessions outlive a restart."""
    key: str = env.str("SECRET_KEY", default="")
    if key:
        return key, False
    kept = data / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip(), True


def database(data: Path) -> dict[str, Any]:
    """``DATABASE_URL``, or SQLite with a write-ahead log and transactions that lock at once."""
    found: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{data / 'shop.sqlite3'}")
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
        return found
    if env.bool("DATABASE_POOL", default=False):
        found.setdefault("OPTIONS", {})["pool"] = True
    else:
        found["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
        found["CONN_HEALTH_CHECKS"] = True
    return found


def broker(data: Path) -> dict[str, Any]:
    """``CELERY_BROKER_URL``, or a folder beside the data."""
    url = env.str("CELERY_BROKER_URL", default="folder://localhost/")
    if not url.startswith(("folder:", "filesystem:")):
        return {"CELERY_BROKER_URL": url}
    queue, control = data / "broker" / "queue", data / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    options = {"data_folder_in": str(queue), "data_folder_out": str(queue), "control_folder": str(control)}
    return {"CELERY_BROKER_URL": url, "CELERY_BROKER_TRANSPORT_OPTIONS": {**options, "polling_interval": 0.5}}


def storages(data: Path) -> dict[str, Any]:
    """Where files go: ``default`` for what anybody may see, ``private`` for papers and paid goods.

    In a bucket they lie below ``media/`` and ``private/``, so that a policy can open the one and not the other.
    """
    static = {"BACKEND": "shopflow.project.static_files.StaticFilesStorage"}
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        files = "django.core.files.storage.FileSystemStorage"
        private = {"location": str(data / "private"), "base_url": None}
        return {
            "default": {"BACKEND": files},
            "private": {"BACKEND": files, "OPTIONS": private},
            "staticfiles": static,
        }
    server = {
        "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
        "region_name": env.str("S3_REGION", default=None),
        "access_key": env.str("S3_ACCESS_KEY", default=None),
        "secret_key": env.str("S3_SECRET_KEY", default=None),
        "file_overwrite": False,
    }
    public = {"bucket_name": bucket, "location": "media", "querystring_auth": False}
    public["custom_domain"] = env.str("S3_PUBLIC_HOST", default=None)
    locked = {"bucket_name": env.str("S3_PRIVATE_BUCKET", default=bucket), "location": "private"}
    backend = "storages.backends.s3.S3Storage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {**server, **public}},
        "private": {"BACKEND": backend, "OPTIONS": {**server, **locked, "default_acl": "private"}},
        "staticfiles": static,
    }


def media_hosts() -> list[str]:
    """Other hosts that pictures come from, for the content policy."""
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        return []
    host = env.str("S3_PUBLIC_HOST", default="") or env.str("S3_ENDPOINT_URL", default="")
    host = host or f"{bucket}.s3.amazonaws.com"
    return [host if "//" in host else f"https://{host}"]


def https() -> dict[str, Any]:
    """Everything that is only right when the shop is reached by HTTPS (``HTTPS=1``)."""
    on = env.bool("HTTPS", default=False)
    whole_domain = env.bool("HSTS_WHOLE_DOMAIN", default=False)
    found: dict[str, Any] = {
        "SECURE_SSL_REDIRECT": on,
        "SECURE_REDIRECT_EXEMPT": [r"^health/"],
        "SESSION_COOKIE_SECURE": on,
        "CSRF_COOKIE_SECURE": on,
        "SECURE_HSTS_SECONDS": env.int("HSTS_SECONDS", default=31_536_000) if on else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": on and whole_domain,
        "SECURE_HSTS_PRELOAD": on and whole_domain,
        # W003: Django's CSRF middleware is there as our subclass. W005, W021: other hosts of the domain may not have
        # HTTPS, and only the operator can promise it for them.
        "SILENCED_SYSTEM_CHECKS": ["security.W003", *([] if whole_domain else ["security.W005", "security.W021"])],
    }
    found["SHOPFLOW_TRUST_PROXY"] = env.bool("TRUST_PROXY", default=False)
    if found["SHOPFLOW_TRUST_PROXY"]:
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    return found


def logging() -> dict[str, Any]:
    """Log lines to standard error: text for people, or JSON for machines (``LOG_FORMAT=json``)."""
    style = env.str("LOG_FORMAT", default="text")
    if style not in ("text", "json"):
        raise ImproperlyConfigured(f"LOG_FORMAT is “{style}”. It must be text or json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "{levelname} {name}: {message}", "style": "{"},
            "json": {"()": "shopflow.core.logs.JSONFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING").upper()},
        "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
    }
