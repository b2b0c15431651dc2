"""Settings come from the environment; under production's environment Django has nothing to complain about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopflow.project.environment import media_hosts

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "k3" * 20 + "-Xq7Zp9Lw2Vt5Rb8Nc4Md6",
    "SITE_URL": "https://shop.example.org",
    "ALLOWED_HOSTS": "shop.example.org",
    "HTTPS": "1",
    "TRUST_PROXY": "1",
    "DATABASE_URL": "postgres://shop:secret@db.example.org/shop",
    "CACHE_URL": "redis://redis.example.org/1",
    "CELERY_BROKER_URL": "redis://redis.example.org/0",
    "EMAIL_URL": "smtp+tls://shop:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "shop@example.org",
    "LOG_FORMAT": "json",
}


def manage(*command: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return start("manage.py", *command, data=data, **environment)


def start(*command: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {**kept, "SHOPFLOW_DATA": str(data), **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=300
    )


def setting(name: str, *, data: Path, **environment: str):
    code = f"import json; from django.conf import settings; print(json.dumps(settings.{name}, default=str))"
    environment = {"DJANGO_SETTINGS_MODULE": "shopflow.project.settings", **environment}
    done = start("-c", code, data=data, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_production_is_clean(tmp_path):
    done = manage("check", "--deploy", "--fail-level=WARNING", data=tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


MISSING = {
    "SECRET_KEY": "shopflow.E001",
    "SITE_URL": "shopflow.E003",
    "DATABASE_URL": "shopflow.W001",
    "CELERY_BROKER_URL": "shopflow.W002",
    "CACHE_URL": "shopflow.W003",
    "EMAIL_URL": "shopflow.mailing.W001",
    "HTTPS": "security.W008",
}


@pytest.mark.parametrize(
    ("missing", "demo"),
    [
        ({"SECRET_KEY", "DATABASE_URL", "CACHE_URL"}, {}),
        ({"SITE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "HTTPS"}, {"SHOPFLOW_DEMO": "1"}),
    ],
)
def test_what_is_missing_in_production_is_named_and_nothing_else(tmp_path, missing, demo):
    """Nor is a demo a production."""
    environment = {name: value for name, value in PRODUCTION.items() if name not in missing}
    done = manage("check", "--deploy", "--fail-level=WARNING", data=tmp_path, **environment, **demo)

    assert done.returncode == 1
    named = {check for check in (*MISSING.values(), "shopflow.E004") if f"({check})" in done.stderr}
    assert named == {MISSING[name] for name in missing} | ({"shopflow.E004"} if demo else set())


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("from-a-file-" + "x" * 50)

    assert setting("SECRET_KEY", data=tmp_path, SECRET_KEY_FILE=str(secret)) == "from-a-file-" + "x" * 50


def test_a_made_up_key_is_kept_and_private(tmp_path):
    first = setting("SECRET_KEY", data=tmp_path)

    assert setting("SECRET_KEY", data=tmp_path) == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_sqlite_waits_and_locks_at_once(tmp_path):
    options = setting("DATABASES", data=tmp_path)["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_files_go_to_s3_when_a_bucket_is_named(tmp_path):
    found = setting(
        "STORAGES",
        data=tmp_path,
        S3_BUCKET="shop",
        S3_PRIVATE_BUCKET="shop-papers",
        S3_ENDPOINT_URL="https://s3.example.org",
        S3_PUBLIC_HOST="files.example.org",
    )

    assert found["default"]["BACKEND"] == "storages.backends.s3.S3Storage"
    assert found["default"]["OPTIONS"]["custom_domain"] == "files.example.org"
    assert found["default"]["OPTIONS"]["querystring_auth"] is False
    assert found["default"]["OPTIONS"]["location"] == "media"
    assert found["private"]["OPTIONS"]["bucket_name"] == "shop-papers"
    assert found["private"]["OPTIONS"]["location"] == "private"
    assert found["private"]["OPTIONS"]["default_acl"] == "private"
    assert "querystring_auth" not in found["private"]["OPTIONS"]


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({}, []),
        ({"S3_BUCKET": "shop"}, ["https://shop.s3.amazonaws.com"]),
        ({"S3_BUCKET": "shop", "S3_ENDPOINT_URL": "https://s3.example.org"}, ["https://s3.example.org"]),
        ({"S3_BUCKET": "shop", "S3_PUBLIC_HOST": "files.example.org"}, ["https://files.example.org"]),
    ],
)
def test_pages_may_show_pictures_from_where_they_are_kept(monkeypatch, environment, hosts):
    for name in ("S3_BUCKET", "S3_ENDPOINT_URL", "S3_PUBLIC_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert media_hosts() == hosts


@pytest.mark.parametrize("way", [{"EMAIL_URL": "smtp://localhost:25"}, {"EMAIL_BACKEND": "x.EmailBackend"}, {}])
def test_a_providers_reports_are_heard_however_mails_leave(monkeypatch, way):
    from shopflow.project.settings import _mail

    for name, value in {**way, "ANYMAIL_WEBHOOK_SECRET": "shop:long-enough-secret"}.items():
        monkeypatch.setenv(name, value)

    assert _mail()["ANYMAIL"]["WEBHOOK_SECRET"] == "shop:long-enough-secret"


def test_a_provider_that_takes_its_keys_from_elsewhere_is_told_to_measure_nothing(monkeypatch):
    from shopflow.project.settings import _mail

    for name in [name for name in os.environ if name.startswith("ANYMAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EMAIL_BACKEND", "anymail.backends.amazon_ses.EmailBackend")

    assert _mail()["ANYMAIL"] == {"IGNORE_UNSUPPORTED_FEATURES": True}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is “xml”. It must be text or json."),
        ({"SHOPFLOW_DATA": "/proc/nowhere/data"}, "Set SHOPFLOW_DATA to a folder that can."),
    ],
)
def test_a_wrong_variable_is_answered_with_a_sentence(tmp_path, environment, sentence):
    done = (
        manage("check", **{"data": tmp_path, **environment})
        if "SHOPFLOW_DATA" not in environment
        else manage("check", data=Path(environment["SHOPFLOW_DATA"]))
    )

    assert done.returncode != 0
    assert sentence in done.stderr
