"""Headers, language and health: what every answer carries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from shopflow.core.models import WorkerHeartbeat
from shopflow.core.services import beat

pytestmark = pytest.mark.django_db


def policy(answer):
    directives = (part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    return dict(directives)


def test_customers_pages_allow_no_inline_code_and_no_other_host(client):
    found = policy(client.get("/health/"))

    assert found == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("path", ["/dashboard/login/", "/cms/login/", "/admin/login/"])
def test_staff_areas_allow_inline_code_and_no_other_host(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    found = policy(answer)
    assert found["script-src"] == "'self' 'unsafe-inline'"
    assert found["frame-ancestors"] == "'self'"
    assert "://" not in answer.headers["Content-Security-Policy"]


def test_the_other_headers(client):
    headers = client.get("/health/").headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_an_english_browser_sees_german_until_it_chooses(client):
    asked = {"accept-language": "en-US,en;q=0.9"}
    assert client.get("/dashboard/login/", headers=asked).headers["Content-Language"] == "de"

    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert client.get("/dashboard/login/").headers["Content-Language"] == "en"


def test_an_unknown_language_is_not_believed(client):
    client.cookies["django_language"] = "xx-evil"

    assert client.get("/health/").headers["Content-Language"] == "de"


def test_alive(client):
    answer = client.get("/health/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_not_ready_until_a_worker_shows_itself(client, settings):
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "never seen"

    beat()
    answer = client.get("/health/ready/")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "cache": "ok", "broker": "ok", "worker": "ok", "disk": "ok"},
        "parked_deliveries": 0,
    }


def test_a_silent_worker_is_noticed(client, capsys):
    WorkerHeartbeat.objects.create(pk=1, at=timezone.now() - timedelta(hours=1))

    assert client.get("/health/ready/").json()["checks"]["worker"] == "late"
    call_command("check", databases=["default"], tags=["database"])
    assert "shopflow.W004" in capsys.readouterr().err


def test_the_answer_holds_no_secrets(client, settings):
    text = client.get("/health/ready/").content.decode()

    assert settings.SECRET_KEY not in text
    assert str(settings.DATABASES["default"]["NAME"]) not in text
