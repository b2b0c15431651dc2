from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.contracts.registry import UnknownCode
from shopflow.parts.numbers import brand_key, number_key


@pytest.mark.parametrize(
    ("display", "key"),
    [
        ("1N0 000 013 AC", "1N0000013AC"),
        ("  1n0 000 013 ac ", "1N0000013AC"),
        ("\u00a0\u00a01N0\u00a0000\u00a0013", "1N0000013"),
        ("BB.00316-89", "BB0031689"),
        ("FX 005544/6", "FX0055446"),
        ("0000007932", "0000007932"),
        ("O123", "O123"),
        ("0123", "0123"),
        ("１２３", "123"),
        ("A‐B–C−D", "ABCD"),
        ("A\u200bB\u00ad\ufeffC", "ABC"),
        ("ä-1", "Ä1"),
        ("a\\b", "AB"),
        ("A\tB", "AB"),
        ("7+8*", "7+8*"),
        ("-./ ", ""),
        ("", ""),
    ],
)
def test_the_key_of_a_number(display, key):
    assert number_key(display) == key


def test_o_and_zero_are_two_numbers():
    assert number_key("O1") != number_key("01")


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(text):
    key = number_key(text)
    assert number_key(key) == key


@pytest.mark.parametrize(
    ("display", "key"),
    [
        ("A 000 470 03 20", "A4702000003"),
        ("A4702000003", "A4702000003"),
        ("A 470 200 00 03", "A2000347000"),
        ("N 910105 006002", "N910105006002"),
    ],
)
def test_printed_and_sorted_numbers_are_told_by_their_groups(display, key):
    assert brand_key(display, "print_and_sort_number") == key


def test_a_rule_that_is_not_installed_is_named():
    with pytest.raises(UnknownCode, match="no_such_rule"):
        brand_key("1", "no_such_rule")
