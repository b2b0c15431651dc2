"""The project's settings: everything from the environment (12-factor), with defaults that need no server.

Secrets may also come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` is read when ``SECRET_KEY`` is not set, and
so for every variable. ``docs/operate/settings.md`` lists them all.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import oscar

from shopflow.addon import configure
from shopflow.core.security import customer_policy, staff_policy
from shopflow.project import environment
from shopflow.project.environment import env

# What is loaded from here on stays. Looking through it for garbage, meanwhile and at the end, is a quarter of each
# process' start; ``shopflow.project.users.apps`` switches the collector on again.
gc.disable()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = environment.data_folder(BASE_DIR / "var")

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SHOPFLOW_DEMO", default=False)

SECRET_KEY, SHOPFLOW_SECRET_KEY_MADE_UP = environment.secret_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
CSRF_FAILURE_VIEW = "shopflow.core.csrf.refused"
globals().update(environment.https())
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": customer_policy(
        form_action=env.list("PAYMENT_FORM_HOSTS", default=[]),
        frames=env.list("PAYMENT_FRAME_HOSTS", default=[]),
        media=environment.media_hosts(),
    )
}
SHOPFLOW_STAFF_POLICY = staff_policy(media=environment.media_hosts())

DATABASES = {"default": environment.database(DATA_DIR)}

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

INSTALLED_APPS = [
    "shopflow.project.users.apps.UsersConfig",
    "shopflow.project.demo.apps.DemoConfig",
    *oscar.INSTALLED_APPS,
]
AUTH_USER_MODEL = "shopflow_users.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shopflow.core.security.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shopflow.core.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shopflow.core.csrf.QuietCsrfMiddleware",
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

STORAGES = environment.storages(DATA_DIR)
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=not env.str("S3_BUCKET", default=""))
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

globals().update(environment.broker(DATA_DIR))
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "Europe/Berlin"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = environment.logging()

SHOPFLOW_MOVABLE_CLOCK = env.bool("SHOPFLOW_MOVABLE_CLOCK", default=DEMO)
PAYMENT_VARIANTS = env.json(
    "PAYMENT_VARIANTS", default={"card": ["shopflow.payments.demo_provider.DemoProvider", {}]} if DEMO else {}
)
SHOPFLOW_PAYMENT_LABELS = env.json("SHOPFLOW_PAYMENT_LABELS", default={"card": "Kreditkarte (Demo)"} if DEMO else {})
SHOPFLOW_X_ACCEL_PREFIX = env.str("SHOPFLOW_X_ACCEL_PREFIX", default="")
SHOPFLOW_UNSUBSCRIBE_MAILBOX = env.str("SHOPFLOW_UNSUBSCRIBE_MAILBOX", default="")
SHOPFLOW_SMS_SENDER = env.str("SHOPFLOW_SMS_SENDER", default="")
SHOPFLOW_EVENTS_SECRET = env.str("SHOPFLOW_EVENTS_SECRET", default="")
SHOPFLOW_DIGITAL_MAX_MB = env.int("SHOPFLOW_DIGITAL_MAX_MB", default=2048)
SHOPFLOW_PLUGINS_EXCLUDE = env.list("SHOPFLOW_PLUGINS_EXCLUDE", default=[])
SHOPFLOW_IMPORT_PROFILES = env.str("SHOPFLOW_IMPORT_PROFILES", default="")
SHOPFLOW_IMPORT_FOLDERS = env.list("SHOPFLOW_IMPORT_FOLDERS", default=[str(DATA_DIR / "incoming")])
SHOPFLOW_IMPORT_PRIVATE_HOSTS = env.list("SHOPFLOW_IMPORT_PRIVATE_HOSTS", default=[])
SHOPFLOW_IMPORT_PICTURES = env.str("SHOPFLOW_IMPORT_PICTURES", default=str(DATA_DIR / "pictures"))
SHOPFLOW_RETENTION = env.json("SHOPFLOW_RETENTION", default={})
SHOPFLOW_IMPORT_KEEP_DAYS = env.int("SHOPFLOW_IMPORT_KEEP_DAYS", default=90)
SHOPFLOW_IMPORT_MAX_MB = env.int("SHOPFLOW_IMPORT_MAX_MB", default=4096)

OSCAR_SHOP_NAME = env.str("SHOP_NAME", default="Autohaus Muster")
WAGTAIL_SITE_NAME = OSCAR_SHOP_NAME
WAGTAILADMIN_BASE_URL = SITE_URL


def _mail() -> dict[str, Any]:
    """How mails leave: ``EMAIL_BACKEND`` (with ``ANYMAIL_...``), else ``EMAIL_URL``, else the local mailbox."""
    given = {name.removesuffix("_FILE") for name in os.environ if name.startswith("ANYMAIL_")}
    keys = {name.removeprefix("ANYMAIL_"): env.str(name) for name in given}
    backend = env.str("EMAIL_BACKEND", default="")
    # Providers report bounces of mails that they take by SMTP, too; some take their keys from elsewhere.
    wanted = keys or backend.startswith("anymail.")
    provider = {"ANYMAIL": {"IGNORE_UNSUPPORTED_FEATURES": True, **keys}} if wanted else {}
    if backend:
        return {"SHOPFLOW_MAIL_TRANSPORT": backend, **provider}
    if env.str("EMAIL_URL", default=""):
        found = dict(env.email_url("EMAIL_URL"))
        return {"SHOPFLOW_MAIL_TRANSPORT": found.pop("EMAIL_BACKEND"), **found, **provider}
    return provider


_given_mail = _mail()
SHOPFLOW_MAIL_TRANSPORT: str = _given_mail.pop("SHOPFLOW_MAIL_TRANSPORT", "shopflow.mailing.backends.MailboxBackend")
globals().update(_given_mail)
SHOPFLOW_MAILBOX_DIR = str(DATA_DIR / "mailbox")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")

configure(globals())
