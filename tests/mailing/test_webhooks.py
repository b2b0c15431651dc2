"""The mail providers' doors: only who knows the secret is heard, and nobody breaks them."""

from __future__ import annotations

import json

import pytest

from shopflow.mailing.models import Message, MessageEvent, Suppression

pytestmark = pytest.mark.django_db
LOGIN = {"HTTP_AUTHORIZATION": "Basic c2hvcDpzZWNyZXQ="}  # shop:secret


@pytest.fixture
def webhooks(settings, monkeypatch):
    """The provider's door, which is only open with a secret."""
    import importlib

    from django.urls import clear_url_caches

    from shopflow.mailing import urls as mail_urls
    from shopflow.project import urls as project_urls

    settings.ANYMAIL = {"WEBHOOK_SECRET": "shop:secret"}

    def reload() -> None:
        importlib.reload(mail_urls)
        importlib.reload(importlib.import_module("shopflow.addon.urls"))
        importlib.reload(project_urls)
        clear_url_caches()

    reload()
    yield "/mail/anbieter/postmark/tracking/"
    settings.ANYMAIL = {}
    reload()


def _bounce(message: Message, number: str = "4323372036854775807") -> str:
    return json.dumps(
        {
            "RecordType": "Bounce",
            "ID": number,
            "Type": "HardBounce",
            "TypeCode": 1,
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": {"message": str(message.pk)},
            "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
            "Details": "smtp;550 5.1.1 unknown",
            "Email": message.to_email,
            "BouncedAt": "2026-11-05T16:33:54.9070259Z",
        }
    )


def test_the_providers_webhook_needs_the_secret(webhooks, client, letter):
    message = letter()
    body = _bounce(message)
    login = {"HTTP_AUTHORIZATION": "Basic c2hvcDpzZWNyZXQ="}  # shop:secret

    assert client.post(webhooks, body, content_type="application/json").status_code == 400
    wrong = client.post(webhooks, body, content_type="application/json", HTTP_AUTHORIZATION="Basic eDp5")
    assert wrong.status_code == 400
    assert not MessageEvent.objects.exists()

    for _ in range(2):
        assert client.post(webhooks, body, content_type="application/json", **login).status_code == 200

    event = MessageEvent.objects.get()
    assert (event.message, event.kind, event.is_soft) == (message, "bounced", False)
    assert Suppression.objects.get().reason == "bounced"


@pytest.mark.parametrize("provider", ["mailgun", "mandrill", "mailersend", "postal", "unisender_go"])
@pytest.mark.parametrize("login", [{}, LOGIN])
def test_providers_whose_keys_are_not_set_have_no_door(webhooks, client, provider, login):
    client.raise_request_exception = False
    address = f"/mail/anbieter/{provider}/tracking/"
    assert client.post(address, "{}", content_type="application/json", **login).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"RecordType": '])
def test_a_body_that_nobody_can_read_is_refused(webhooks, client, body):
    client.raise_request_exception = False
    assert client.post(webhooks, body, content_type="application/json", **LOGIN).status_code == 400


def test_a_fault_of_ours_makes_the_provider_report_once_more(webhooks, client, letter, monkeypatch):
    def fail(report):
        raise RuntimeError

    monkeypatch.setattr("shopflow.mailing.receivers.record_report", fail)
    client.raise_request_exception = False
    assert client.post(webhooks, _bounce(letter()), content_type="application/json", **LOGIN).status_code == 500


@pytest.mark.parametrize(
    ("anymail", "transport", "expected"),
    [
        ({}, "django.core.mail.backends.smtp.EmailBackend", []),
        ({}, "anymail.backends.postmark.EmailBackend", ["shopflow.mailing.W002"]),
        ({"WEBHOOK_SECRET": "user:long-enough-password"}, "anymail.backends.postmark.EmailBackend", []),
        ({"WEBHOOK_SECRET": "long-enough-without-colon"}, "anymail.backends.postmark.EmailBackend", ["E003"]),
        ({"WEBHOOK_SECRET": ["user:long-enough-password", "a:b"]}, "x", ["E003"]),
    ],
)
def test_a_door_for_reports_that_cannot_work_is_found(settings, anymail, transport, expected):
    from shopflow.mailing.checks import bounces_are_told, webhook_secret_can_match

    settings.ANYMAIL, settings.SHOPFLOW_MAIL_TRANSPORT = anymail, transport
    found = [message.id for message in (*webhook_secret_can_match(), *bounces_are_told())]
    assert [name for name in found if name] == [f"shopflow.mailing.{name[-4:]}" for name in expected]


@pytest.mark.parametrize(
    ("anymail", "transport", "expected"),
    [
        ({}, "django.core.mail.backends.smtp.EmailBackend", []),
        ({"MAILGUN_API_KEY": "x"}, "anymail.backends.mailgun.EmailBackend", ["shopflow.mailing.W003"]),
        ({"IGNORE_UNSUPPORTED_FEATURES": True}, "anymail.backends.mailgun.EmailBackend", []),
    ],
)
def test_a_provider_that_nobody_tells_to_measure_nothing_is_found(settings, anymail, transport, expected):
    from shopflow.mailing.checks import providers_add_no_pixels

    settings.ANYMAIL, settings.SHOPFLOW_MAIL_TRANSPORT = anymail, transport
    assert [message.id for message in providers_add_no_pixels()] == expected
