"""Questions that a batch asks at once: the same answers, words and order as asked one by one, with fewer statements."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import BasketFactory, create_order, create_product

from shopflow.audience.models import Contact, Tag, TagAssignment
from shopflow.automations.definitions import read
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.services import run_due
from shopflow.contracts.automations import (
    Action,
    Condition,
    Outcome,
    RunContext,
    Verdict,
    actions,
    answers_together,
    conditions,
)
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_all_due
from shopflow.parts.models import Brand, PartRecord
from tests.automations.doubles import ADVERT, WAIT, WORK, definition_with

Order, Basket = get_model("order", "Order"), get_model("basket", "Basket")


def runs_at(flow, node, count, *, batch="b", **subject):
    now, emails = clock.now(), [f"p{number}@{batch}.example.org" for number in range(count)]
    return Run.objects.bulk_create(
        Run(
            flow=flow, version=flow.active_version, email=email, entry_key=f"{batch}{number}", state="active",
            node=node,
            subject={"email": email, **{key: value(number) for key, value in subject.items()}},
            due_at=now, began_at=now - timedelta(hours=1), entered_at=now,
        )
        for number, email in enumerate(emails)
    )  # fmt: skip


class Counting(Condition):
    """Asks for a set of addresses, and notes how it was asked."""

    code = "test_counting"
    label = "is among them"

    def __init__(self):
        self.members, self.asked, self.fails = set(), [], None

    def evaluate(self, context, settings):
        self.asked.append(1)
        return self._verdict(context)

    def evaluate_many(self, contexts, settings):
        self.asked.append(len(contexts))
        if self.fails is not None:
            raise self.fails
        return [self._verdict(context) for context in contexts]

    def _verdict(self, context):
        return Verdict(context.text("email") in self.members, f"{context.run_key} {context.text('email')}")


class Joining(Action):
    """Takes the next address in, whoever the run is about."""

    code = "test_joining"
    label = "join"
    transactional = True

    def run(self, context, settings):
        condition = conditions.get("test_counting")
        number = int(context.text("email")[1:].partition("@")[0])
        condition.members.add(f"p{number + 1}@b.example.org")
        return Outcome.done("joined")


@pytest.fixture
def counting():
    with conditions.registered(Counting), actions.registered(Joining):
        yield conditions.get("test_counting")


def told():
    """Every decision about the runs, in order, with what it rests on; and where they stand."""
    rows = Decision.objects.exclude(run=None).order_by("run__entry_key", "pk")
    steps = RunStep.objects.order_by("run__entry_key", "pk")
    return (
        list(rows.values_list("run__entry_key", "node", "gate", "code", "verdict", "reason", "details")),
        list(steps.values_list("run__entry_key", "node", "visit", "outcome", "code", "reason")),
        list(Run.objects.order_by("entry_key").values_list("entry_key", "state", "node", "ending", "reason_code")),
    )


ASK = {"id": "ask", "kind": "condition", "ask": {"condition": "test_counting"}, "then": "later", "else": "stop"}
OR_WORK = {**ASK, "else": "work"}
LATER = {"id": "later", "kind": "wait", "for": {"days": 1}}
NOTE = {"id": "work", "kind": "action", "action": "test_mail", "recheck": [{"condition": "test_counting"}]}


@pytest.mark.django_db
def test_a_batch_asks_once_and_says_of_each_what_it_would_have_said_alone(make_flow, counting):
    flow = make_flow(ASK, LATER, WORK, schema=2)
    counting.members = {f"p{number}@b.example.org" for number in range(0, 12, 3)}
    made = runs_at(flow, "ask", 12)
    assert run_due() == 12
    assert counting.asked == [12]
    for number, run in enumerate(made):
        decision = Decision.objects.get(run=run, gate="branch")
        assert (decision.verdict, decision.reason) == (
            "true" if number % 3 == 0 else "false", f"run:{run.pk}:ask:1 p{number}@b.example.org"
        )  # fmt: skip
    assert Run.objects.filter(node="later", state="waiting").count() == 4


@pytest.mark.django_db
def test_only_those_are_asked_along_who_may_come_there_without_a_rest(make_flow, counting):
    flow = make_flow(OR_WORK, {"id": "later", "kind": "wait", "for": {"days": 1}, "then": "stop"}, NOTE, schema=2)
    other = make_flow(ASK, LATER, code="other", schema=2)
    counting.members = {"p0@b.example.org", "p0@w.example.org"}
    runs_at(flow, "ask", 3)
    runs_at(flow, "work", 2, batch="w")
    runs_at(flow, "later", 4, batch="l")
    runs_at(other, "ask", 2, batch="o")
    run_due()
    # three at the branch; at the recheck two of them and the two who stood there; and two of the other automation
    assert counting.asked == [3, 4, 2]


@pytest.mark.django_db
def test_an_action_in_between_may_change_the_answer_for_another(make_flow, counting, monkeypatch):
    """Each one without takes the next one in: asked ahead, the second would not have been a member."""
    joining = {"id": "work", "kind": "action", "action": "test_joining"}
    flow = make_flow(OR_WORK, LATER, joining, schema=2)
    runs_at(flow, "ask", 8)
    run_due()
    together = told()
    assert [row[4] for row in together[0] if row[2] == "branch"] == ["false", "true"] * 4
    assert sum(counting.asked) <= 3 * 8, "nobody is asked over and over"
    Run.objects.all().delete()
    counting.members = set()
    monkeypatch.setattr("shopflow.automations.services.asking.answers_together", lambda condition: False)
    runs_at(flow, "ask", 8)
    run_due()
    alone = told()
    assert [row[:5] for row in alone[0]] == [row[:5] for row in together[0]]
    assert [row[:5] for row in alone[1]] == [row[:5] for row in together[1]]
    assert alone[2] == together[2]


@pytest.mark.django_db
@pytest.mark.parametrize("failure", [ValueError("no"), DatabaseError("broken")])
def test_what_fails_for_all_at_once_is_asked_one_by_one(make_flow, counting, failure, caplog):
    flow = make_flow(ASK, LATER, schema=2)
    counting.fails = failure
    runs_at(flow, "ask", 3)
    run_due()
    assert counting.asked == [3, 1, 1, 1]
    assert Decision.objects.filter(gate="branch", verdict="false").count() == 3
    assert "at once" in caplog.text or "one by one" in caplog.text


@pytest.mark.django_db
def test_too_few_answers_are_none(make_flow, counting, monkeypatch):
    flow = make_flow(ASK, LATER, schema=2)
    monkeypatch.setattr(Counting, "evaluate_many", lambda self, contexts, settings: [Verdict(True)])
    runs_at(flow, "ask", 3)
    run_due()
    assert counting.asked == [1, 1, 1]


def test_who_overrides_only_the_answer_for_one_is_asked_one_by_one():
    class Narrower(Counting):
        def evaluate(self, context, settings):
            return Verdict(False)

    class Both(Narrower):
        def evaluate_many(self, contexts, settings):
            return [Verdict(False) for _context in contexts]

    class Plain(Condition):
        def evaluate(self, context, settings):
            return Verdict(True)

    assert (answers_together(Counting()), answers_together(Narrower()), answers_together(Both())) == (True, False, True)
    assert not answers_together(Plain())
    assert Plain().evaluate_many([None, None], {}) == [Verdict(True), Verdict(True)]


def test_a_step_is_ahead_until_the_next_rest():
    fork = {"id": "fork", "kind": "condition", "condition": "test_gate", "then": "work", "else": "stop"}
    definition = read(definition_with(WAIT, fork, WORK, LATER, {**WORK, "id": "last"}))
    assert definition.ahead("pause") == {"pause", "fork", "work", "later"}
    assert definition.ahead("work") == {"work", "later"}
    assert definition.ahead("later") == {"later", "last"}
    assert definition.ahead("unknown") == {"unknown"}


# The shop's own conditions


@pytest.fixture
def people(db):
    """Runs' contexts of all kinds: with and without orders, baskets, accounts and contacts."""
    now, product = clock.now(), create_product(num_in_stock=100)
    user = get_user_model().objects.create_user("Konto@Example.org", "x")
    baskets = [BasketFactory() for _number in range(4)]
    for basket in baskets[1:]:
        basket.add_product(product)
    Basket.objects.filter(pk=baskets[2].pk).update(status="Submitted")
    orders = []
    for number, (status, who) in enumerate(
        [("paid", {"guest_email": "Gast@Example.org"}), ("cancelled", {"guest_email": "storno@example.org"}),
         ("new", {"user": user}), ("shipped", {"guest_email": "straße@bücher.example"}), ("paid", {})]
    ):  # fmt: skip
        order = create_order(number=f"T{number}", basket=_full(product), **({"user": None} | who))
        Order.objects.filter(pk=order.pk).update(status=status, guest_email=who.get("guest_email", ""))
        orders.append(order)
    orders[4].lines.update(status="returned")
    Order.objects.filter(pk=orders[3].pk).update(basket=baskets[3])
    tag = Tag.objects.create(code="treu", label="treu")
    for email, score in (("gast@example.org", 50), ("konto@example.org", 5)):
        contact = Contact.objects.create(email=email, score=score, created_at=now)
    TagAssignment.objects.create(contact=contact, tag=tag, assigned_at=now, source="test")
    subjects = [{"email": email} for email in ("gast@example.org", "STORNO@example.org", "", "niemand@example.org")]
    subjects += [{"email": "konto@example.org"}, {"user_id": user.pk}, {"email": "x@example.org", "user_id": user.pk}]
    subjects += [{"email": "straße@xn--bcher-kva.example"}, {"email": "straße@bücher.example", "basket_id": None}]
    subjects += [{"email": "b@example.org", "basket_id": basket.pk} for basket in baskets]
    subjects += [{"basket_id": baskets[3].pk}, {"basket_id": 10**6}, {}]
    subjects += [{"email": "o@example.org", "order_id": order.pk} for order in orders] + [{"order_id": 10**6}]
    yesterday, tomorrow = now - timedelta(days=1), now + timedelta(days=1)
    return [
        RunContext(subject=subject, now=now, run_key=f"{number}:{began}", flow="f", began_at=began)
        for number, subject in enumerate(subjects)
        for began in (yesterday, tomorrow, None)
    ]


