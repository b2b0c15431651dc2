"""Many values asked for as one array."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model

from shopflow.core.rows import OneOf

pytestmark = pytest.mark.django_db

Country = get_model("address", "Country")


@pytest.fixture
def countries():
    for code in ("AT", "CH", "DE"):
        Country.objects.create(iso_3166_1_a2=code, printable_name=code, name=code)


def test_those_and_no_others_are_found(countries):
    found = Country.objects.filter(OneOf("pk", ["DE", "AT", "XX"]), printable_name__in=["AT", "CH", "DE"])
    assert sorted(found.values_list("pk", flat=True)) == ["AT", "DE"]
    assert Country.objects.filter(OneOf("pk", {"AT"})).update(name="Österreich") == 1
    assert list(Country.objects.filter(name="Österreich").values_list("pk", flat=True)) == ["AT"]


def test_nobody_is_asked_for_nothing(countries, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(Country.objects.filter(OneOf("pk", []))) == []
