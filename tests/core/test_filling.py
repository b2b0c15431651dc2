"""Texts with fields in braces."""

from __future__ import annotations

import pytest

from shopflow.core.filling import fill

WORDS = {"name": "Anna", "number": 7, "nothing": None}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hallo {name}, Nr. {number}{nothing}!", "Hallo Anna, Nr. 7!"),
        ("{{name}} {name!r} {name:>999999999}", "{name} Anna Anna"),
        ("ohne", "ohne"),
    ],
)
def test_names_are_filled_in_and_nothing_else(text, filled):
    assert fill(text, WORDS) == filled


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{name.__class__}", "{name[0]}", "{a b}"])
def test_a_text_cannot_look_into_a_value(text):
    with pytest.raises(ValueError):
        fill(text, WORDS)


def test_an_unknown_name_is_said():
    with pytest.raises(KeyError, match="order"):
        fill("{order}", WORDS)
