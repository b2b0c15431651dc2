"""Staff's list of payments that have not arrived."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from shopflow.payments.queries import awaited

pytestmark = pytest.mark.django_db


def listed():
    return [(source.order.number, source.open_amount) for source in awaited()]


def test_an_order_that_a_provider_paid_only_in_part_is_listed(make_order):
    order = make_order(number="SF-1", total="129.95", method="gateway_card")
    order.sources.update(amount_debited=D("100.00"))

    assert listed() == [("SF-1", D("29.95"))]


def test_an_authorised_order_is_listed_until_the_money_is_collected(make_order):
    order = make_order(number="SF-1", total="50.00", method="gateway_card")
    assert listed() == [("SF-1", D("50.00"))]

    order.sources.update(amount_debited=D("50.00"))
    assert listed() == []


def test_what_is_paid_at_the_counter_is_listed_once_a_part_has_come(make_order):
    order = make_order(number="SF-1", total="50.00", method="pickup")
    assert listed() == []

    order.sources.update(amount_debited=D("20.00"))
    assert listed() == [("SF-1", D("30.00"))]


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_nothing_is_awaited_for_an_order_that_is_over(make_order, status):
    make_order(total="50.00", method="gateway_card", status=status)
    assert listed() == []
