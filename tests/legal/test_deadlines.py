"""When the right of withdrawal ends: §§ 355, 356, 193 BGB."""

from __future__ import annotations

from datetime import date

import pytest

from oscar_ext.order.services import change_status
from shopflow.legal.deadlines import BERLIN, last_day, period_of


@pytest.mark.parametrize(
    ("start", "instructed", "expected"),
    [
        (date(2026, 12, 11), True, date(2026, 12, 28)),  # a holiday, a Saturday, a Sunday
        (date(2026, 12, 11), False, date(2027, 12, 27)),  # twelve months more
        (date(2026, 11, 3), True, date(2026, 11, 17)),
        (date(2026, 11, 7), True, date(2026, 11, 23)),  # a Saturday
        (date(2026, 4, 19), True, date(2026, 5, 4)),  # a Sunday
        (date(2028, 2, 29), False, date(2029, 3, 14)),  # from a leap day
    ],
)
def test_the_last_day(start, instructed, expected):
    assert last_day(start, instructed=instructed) == expected


@pytest.mark.django_db
def test_before_the_delivery_the_end_is_unknown_and_nothing_is_late(pages, make_order):
    period = period_of(make_order())

    assert (period.start, period.last_day, period.is_over(date(2099, 1, 1))) == (None, None, None)


@pytest.mark.django_db
def test_goods_count_from_the_delivery(pages, make_order):
    order = make_order()
    for status in ("in_work", "shipped", "delivered"):
        change_status(order_id=order.pk, new_status=status)
    delivered = order.status_changes.get(new_status="delivered").date_created.astimezone(BERLIN).date()

    period = period_of(order)

    assert period.start == delivered
    assert period.last_day == last_day(delivered)
    assert period.is_over(period.last_day) is False


@pytest.mark.django_db
def test_digital_goods_count_from_the_order(pages, make_order):
    order = make_order(digital=True)

    assert period_of(order).last_day == last_day(order.date_placed.astimezone(BERLIN).date())


@pytest.mark.django_db
def test_without_an_instruction_the_period_is_a_year_longer(make_order):
    order = make_order(digital=True)

    assert period_of(order).last_day == last_day(order.date_placed.astimezone(BERLIN).date(), instructed=False)
