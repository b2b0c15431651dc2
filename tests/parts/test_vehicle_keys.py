from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.parts.vehicle_keys import (
    BadKey,
    Vehicle,
    read_keys,
    read_tsn,
    read_vehicle,
    read_vin,
    read_year,
    vin_check_digit_fits,
)


@pytest.mark.parametrize(
    ("hsn", "tsn", "keys"),
    [
        ("0603", "BPH", ("0603", "BPH")),
        ("603", "bph", ("0603", "BPH")),
        ("5", "ADM", ("0005", "ADM")),
        ("O6O3", "BPH", ("0603", "BPH")),
        (" 0603 ", "BPH000123", ("0603", "BPH")),
        ("0603", "BPH 00012 3", ("0603", "BPH")),
        ("0603", "599044", ("0603", "599")),
        ("0603", "599 0445", ("0603", "599")),
        ("0603/BPH", "", ("0603", "BPH")),
        ("0603 BPH000123", "", ("0603", "BPH")),
        ("0603-BPH", " ", ("0603", "BPH")),
    ],
)
def test_keys_as_papers_show_them(hsn, tsn, keys):
    assert read_keys(hsn, tsn) == keys


@pytest.mark.parametrize(
    ("hsn", "tsn", "field"),
    [
        ("", "BPH", "hsn"),
        ("06031", "BPH", "hsn"),
        ("06A3", "BPH", "hsn"),
        ("0000", "BPH", "hsn"),
        ("٠٦٠٣", "BPH", "hsn"),
        ("0603", "", "tsn"),
        ("0603", "BP", "tsn"),
        ("0603", "BPH0001234", "tsn"),
        ("0603", "BP€", "tsn"),
        ("0603", "ÄÖÜ", "tsn"),
        ("0603\0", "BPH", "hsn"),
    ],
)
def test_what_is_no_key_is_refused_with_the_field_it_stands_in(hsn, tsn, field):
    with pytest.raises(BadKey) as refusal:
        read_keys(hsn, tsn)
    assert refusal.value.field == field
    assert "2.1" in str(refusal.value) or "2.2" in str(refusal.value)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_gives_keys_or_a_sentence(hsn, tsn):
    try:
        keys = read_keys(hsn, tsn)
    except BadKey as error:
        refusal = error.field
    else:
        assert [len(keys[0]), len(keys[1])] == [4, 3]
        assert (keys[0] + keys[1]).isascii()
        refusal = "" if read_tsn(keys[1]) == keys[1] else "changed"
    assert refusal in {"", "hsn", "tsn"}


def test_a_vin_loses_its_blanks_and_keeps_its_case_out():
    assert read_vin(" wvw zzz 1kz 6w 123456") == "WVWZZZ1KZ6W123456"


@pytest.mark.parametrize("text", ["WVWZZZ1KZ6W12345", "WVWZZZ1KZ6W1234567", "WVWZZZ1KZ6W12345€", "WVWZZZIKZ6W123456"])
def test_what_is_no_vin_is_refused(text):
    with pytest.raises(BadKey) as refusal:
        read_vin(text)
    assert refusal.value.field == "vin"


@pytest.mark.parametrize(
    ("vin", "fits"), [("1M8GDM9AXKP042788", True), ("1M8GDM9A1KP042788", False), ("11111111111111111", True)]
)
def test_the_check_digit_of_a_vin(vin, fits):
    assert vin_check_digit_fits(vin) is fits


def test_a_european_vin_is_never_refused_for_its_check_digit():
    assert vin_check_digit_fits("WVWZZZ1KZ6W123456") is False
    assert read_vehicle(vin="WVWZZZ1KZ6W123456") == Vehicle(vin="WVWZZZ1KZ6W123456")


def test_a_year_is_optional_and_has_four_digits():
    assert [read_year(""), read_year(" 2014 ")] == [0, 2014]
    for text in ("14", "1899", "20145", "zwei"):
        with pytest.raises(BadKey):
            read_year(text)


def test_a_vehicle_survives_being_stored():
    vehicle = Vehicle(hsn="0603", tsn="BPH", model="Alster 1.2", year=2014, vin="WVWZZZ1KZ6W123456")
    assert Vehicle.from_dict(vehicle.as_dict()) == vehicle
    assert vehicle.label == "Alster 1.2 (0603/BPH)"


@pytest.mark.parametrize("stored", [None, "x", {}, {"hsn": 603, "tsn": "BPH"}, {"hsn": "9", "tsn": "\0"}, [1]])
def test_what_is_no_stored_vehicle_is_none(stored):
    assert Vehicle.from_dict(stored) is None
