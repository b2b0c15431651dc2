"""Counted links lead on for everybody, and nowhere else; machines are told from people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.core import clock
from shopflow.mailing.machines import is_burst
from shopflow.mailing.measuring import Link, click_url
from shopflow.mailing.models import LinkClick, Message
from shopflow.mailing.services.clicks import COUNTED_FOR
from tests.mailing.clicking import BRAKES, BROWSER, SITE, follow

pytestmark = pytest.mark.django_db


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
