"""Chains of successors: every kind, long ones, loops, and what customers and the search get of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.test.factories import create_product

from shopflow.contracts.parts import NumberRule, number_rules
from shopflow.parts import queries, services
from shopflow.parts.models import Brand, CurrentPart, PartRecord, PartSuccession

pytestmark = pytest.mark.django_db
Kind = PartSuccession.Kind


@pytest.fixture
def make():
    brand = Brand.objects.create(code="NW", name="Nordwagen")

    def part(number):
        product = create_product(title=number, upc=f"U-{number}")
        return PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=100
        )

    return part


def link(old, *new, kind=Kind.SAME):
    for position, successor in enumerate(new):
        PartSuccession.objects.create(part=old, successor=successor, kind=kind, position=position)


def ends(part):
    found = queries.superseded_by([part.pk]).get(part.pk)
    return (found.kind, [successor.number_display for successor in found.parts]) if found else None


def test_every_part_of_a_chain_leads_to_its_end(make):
    a, b, c = make("A"), make("B"), make("C")
    link(a, b, kind=Kind.TRANSCODE)
    link(b, c)

    assert services.resolve_successions() == 2
    assert [ends(part) for part in (a, b, c)] == [("same", ["C"]), ("same", ["C"]), None]
    assert services.resolve_successions() == 0


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (Kind.TRANSCODE, Kind.TRANSCODE, Kind.TRANSCODE),
        (Kind.SAME, Kind.ONE_WAY, Kind.ONE_WAY),
        (Kind.ONE_WAY, Kind.SAME, Kind.ONE_WAY),
        (Kind.KIT, Kind.SAME, Kind.KIT),
        (Kind.SAME, Kind.CHOICE, Kind.CHOICE),
    ],
)
def test_a_chain_is_as_loose_as_its_loosest_link(make, first, second, whole):
    a, b, c = make("A"), make("B"), make("C")
    link(a, b, kind=first)
    link(b, c, kind=second)
    services.resolve_successions()
    assert ends(a) == (whole, ["C"])


def test_a_kit_of_renumbered_parts_names_todays_parts(make):
    old, one, two, newer = make("A"), make("B"), make("C"), make("B2")
    link(old, one, two, kind=Kind.KIT)
    link(one, newer)
    services.resolve_successions()

    assert ends(old) == ("kit", ["B2", "C"])
    assert queries.superseded_by([old.pk])[old.pk].is_kit
    assert queries.current_part(old) == old


def test_alternatives_are_offered_side_by_side(make):
    old, one, two = make("A"), make("B"), make("C")
    link(old, one, two, kind=Kind.CHOICE)
    services.resolve_successions()
    assert ends(old) == ("choice", ["B", "C"])
    assert queries.superseded_by([old.pk])[old.pk].is_choice


def test_two_branches_that_meet_again_give_one_part(make):
    old, one, two, end = make("A"), make("B"), make("C"), make("D")
    link(old, one, two, kind=Kind.CHOICE)
    link(one, end)
    link(two, end)
    services.resolve_successions()
    assert ends(old) == ("choice", ["D"])


def test_a_kit_stops_at_a_part_that_alternatives_replace(make):
    older, old, one, two, this, that = (make(number) for number in ("Z", "A", "B", "C", "D", "E"))
    link(older, old)
    link(old, one, two, kind=Kind.KIT)
    link(two, this, that, kind=Kind.CHOICE)
    services.resolve_successions()
    assert [ends(part) for part in (older, old)] == [("kit", ["B", "C"])] * 2
    assert ends(two) == ("choice", ["D", "E"])
    assert services.resolve_successions() == 0


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.SAME])
def test_alternatives_stop_at_a_part_that_a_kit_replaces(make, kind):
    old, one, two, this, that = (make(number) for number in ("A", "B", "C", "D", "E"))
    link(old, one, two, kind=kind)
    link(one, this, that, kind=Kind.KIT)
    services.resolve_successions()
    assert ends(old) == ("choice", ["B", "C"])
    assert ends(one) == ("kit", ["D", "E"])


def test_a_loop_replaces_nothing_and_its_way_out_is_found(make):
    a, b, c = make("A"), make("B"), make("C")
    link(a, b)
    link(b, a)
    assert services.resolve_successions() == 0
    assert ends(a) is None
    link(b, c)
    services.resolve_successions()
    assert [ends(a), ends(b)] == [("choice", ["C"]), ("choice", ["C"])]
    assert not queries.superseded_by([a.pk])[a.pk].is_choice


def test_a_chain_of_three_thousand_is_walked_in_two_statements():
    brand = Brand.objects.create(code="NW", name="Nordwagen")
    product_class = create_product().product_class
    model = product_class.products.model
    products = model.objects.bulk_create(
        model(title=f"T{n}", slug=f"t{n}", structure="standalone", product_class=product_class, code=f"c{n}")
        for n in range(3001)
    )
    parts = PartRecord.objects.bulk_create(
        PartRecord(product=product, brand=brand, number_display=f"N{n}", number_key=f"N{n}", list_price_cents=1)
        for n, product in enumerate(products)
    )
    PartSuccession.objects.bulk_create(PartSuccession(part=old, successor=new) for old, new in pairwise(parts))
    with CaptureQueriesContext(connection) as seen:
        assert services.resolve_successions() == 3000
    assert len([q for q in seen if "RECURSIVE" in q["sql"]]) == 2
    assert queries.current_part(parts[0]) == parts[-1]
    assert CurrentPart.objects.filter(current=parts[-1]).count() == 3000


def test_staff_cannot_lead_a_part_back_to_itself(make):
    a, b, c = make("A"), make("B"), make("C")
    services.set_successors(part=a, successors=[b], kind="same")
    services.set_successors(part=b, successors=[c], kind="one_way")
    for successors in ([a], [b]):
        with pytest.raises(services.SuccessionLoop):
            services.set_successors(part=c, successors=successors, kind="same")
    assert ends(a) == ("one_way", ["C"])
    services.set_successors(part=b, successors=[], kind="same")
    assert [ends(a), ends(b)] == [("same", ["B"]), None]


def test_an_old_number_tells_what_is_sold_today(make):
    a, b = make("A100"), make("B200")
    link(a, b)
    services.resolve_successions()
    [found] = queries.superseded_numbers(" a-100 ")
    assert (found.old, found.parts) == (a, (b,))
    assert queries.superseded_numbers("B200") == []
    assert queries.superseded_numbers("") == []


def test_an_old_number_is_found_by_every_brands_rule(make):
    class Reversed(NumberRule):
        code, label = "reversed", "backwards"

        def key(self, display):
            return display[::-1].upper()

    a, b, printed = make("001A"), make("B200"), make("A4702000003")
    link(a, b)
    link(printed, b)
    services.resolve_successions()
    with number_rules.registered(Reversed):
        [found] = queries.superseded_numbers("a100")
        assert found.old == a
        assert list(queries.parts_by_number("a100")) == [a]
    assert [found.old for found in queries.superseded_numbers("A 000 470 03 20")] == [printed]
    assert list(queries.parts_by_any_number("A 000 470 03 20")) == [printed]
    assert list(queries.parts_by_any_number("-")) == []
