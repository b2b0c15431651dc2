"""Each fact that a room announces begins an automation, for the person that it is about."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from oscar_ext.customer.events import Registered
from oscar_ext.wishlists.events import WishlistAdded
from shopflow.audience.events import FormSubmitted
from shopflow.automations.forms.happenings import where_forms, where_of
from shopflow.automations.forms.parts import entry_keys
from shopflow.automations.models import Run
from shopflow.automations.palette import shelves
from shopflow.automations.queries import definition_of
from shopflow.contracts.events import events
from shopflow.delivery.events import DownloadLimitNear, FirstDownload
from shopflow.mailing.events import LinkClicked
from shopflow.ordering.events import BasketUpdated, CheckoutStarted, PaymentFailed, RefundMade
from shopflow.payments.events import PaymentOverdue
from shopflow.storefront.events import ProductViewed
from tests.automations.doubles import WORK

WHO = {"email": "erika@example.org"}
FACTS = [
    (Registered(**WHO, user_id=3), "{user_id}", {"user_id": 3}),
    (
        RefundMade(
            **WHO, user_id=None, order_number="SF-7", basket_id=5, amount_cents=700, payment_method="gateway_card"
        ),
        "{order_number}",
        {"payment_method": "gateway_card"},
    ),
    (FirstDownload(**WHO, user_id=None, order_id=4, grant_id=9), "{grant_id}", {"grant_id": [9]}),
    (LinkClicked(**WHO, message_id=8, template="newsletter", reference="", link=2), "{message_id}", {"link": [2]}),
    (
        WishlistAdded(**WHO, user_id=3, wishlist_id=1, product_id=6, product_title="Ölfilter"),
        "{product_id}",
        {"product_id": 6},
    ),
    (CheckoutStarted(**WHO, user_id=None, basket_id=5), "{basket_id}", {"basket_id": 5}),
    (
        PaymentFailed(
            **WHO, user_id=None, order_number="SF-7", basket_id=5, amount_cents=7, payment_method="x", failure="expired"
        ),
        "{order_number}",
        {"failure": ["expired"]},
    ),
    (
        PaymentOverdue(
            **WHO,
            user_id=None,
            order_id=4,
            order_number="SF-7",
            payment_method="invoice",
            due_on="2026-11-22",
            days=3,
            open_cents=700,
        ),
        "{order_id}:{days}",
        {"days": [3]},
    ),
    (
        FormSubmitted(**WHO, user_id=None, form="price_watch", product_id=6),
        "{form}:{product_id}",
        {"form": "price_watch"},
    ),
    (
        ProductViewed(**WHO, user_id=3, product_id=6, product_title="Ölfilter"),
        "{product_id}",
        {"product_id": [6]},
    ),
    (BasketUpdated(**WHO, user_id=None, basket_id=5), "{basket_id}", {"basket_id": 5}),
    (
        DownloadLimitNear(**WHO, user_id=None, order_id=4, grant_id=9, downloads_left=2),
        "{grant_id}",
        {"downloads_left": [1, 2]},
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("fact", "key", "where"), FACTS, ids=[fact.code for fact, _key, _where in FACTS])
def test_it_begins_an_automation_once(make_flow, happen, work_on, fact, key, where):
    make_flow(WORK, trigger={"event": fact.code, "where": where}, entry_key=key)
    make_flow(WORK, code="other", trigger={"event": fact.code, "where": {"email": "other@example.org"}}, entry_key=key)

    happen(fact)
    happen(fact)
    work_on()

    run = Run.objects.get()
    assert (run.flow.code, run.email, run.state) == ("test_flow", "erika@example.org", Run.State.DONE)
    assert run.subject == fact.payload()
    assert events.get(fact.code).restore(run.subject) == fact


def test_staff_find_them_among_the_triggers():
    found = {entry.code for shelf in shelves(triggers=True) for entry in shelf.entries}

    wanted = {fact.code for fact, _key, _where in FACTS} | {"automation_finished", "external", "health_alert"}
    assert {f"trigger:{code}" for code in wanted} <= found


@pytest.mark.django_db
def test_numbers_that_a_form_or_file_has_written_as_texts_are_numbers(make_flow, happen, work_on):
    event = DownloadLimitNear(**WHO, user_id=None, order_id=4, grant_id=9, downloads_left=2)
    flow = make_flow(
        WORK, trigger={"event": event.code, "where": {"downloads_left": [" 1", "2"]}}, entry_key="{grant_id}"
    )
    happen(event)
    work_on()

    assert Run.objects.get().flow == flow
    assert definition_of(flow.active_version).trigger.where == {"downloads_left": (1, 2)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "field", "sent", "kept", "shown"),
    [
        ("payment_overdue", "days", "3, 7", [3, 7], "3, 7"),
        ("lead_magnet_requested", "business", ["true"], [True], ["true"]),
        ("payment_failed", "failure", ["declined"], ["declined"], ["declined"]),
        ("external", "name", "booked, 7", ["booked", "7"], "booked, 7"),
    ],
)
def test_the_form_keeps_values_as_the_event_holds_them(event, field, sent, kept, shown):
    row = {"begin-where0-field": field, "begin-where0-values": sent}
    data = QueryDict(mutable=True)
    for name, value in row.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    rows = where_forms(name="begin", event=event, data=data, where=None)
    assert where_of(rows) == {field: kept}

    again = where_forms(name="begin", event=event, data=None, where={field: kept})[0]
    assert again["values"].value() == shown


@pytest.mark.parametrize("values", ["three", "3, x", "1.5", "²"])
def test_the_form_refuses_what_is_no_number(values):
    data = QueryDict(mutable=True)
    data.update({"begin-where0-field": "days", "begin-where0-values": values})
    form = where_forms(name="begin", event="payment_overdue", data=data, where=None)[0]
    assert not form.is_valid()
    assert form.errors["values"] == ["Geben Sie ganze Zahlen ein, mit Kommas dazwischen."]


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        ("payment_overdue", {"order:{order_id}:{days}", "order:{order_id}", "contact:{email}:{days}"}),
        ("product_viewed", {"product:{product_id}", "contact:{email}"}),
        ("health_alert", {"{day}:{part}:{trouble}"}),
        ("external", {"reference:{reference}", "contact:{email}"}),
        ("mail_text_changed", {"{template}:{text_language}"}),
    ],
)
def test_staff_can_say_what_counts_as_one_entry(event, keys):
    assert keys <= dict(entry_keys({"event": event})).keys()


def test_there_is_such_a_key_for_every_event():
    first, _words = entry_keys({"event": "order_placed"})[0]
    assert first == "order:{order_id}", "not the basket, which an order may lack"
    assert [kind.code for kind in events if kind.provides() and not entry_keys({"event": kind.code})] == []
