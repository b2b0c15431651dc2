"""Expressions as SQL say what the language says, for one contact and for all."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oscar.test.factories import create_product

from shopflow.audience import matching
from shopflow.audience.fields import all_fields, find_field
from shopflow.audience.models import AttributeDefinition, Contact, Stage
from shopflow.audience.services import add_tag, give_points, grant_consent, set_attribute, tag_named
from shopflow.contracts.automations import Verdict
from shopflow.contracts.expressions import OPERATORS, Compare, ExpressionInvalid, compare, evaluate, parse
from shopflow.contracts.segments import OPERATORS_OF, FieldKind, SegmentField, segment_fields
from tests.audience.people import contact, order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def emails(raw: dict[str, Any]) -> set[str]:
    found = matching.matching(matching.read(raw), now=NOW).values_list("email", flat=True)
    return {email.partition("@")[0] for email in found}


def ask(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


@pytest.fixture
def number() -> AttributeDefinition:
    return AttributeDefinition.objects.create(code="km", label="Kilometer", kind="number")


VALUES: dict[FieldKind, tuple[str, list[Any], list[Any]]] = {
    FieldKind.TEXT: ("text", [None, "Ab", "abc", "X"], ["ab", "abc", "X"]),
    FieldKind.CHOICE: ("choice", [None, "rot", "blau"], ["rot", "blau"]),
    FieldKind.NUMBER: ("number", [None, Decimal(-1), Decimal("2.5"), Decimal(10)], ["-1", "2.5", "3"]),
    FieldKind.DATE: (
        "date",
        [None, date(2026, 11, 15), date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 24)],
        ["2026-11-20", "2026-11-22"],
    ),
    FieldKind.BOOLEAN: ("boolean", [None, True, False], [True, False]),
}


@pytest.mark.parametrize("kind", VALUES)
def test_sql_answers_as_the_language_does_unknown_included(kind):
    """Every operator of every kind, plain and negated, on every value and on none."""
    stored_as, found, wanted = VALUES[kind]
    kept = AttributeDefinition.objects.create(code="x", label="X", kind=stored_as, choices=["rot", "blau"])
    people = {}
    for index, value in enumerate(found):
        people[index] = contact(f"p{index}@example.org")
        set_attribute(contact=people[index], definition=kept, value=value)
    wrong = []
    for op in OPERATORS_OF[kind]:
        takes = OPERATORS[op].takes
        values = {
            "none": [None],
            "one": wanted,
            "many": [wanted[:1], wanted],
            "two": [[wanted[0], wanted[-1]]],
            "days": [0, 2, 7],
        }[takes]
        for value, turned in itertools.product(values, (False, True)):
            leaf = ask("attribute.x", op, value)
            expression = matching.read({"not": leaf} if turned else leaf)
            matched = set(matching.matching(expression, now=NOW).values_list("pk", flat=True))
            for index, who in people.items():

                def answer(asked: Compare, index: int = index) -> Verdict:
                    return Verdict(compare(asked.op, found[index], asked.value, now=NOW))

                said = evaluate(expression, answer).holds
                by_sql = matching.verdict(expression, contact_id=who.pk, now=NOW)
                if by_sql is not said or (who.pk in matched) is not (said is True):
                    wrong.append((op, value, turned, found[index], said, by_sql))
    assert wrong == []


def test_groups_follow_kleene(number):
    known, unknown = contact("a@example.org"), contact("b@example.org")
    set_attribute(contact=known, definition=number, value="5")
    yes, no, open_ = ask("language", "is", "de"), ask("language", "is", "en"), ask("attribute.km", "is", "5")

    assert emails({"all": [yes, open_]}) == {"a"}
    assert emails({"any": [yes, open_]}) == {"a", "b"}
    assert emails({"any": [no, open_]}) == {"a"}
    assert emails({"not": {"all": [yes, open_]}}) == set()
    assert emails({"not": {"all": [no, open_]}}) == {"a", "b"}
    assert emails({"not": {"not": open_}}) == {"a"}
    expression = matching.read({"all": [yes, open_]})
    assert matching.verdict(expression, contact_id=unknown.pk) is None
    assert matching.verdict(expression, contact_id=0) is None


def test_what_the_shop_knows_of_contacts():
    anna = contact("anna@example.org", kind="b2b", company="Muster GmbH")
    contact("ben@Müller.example", language="en")
    stage = Stage.objects.create(code="neu", label="Neu", outcome="open")
    Contact.objects.filter(pk=anna.pk).update(stage=stage)
    add_tag(contact=anna, tag=tag_named("VIP"), source="staff")
    grant_consent(email=anna.email, purpose="newsletter", source="test", language="de")
    give_points(contact=anna, points=12, reason="x", source_key="x")

    for raw in (
        ask("kind", "is", "b2b"),
        ask("company", "starts_with", "muster"),
        ask("tags", "contains", "vip"),
        ask("tags", "in", ["vip", "other"]),
        ask("tags", "not_empty"),
        ask("consents", "contains", "newsletter"),
        ask("score", "at_least", 12),
        ask("stage", "is", "neu"),
        ask("stage_outcome", "is", "open"),
        ask("email_domain", "is", "example.org"),
        {"condition": "has_consent", "settings": {"purpose": "newsletter"}},
        {"condition": "has_tag", "settings": {"tag": "vip"}},
        {"condition": "score_at_least", "settings": {"points": 10}},
    ):
        assert emails(raw) == {"anna"}, raw
        assert emails({"not": raw}) == ({"ben"} if "stage" not in str(raw) else set()), raw
    assert emails(ask("stage", "empty")) == {"ben"}
    assert emails(ask("has_account", "is", False)) == {"anna", "ben"}
    assert emails(ask("email_domain", "is", "xn--mller-kva.example")) == {"ben"}


def test_what_contacts_have_bought():
    parent = create_product(structure="parent", upc="P1")
    goods = create_product(upc="4006-1", title="Bremsscheibe")
    below = goods.categories.first() or _category(goods)
    order("anna@example.org", net="100.00", product=goods, placed=NOW - timedelta(days=200))
    order("anna@example.org", net="50.50", product=goods, placed=NOW - timedelta(days=10))
    order("anna@example.org", net="900.00", status="cancelled", product=parent, placed=NOW)
    order("ben@example.org", net="20.00", sku="SKU-9", placed=NOW - timedelta(days=300))
    contact("carl@example.org")

    assert emails(ask("orders_count", "is", 2)) == {"anna"}
    assert emails(ask("orders_count", "is", 0)) == {"carl"}
    assert emails(ask("orders_net", "is", "150.50")) == {"anna"}
    assert emails(ask("orders_net", "less", 100)) == {"ben", "carl"}
    assert emails(ask("orders_last", "older_than_days", 180)) == {"ben"}
    assert emails({"not": ask("orders_last", "older_than_days", 180)}) == {"anna"}
    assert emails(ask("orders_last", "empty")) == {"carl"}
    assert emails(ask("bought_products", "contains", "4006-1")) == {"anna"}
    assert emails(ask("bought_products", "in", ["P1", "SKU-9"])) == {"ben"}
    assert emails(ask("bought_products", "empty")) == {"carl"}
    assert emails(ask("bought_categories", "contains", str(below.pk))) == {"anna"}
    assert emails(ask("bought_categories", "contains", str(below.get_root().pk))) == {"anna"}
    assert emails(ask("bought_categories", "not_contains", "999999")) == {"anna", "ben", "carl"}
    assert emails(ask("order_statuses", "contains", "cancelled")) == {"anna"}


def _category(product: Any) -> Any:
    from oscar.core.loading import get_model

    root = get_model("catalogue", "Category").add_root(name="Bremsen", slug="bremsen")
    child = root.add_child(name="Scheiben", slug="scheiben")
    product.categories.set([child])
    return child


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (ask("horoscope", "is", "x"), "horoscope"),
        (ask("attribute.gone", "is", "x"), "attribute.gone"),
        (ask("score", "contains", "1"), "contains"),
        (ask("score", "at_least", "viel"), "viel"),
        (ask("known_since", "less", "gestern"), "gestern"),
        ({"condition": "ordered_since"}, "ordered_since"),
        ({"condition": "nobody_has_this"}, "nobody_has_this"),
        ({"condition": "has_tag", "settings": {"tag": "gone"}}, "gone"),
        ({"condition": "score_at_least"}, "points"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(raw, said):
    with pytest.raises(ExpressionInvalid) as refused:
        matching.read({"all": [ask("language", "is", "de"), raw]})
    assert len(refused.value.problems) == 1
    assert said in refused.value.problems[0]


def test_every_field_of_the_shop_can_be_asked_in_one_query_each(django_assert_max_num_queries):
    contact()
    for field in all_fields():
        op = "is" if field.kind is FieldKind.BOOLEAN else "not_empty"
        raw = parse(ask(field.code, op, True if op == "is" else None))
        with django_assert_max_num_queries(2):
            list(matching.matching(raw, now=NOW).values_list("pk", flat=True))
        list(field.choices())
    assert {"orders_net", "tags", "lead_source", "first_lead_source", "share_link"} <= {f.code for f in all_fields()}


def test_a_plugin_can_add_a_field():
    from django.db.models import Value

    class Lucky(SegmentField):
        code, label, group, kind = "test_lucky", "Lucky", "Test", FieldKind.NUMBER

        def expression(self) -> Any:
            return Value(7)

    contact()
    with segment_fields.registered(Lucky):
        assert emails(ask("test_lucky", "between", [7, 8])) == {"anna"}
        assert emails(ask("test_lucky", "greater", 7)) == set()
        assert find_field("test_lucky").operators == OPERATORS_OF[FieldKind.NUMBER]


def test_a_count_is_one_statement_that_stops(monkeypatch, settings, django_assert_num_queries):
    settings.SHOPFLOW_MOVABLE_CLOCK = False
    for n in range(5):
        contact(f"p{n}@example.org")
    expression = matching.read(ask("language", "is", "de"))
    with django_assert_num_queries(1):
        assert matching.preview(expression) == matching.Preview(5, False)
    monkeypatch.setattr(matching, "COUNTED", 3)
    assert matching.preview(expression) == matching.Preview(3, True)


@pytest.mark.parametrize(
    ("op", "value", "fits"),
    [
        ("at_least", "1.5", False),
        ("greater", "0.5", True),
        ("at_most", "0.5", False),
        ("less", "1.5", True),
        ("is", "1.5", False),
        ("is_not", "1.5", True),
        ("between", ["0.5", "1.5"], True),
        ("between", ["1.5", "2.5"], False),
    ],
)
def test_a_fraction_is_not_cut_off_where_whole_numbers_are_compared(op, value, fits):
    order()
    assert emails(ask("orders_count", op, value)) == ({"anna"} if fits else set())
    assert compare(op, 1, value, now=NOW) is fits
