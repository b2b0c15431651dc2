"""Happenings of a shop as they may come, and what a second bookkeeping knows of them."""

from __future__ import annotations

import dataclasses
import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from oscar.core.loading import get_model

from shopflow.audience.leads import Lead
from shopflow.audience.models import PersonalVoucher
from shopflow.audience.services import erase_person as forget_contact
from shopflow.audience.services import give_voucher, link_order, note_basket, save_contact
from shopflow.automations.models import Flow, Run
from shopflow.automations.reporting import sales
from shopflow.automations.reporting.folding import fold
from shopflow.automations.services import publish_version, run_due
from shopflow.automations.services.people import erase_person as forget_runs
from shopflow.contracts.events import Event
from shopflow.core import clock
from shopflow.core.services import deliver_due, publish
from shopflow.mailing.delivery import Report
from shopflow.mailing.links import message_uuid
from shopflow.mailing.models import LinkClick, Message
from shopflow.mailing.services import erase_person as forget_mails
from shopflow.mailing.services import send_due, unsubscribe
from shopflow.mailing.services.feedback import record_report
from tests.automations.doubles import ADVERT, WORK, ThingEnded, ThingHappened, definition_with

BEGIN = datetime(2026, 3, 27, 20, 30, tzinfo=UTC)
"""Two days before the clocks go forward, late in the evening: Berlin's day ends before the one of UTC."""
HAPPENINGS = int(os.environ.get("REPORTS", "90"))
PEOPLE = 16
ENDED = {"event": "test_thing_ended", "match": ["email"]}
Order, Line = get_model("order", "Order"), get_model("order", "Line")


@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketLeft(Event):
    code = "test_basket"
    label = "Basket left"
    basket_id: int
    email: str


@dataclass
class Known:
    """A paid order, and what led to it as far as the one who made it knows."""

    order: Any
    paid_at: datetime
    basket: int
    mails: set[int]
    clicked: list[tuple[int, int]] = field(default_factory=list)
    vouchers: list[tuple[int, int]] = field(default_factory=list)


