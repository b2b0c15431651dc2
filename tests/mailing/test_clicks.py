"""Clicks in advertising are counted with the person's consent only; links lead on for everybody, and nowhere else."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.contracts.mail import BasisVerdict, LegalBasis, MailClass, legal_bases
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.links import unsubscribe_url
from shopflow.mailing.machines import BURST, is_burst
from shopflow.mailing.measuring import Link, click_url, read_click
from shopflow.mailing.models import LinkClick, Message
from shopflow.mailing.services import (
    announce_clicks,
    clicks,
    erase_person,
    export_person,
    forget_clicks,
    queue_rendered,
    send_due,
)
from shopflow.mailing.services.clicks import COUNTED_FOR, KEPT

pytestmark = pytest.mark.django_db

SITE = "https://shop.example.org"
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
BRAKES = "/suche/?q=bremse&utm_medium=email&utm_campaign=spring"
EMAIL = "kunde@example.org"
KEPT_BARE = (
    "/einstellungen/mail/abc:def/",
    "/einstellungen/bestaetigen/abc:def/",
    "/accounts/mail-einstellungen/",
    "/vertrag-widerrufen/",
    "/rechtstexte/agb.pdf",
    "/agb/",
    "/impressum/",
)
FOREIGN = (
    "https://www.example.com/suche/",
    "https://shop.example.org.example.com/suche/",
    "https://shop.example.org@example.com/suche/",
    "http://shop.example.org/bremsen/",
    f"https://www.example.com/?to={SITE}/bremsen/",
    "mailto:shop@example.org?body=https://shop.example.org",
)


def escape(address: str) -> str:
    return html.escape(address)


class Agreeing(LegalBasis):
    """Stands for the ledger: who agrees to being counted, and how often it was asked."""

    code = "consent"
    label = "Consent"
    people: set[str] = set()
    questions: list[list[str]] = []

    def holds(self, *, email, purpose):
        return self.holds_for(emails=[email], purpose=purpose)[email]

    def holds_for(self, *, emails, purpose):
        assert purpose == "tracking"
        self.questions.append(list(emails))
        return {email: BasisVerdict(email in self.people) for email in emails}


@pytest.fixture
def ledger(monkeypatch, settings):
    settings.SITE_URL = SITE
    monkeypatch.setattr(Agreeing, "people", {EMAIL})
    monkeypatch.setattr(Agreeing, "questions", [])
    with legal_bases.without("consent"), legal_bases.registered(Agreeing):
        yield Agreeing


@pytest.fixture
def news(permitted, seller, ledger):
    """``news(key)`` queues advertising with links of every kind in both parts."""

    def queue(key="news:1", *, links=None, **changes):
        leave = unsubscribe_url(key)
        found = links or [
            f"{SITE}{BRAKES}",
            f"{SITE}/suche/",
            *(f"{SITE}{path}" for path in KEPT_BARE),
            *FOREIGN,
            leave,
        ]
        given = {
            "dedupe_key": key,
            "template": "newsletter",
            "to": EMAIL,
            "subject": "Bremsen",
            "html": "<p>"
            + " ".join(f'<a class="btn" href="{escape(a)}" title="a > b">Los</a>' for a in found)
            + "</p>",
            "text": "\n".join(f"Los: {address}." for address in found) + "\n",
            "mail_class": MailClass.ADVERTISING,
            "purpose": "newsletter",
            "basis": "test_permitted",
        }
        return queue_rendered(**{**given, **changes})

    return queue


@pytest.fixture
def sent(news, smtp):
    """``sent()`` is a message that left half an hour ago, and its counted addresses."""

    def go(key="news:1", **changes):
        message = news(key, **changes)
        send_due()
        Message.objects.filter(pk=message.pk).update(accepted_at=clock.now() - timedelta(minutes=30))
        message.refresh_from_db()
        return message, doors(smtp.messages[-1])

    return go


def part(mail, kind):
    return mail.get_body((kind,)).get_content()


def doors(mail):
    """The counted addresses of the HTML part, in their order."""
    return [html.unescape(found) for found in re.findall(rf'href="({SITE}/mail/weiter/[^"]+)"', part(mail, "html"))]


def follow(client, address, **headers):
    return client.get(address.removeprefix(SITE), headers={**BROWSER, **headers})


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


# the door


def test_a_click_leads_on_and_is_noted(sent, client):
    message, addresses = sent()

    with CaptureQueriesContext(connection) as asked:
        answer = follow(client, addresses[0])
    assert len(asked) == 4, "message, shop's time, click, the clicks just before; the consent is a double"

    assert (answer.status_code, answer["Location"]) == (302, f"{SITE}{BRAKES}")
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    click = LinkClick.objects.get()
    assert (click.message_id, click.number, click.by_machine) == (message.pk, 1, False)
    assert abs(click.at - clock.now()) < timedelta(minutes=1)
    assert {field.name for field in LinkClick._meta.fields} == {"id", "message", "number", "at", "by_machine"}


def test_clicking_twice_counts_twice(sent, client):
    _message, addresses = sent()

    follow(client, addresses[0])
    follow(client, addresses[0])

    assert list(LinkClick.objects.values_list("number", "by_machine")) == [(1, False), (1, False)]


def test_withdrawn_meanwhile_a_link_leads_on_uncounted(sent, client, ledger):
    _message, addresses = sent()
    ledger.people = set()

    assert follow(client, addresses[0])["Location"] == f"{SITE}{BRAKES}"
    assert not LinkClick.objects.exists()


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x" + t, lambda t: "x"])
def test_a_damaged_token_leads_home(sent, client, spoil):
    _message, addresses = sent()
    token = addresses[0].rsplit("/", 2)[1]

    answer = client.get(reverse("shopflow-mailing:click", args=[spoil(token)]), headers=BROWSER)

    assert (answer.status_code, answer["Location"]) == (302, f"{SITE}/")
    assert not LinkClick.objects.exists()


def test_the_door_leads_nowhere_but_into_the_shop(sent, client):
    sent()
    evil = click_url(Link(1, 1, "//evil.example.com/"))

    assert follow(client, evil)["Location"] == f"{SITE}//evil.example.com/"
    bare = reverse("shopflow-mailing:click", args=["https%3A%2F%2Fevil.example.com"])
    assert client.get(bare, headers=BROWSER)["Location"] == f"{SITE}/"
    assert client.post(reverse("shopflow-mailing:click", args=["x"])).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{"purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}, {"x-moz": "prefetch"}, {"user-agent": ""},
     {"user-agent": "Mozilla/5.0 (compatible; ExampleBot/1.0)"}, {"user-agent": "python-requests/2.32"}],
)  # fmt: skip
def test_what_fetches_for_others_is_a_machine(sent, client, headers):
    _message, addresses = sent()

    assert follow(client, addresses[0], **headers).status_code == 302
    assert LinkClick.objects.get().by_machine


def test_asking_for_the_head_is_a_machine(sent, client):
    _message, addresses = sent()

    answer = client.head(addresses[0].removeprefix(SITE), headers=BROWSER)

    assert (answer.status_code, answer["Location"]) == (302, f"{SITE}{BRAKES}")
    assert LinkClick.objects.get().by_machine


def test_who_clicks_in_the_moment_of_sending_is_a_machine(sent, client):
    message, addresses = sent()
    for moment in (clock.now(), None):
        Message.objects.filter(pk=message.pk).update(state="accepted" if moment else "submitting", accepted_at=moment)
        follow(client, addresses[0])

    assert list(LinkClick.objects.values_list("by_machine", flat=True)) == [True, True]


def test_who_follows_every_link_at_once_is_a_machine_from_the_first_on(sent, client):
    _message, addresses = sent()
    follow(client, addresses[0])
    LinkClick.objects.update(at=clock.now() - timedelta(hours=1))

    follow(client, addresses[0])
    assert list(LinkClick.objects.order_by("pk").values_list("by_machine", flat=True)) == [False, False]
    follow(client, addresses[1])

    assert list(LinkClick.objects.order_by("pk").values_list("by_machine", flat=True)) == [False, True, True]


@pytest.mark.parametrize(
    ("numbers", "links", "burst"),
    [({1}, 1, False), ({1}, 2, False), ({1, 2}, 2, True), ({1, 2}, 3, False), ({1, 2, 9}, 20, True)],
)
def test_how_many_links_at_once_are_too_many(numbers, links, burst):
    assert is_burst(numbers, links=links) is burst


def test_a_link_of_long_ago_leads_on_uncounted(sent, client):
    message, addresses = sent()
    Message.objects.filter(pk=message.pk).update(accepted_at=clock.now() - COUNTED_FOR - timedelta(days=1))

    assert follow(client, addresses[0])["Location"] == f"{SITE}{BRAKES}"
    assert not LinkClick.objects.exists()


# what automations hear


def announced():
    """The clicks that automations hear of after everything that gives machines away."""
    clock.move_forward(BURST + timedelta(seconds=1))
    announce_clicks()
    events = OutboxEvent.objects.filter(code="link_clicked").order_by("pk")
    return [(event.source_key, event.payload) for event in events]


def test_a_click_of_a_person_is_announced_once(sent, client):
    message, addresses = sent(reference="flow:spring")
    follow(client, addresses[1])
    click = LinkClick.objects.get()
    assert announce_clicks() == 0, "it may yet turn out to be a machine's"

    told = {
        "message_id": message.pk, "template": "newsletter", "email": EMAIL, "reference": "flow:spring", "link": 2
    }  # fmt: skip
    assert announced() == [(f"click:{click.pk}", told)]
    assert announced() == [(f"click:{click.pk}", told)]

    follow(client, addresses[1])
    assert [payload["link"] for _key, payload in announced()] == [2, 2], "followed again"


def test_a_machines_clicks_are_not_announced(sent, client):
    _message, addresses = sent()
    follow(client, addresses[0], purpose="prefetch")
    follow(client, addresses[0])
    follow(client, addresses[1])

    assert list(LinkClick.objects.order_by("pk").values_list("by_machine", flat=True)) == [True, True, True]
    assert announced() == []


def test_without_consent_no_click_is_announced_and_withdrawal_takes_the_person_out(sent, client, ledger):
    _message, addresses = sent()
    follow(client, addresses[0])
    ledger.people = set()
    assert announced() == [], "withdrawn before it was told"

    ledger.people = {EMAIL}
    assert len(announced()) == 1
    ledger.people = set()
    forget_clicks()
    assert [payload["email"] for _key, payload in announced()] == [""]
    assert not LinkClick.objects.exists()


def test_clicks_of_long_ago_are_not_announced_and_each_batch_is_read_once(sent, client, monkeypatch):
    monkeypatch.setattr(clicks, "MANY", 2)
    message, _addresses = sent()
    now = clock.now()
    for age in (clicks.WAITED + timedelta(minutes=1), *(timedelta(hours=hours) for hours in (5, 4, 3, 2, 1))):
        LinkClick.objects.create(message=message, number=1, at=now - age, by_machine=False)
    with CaptureQueriesContext(connection) as first:
        assert announce_clicks() == 5
    keys = OutboxEvent.objects.filter(code="link_clicked").order_by("pk").values_list("source_key", flat=True)
    assert list(keys) == [f"click:{pk}" for pk in LinkClick.objects.order_by("at").values_list("pk", flat=True)[1:]]

    with CaptureQueriesContext(connection) as again:
        assert announce_clicks() == 0
    assert len(again) < len(first)
    assert sum("linkclick" in query["sql"] for query in again) == 1, (
        "the newest were announced: nothing older is looked at"
    )


# whose data it is


def test_a_person_is_told_of_their_clicks_and_may_have_them_erased(sent, client):
    _message, addresses = sent()
    follow(client, addresses[0])
    click = LinkClick.objects.get()

    told = export_person(EMAIL)["messages"][0]["links_followed"]
    assert told == [{"link": 1, "at": click.at.isoformat(), "by_machine": False}]
    erase_person(EMAIL)
    assert not LinkClick.objects.exists()
    assert follow(client, addresses[0])["Location"] == f"{SITE}{BRAKES}"
    assert not LinkClick.objects.exists()


def test_clicks_go_when_they_are_old_or_the_person_has_withdrawn(sent, client, ledger):
    ledger.people = {EMAIL, "otto@example.org"}
    (mine, _), (ottos, _) = sent(), sent("news:2", to="otto@example.org")
    now = clock.now()
    for message, age in ((mine, KEPT + timedelta(days=1)), (mine, KEPT - timedelta(days=1)), (ottos, timedelta())):
        LinkClick.objects.create(message=message, number=1, at=now - age, by_machine=False)

    assert forget_clicks() == 1
    assert forget_clicks() == 0
    ledger.people = {EMAIL}
    assert forget_clicks() == 1
    assert LinkClick.objects.get().message == mine
