from __future__ import annotations

import random
from statistics import fmean, pvariance

import pytest

from shopflow.automations.reporting import statistics
from shopflow.automations.reporting.statistics import Group, binomial, rate, rate_difference, revenue_difference


def test_wilsons_interval_of_a_textbook():
    found = rate(81, 263)  # Newcombe 1998, table I
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    nothing = rate(0, 20)
    assert (nothing.low, round(nothing.high, 4)) == (0.0, 0.1611)
    everything = rate(29, 29)
    assert (round(everything.low, 4), everything.high) == (0.8830, 1.0)
    assert rate(0, 0) is None


def test_newcombes_interval_of_a_difference():
    found = rate_difference(56, 70, 48, 80)  # Newcombe 1998, table II, method 10
    assert (round(found.estimate, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert found.decides
    small = rate_difference(9, 10, 3, 10)
    assert (round(small.low, 4), round(small.high, 4)) == (0.1705, 0.8090)
    assert rate_difference(1, 2, 0, 0) is None
    assert not rate_difference(5, 10, 5, 10).decides


@pytest.mark.parametrize(("of", "share"), [(40, 0.1), (40, 0.9), (500, 0.02)])
def test_the_draw_is_binomial(of, share):
    draw = random.Random(1)
    drawn = [binomial(of, share, draw) for _ in range(4000)]
    assert min(drawn) >= 0
    assert max(drawn) <= of
    assert fmean(drawn) == pytest.approx(of * share, rel=0.05)
    assert pvariance(drawn) == pytest.approx(of * share * (1 - share), rel=0.1)
    assert (binomial(7, 0, draw), binomial(7, 1, draw)) == (0, 7)


def test_revenue_per_person_is_repeatable_and_covers_the_truth():
    treated, control = Group(100, [5000] * 30), Group(100, [5000] * 20)
    found = revenue_difference(treated, control, seed="a")
    assert found == revenue_difference(treated, control, seed="a")
    assert found != revenue_difference(treated, control, seed="b")
    assert found.estimate == 500.0
    # The difference of two shares of the same basket: its standard error is 50 € · √(0.3·0.7/100 + 0.2·0.8/100).
    error = 5000 * (0.0021 + 0.0016) ** 0.5
    assert found.low == pytest.approx(500 - 1.96 * error, abs=80)
    assert found.high == pytest.approx(500 + 1.96 * error, abs=80)
    assert revenue_difference(treated, Group(0, []), seed="a") is None


def test_many_buyers_take_the_short_way_to_the_same_answer(monkeypatch):
    draw = random.Random(3)
    one = Group(3000, [draw.randint(1000, 9000) for _ in range(600)])
    other = Group(3000, [draw.randint(1000, 9000) for _ in range(500)])
    long = revenue_difference(one, other, seed="x")
    monkeypatch.setattr(statistics, "MANY", 500)
    short = revenue_difference(one, other, seed="x")
    assert short.estimate == long.estimate
    assert short.low == pytest.approx(long.low, abs=15)
    assert short.high == pytest.approx(long.high, abs=15)
