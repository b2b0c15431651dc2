"""Whatever the reference wants to be asked can be asked in an automation; what cannot be known goes the way of “no”,
and is written down as unknown.
"""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model
from oscar.test.factories import CategoryFactory, create_product, create_stockrecord

from oscar_ext.order.events import OrderPaid
from shopflow.audience.models import Segment, Stage, Tag
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.core import clock
from tests.audience.people import order
from tests.automations.doubles import WORK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def field(code, op, value=None):
    return {"field": code, "op": op, **({} if value is None else {"value": value})}


def ask(code, **settings):
    return {"condition": code, "settings": settings}


QUESTIONS = {
    "field of the contact": field("company", "is", "Muster OHG"),
    "tag": ask("has_tag", tag="none"),
    "tags": field("tags", "contains", "none"),
    "segment": ask("in_segment", segment="none"),
    "score": ask("score_at_least", points=50),
    "stage": field("stage", "is", "none"),
    "lead source": field("lead_source", "is", "fair"),
    "first lead source": field("first_lead_source", "is", "fair"),
    "number of orders": field("orders_count", "at_least", 3),
    "net sum of orders": field("orders_net", "at_least", "500"),
    "last order": field("orders_last", "older_than_days", 30),
    "bought product": field("bought_products", "contains", "1"),
    "bought category": field("bought_categories", "contains", "1"),
    "bought brand": field("bought_brands", "contains", "ATE"),
    "status of orders": field("order_statuses", "contains", "cancelled"),
    "country of orders": field("order_countries", "contains", "AT"),
    "payment of orders": field("order_payment_methods", "contains", "pickup"),
    "status of this order": ask("order_status_is", statuses=["cancelled"]),
    "country of this order": ask("order_goes_to", countries=["AT"]),
    "payment of this order": ask("order_paid_by", methods=["pickup"]),
    "sum of this order": ask("goods_worth", at_least="5000"),
    "product of this order": ask("goods_numbered", numbers="NONE"),
    "price": ask("goods_priced", at_least="5000"),
    "stock": {"not": ask("goods_in_stock", which="any")},
    "rate of returns": field("return_rate", "at_least", "0.5"),
    "open returns": field("withdrawals_open", "at_least", 1),
    "reviews": field("reviews_count", "at_least", 1),
    "review of these goods": ask("goods_reviewed"),
    "vehicle": ask("keeps_vehicle", maker="VW"),
    "inspection": field("vehicle_inspection", "in_next_days", 60),
    "B2B": field("kind", "is", "business"),
    "language": field("language", "is", "en"),
    "history": ask("has_been_in", flow="other"),
    "mail": ask("had_mail_of", flow="other"),
    "lot": ask("drawn_by_lot", percent=0, lot="x"),
}
UNSAID = {
    "stage", "lead source", "first lead source", "country of this order", "payment of this order",
    "reviews", "review of these goods", "vehicle", "inspection",
}  # fmt: skip
"""The person has no stage, no account and no known source; the order goes nowhere, and no payment is noted."""


def asking(make_flow):
    get_model("address", "Country").objects.create(
        iso_3166_1_a2="AT", printable_name="Austria", is_shipping_country=True
    )
    CategoryFactory(pk=1)
    Tag.objects.create(code="none", label="None")
    Stage.objects.create(code="none", label="None", position=99)
    Segment.objects.create(code="none", label="None", kind="static", expression={"all": []}, created_at=clock.now())
    make_flow(WORK, code="other", enabled=False)
    steps = [
        {"id": f"q{number}", "kind": "condition", "ask": question, "then": "stop", "else": "next"}
        for number, question in enumerate(QUESTIONS.values())
    ]
    make_flow(*steps, WORK, trigger={"event": "order_paid"}, entry_key="{order_id}", schema=2)


def paid(order_id, email):
    return OrderPaid(order_id=order_id, order_number="SF-1", email=email, user_id=None, amount_cents=100)


def said(run):
    codes = dict(RunStep.objects.filter(run=run).values_list("node", "code"))
    return {name: codes.get(f"q{number}") for number, name in enumerate(QUESTIONS)}


def test_of_nobody_all_is_unknown_goes_on_as_no_and_is_written_down(make_flow, happen, work_on, world):
    asking(make_flow)
    happen(paid(4711, "nobody@example.org"))
    work_on()

    run = Run.objects.get()
    assert said(run) == dict.fromkeys(QUESTIONS, "unknown") | {"lot": "no"}
    verdicts = list(Decision.objects.filter(run=run, gate="branch").order_by("pk").values_list("verdict", flat=True))
    assert verdicts == ["unknown"] * (len(QUESTIONS) - 1) + ["false"]
    assert (run.state, len(world.done)) == ("done", 1)


def test_of_somebody_all_is_known_but_what_nobody_has_said(make_flow, happen, work_on, world):
    product = create_product(upc="A", title="A")
    product.stockrecords.all().delete()
    create_stockrecord(product, price="100.00", num_in_stock=3)
    placed = order(product=product)
    asking(make_flow)
    happen(paid(placed.pk, "anna@example.org"))
    work_on()

    assert said(Run.objects.get()) == dict.fromkeys(QUESTIONS, "no") | dict.fromkeys(UNSAID, "unknown")
    assert len(world.done) == 1
