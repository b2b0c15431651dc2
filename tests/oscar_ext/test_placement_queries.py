"""Placing an order costs a fixed number of queries and few more for each line (stock Oscar: 44, and 15 a line)."""

from __future__ import annotations

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from shopflow.contracts.payments import payment_methods
from tests.oscar_ext.checkout_support import ScriptedPayment, germany, go_to_review, press, product

Order = get_model("order", "Order")


@pytest.fixture(autouse=True)
def _shop(db, settings):
    settings.SHOPFLOW_MOVABLE_CLOCK = False
    germany()
    ScriptedPayment.reset()
    with payment_methods.registered(ScriptedPayment):
        yield


def queries_to_place(client, lines):
    for number in range(lines - 1):
        client.post(f"/basket/add/{product(title=f'Teil {lines}-{number}').pk}/", {"quantity": 1})
    review = go_to_review(client, product(title=f"Letztes Teil {lines}"))
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        press(client, review)
    assert Order.objects.order_by("-pk").first().lines.count() == lines
    return captured


def statements(captured):
    """Reads and writes; the test's own transaction turns BEGIN and COMMIT into savepoints, which are left out."""
    return len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize(("asks_provider", "at_most"), [(True, 37), (False, 31)])
def test_queries_of_placing_an_order(client, monkeypatch, asks_provider, at_most):
    monkeypatch.setattr(ScriptedPayment, "asks_provider", asks_provider)
    warm = queries_to_place(client, 1)
    one = queries_to_place(client, 1)
    five = queries_to_place(client, 5)

    assert len(one) <= len(warm)
    assert statements(one) <= at_most
    assert statements(five) - statements(one) <= 4
