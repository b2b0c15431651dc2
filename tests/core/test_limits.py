from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.core.limits import Limit, visitor

pytestmark = pytest.mark.redis

LIMIT = Limit(name="test", times=2, period=timedelta(hours=1))


def test_the_third_time_is_one_too_many():
    assert [LIMIT.passes("203.0.113.7") for _ in range(4)] == [True, True, False, False]


def test_others_and_other_limits_count_for_themselves():
    for _ in range(3):
        LIMIT.passes("203.0.113.7")

    assert LIMIT.passes("203.0.113.8")
    assert Limit(name="other", times=1, period=timedelta(hours=1)).passes("203.0.113.7")


def test_who_cannot_be_told_apart_is_not_limited():
    assert all(LIMIT.passes("") for _ in range(5))


@pytest.mark.parametrize(
    ("trusted", "address", "forwarded", "counted"),
    [
        (False, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (True, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (True, "127.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (True, "203.0.113.7", "", "203.0.113.7"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "", "", ""),
    ],
)
def test_the_visitor_is_who_the_nearest_trusted_machine_saw(rf, settings, trusted, address, forwarded, counted):
    settings.SHOPFLOW_TRUST_PROXY = trusted
    given = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert visitor(rf.get("/", REMOTE_ADDR=address, **given)) == counted
