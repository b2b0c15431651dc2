"""What goes over the line is byte for byte what the library would write, however it is put together."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from django.core.mail.message import BadHeaderError, sanitize_address

from shopflow.mailing import mime
from shopflow.mailing.mime import Mail, on_the_envelope

HEADERS = {"Message-ID": "<1b0c@example.org>", "Auto-Submitted": "auto-generated"}
ADVERTISING = {
    **HEADERS,
    "List-Unsubscribe": f"<https://shop.example.org/mail/abmelden/{'x' * 90}>, <mailto:weg@example.org?subject=a>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


@pytest.fixture(autouse=True)
def same_moment(monkeypatch):
    monkeypatch.setattr(mime, "token_hex", lambda count: "0" * 2 * count)
    monkeypatch.setattr(mime, "formatdate", lambda **kwargs: "Sun, 22 Nov 2026 15:00:00 -0000")
    monkeypatch.setattr("django.core.mail.message.formatdate", lambda **kwargs: "Sun, 22 Nov 2026 15:00:00 -0000")


def mail(**changes):
    given = {
        "subject": "Ihr Warenkorb", "body": "Guten Tag\n", "from_email": "Autohaus Muster <shop@example.org>",
        "to": ["kunde@example.org"], "headers": HEADERS, "html": "<p>Guten Tag</p>",
    }  # fmt: skip
    given |= changes
    html = given.pop("html")
    made = Mail(**given)
    if html:
        made.attach_alternative(html, "text/html")
    return made


ORDINARY = [
    {},
    {"headers": ADVERTISING},
    {"subject": "Größe & Paßform – für Sie"},
    {"subject": "Ihre Bestellung mit einem sehr langen Betreff, der ganz sicher nicht mehr in eine einzige Zeile paßt"},
    {"subject": "One very long subject in plain letters that certainly does not fit into a single line of a mail"},
    {"subject": "", "body": "."},
    {"body": "Größe\r\nalt\rneu\n.ein Punkt\n\n..zwei", "html": "<p>Größe</p>\n\n"},
    {"body": "From here\nFrom there\n", "html": "<p>\x0bx\u2028y</p>"},
    {"from_email": '"Müller, Söhne & Co." <shop@example.org>', "reply_to": ["antwort@example.org"]},
    {"from_email": f"{'Autohaus Muster ' * 6}<shop@example.org>", "reply_to": [f"{'a' * 60}@{'b' * 30}.example.org"]},
    {"to": ["Kunde <kunde@example.org>"]},
    {"to": ["kunde@größe.example.org"]},
    {"to": ["a@example.org", "b@example.org"]},
    {"headers": {**HEADERS, "X-Note": "Größe " * 20}},
]
OTHERS = [
    {"html": ""},
    {"body": "x" * 999},
    {"html": f"<p>{'ö' * 500}</p>"},
    {"cc": ["cc@example.org"]},
    {"headers": {}},
    {"headers": {**HEADERS, "From": "anders@example.org"}},
    {"attachments": [("a.txt", "Text", "text/plain")]},
    {"body": ""},
]


@pytest.mark.parametrize("changes", ORDINARY + OTHERS)
def test_the_bytes_are_those_of_the_library(changes, monkeypatch):
    monkeypatch.setattr("django.core.mail.message.make_msgid", lambda **kwargs: "<made@example.org>")
    expected = mail(**changes).message().as_bytes(linesep="\r\n")

    assert mail(**changes).written() == expected
    read = message_from_bytes(expected, policy=policy.default)
    assert not read.defects


@pytest.mark.parametrize("changes", ORDINARY)
def test_ordinary_mails_are_put_together_without_it(changes, monkeypatch):
    monkeypatch.setattr(Mail, "message", lambda self: pytest.fail("the library was asked"))
    assert mail(**changes).written().startswith(b"Content-Type: multipart/alternative")


@pytest.mark.parametrize("name", ["Subject", "X-Note"])
def test_a_line_break_in_a_header_is_refused(name):
    given = {"subject": "a\nBcc: x"} if name == "Subject" else {"headers": {**HEADERS, name: "a\r\nBcc: x"}}
    with pytest.raises(BadHeaderError):
        mail(**given).written()


ADDRESSES = [
    "kunde@example.org", "a.b+c@sub.example.org", "Kunde <kunde@example.org>", "kunde@größe.example.org",
    "ö@example.org", "kunde", "a@b\n", "a b@example.org", f"a@{'x' * 64}.org", "a..b@example.org x", "A@B.DE",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_envelope_is_the_one_that_django_writes(address):
    def outcome(work):
        try:
            return work()
        except (ValueError, UnicodeError, IndexError) as error:
            return type(error)

    assert outcome(lambda: on_the_envelope(address)) == outcome(lambda: sanitize_address(address, "utf-8"))