class Life:
    """People who do this and that, a shop that answers, and staff who look at the reports now and then."""

    def __init__(self, world, seed):
        self.world, self.draw, self.now = world, random.Random(seed), BEGIN
        self.sales: list[Known] = []
        self.reports = 0
        self.erased: set[str] = set()
        self.chef = get_user_model().objects.create_superuser("p1@example.org", "geheim-1234")

    def email(self):
        number = self.draw.randrange(PEOPLE)
        return f"p{number}@example.org"

    def one_of(self, rows):
        found = list(rows.order_by("pk"))
        return self.draw.choice(found) if found else None

    def tell(self, event):
        with transaction.atomic():
            publish(event)

    def work(self):
        while deliver_due() + run_due():
            pass
        if Message.objects.filter(state__in=["planned", "deferred"], due_at__lte=clock.now()).exists():
            send_due()
        for mail in Message.objects.filter(campaign="", dedupe_key__startswith="run:"):
            code = Run.objects.get(pk=mail.dedupe_key.split(":")[1]).flow.code
            Message.objects.filter(pk=mail.pk).update(campaign=code)

    def live(self, count):
        verbs = {
            self.thing: 30, self.leave_basket: 14, self.end: 5, self.order: 16, self.change_order: 7, self.give_back: 5,
            self.report: 9, self.click: 6, self.unsubscribe: 1, self.agree: 5, self.doors: 3, self.look: 3,
            self.erase: 1,
        }  # fmt: skip
        for number in range(count):
            self.now += timedelta(minutes=self.draw.choice([3, 20, 55, 140, 400]))
            with clock.imagined_at(self.now):
                if number == count // 2:
                    second_version()
                self.work()
                self.draw.choices(list(verbs), weights=list(verbs.values()))[0]()

    def thing(self):
        self.tell(ThingHappened(thing_id=self.draw.randrange(60), email=self.email()))

    def leave_basket(self):
        basket = get_model("basket", "Basket").objects.create()
        self.tell(BasketLeft(basket_id=basket.pk, email=self.email()))

    def end(self):
        self.tell(ThingEnded(thing_id=0, email=self.email()))

    def agree(self):
        self.world.consents ^= {(self.email(), "newsletter")}

    def doors(self):
        self.world.holds = self.draw.choice([True, False, None])
        self.world.fail_with = self.draw.choice([None, None, ValueError("no screwdriver")])

    def look(self):
        self.draw.choice([fold, sales.restate_recent])()

    def order(self):
        email, draw = self.email(), self.draw
        left = self.one_of(Run.objects.filter(flow__code="two", email=email, subject__has_key="basket_id"))
        own = left is not None and draw.random() < 0.6
        basket = left.subject["basket_id"] if own and left else get_model("basket", "Basket").objects.create().pk
        if Order.objects.filter(basket_id=basket).exists():
            return
        lead = self._lead(basket)
        made = _order(draw, email, basket, self.chef if email == self.chef.email else None)
        gave = self._voucher(made, email)
        link_order(order_id=made.pk)
        self.now += timedelta(minutes=draw.choice([0, 300, 1500]))
        with clock.imagined_at(self.now):
            mine = self._mails(email)
            for _time in range(2):  # the same order is announced twice
                sales.record_sale(order_id=made.pk, paid_at=self.now)
            if made.user_id:
                return
            versions = dict(Flow.objects.values_list("pk", "active_version__number"))
            clicked, gave = [[(flow, versions[flow]) for flow in found] for found in (lead, gave)]
            self.sales.append(Known(made, self.now, basket, mine, clicked, gave))

    def _lead(self, basket):
        """A link was followed some days ago, or none."""
        chosen = self.draw.choice(["", "", "one", "two", "unknown"])
        medium, ago = self.draw.choice(["email", "E-Mail", "Email"]), self.draw.choice([0, 2, 6, 8, 20])
        if not chosen:
            return []
        with clock.imagined_at(self.now - timedelta(days=ago)):
            note_basket(basket_id=basket, lead=Lead(source="x", medium=medium, campaign=chosen))
        counts = medium != "E-Mail" and chosen != "unknown" and ago <= 7
        return [Flow.objects.get(code=chosen).pk] if counts else []

    def _mails(self, email):
        came = Message.objects.filter(to_email=email, state="accepted").exclude(delivery_state="bounced")
        return set(came.values_list("pk", flat=True))

    def _voucher(self, made, email):
        if self.draw.random() < 0.8 or email in self.erased:
            return []
        flow = self.draw.choice(["one", "two"])
        given = give_voucher(
            contact=save_contact(email=email), percent=10, ends_at=self.now + timedelta(days=9), flow=flow,
            source_key=f"v{made.pk}", at=self.now,
        )  # fmt: skip
        assert isinstance(given, PersonalVoucher)
        for amount in (3, 1):  # two lines of one voucher are one use
            get_model("order", "OrderDiscount").objects.create(order=made, voucher_id=given.voucher_id, amount=amount)
        return [Flow.objects.get(code=flow).pk]

    def change_order(self):
        made = self.one_of(Order.objects)
        if made is None:
            return
        new = self.draw.choice(["shipped", "cancelled", "returned", "line"])
        if new == "line":
            Line.objects.filter(pk=self.one_of(made.lines).pk).update(status="returned")
        else:
            Order.objects.filter(pk=made.pk).update(status=new)
        sales.restate(order_id=made.pk)

    def give_back(self):
        watched = self.now - timedelta(days=100)  # money is looked for no longer than 120 days
        source = self.one_of(get_model("payment", "Source").objects.filter(order__date_placed__gte=watched))
        if source is not None:
            share = Decimal(self.draw.choice(["0.05", "0.5", "1"]))
            source.amount_refunded = (source.amount_debited * share).quantize(Decimal("0.01"))
            source.save()

    def report(self):
        mail = self.one_of(Message.objects.filter(state="accepted"))
        if mail is not None:
            self.reports += 1
            kind = self.draw.choice(["delivered", "delivered", "bounced", "complained", "deferred"])
            record_report(
                Report(
                    provider="p", event_id=str(self.reports), kind=kind, occurred_at=self.now, message=mail.pk
                )
            )  # fmt: skip

    def click(self):
        mail = self.one_of(Message.objects.filter(state="accepted").exclude(to_email=""))
        if mail is not None:
            Message.objects.filter(pk=mail.pk).update(counted_links=2)
            LinkClick.objects.create(message=mail, number=1, at=self.now, by_machine=self.draw.random() < 0.4)

    def unsubscribe(self):
        mail = self.one_of(Message.objects.filter(state="accepted"))
        if mail is not None:
            unsubscribe(message_uuid=message_uuid(mail.dedupe_key))

    def erase(self):
        email = self.email()
        self.erased.add(email)
        for forget in (forget_runs, forget_mails, forget_contact):
            forget(email)


