"""What people type where a page expects a number."""

from __future__ import annotations

import pytest

from shopflow.core.paging import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1)])
def test_numbers_are_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "²", "١٢", "-1", "+1", " 1", "1.5", "1e3", "9" * 19, "\x00"])
def test_anything_else_is_none(text):
    assert whole_number(text) is None
