"""Links in advertising are counted with the person's consent only, and nothing else of a mail is changed."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopflow.contracts.mail import MailClass, legal_bases
from shopflow.core import clock
from shopflow.mailing.links import unsubscribe_url
from shopflow.mailing.measuring import Link, read_click
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due
from tests.mailing.clicking import BRAKES, EMAIL, FOREIGN, KEPT_BARE, SITE, doors, escape, part

pytestmark = pytest.mark.django_db


def test_without_consent_a_mail_stays_as_it_was_written(news, smtp, ledger):
    ledger.people = set()
    message = news()
    send_due()

    mail = smtp.messages[0]
    assert part(mail, "html").strip() == message.html.strip()
    assert part(mail, "plain").replace("\r", "").strip() == message.text.strip()
    message.refresh_from_db()
    assert (message.state, message.counted_links) == ("accepted", 0)
    assert ledger.questions == [[EMAIL]]


def test_where_nobody_can_be_asked_nothing_is_counted(news, smtp):
    with legal_bases.without("consent"):
        news()
        send_due()

    assert "/mail/weiter/" not in part(smtp.messages[0], "html") + part(smtp.messages[0], "plain")


def test_with_consent_only_the_links_into_the_shop_are_counted(sent, smtp):
    message, addresses = sent()

    assert [read_click(address.rsplit("/", 2)[1]) for address in addresses] == [
        Link(message.pk, 1, BRAKES),
        Link(message.pk, 2, "/suche/"),
    ]
    for kind in ("html", "plain"):
        words = html.unescape(part(smtp.messages[0], kind))
        for bare in (*(f"{SITE}{path}" for path in KEPT_BARE), *FOREIGN, unsubscribe_url("news:1")):
            assert bare in words, (kind, bare)
        assert f"{SITE}/suche/" not in words, kind
        assert all(address in words for address in addresses), "the same link has the same address in both parts"
    assert re.findall(r"Los: (\S+)", part(smtp.messages[0], "plain"))[0] == f"{addresses[0]}."
    assert message.counted_links == 2
    assert BRAKES in message.text, "the message stays as it was written"


def test_nothing_but_the_links_is_changed(sent, smtp):
    message, addresses = sent()

    back = part(smtp.messages[0], "html")
    for address, target in zip(addresses, (BRAKES, "/suche/"), strict=True):
        back = back.replace(escape(address), escape(f"{SITE}{target}"))
    assert back.strip() == message.html.strip()


def test_the_header_for_unsubscribing_is_not_counted(sent, smtp):
    sent()

    assert str(smtp.messages[0]["List-Unsubscribe"]).strip() == f"<{unsubscribe_url('news:1')}>"
    assert str(smtp.messages[0]["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"


def test_other_mail_is_never_counted(news, smtp, ledger):
    news(mail_class=MailClass.TRANSACTIONAL, purpose="", basis="")
    send_due()

    assert "/mail/weiter/" not in part(smtp.messages[0], "html") + part(smtp.messages[0], "plain")
    assert ledger.questions == []


def test_a_group_asks_once_and_each_person_gets_their_own(news, smtp, ledger):
    ledger.people = {f"k{number}@example.org" for number in range(0, 20, 2)}

    def queries(numbers):
        for number in numbers:
            news(f"news:{number}", to=f"k{number}@example.org")
        with CaptureQueriesContext(connection) as asked:
            send_due()
        return len(asked)

    few, many = queries(range(4)), queries(range(4, 20))
    row_by_row = 12 if connection.vendor == "sqlite" else 0
    assert many - few <= 12 + row_by_row, "but for saying which one is in hand; SQLite also claims row by row"
    assert [len(question) for question in ledger.questions] == [4, 16]
    counts = dict(Message.objects.values_list("to_email", "counted_links"))
    assert counts == {f"k{number}@example.org": 0 if number % 2 else 2 for number in range(20)}


def test_a_second_attempt_asks_again(news, smtp, ledger):
    smtp.refusal = "451 4.7.1 later"
    message = news()
    send_due()
    message.refresh_from_db()
    assert (message.state, message.counted_links) == ("deferred", 2)

    smtp.refusal, ledger.people = "", set()
    Message.objects.update(due_at=clock.now())
    send_due()

    message.refresh_from_db()
    assert (message.state, message.counted_links) == ("accepted", 0)
    assert doors(smtp.messages[-1]) == []
