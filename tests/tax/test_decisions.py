from __future__ import annotations

from decimal import Decimal

import pytest

from shopflow.tax.decisions import CrossBorder, Sale, Treatment, decide, place_of_supply

RATES = {
    ("DE", "standard"): Decimal("0.19"),
    ("DE", "reduced"): Decimal("0.07"),
    ("DE", "ebook"): Decimal("0.07"),
    ("AT", "standard"): Decimal("0.20"),
    ("FR", "standard"): Decimal("0.20"),
    ("HU", "standard"): Decimal("0.27"),
}


def rate_of(country, tax_class):
    return RATES.get((country, tax_class), RATES[(country, "standard")])


BELOW = CrossBorder()
OSS = CrossBorder(waived=True)


@pytest.mark.parametrize(
    ("facts", "cross_border", "expected"),
    [
        ({"tax_class": "standard", "destination": "DE"}, BELOW, "domestic:DE:19.00"),
        ({"tax_class": "reduced", "destination": "DE"}, BELOW, "domestic:DE:7.00"),
        ({"tax_class": "ebook", "destination": "DE", "is_service": True}, BELOW, "domestic:DE:7.00"),
        ({"tax_class": "standard", "destination": "AT"}, BELOW, "distance_home:AT:19.00"),
        ({"tax_class": "standard", "destination": "AT"}, OSS, "distance:AT:20.00"),
        ({"tax_class": "ebook", "destination": "AT", "is_service": True}, OSS, "distance:AT:20.00"),
        ({"tax_class": "ebook", "destination": "AT", "is_service": True}, BELOW, "distance_home:AT:7.00"),
        ({"tax_class": "standard", "destination": "MC"}, OSS, "distance:MC:20.00"),
        (
            {"tax_class": "standard", "destination": "HU"},
            CrossBorder(previous_year=Decimal("10000.01")),
            "distance:HU:27.00",
        ),
        (
            {"tax_class": "standard", "destination": "HU"},
            CrossBorder(previous_year=Decimal("10000.00")),
            "distance_home:HU:19.00",
        ),
        ({"tax_class": "margin", "destination": "DE"}, BELOW, "margin:DE:0.00"),
        ({"tax_class": "margin", "destination": "AT"}, OSS, "margin:AT:0.00"),
        (
            {"tax_class": "standard", "destination": "DE", "seller_is_small_business": True},
            BELOW,
            "small_business:DE:0.00",
        ),
        (
            {"tax_class": "standard", "destination": "AT", "seller_is_small_business": True},
            OSS,
            "small_business:AT:0.00",
        ),
        (
            {"tax_class": "margin", "destination": "DE", "seller_is_small_business": True},
            BELOW,
            "small_business:DE:0.00",
        ),
        (
            {"tax_class": "standard", "destination": "AT", "buyer_has_valid_vat_id": True},
            BELOW,
            "intra_community:AT:0.00",
        ),
        (
            {"tax_class": "standard", "destination": "AT", "buyer_has_valid_vat_id": True, "is_service": True},
            OSS,
            "reverse_charge:AT:0.00",
        ),
        ({"tax_class": "standard", "destination": "DE", "buyer_has_valid_vat_id": True}, BELOW, "domestic:DE:19.00"),
        ({"tax_class": "standard", "destination": "CH"}, BELOW, "blocked:CH:0.00"),
        ({"tax_class": "standard", "destination": "CH", "exports": True}, BELOW, "export:CH:0.00"),
        ({"tax_class": "ebook", "destination": "CH", "exports": True, "is_service": True}, BELOW, "blocked:CH:0.00"),
        (
            {"tax_class": "standard", "destination": "GB", "exports": True, "buyer_has_valid_vat_id": True},
            BELOW,
            "export:GB:0.00",
        ),
    ],
)
def test_decision_table(facts, cross_border, expected):
    assert decide(Sale(**facts), rate_of=rate_of, cross_border=cross_border).code == expected


@pytest.mark.parametrize(
    ("before", "sale", "expected"),
    [
        ("9990.00", "20.00", "distance:AT:20.00"),
        ("9980.00", "20.00", "distance_home:AT:19.00"),
        ("9980.00", "20.01", "distance:AT:20.00"),
    ],
)
def test_the_sale_that_passes_the_threshold_is_taxed_at_its_destination(before, sale, expected):
    treatment = decide(
        Sale(tax_class="standard", destination="AT", net=Decimal(sale)),
        rate_of=rate_of,
        cross_border=CrossBorder(this_year=Decimal(before)),
    )

    assert treatment.code == expected


def test_a_treatment_survives_its_code():
    treatment = decide(Sale(tax_class="standard", destination="AT"), rate_of=rate_of, cross_border=OSS)

    assert Treatment.parse(treatment.code) == treatment
    assert treatment.shows_vat
    assert not Treatment.parse("margin:AT:0.00").shows_vat
    with pytest.raises(ValueError, match="unpack"):
        Treatment.parse("19%")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("pickup", "AT", "AT"), "DE"),
        (("parcel", "AT", "FR"), "AT"),
        (("", "", "FR"), "FR"),
        (("", "", ""), "DE"),
    ],
)
def test_place_of_supply(facts, expected):
    method, shipping, customer = facts

    assert place_of_supply(shipping_method=method, shipping_country=shipping, customer_country=customer) == expected
