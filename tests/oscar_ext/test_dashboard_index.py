"""The first page of the staff area."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.contracts.pages import attention_notes

Order = get_model("order", "Order")
BUILT_IN = {
    "deliveries_parked",
    "imports_held",
    "imports_to_apply",
    "mails_failed",
    "orders_to_pack",
    "refunds_due",
    "runs_parked",
    "withdrawals_open",
}


@pytest.fixture
def chief(client, db):
    user = get_user_model().objects.create_superuser("chefin@example.org", "geheim-1234")
    client.force_login(user)
    return user


def make_orders(**counts):
    for status, count in counts.items():
        for number in range(count):
            Order.objects.create(
                number=f"{status}-{number}", currency="EUR", total_incl_tax=10, total_excl_tax=8, status=status
            )


def index(client):
    with translation.override("en"):
        return client.get("/dashboard/", headers={"accept-language": "en"})


def test_it_says_where_orders_stand_and_what_waits(client, chief):
    make_orders(new=1, paid=2, delivered=4)

    response = index(client)

    counts = {row.status: row.count for row in response.context["orders_by_status"]}
    assert counts == {"new": 1, "paid": 2, "in_work": 0, "ready_for_pickup": 0, "shipped": 0}
    html = response.content.decode()
    assert 'href="/dashboard/orders/?status=paid"' in html
    assert '<span class="attention__count">2</span>' in html


def test_statuses_of_the_host_shop_are_counted_too(client, chief):
    make_orders(waiting_for_paint=1)

    rows = index(client).context["orders_by_status"]

    assert (rows[-1].status, rows[-1].count) == ("waiting_for_paint", 1)


def test_the_rooms_register_their_notes_and_each_leads_to_a_page(client, chief):
    assert set(attention_notes.codes()) >= BUILT_IN
    for code in sorted(BUILT_IN):
        note = attention_notes.get(code)
        assert note.count() == 0
        assert client.get(note.url()).status_code == 200, code


def test_it_asks_the_same_number_of_queries_however_many_orders_there_are(
    client, chief, django_assert_num_queries, django_assert_max_num_queries
):
    make_orders(new=1)
    index(client)
    # Oscar's own numbers, and for each note one query in a savepoint, so that a broken note breaks nothing else.
    with django_assert_max_num_queries(36 + 3 * len(attention_notes.codes())) as few:
        index(client)
    make_orders(paid=5, in_work=5)
    with django_assert_num_queries(len(few.captured_queries)):
        index(client)
