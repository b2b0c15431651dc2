"""What counts as a corrected typing error, and what has to be a change."""

from __future__ import annotations

import pytest

from shopflow.mailing.texts.shipped import Words
from shopflow.mailing.texts.spelling import changes

BODY = '<p>Halo {{ name }}, bis 12.05. nur 9,90 € <a href="https://shop.example.org/a">im Laden</a>, eine Garantie.</p>'


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("Halo", "Hallo", []),
        ("im Laden", "im Ladden", []),
        ("Garantie.", "Garantie!", []),
        ("im Laden", "imLaden", []),
        ("/a", "/b", ["fact_changed"]),
        ("https:", "http:", ["fact_changed"]),
        ("9,90", "9,80", ["fact_changed"]),
        ("€", "$", ["fact_changed"]),
        ("12.05.", "13.05.", ["fact_changed"]),
        ("{{ name }}", "{{ nam }}", ["fact_changed"]),
        ("{{ name }}", "", ["fact_changed"]),
        ("eine", "keine", ["fact_changed"]),
        ("eine", "nicht eine", ["fact_changed"]),
        ("nur ", "", ["fact_changed"]),
        ("<p>", "<h1>", ["fact_changed"]),
        ("Halo", "Liebling", ["word_changed"]),
        ("Garantie", "Garantie für Sie", ["word_changed"]),
        ("Halo", "halo umweltfreundlich", ["fact_changed"]),
    ],
)
def test_only_another_spelling_is_a_typing_error(old, new, codes):
    assert old in BODY
    before, after = Words("S", "", BODY), Words("S", "", BODY.replace(old, new, 1))
    assert [finding.code for finding in changes(before, after)][:1] == codes


def test_the_subject_counts_as_well():
    found = changes(Words("10 Tage", "", "x"), Words("12 Tage", "", "x"))
    assert [(finding.code, finding.field, finding.is_error) for finding in found] == [("fact_changed", "subject", True)]
    assert "10" in found[0].sentence
    assert "12" in found[0].sentence