def _full(product):
    basket = BasketFactory()
    basket.add_product(product)
    return basket


BASKETS = {"schema": 2, "trigger": {"event": "basket_idle"}, "entry_key": "{basket_id}"}
QUESTIONS = [
    ("ordered_since", {}), ("basket_still_open", {}), ("order_status_is", {"statuses": ["paid", "new"]}),
    ("no_open_return", {}), ("has_reviewable_products", {}), ("order_goes_to", {"countries": ["DE"]}),
    ("order_has_goods_to_hand_over", {}), ("in_periods", {"periods": ["2026-01-01/2026-12-31"]}),
    ("order_paid_by", {"methods": ["bank_transfer"]}), ("has_tag", {"tag": "treu"}), ("score_at_least", {"points": 10}),
    ("weekday_is", {"days": ["1", "3"]}), ("working_day", {}), ("in_segment", {"segment": "gone"}),
    ("has_been_in", {"flow": "review_request"}), ("had_mail_of", {"flow": "review_request"}),
    ("drawn_by_lot", {"percent": 50, "lot": "x"}), ("goods_in_stock", {"which": "all"}),
    ("goods_in_stock", {"which": "any"}), ("goods_priced", {"at_least": "50"}), ("goods_priced", {"at_most": "50"}),
    ("goods_worth", {"at_least": "50", "at_most": "200"}), ("goods_in_category", {"category": "1"}),
    ("goods_numbered", {"numbers": ["SECOND"]}), ("goods_of_brand", {"brand": "ate"}), ("goods_reviewed", {}),
]  # fmt: skip


