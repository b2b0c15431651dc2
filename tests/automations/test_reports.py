"""The figures of reports: a function of the raw rows, counted once however often one counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from oscar_ext.order.events import OrderPaid
from shopflow.audience.models import ContactOrder, PersonalVoucher
from shopflow.automations.models import (
    ArmResult,
    Conversion,
    DailyFigure,
    ExperimentAssignment,
    Run,
    Sale,
    StandingFigure,
)
from shopflow.automations.reporting import sales
from shopflow.automations.reporting.arms import work_out
from shopflow.automations.reporting.counting import STAYS
from shopflow.automations.reporting.days import Span, today
from shopflow.automations.reporting.folding import fold, rebuild
from shopflow.automations.reporting.reports import flow_report
from shopflow.automations.services import exit_run
from shopflow.core import clock
from shopflow.mailing.delivery import Report
from shopflow.mailing.links import message_uuid
from shopflow.mailing.models import LinkClick, Message
from shopflow.mailing.services import unsubscribe
from shopflow.mailing.services.feedback import record_report
from tests.audience.people import order
from tests.automations.doubles import ADVERT, WAIT, WORK, ThingHappened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
EMAIL = "erika@example.org"
BRANCH = {"id": "ask", "kind": "condition", "condition": "test_gate", "then": "next"}


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents |= {(EMAIL, "newsletter"), ("otto@example.org", "newsletter")}


def figures(*, day=None):
    rows = DailyFigure.objects.filter(day=day) if day else DailyFigure.objects.all()
    return {
        (row.measure, row.version, row.node, row.reason): row.count
        for row in rows.exclude(measure__in=["stay", "conversion"])
    }


def snapshot():
    names = ("flow_id", "version", "node", "day", "measure", "reason", "count", "gross_cents", "net_cents")
    return sorted(DailyFigure.objects.values_list(*names), key=str)


def sent(message, *, days_ago=0):
    Message.objects.filter(pk=message.pk).update(
        state="accepted", due_at=None, campaign="test_flow", accepted_at=clock.now() - timedelta(days=days_ago)
    )
    message.refresh_from_db()
    return message


def advert_to(email, make_flow, happen, work_on, **more):
    flow = make_flow(ADVERT, **more)
    happen(ThingHappened(thing_id=Run.objects.count() + 1, email=email))
    work_on()
    return flow, sent(Message.objects.get(to_email=email))


def test_every_step_is_counted_on_its_day(make_flow, happen, work_on, world):
    make_flow(WAIT, BRANCH, ADVERT)
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2, email="nobody@example.org"))
    happen(ThingHappened(thing_id=1))
    work_on()
    fold()
    first_day = today()
    assert figures() == {
        ("begun", 1, "", ""): 2,
        ("refused", 0, "", "entered_before"): 1,
        ("entered", 1, "pause", ""): 2,
    }
    [standing] = StandingFigure.objects.all()
    assert (standing.node, standing.count, standing.parked) == ("pause", 2, False)

    work_on(days=3)
    Message.objects.update(campaign="test_flow")
    fold()
    assert figures(day=first_day) == {
        ("begun", 1, "", ""): 2,
        ("refused", 0, "", "entered_before"): 1,
        ("entered", 1, "pause", ""): 2,
    }
    assert figures(day=today()) == {
        ("done", 1, "pause", "waited"): 2,
        ("entered", 1, "ask", ""): 2,
        ("done", 1, "ask", "yes"): 2,
        ("entered", 1, "advert", ""): 2,
        ("done", 1, "advert", "mail_queued"): 1,
        ("skipped", 1, "advert", "no_consent"): 1,
        ("ended", 1, "advert", "completed"): 2,
        ("mail", 1, "advert", "on_the_way"): 1,
    }
    stays = DailyFigure.objects.filter(measure="stay", node="pause").values_list("reason", "count")
    [(number, count)] = stays
    assert count == 2
    assert STAYS[int(number) - 1] <= timedelta(days=3) < STAYS[int(number)]
    assert not StandingFigure.objects.exists()


def test_folding_again_or_from_scratch_comes_to_the_same(make_flow, happen, work_on, world):
    make_flow(WAIT, ADVERT)
    for number in range(3):
        happen(ThingHappened(thing_id=number, email=[EMAIL, "otto@example.org"][number % 2]))
        fold()
        work_on(hours=13)
        fold()
    world.fail_with = ValueError("no screwdriver")
    make_flow(WORK)
    happen(ThingHappened(thing_id=9))
    work_on()
    fold()
    before = snapshot()
    assert ("error", 2, "work", "action_failed") in figures()
    fold()
    assert snapshot() == before
    rebuild()
    assert snapshot() == before


def test_a_step_put_off_is_entered_once_on_the_day_it_was_come_to(make_flow, happen, work_on):
    make_flow(ADVERT, cap={"messages": 1, "days": 5})
    for number in (1, 2):
        happen(ThingHappened(thing_id=number))
        work_on()
    come = today()
    fold()
    assert figures(day=come)["deferred", 1, "advert", "cap"] == 1
    work_on(days=6)
    fold()
    assert figures(day=come)["entered", 1, "advert", ""] == 2
    assert ("entered", 1, "advert", "") not in figures(day=today())
    assert figures(day=today())["done", 1, "advert", "mail_queued"] == 1


def test_what_becomes_of_a_mail_counts_on_the_day_it_was_written(make_flow, happen, work_on):
    _flow, message = advert_to(EMAIL, make_flow, happen, work_on)
    written = today()
    fold()
    assert figures(day=written)["mail", 1, "advert", "accepted"] == 1
    work_on(days=9)
    fold()
    for number, kind in enumerate(["delivered", "complained"]):
        record_report(
            Report(provider="p", event_id=str(number), kind=kind, occurred_at=clock.now(), message=message.pk)
        )
    unsubscribe(message_uuid=message_uuid(message.dedupe_key))
    fold()
    assert figures(day=written)["mail", 1, "advert", "complained"] == 1
    assert figures(day=written)["mail", 1, "advert", "unsubscribed"] == 1
    assert ("mail", 1, "advert", "accepted") not in figures(day=written)
    before = snapshot()
    rebuild()
    assert snapshot() == before


def test_who_leaves_is_counted_where_and_why(make_flow, happen, work_on):
    make_flow(WAIT, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    exit_run(run_id=Run.objects.get().pk, actor=None, reason="asked to")
    fold()
    found = figures()
    assert found["ended", 1, "pause", "manual"] == 1
    assert found["skipped", 1, "pause", "staff"] == 1


def paid(made):
    """As the event would have it counted, without everything else that a payment sets off."""
    return sales.record_sale(order_id=made.pk, paid_at=clock.now())


def pay_by_event(made, happen):
    happen(
        OrderPaid(
            order_id=made.pk, order_number=made.number, email=made.guest_email, user_id=made.user_id, amount_cents=1
        )
    )  # fmt: skip


def test_an_order_after_a_mail_is_put_down_to_the_flow_and_its_step(make_flow, happen, work_on):
    flow, _message = advert_to(EMAIL, make_flow, happen, work_on)
    work_on(days=2)
    made = order(EMAIL)
    pay_by_event(made, happen)
    paid(made)
    fold()
    sale = Sale.objects.get()
    assert (sale.gross_cents, sale.net_cents) == (11900, 10000)
    [found] = Conversion.objects.all()
    assert (found.model, found.flow, found.node, found.version) == ("influenced", flow, "advert", 1)
    row = DailyFigure.objects.get(measure="conversion")
    assert (row.count, row.gross_cents, row.net_cents, row.reason) == (1, 11900, 10000, "influenced")


@pytest.mark.parametrize("why", ["too_late", "before", "staff", "no_mail", "other_person", "imported"])
def test_orders_that_are_not_due_to_a_flow(why, make_flow, happen, work_on):
    if why != "no_mail":
        advert_to(EMAIL, make_flow, happen, work_on)
    work_on(days=8 if why == "too_late" else 1)
    placed = clock.now() - timedelta(days=3) if why == "before" else None
    made = order("otto@example.org" if why == "other_person" else EMAIL, placed=placed)
    if why == "staff":
        user = get_user_model().objects.create_superuser(EMAIL, "secret-word-1")
        get_model("order", "Order").objects.filter(pk=made.pk).update(user=user)
    if why != "imported":
        paid(made)
    fold()
    assert not Conversion.objects.exists()
    assert Sale.objects.exists() is (why not in ("staff", "imported"))
    assert not DailyFigure.objects.filter(measure="conversion").exists()


def test_the_words_of_a_link_name_the_flow(make_flow):
    flow = make_flow(ADVERT)
    made = order(EMAIL)
    ContactOrder.objects.filter(order=made).update(medium="email", campaign="test_flow")
    paid(made)
    assert list(Conversion.objects.values_list("model", "flow_id")) == [("last_click", flow.pk)]


@pytest.mark.parametrize(("days", "counts"), [(6, True), (8, False)])
def test_a_link_counts_for_a_week(make_flow, days, counts):
    make_flow(ADVERT)
    made = order(EMAIL)
    led_at = made.date_placed - timedelta(days=days)
    ContactOrder.objects.filter(order=made).update(medium="email", campaign="test_flow", led_at=led_at)
    paid(made)
    assert Conversion.objects.filter(model="last_click").exists() is counts


def clicked(message, *machines, days_ago=0):
    Message.objects.filter(pk=message.pk).update(counted_links=2)
    at = clock.now() - timedelta(days=days_ago)
    for by_machine in machines:
        LinkClick.objects.create(message=message, number=1, at=at, by_machine=by_machine)


def clicks():
    rows = DailyFigure.objects.filter(measure="click")
    return {(row.node, row.reason): row.count for row in rows}


def test_clicks_count_at_their_step_by_people_and_by_machines(make_flow, happen, work_on):
    flow, erikas = advert_to(EMAIL, make_flow, happen, work_on)
    happen(ThingHappened(thing_id=77, email="otto@example.org"))
    work_on()
    ottos = sent(Message.objects.get(to_email="otto@example.org"))
    clicked(erikas, False, False, True)
    node = erikas.dedupe_key.split(":")[2]

    fold()

    told = {(node, "people"): 2, (node, "machines"): 1, (node, "clicked"): 1, (node, "countable"): 1}
    assert clicks() == told, "the other mail left without counting and is in no rate"
    step = next(step for step in flow_report(flow, Span(today(), today())).steps if step.node == node)
    assert step.tally.click_rate.percent == 100
    assert step.tally.sent == 2
    before = snapshot()
    fold()
    rebuild()
    assert snapshot() == before
    clicked(ottos, True)
    fold()
    assert clicks() == {**told, (node, "machines"): 2, (node, "countable"): 2}


def test_a_late_click_counts_on_the_day_of_its_mail(make_flow, happen, work_on):
    _flow, message = advert_to(EMAIL, make_flow, happen, work_on)
    written_on = today()
    clicked(message)
    work_on(days=9)
    fold()
    assert [reason for _node, reason in clicks()] == ["countable"]

    clicked(message, False)
    fold()

    days = DailyFigure.objects.filter(measure="click", reason="people").values_list("day", "count")
    assert list(days) == [(written_on, 1)]


def test_a_voucher_names_the_flow_that_gave_it(make_flow):
    from shopflow.audience.services import give_voucher

    flow = make_flow(ADVERT)
    made = order(EMAIL)
    given = give_voucher(
        contact=made.contact_link.contact, percent=10, ends_at=clock.now() + timedelta(days=9), flow="test_flow",
        source_key="k", at=clock.now(),
    )  # fmt: skip
    assert given
    voucher = PersonalVoucher.objects.get().voucher
    get_model("order", "OrderDiscount").objects.create(order=made, voucher_id=voucher.pk, amount=1)
    paid(made)
    assert list(Conversion.objects.values_list("model", "flow_id")) == [("coupon", flow.pk)]


def test_revenue_is_restated_when_goods_come_back(make_flow, happen, work_on):
    advert_to(EMAIL, make_flow, happen, work_on)
    made = order(EMAIL)
    paid(made)
    paid_on = today()
    fold()
    work_on(days=20)
    fold()
    source_type = get_model("payment", "SourceType").objects.create(name="Rechnung")
    source = get_model("payment", "Source").objects.create(
        order=made, source_type=source_type, amount_debited="124.95", amount_refunded="59.50"
    )
    assert sales.restate_recent() == 1
    fold()
    row = DailyFigure.objects.get(measure="conversion")
    assert (row.day, row.gross_cents, row.net_cents) == (paid_on, 11900, 5000)
    assert sales.restate_recent() == 0
    source.delete()
    get_model("order", "Order").objects.filter(pk=made.pk).update(status="returned")
    assert sales.restate(order_id=made.pk) is True
    fold()
    assert DailyFigure.objects.get(measure="conversion").net_cents == 0


def test_held_out_people_show_what_the_mails_bring(make_flow):
    flow = make_flow(ADVERT)
    for number in range(20):
        email = f"p{number}@example.org"
        arm = "held_out" if number % 2 else "treated"
        ExperimentAssignment.objects.create(
            flow=flow, experiment="holdout", email=email, arm=arm, assigned_at=clock.now() - timedelta(days=1)
        )
        if number in (0, 2, 4, 1):
            paid(order(email))
    late = order("p6@example.org", placed=clock.now() - timedelta(days=2))
    paid(late)
    assert work_out() == 1
    held, treated = ArmResult.objects.order_by("arm")
    assert (held.arm, held.people, held.buyers, held.net_cents, held.lift) == ("held_out", 10, 1, 10000, None)
    assert (treated.people, treated.buyers, treated.net_cents, treated.against) == (10, 3, 30000, "held_out")
    assert treated.lift == 2000.0
    assert treated.lift_low < 2000 < treated.lift_high
    first = (treated.lift_low, treated.lift_high)
    work_out()
    again = ArmResult.objects.get(arm="treated")
    assert (again.lift_low, again.lift_high) == first