def _order(draw, email, basket, user):
    """An order of one to three lines at 7, 19 or 0 % with shipping, a deposit now and then, and what was paid."""
    rows = []
    for _line in range(draw.randint(1, 3)):
        net, rate = Decimal(draw.randint(99, 30000)) / 100, Decimal(draw.choice([7, 19, 19, 0])) / 100
        rows.append((net, (net * (1 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)))
    net, gross = (sum(column) for column in zip(*rows, strict=True))
    deposit = Decimal("7.50") if draw.random() < 0.2 else Decimal()
    made = Order.objects.create(
        number=f"R{Order.objects.count() + 1:05d}", guest_email="" if user else email, user=user, currency="EUR",
        total_excl_tax=net + 5 + deposit, total_incl_tax=gross + Decimal("5.95") + deposit, shipping_excl_tax=5,
        shipping_incl_tax=Decimal("5.95"), status="paid", date_placed=clock.now(), basket_id=basket,
    )  # fmt: skip
    for line_net, line_gross in rows:
        Line.objects.create(
            order=made, title="Filter", quantity=1, num_allocated=0,
            line_price_excl_tax=line_net, line_price_incl_tax=line_gross,
            line_price_before_discounts_excl_tax=line_net + 1, line_price_before_discounts_incl_tax=line_gross + 1,
        )  # fmt: skip
    if deposit:
        get_model("order", "Surcharge").objects.create(
            order=made, name="Pfand", code="battery_deposit", incl_tax=deposit, excl_tax=deposit
        )
    kind, _made = get_model("payment", "SourceType").objects.get_or_create(name="Rechnung")
    get_model("payment", "Source").objects.create(
        order=made, source_type=kind, amount_debited=made.total_incl_tax, amount_refunded=0
    )
    return made


def steps_of(version):
    """Two arms, one with a mail of its own; the second version does other work at the end and asks nothing."""
    arms = [{"code": "a", "weight": 1, "then": "early"}, {"code": "b", "weight": 2}]
    ask = {"id": "ask", "kind": "condition", "condition": "test_gate", "then": "next", "else": "last"}
    steps = [
        {"id": "pause", "kind": "wait", "for": {"hours": 2}},
        {"id": "try", "kind": "split", "experiment": "x", "arms": [arms[0], {**arms[1], "then": "advert"}]},
        {**ADVERT, "id": "early"},
        ADVERT,
        {**ask, "else": "stop"},
        WORK,
        {"id": "last", "kind": "wait", "for": {"days": 1}},
    ]
    return steps if version == 1 else [*steps[:4], {"id": "note", "kind": "action", "action": "test_mail"}, steps[6]]


def second_version():
    flow = Flow.objects.get(code="one")
    publish_version(flow=flow, definition=definition_with(*steps_of(2), **MORE), actor=None)


MORE = {
    "schema": 1, "holdout": 30, "cap": {"messages": 2, "days": 3},
    "exits": [{"event": "test_basket", "match": ["email"], "as": "goal_reached"}],
    "goals": [{**ENDED, "id": "won"}],
}  # fmt: skip