WITH_OFFERS = {"goods_in_stock", "goods_priced", "goods_worth"}


@pytest.fixture
def everybody(people, seller):
    """Goods of all kinds, too: without a price, gone, of a brand and a category, reviewed."""
    bare, gone, dear = create_product(upc="SECOND"), create_product(), create_product(price=D(100))
    bare.stockrecords.all().delete()
    product = get_model("catalogue", "Product").objects.exclude(pk__in=[bare.pk, gone.pk, dear.pk]).first()
    category = get_model("catalogue", "Category").add_root(pk=1, name="Bremsen", slug="bremsen")
    get_model("catalogue", "ProductCategory").objects.create(category=category, product=bare)
    brand = Brand.objects.create(name="ATE", code="ate")
    PartRecord.objects.create(product=product, brand=brand, number_display="1", number_key="1", list_price_cents=1)
    user = get_user_model().objects.get()
    get_model("reviews", "ProductReview").objects.create(product=bare, user=user, score=5, title="x", body="x")
    lines = get_model("order", "Line").objects.filter(order__number="T1")
    lines.update(product=bare)
    line = get_model("basket", "Line").objects.order_by("pk").first()
    line.pk, line.product, line.line_reference = None, bare, "bare"
    line.save()
    subjects = [{"product_id": key, "email": "Konto@example.org"} for key in (product.pk, bare.pk, gone.pk, dear.pk)]
    subjects += [
        {"product_id": bare.pk, "user_id": user.pk, "basket_id": 1},
        {"product_id": dear.pk, "user_id": user.pk},
    ]
    get_model("catalogue", "Product").objects.filter(pk=gone.pk).delete()
    one = people[0]
    return people + [dataclasses.replace(one, subject=subject, run_key=str(subject)) for subject in subjects]


