"""Questions about vehicles that customers keep: one by one, in segments, and never without consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from shopflow.audience.services import grant_consent, withdraw_consent
from shopflow.contracts.automations import RunContext, conditions
from shopflow.core import clock
from shopflow.parts.models import VehicleMaker
from shopflow.parts.services import keep_dates, keep_vehicle
from shopflow.parts.vehicle_keys import Vehicle
from tests.audience.answers import answers
from tests.audience.people import contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

NOW = datetime.fromisoformat("2026-11-22T10:00:00+01:00")
GOLF = Vehicle(hsn="0603", tsn="BPH", model="Golf VII 1.4", year=2013)
OLD = Vehicle(hsn="0005", tsn="AAA", model="E30", year=1989)


@pytest.fixture
def owners():
    """Anna agreed and keeps a Golf, Ben agreed and keeps none, Cleo keeps one and has not agreed."""
    VehicleMaker.objects.create(hsn="0603", name="Volkswagen")
    VehicleMaker.objects.create(hsn="0005", name="BMW")
    found = {}
    for name in ("anna", "ben", "cleo"):
        email = f"{name}@example.org"
        found[name] = get_user_model().objects.create_user(email, "geheim-1234")
        contact(email, user=found[name])
        if name != "cleo":
            grant_consent(email=email, purpose="vehicle", source="test", language="de")
    for name in ("anna", "cleo"):
        keep_vehicle(user=found[name], vehicle=GOLF)
    return found


def ask(**settings: Any) -> dict[str, bool | None]:
    return answers({"condition": "keeps_vehicle", "settings": settings}, now=NOW)


YES = {"anna": True, "ben": False, "cleo": None}
NO = {"anna": False, "ben": False, "cleo": None}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, YES),
        ({"maker": "Volkswagen"}, YES),
        ({"maker": "BMW"}, NO),
        ({"model": "golf"}, YES),
        ({"hsn": "0603", "tsn": "bph"}, YES),
        ({"hsn": "0603", "tsn": "BPJ"}, NO),
        ({"age_from": 13}, YES),
        ({"age_from": "14", "age_to": ""}, NO),
        ({"age_to": 13}, YES),
        ({"age_to": 12}, NO),
        ({"maker": "Volkswagen", "age_from": 10, "age_to": 15}, YES),
    ],
)
def test_one_vehicle_fits_all_that_is_asked(owners, settings, said):
    assert ask(**settings) == said


def test_two_vehicles_do_not_fit_together_and_an_unknown_year_is_unknown(owners):
    keep_vehicle(user=owners["anna"], vehicle=OLD)
    assert ask(maker="Volkswagen", age_from=30) == NO
    assert ask(maker="BMW", age_from=30) == YES
    keep_vehicle(user=owners["ben"], vehicle=Vehicle(hsn="0005", tsn="AAA"))
    assert ask(age_from=30) == {"anna": True, "ben": None, "cleo": None}
    assert ask(maker="BMW", age_to=1) == {"anna": False, "ben": None, "cleo": None}


def test_fields_of_vehicles(owners):
    withdrawn = {"anna": True, "ben": False, "cleo": False}
    assert answers({"field": "vehicles_count", "op": "at_least", "value": 1}) == YES
    assert answers({"field": "vehicle_makers", "op": "contains", "value": "Volkswagen"}) == withdrawn
    assert answers({"field": "vehicle_makers", "op": "not_empty"}) == withdrawn
    assert answers({"field": "vehicle_keys", "op": "in", "value": ["0603/bph", "1/2"]}) == withdrawn
    withdraw_consent(email="anna@example.org", purpose="vehicle", source="test")
    assert answers({"field": "vehicles_count", "op": "at_least", "value": 1})["anna"] is None
    assert answers({"field": "vehicle_keys", "op": "not_empty"})["anna"] is False


def test_the_next_inspection_within_days_of_a_moved_clock(owners):
    kept = owners["anna"].garage_vehicles.get()
    keep_dates(user=owners["anna"], vehicle_id=kept.pk, told={"hu": date(2026, 12, 31), "oil": date(2026, 1, 31)})
    asked = {"field": "vehicle_inspection", "op": "in_next_days", "value": 39}
    with clock.imagined_at(NOW):
        assert answers(asked, now=NOW) == {"anna": True, "ben": None, "cleo": None}
        assert answers({**asked, "value": 38}, now=NOW) == {"anna": False, "ben": None, "cleo": None}
    later = NOW.replace(year=2027, month=1)
    with clock.imagined_at(later):  # it has passed, and nobody has told the next one
        assert answers({**asked, "value": 365}, now=later)["anna"] is None


def test_a_run_asks_in_the_same_words(owners, django_assert_num_queries):
    condition = conditions.get("keeps_vehicle")
    context = RunContext(subject={"email": "anna@example.org"}, now=NOW, run_key="x", flow="x")
    with django_assert_num_queries(1):
        assert condition.evaluate(context, {"maker": "Volkswagen"}).holds is True
    for wrong in ({"hsn": "603"}, {"tsn": "BPHX"}, {"age_from": 3, "age_to": 2}):
        assert not condition.form_class(wrong).is_valid()
