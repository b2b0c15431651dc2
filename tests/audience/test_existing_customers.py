"""§ 7 (3) UWG: each of its conditions must be met, and each failure has its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience.models import AudienceSettings, Consent, ConsentEntry, SaleNotice
from shopflow.audience.services import (
    change_settings,
    grant_consent,
    record_notice,
    refuse,
    refuse_all,
    withdraw_consent,
)
from shopflow.contracts.checkout import Agreement, Checkout, checkout_gates
from shopflow.contracts.mail import legal_bases
from shopflow.core import clock
from shopflow.mailing.services import suppress
from tests.audience.people import contact, order, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

EMAIL = "anna@example.org"


def reason(purpose: str = "newsletter") -> str:
    """The sentence of the refusal, empty when the exception holds."""
    verdict = legal_bases.get("existing_customer").holds(email="Anna@Example.org", purpose=purpose)
    assert verdict.holds is not bool(str(verdict.reason))
    return str(verdict.reason)


@pytest.fixture
def brakes() -> Any:
    return get_model("catalogue", "Category").add_root(name="Bremsen", slug="bremsen")


def switch_on(*categories: Any, months: int = 24) -> None:
    AudienceSettings.objects.update_or_create(
        pk=1, defaults={"existing_customer_mail": True, "existing_customer_months": months}
    )
    AudienceSettings.objects.get().similar_categories.set(categories)


def sale(category: Any, **values: Any) -> Any:
    product = create_product(title="Scheibe")
    product.categories.set([category.add_child(name="Scheiben", slug="scheiben")])
    return order(EMAIL, product=product, **values)


def test_everything_is_met(brakes):
    switch_on(brakes)
    record_notice(order_id=sale(brakes).pk, objected=False)
    assert reason() == ""
    assert reason("review_request") == ""


def test_it_is_off_until_the_shop_switches_it_on(brakes):
    record_notice(order_id=sale(brakes).pk, objected=False)
    first = reason()
    switch_on(brakes)
    assert first
    assert reason() == ""


def test_each_condition_that_is_not_met_has_its_own_sentence(brakes):
    other = get_model("catalogue", "Category").add_root(name="Öl", slug="oel")
    said = [reason()]
    switch_on(brakes)
    said.append(reason("cart_reminder"))
    contact(EMAIL)
    said.append(reason())
    made = sale(brakes)
    said.append(reason())
    SaleNotice.objects.create(order=made, version="1", objected=False, at=clock.now())
    switch_on()
    said.append(reason())
    switch_on(other)
    said.append(reason())
    switch_on(brakes, months=1)
    clock.move_forward(timedelta(days=32))
    said.append(reason())
    switch_on(brakes)
    refuse(email=EMAIL, purpose="newsletter", source="test")
    said.append(reason())
    suppress(email=EMAIL, scope="advertising", reason="manual")
    said.append(reason())

    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_a_sale_that_came_to_nothing_is_none(brakes, status):
    switch_on(brakes)
    record_notice(order_id=sale(brakes, status=status).pk, objected=False)
    assert reason()


def test_who_objected_at_the_sale_is_left_alone(brakes):
    switch_on(brakes)
    record_notice(order_id=sale(brakes).pk, objected=True)
    assert reason()


def test_a_withdrawn_consent_is_an_objection(brakes):
    switch_on(brakes)
    record_notice(order_id=sale(brakes).pk, objected=False)
    grant_consent(email=EMAIL, purpose="newsletter", source="test", language="de")
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    assert reason()
    assert reason("review_request") == ""


def test_no_advertising_at_all_objects_to_what_was_never_agreed(brakes):
    switch_on(brakes)
    record_notice(order_id=sale(brakes).pk, objected=False)
    assert refuse_all(email=EMAIL, source="preferences") == 2
    assert refuse_all(email=EMAIL, source="preferences") == 0
    assert reason()
    assert reason("review_request")
    assert set(ConsentEntry.objects.values_list("purpose", "action")) == {
        ("newsletter", "object"),
        ("review_request", "object"),
    }
    grant_consent(email=EMAIL, purpose="newsletter", source="test", language="de")
    assert reason() == ""


def checkout() -> Checkout:
    return Checkout(basket_id=1, user_id=None, email=EMAIL, country="DE", language="de", payment_method="x", lines=())


def test_the_checkout_tells_buyers_only_while_the_rule_is_used(brakes):
    gate = checkout_gates.get("existing_customer")
    assert gate.declarations(checkout()) == ()
    switch_on(brakes)
    notice, objection = gate.declarations(checkout())
    assert (notice.key, notice.checkbox, objection.checkbox, objection.required) == ("notice", False, True, False)
    assert "jederzeit widersprechen" in notice.html
    assert "Übermittlungskosten nach den Basistarifen" in notice.html

    grant_consent(email=EMAIL, purpose="review_request", source="test", language="de")
    made = sale(brakes)
    answers = {
        "notice": Agreement(declaration=notice, accepted=True),
        "objection": Agreement(declaration=objection, accepted=True),
    }
    gate.record(order_id=made.pk, checkout=checkout(), agreements=answers)
    gate.follow_up(order_id=made.pk, checkout=checkout(), agreements=answers)
    gate.follow_up(order_id=made.pk, checkout=checkout(), agreements=answers)

    row = SaleNotice.objects.get()
    assert (row.order_id, row.objected) == (made.pk, True)
    assert dict(Consent.objects.values_list("purpose", "state")) == {
        "newsletter": "withdrawn",
        "review_request": "granted",
    }


def test_the_settings_are_stored_with_a_line_in_the_audit_log(brakes):
    from shopflow.core.models import AuditEntry

    change_settings(
        actor=staff(),
        categories=[brakes],
        existing_customer_mail=True,
        existing_customer_months=12,
        score_half_life_days=30,
    )
    row = AudienceSettings.objects.get()
    assert (row.existing_customer_mail, list(row.similar_categories.all())) == (True, [brakes])
    assert AuditEntry.objects.get().summary == "existing_customer_mail, existing_customer_months"


def test_many_are_judged_as_one_by_one_and_with_as_many_queries(brakes):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    switch_on(brakes)
    product = create_product(title="Scheibe")
    product.categories.set([brakes.add_child(name="Scheiben", slug="scheiben")])
    told = [f"told{number}@example.org" for number in range(4)]
    for email in told:
        record_notice(order_id=order(email, product=product).pk, objected=False)
    order("untold@example.org", product=product)
    suppress(email=told[1], scope="advertising", reason="unsubscribed")
    refuse(email=told[2], purpose="newsletter", source="test")
    grant_consent(email="agreed@example.org", purpose="newsletter", source="test", language="de")
    people = [*told, "untold@example.org", "stranger@example.org", "agreed@example.org", "Told0@Example.org"]
    rights = {"consent": {"agreed@example.org"}, "existing_customer": {told[0], told[3], "Told0@Example.org"}}
    rights["consent_or_customer"] = rights["consent"] | rights["existing_customer"]

    for code, allowed in rights.items():
        basis = legal_bases.get(code)
        with CaptureQueriesContext(connection) as alone:
            singly = {email: basis.holds(email=email, purpose="newsletter") for email in people[:1]}
        with CaptureQueriesContext(connection) as asked:
            found = basis.holds_for(emails=people, purpose="newsletter")
        singly |= {email: basis.holds(email=email, purpose="newsletter") for email in people}
        assert {email for email in people if found[email].holds} == allowed, code
        assert {email: str(one.reason) for email, one in found.items()} == {
            email: str(one.reason) for email, one in singly.items()
        }
        assert len(asked) == len(alone)