@pytest.mark.parametrize(("code", "settings"), QUESTIONS, ids=[code for code, _settings in QUESTIONS])
def test_the_answer_for_many_is_the_one_for_each(everybody, code, settings):
    condition, people = conditions.get(code), everybody
    assert answers_together(condition)
    whole = [context for context in people if all(context.subject.get(name) is not None for name in condition.needs)]
    assert len(whole) > 5
    with CaptureQueriesContext(connection) as asked:
        together = condition.evaluate_many(whole, settings)
    assert len(asked) <= (12 if code in WITH_OFFERS else 6), "statements for all of them"
    alone = [condition.evaluate(context, settings) for context in whole]
    assert [(one.holds, str(one.reason)) for one in together] == [(one.holds, str(one.reason)) for one in alone]
    if code.startswith("goods_"):
        assert {one.holds for one in together} == {True, False, None}


def test_orders_are_found_as_they_were_before(people):
    """By whom, since when, and in whichever spelling; the expected answers are written out."""
    holds = {}
    condition = conditions.get("ordered_since")
    for context, verdict in zip(people, condition.evaluate_many(people, {}), strict=True):
        since = {True: "always", False: "later", None: "never"}[context.began_at and context.began_at < context.now]
        holds[context.run_key.partition(":")[0], since] = verdict.holds
    ordered = [number for number in range(len(people) // 3) if holds[str(number), "always"]]
    # by guest's address, account's address, account, account beside an address, two spellings, basket twice
    assert ordered == [0, 4, 5, 6, 7, 8, 12, 13]
    assert [number for number in range(len(people) // 3) if holds[str(number), "later"]] == [12, 13]
    unknown = [number for number in range(len(people) // 3) if holds[str(number), "never"] is None]
    assert unknown == [0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20, 21]


@pytest.mark.django_db
def test_a_batch_takes_as_many_statements_for_forty_runs_as_for_four(make_flow, world):
    tag = Tag.objects.create(code="treu", label="treu")
    question = {"all": [{"condition": "basket_still_open"}, {"field": "score", "op": "at_least", "value": 0}]}
    ask = {"id": "ask", "kind": "condition", "ask": question, "then": "advert", "unknown": "stop"}
    rechecks = [{"condition": "ordered_since", "negate": True}, {"condition": "has_tag", "settings": {"tag": "treu"}}]
    flow = make_flow(ask, {**ADVERT, "recheck": rechecks}, **BASKETS)
    product = create_product(num_in_stock=1000)

    def statements(count, batch):
        baskets = [_full(product).pk for _number in range(count)]
        made = runs_at(flow, "ask", count, batch=batch, basket_id=lambda number: baskets[number])
        for run in made:
            contact = Contact.objects.create(email=run.email, score=1, created_at=clock.now())
            TagAssignment.objects.create(contact=contact, tag=tag, assigned_at=clock.now(), source="test")
            world.consents.add((run.email, "newsletter"))
        found = []
        for work in (run_due, send_all_due):
            with CaptureQueriesContext(connection) as asked:
                work()
            reading = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
            found.append(sum("clockshift" not in one for one in reading))
        assert Message.objects.filter(to_email__in=[run.email for run in made], state="accepted").count() == count
        return found

    statements(2, "warm")
    few = statements(4, "few")
    assert statements(40, "many") == few


@pytest.mark.django_db
def test_decisions_are_word_for_word_those_of_asking_one_by_one(make_flow, world, monkeypatch):
    question = {"any": [{"condition": "basket_still_open"}, {"field": "score", "op": "at_least", "value": 3}]}
    ask = {"id": "ask", "kind": "condition", "ask": question, "then": "advert", "else": "stop", "unknown": "advert"}
    flow = make_flow(ask, {**ADVERT, "recheck": [{"condition": "ordered_since", "negate": True}]}, **BASKETS)
    product = create_product(num_in_stock=1000)
    baskets = [_full(product) for _number in range(12)]
    for number, basket in enumerate(baskets):
        if number % 3 == 0:
            Basket.objects.filter(pk=basket.pk).update(status="Submitted")
        if number % 4 == 0:
            Contact.objects.create(email=f"p{number}@b.example.org", score=number, created_at=clock.now())
        if number % 5 == 0:
            order = create_order(number=f"N{number}", basket=_full(product), user=None)
            Order.objects.filter(pk=order.pk).update(guest_email=f"P{number}@b.Example.org")
        if number % 2:
            world.consents.add((f"p{number}@b.example.org", "newsletter"))

    def lived():
        runs_at(flow, "ask", 12, basket_id=lambda number: baskets[number].pk)
        run_due()
        found = told()
        Run.objects.all().delete()
        Message.objects.all().delete()
        return found

    together = lived()
    monkeypatch.setattr("shopflow.automations.services.asking.answers_together", lambda condition: False)
    monkeypatch.setattr("shopflow.automations.services.together.is_asked_together", lambda leaf, context: False)
    assert lived() == together
    assert {row[4] for row in together[0] if row[2] == "branch"} == {"true", "false", "unknown"}
    assert {row[4] for row in together[0] if row[2] == "recheck"} == {"true", "false"}
