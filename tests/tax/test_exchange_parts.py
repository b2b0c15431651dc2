"""VAT on the old part of an exchange part (section 10.5 (3) UStAE): on a tenth of the net price before discounts."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.tax.decisions import CrossBorder, Sale, TaxKind, Treatment, decide
from shopflow.tax.rates import EXCHANGE, RateTotal, gross_price, old_part_vat, with_old_part
from shopflow.tax.totals import TaxedSum, stated_vat

RATES = {("DE", EXCHANGE): with_old_part(D("0.19")), ("AT", EXCHANGE): with_old_part(D("0.20"))}
ALTERNATOR = Treatment(TaxKind.DOMESTIC, "DE", D("0.209"), old_part=True)
PLAIN = Treatment(TaxKind.DOMESTIC, "DE", D("0.19"))


def decided(**facts):
    sale = Sale(tax_class=EXCHANGE, **{"destination": "DE", **facts})
    return decide(sale, rate_of=lambda country, name: RATES[country, name], cross_border=CrossBorder(waived=True))


def test_an_alternator_of_200_euros_net_costs_241_80():
    assert gross_price(D("200.00"), with_old_part(D("0.19"))) == D("241.80")
    assert old_part_vat(D("241.80"), D("0.209")) == D("3.80")
    assert stated_vat([TaxedSum(ALTERNATOR, D("241.80"), D("241.80"))]) == [
        RateTotal(rate=D("0.19"), gross=D("238.00"), net=D("200.00"), vat=D("38.00")),
        RateTotal(rate=D("0.19"), gross=D("3.80"), net=D("0.00"), vat=D("3.80"), old_parts=True),
    ]


def test_a_discount_leaves_the_old_parts_value_as_it_is():
    [goods, old_parts] = stated_vat([TaxedSum(ALTERNATOR, D("217.62"), D("241.80"))])

    assert (goods.gross, goods.net, goods.vat) == (D("213.82"), D("179.68"), D("34.14"))
    assert (old_parts.gross, old_parts.net, old_parts.vat) == (D("3.80"), D("0.00"), D("3.80"))


def test_a_part_given_away_states_no_more_than_is_paid():
    assert sum(total.gross for total in stated_vat([TaxedSum(ALTERNATOR, D("1.00"), D("241.80"))])) == D("1.00")


def test_other_goods_at_the_same_rate_share_its_row():
    totals = stated_vat(
        [TaxedSum(PLAIN, D("119.00"), D("119.00")), TaxedSum(ALTERNATOR, D("241.80"), D("241.80"))],
    )
    assert [(t.net, t.vat, t.old_parts) for t in totals] == [
        (D("300.00"), D("57.00"), False),
        (D("0.00"), D("3.80"), True),
    ]


@pytest.mark.parametrize(
    ("facts", "code", "rest"),
    [
        ({}, "domestic:DE:20.90:old_part", "domestic:DE:19.00"),
        ({"destination": "AT"}, "distance:AT:22.00:old_part", "distance:AT:20.00"),
        ({"destination": "CH", "exports": True}, "export:CH:0.00", "export:CH:0.00"),
        ({"seller_is_small_business": True}, "small_business:DE:0.00", "small_business:DE:0.00"),
    ],
)
def test_what_is_written_with_the_order(facts, code, rest):
    treatment = decided(**facts)

    assert (treatment.code, treatment.of_the_rest.code) == (code, rest)
    assert Treatment.parse(code) == treatment


@pytest.mark.parametrize("code", ["", ":old_part", "domestic:DE", "domestic:DE:x", "domestic:DE:x:old_part"])
def test_a_text_that_is_no_treatment(code):
    with pytest.raises(ValueError, match=r".+"):
        Treatment.parse(code)


@given(
    st.lists(
        st.tuples(st.sampled_from([ALTERNATOR, PLAIN]), st.integers(0, 10**6), st.integers(0, 10**5)),
        max_size=6,
    )
)
def test_the_rows_add_up_to_what_is_paid(parts):
    sums = [TaxedSum(treatment, D(paid) / 100, D(paid + off) / 100) for treatment, paid, off in parts]
    totals = stated_vat(sums)

    assert sum(t.gross for t in totals) == sum(s.gross for s in sums)
    assert all(t.gross == t.net + t.vat for t in totals)
