"""Questions about the day and about chance."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from shopflow.automations.extensions.days import tyre_season
from shopflow.automations.models import AutomationSettings, Closure
from shopflow.contracts.automations import RunContext, conditions
from tests.audience.answers import answers
from tests.audience.people import contact
from tests.automations.doubles import WORK

FRIDAY = datetime.fromisoformat("2026-10-30T23:30:00+01:00")


def ask(code: str, now: datetime = FRIDAY, email: str = "", **settings: Any) -> bool | None:
    context = RunContext(subject={"email": email}, now=now, run_key="x", flow="test_flow")
    return conditions.get(code).evaluate(context, settings).holds


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2026, 1, 1), "winter"),
        (date(2026, 4, 5), "winter"),  # Easter Sunday
        (date(2026, 4, 6), "summer"),
        (date(2027, 3, 28), "winter"),  # Easter is another day each year
        (date(2027, 3, 29), "summer"),
        (date(2026, 9, 30), "summer"),
        (date(2026, 10, 1), "winter"),
        (date(2026, 12, 31), "winter"),
    ],
)
def test_o_bis_o(day, season):
    assert tyre_season(day) == season


def test_the_weekday_is_that_of_the_shop():
    assert ask("weekday_is", days=["5"]) is True
    assert ask("weekday_is", days=["6", "7"]) is False
    assert ask("weekday_is", FRIDAY + timedelta(minutes=30), days=["6", "7"]) is True
    with override("en"):
        assert conditions.get("weekday_is").describe({"days": ["1", "7"]}) == "today is one of: Monday, Sunday"
    assert not conditions.get("weekday_is").form_class({"days": ["8"]}).is_valid()


@pytest.mark.django_db
def test_working_days_know_the_federal_state_and_closures():
    """31 October is a holiday in Saxony and none in Bavaria; in 2025 it is a Friday."""
    reformation = datetime.fromisoformat("2025-10-31T10:00:00+01:00")
    AutomationSettings.objects.update_or_create(pk=1, defaults={"country": "DE", "region": "BY"})
    assert ask("working_day", reformation) is True
    AutomationSettings.objects.filter(pk=1).update(region="SN")
    assert ask("working_day", reformation) is False
    assert ask("working_day", FRIDAY) is True
    assert ask("working_day", FRIDAY + timedelta(hours=1)) is False
    Closure.objects.create(first_day=FRIDAY.date(), last_day=FRIDAY.date())
    assert ask("working_day", FRIDAY) is False


def test_periods_hold_from_their_first_to_their_last_day():
    day = FRIDAY.date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert ask("in_periods", periods=[f"{before}/{day}"]) is True
    assert ask("in_periods", periods=[f"{day}/{after}"]) is True
    assert ask("in_periods", periods=["2019-01-01/2019-12-31", f"{day}/{day}"]) is True
    assert ask("in_periods", periods=["2019-01-01/2019-12-31", f"{after}/{after}"]) is False


def test_periods_are_written_as_people_write_days():
    form_class = conditions.get("in_periods").form_class
    form = form_class({"periods": "05.07.2027 – 17.08.2027, 24.12.2027-01.01.2028, 3.10.2027"})
    assert form.is_valid(), form.errors
    kept = ["2027-07-05/2027-08-17", "2027-12-24/2028-01-01", "2027-10-03/2027-10-03"]
    assert form.cleaned_data == {"periods": kept}
    again = form_class({"periods": kept})
    assert again.is_valid()
    assert again.cleaned_data == {"periods": kept}
    assert form_class(initial={"periods": kept})["periods"].value() == (
        "05.07.2027 – 17.08.2027, 24.12.2027 – 01.01.2028, 03.10.2027 – 03.10.2027"
    )
    for wrong in (
        "17.08.2027 – 05.07.2027",
        "im Sommer",
        "31.02.2027 – 01.03.2027",
        "1.1.2027 - 2.1.2027 - 3.1.2027",
        "05.07.27 – 17.08.27",
        "2027-08-17/2027-07-05",
    ):
        assert not form_class({"periods": wrong}).is_valid(), wrong
    assert conditions.get("in_periods").describe({"periods": kept[:1]}).endswith("05.07.2027 – 17.08.2027")


@pytest.mark.django_db
def test_the_day_may_stand_in_a_segment():
    for name in ("anna", "ben"):
        contact(f"{name}@example.org")
    winter = {"condition": "tyre_season", "settings": {"season": "winter"}}
    assert answers(winter, now=FRIDAY) == {"anna": True, "ben": True}
    assert answers(winter, now=FRIDAY.replace(month=7)) == {"anna": False, "ben": False}
    both = {"all": [winter, {"field": "email", "op": "starts_with", "value": "anna"}]}
    assert answers(both, now=FRIDAY) == {"anna": True, "ben": False}


def test_lots_are_drawn_once_in_proportion_and_by_their_name(make_flow):
    make_flow(WORK)
    people = [f"p{number}@example.org" for number in range(200)]

    def drawn(**settings: Any) -> list[str]:
        return [email for email in people if ask("drawn_by_lot", email=email, **settings)]

    half = drawn(percent=50, lot="a")
    assert 60 < len(half) < 140
    assert drawn(percent=50, lot="a") == half
    assert drawn(percent=50, lot="b") != half
    assert set(drawn(percent=20, lot="a")) < set(half)  # whoever was drawn stays when more are
    assert drawn(percent=0) == []
    assert drawn(percent=100) == people
    assert ask("drawn_by_lot", percent=100) is None
    assert ask("drawn_by_lot", email=half[0].upper(), percent=50, lot="a") is True
