"""``EMAIL_URL=smtp+tls://user:password@host:587`` against a server that insists on STARTTLS and a login."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from shopflow.mailing.services import send_due
from shopflow.project import settings as project
from tests.services.mail_sink import MailSink, mail_sink

pytestmark = pytest.mark.django_db

USER, PASSWORD = "shop@example.org", "geheim+/@:1"


def check_login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    """aiosmtpd's authenticator; the line must be encrypted by then."""
    right = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right and session.ssl is not None, handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the server's certificate."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[MailSink]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with mail_sink(
        tls_context=context, require_starttls=True, auth_required=True, authenticator=check_login
    ) as running:
        yield running


@pytest.fixture
def use(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``use(port=…)``: take the mail settings that the project makes of such an ``EMAIL_URL``."""

    def from_environment(*, port: int, password: str = PASSWORD, scheme: str = "smtp+tls") -> None:
        monkeypatch.delenv("EMAIL_BACKEND", raising=False)
        monkeypatch.setenv("EMAIL_URL", f"{scheme}://{quote(USER)}:{quote(password, safe='')}@localhost:{port}")
        for name, value in project._mail().items():
            setattr(settings, name, value)

    return from_environment


def test_a_mail_goes_through_an_encrypted_line_with_a_login(letter, server, trusted, use):
    message = letter()
    use(port=server.port)

    assert send_due() == 1

    message.refresh_from_db()
    assert (message.state, message.last_error) == ("accepted", "")
    assert server.recipients == [["kunde@example.org"]]
    assert server.messages[0]["Message-ID"] == message.message_id


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "falsch"}, "535 5.7.8 Authentication credentials invalid"),
        ({"scheme": "smtp"}, "SMTPNotSupportedError: SMTP AUTH extension not supported by server."),
    ],
)
def test_a_wrong_login_keeps_the_mail_and_says_why(letter, server, trusted, use, change, words):
    message = letter()
    use(port=server.port, **change)

    send_due()

    message.refresh_from_db()
    assert (message.state, message.last_error) == ("deferred", words)
    assert message.due_at is not None
    assert server.messages == []


def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(letter, server, use):
    message = letter()
    use(port=server.port)

    send_due()

    message.refresh_from_db()
    assert message.state == "deferred"
    assert "CERTIFICATE_VERIFY_FAILED" in message.last_error
    assert server.messages == []


def test_a_server_without_encryption_gets_neither_password_nor_mail(letter, mail_sink, use):
    message = letter()
    use(port=mail_sink.port)

    send_due()

    message.refresh_from_db()
    assert (message.state, message.last_error) == (
        "deferred",
        "SMTPNotSupportedError: STARTTLS extension not supported by server.",
    )
    assert mail_sink.messages == []
