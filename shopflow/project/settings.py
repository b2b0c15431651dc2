"""The project's settings: everything from the environment (12-factor), with defaults that need no server.

Secrets may also come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` is read when ``SECRET_KEY`` is not set, and
so for every variable. ``docs/operate/settings.md`` lists them all.
"""

from __future__ import annotations

import os
from pathlib import Path

import environ
import oscar

from shopflow.addon import configure

env = environ.FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.str("SHOPFLOW_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SHOPFLOW_DEMO", default=False)


def _secret_key() -> str:
    """The key from the environment; on embedded defaults one that is made up once and kept beside the data."""
    key: str = env.str("SECRET_KEY", default="")
    if key:
        return key
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        import secrets

        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

_sqlite = f"sqlite:///{DATA_DIR / 'shop.sqlite3'}"
DATABASES = {"default": env.db_url("DATABASE_URL", default=_sqlite)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("DATABASE_CONN_MAX_AGE", default=60))
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

INSTALLED_APPS = ["shopflow.project.users.apps.UsersConfig", *oscar.INSTALLED_APPS]
AUTH_USER_MODEL = "shopflow_users.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shopflow.project.urls"
WSGI_APPLICATION = "shopflow.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "Europe/Berlin"
if CELERY_BROKER_URL.startswith("filesystem:"):
    _broker = DATA_DIR / "broker"
    for _name in ("queue", "control"):
        (_broker / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
    }

SHOPFLOW_MOVABLE_CLOCK = env.bool("SHOPFLOW_MOVABLE_CLOCK", default=DEMO)
SHOPFLOW_PLUGINS_EXCLUDE = env.list("SHOPFLOW_PLUGINS_EXCLUDE", default=[])

OSCAR_SHOP_NAME = env.str("SHOP_NAME", default="Autohaus Muster")
WAGTAIL_SITE_NAME = OSCAR_SHOP_NAME
WAGTAILADMIN_BASE_URL = SITE_URL


def _mail() -> dict[str, object]:
    """How mails leave: ``EMAIL_BACKEND`` (with ``ANYMAIL_...``), else ``EMAIL_URL``, else the local mailbox."""
    backend = env.str("EMAIL_BACKEND", default="")
    if backend:
        given = {name.removesuffix("_FILE") for name in os.environ if name.startswith("ANYMAIL_")}
        keys = {name.removeprefix("ANYMAIL_"): env.str(name) for name in given}
        return {"SHOPFLOW_MAIL_TRANSPORT": backend, "ANYMAIL": {"IGNORE_UNSUPPORTED_FEATURES": True, **keys}}
    if env.str("EMAIL_URL", default=""):
        found = dict(env.email_url("EMAIL_URL"))
        return {"SHOPFLOW_MAIL_TRANSPORT": found.pop("EMAIL_BACKEND"), **found}
    return {}


globals().update(_mail())
SHOPFLOW_MAILBOX_DIR = str(DATA_DIR / "mailbox")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")

configure(globals())
