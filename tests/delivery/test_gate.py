"""The box for digital goods: only when there are some, never ticked, one text for each kind of contract."""

from __future__ import annotations

import pytest

from shopflow.contracts.checkout import Checkout, CheckoutLine, checkout_gates

pytestmark = pytest.mark.django_db


def checkout(*products, language="en"):
    lines = [
        CheckoutLine(
            line_id=number,
            product_id=product.pk,
            title=product.title,
            quantity=1,
            requires_shipping=False,
            unit_price_cents=1000,
        )
        for number, product in enumerate(products)
    ]
    return Checkout(
        basket_id=1,
        user_id=None,
        email="gast@example.org",
        country="DE",
        language=language,
        payment_method="transfer",
        lines=lines,
    )


def test_a_basket_of_parts_is_asked_nothing(db):
    from oscar.test.factories import create_product

    gate = checkout_gates.get("digital_content")

    assert list(gate.declarations(checkout(create_product(price="5.00")))) == []
    assert list(gate.declarations(checkout())) == []


def test_digital_content_asks_for_consent_and_knowledge(good):
    (asked,) = checkout_gates.get("digital_content").declarations(checkout(good.product))

    assert (asked.key, asked.checkbox, asked.required) == ("digital_content", True, True)
    assert asked.html == (
        "I expressly agree that you begin to perform the contract on digital content before the withdrawal period "
        "ends. I know that by this consent I lose my right of withdrawal when the performance begins."
    )
    assert "Please tick the box for digital goods" in str(asked.refusal)


def test_a_course_has_a_text_of_its_own(make_good):
    goods = [make_good(), make_good(kind="course", contract_kind="digital_service"), make_good()]
    asked = checkout_gates.get("digital_content").declarations(checkout(*[good.product for good in goods]))

    assert [declaration.key for declaration in asked] == ["digital_content", "digital_service"]
    assert "completely performed" in asked[1].html


def test_the_gate_costs_one_query(good, django_assert_num_queries):
    purchase = checkout(good.product)

    with django_assert_num_queries(1):
        checkout_gates.get("digital_content").declarations(purchase)
