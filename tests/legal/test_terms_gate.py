"""The sentence above the order button, and what is written down with it."""

from __future__ import annotations

import pytest

from shopflow.contracts.checkout import checkout_gates
from shopflow.legal.models import OrderLegalText

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_terms_are_a_sentence_with_links_and_no_box(pages, purchase):
    (asked,) = checkout_gates.get("terms").declarations(purchase)

    assert (asked.key, asked.checkbox) == ("terms", False)
    for link in ('href="/agb/"', 'href="/widerruf/"', 'href="/datenschutz/"'):
        assert link in asked.html
    assert checkout_gates.get("terms").refusals(purchase) == ()


def test_the_links_stand_even_before_the_pages_do(db, purchase):
    (asked,) = checkout_gates.get("terms").declarations(purchase)

    assert 'href="/widerruf/"' in asked.html


def test_the_sentence_stands_last(db):
    positions = {gate.code: gate.position for gate in checkout_gates}

    assert positions["terms"] == max(positions.values())


def test_recording_writes_one_row_for_each_text(pages, make_order):
    order = make_order()

    assert OrderLegalText.objects.filter(order=order).count() == 4
