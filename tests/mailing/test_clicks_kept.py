"""What becomes of clicks: automations hear of them, their people may see them, and they go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.machines import BURST
from shopflow.mailing.models import LinkClick
from shopflow.mailing.services import announce_clicks, clicks, erase_person, export_person, forget_clicks
from shopflow.mailing.services.clicks import KEPT
from tests.mailing.clicking import BRAKES, EMAIL, SITE, follow

pytestmark = pytest.mark.django_db


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
