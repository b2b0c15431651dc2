"""A history as it may happen, and every number of its reports recomputed by ``recount``, which shares no code with it.

``REPORTS=4000`` lives through that many happenings instead of ninety.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse

from shopflow.automations.models import ArmResult, AutomationSettings, DailyFigure, Flow, Run, StandingFigure
from shopflow.automations.reporting import sales
from shopflow.automations.reporting.arms import work_out
from shopflow.automations.reporting.days import Span
from shopflow.automations.reporting.folding import fold, rebuild, take_back_clicks
from shopflow.automations.reporting.reports import flow_report, overview
from shopflow.automations.services import publish_version
from shopflow.contracts.events import events
from shopflow.core import clock
from tests.automations import recount
from tests.automations.doubles import ADVERT, definition_with
from tests.automations.lived_history import BEGIN, HAPPENINGS, MORE, PEOPLE, BasketLeft, Life, steps_of
from tests.automations.recount import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


@pytest.fixture
def life(world, any_hour, request):
    AutomationSettings.objects.filter(pk=1).update(minutes_saved={"test_advert": 4, "test_work": 2.5, "test_mail": 7})
    world.consents |= {(f"p{number}@example.org", "newsletter") for number in range(PEOPLE - 4)}
    with ExitStack() as stack:
        stack.enter_context(events.registered(BasketLeft))
        with clock.imagined_at(BEGIN):
            one = Flow.objects.create(code="one", name="one", enabled=True, seed="1")
            publish_version(flow=one, definition=definition_with(*steps_of(1), **MORE), actor=None)
            two = Flow.objects.create(code="two", name="two", enabled=True, seed="2")
            left = {
                "trigger": {"event": "test_basket"}, "entry_key": "basket:{basket_id}",
                "exits": [{"event": "test_basket", "match": ["email"], "differ": ["basket_id"], "as": "replaced"},
                          {"event": "test_basket", "match": ["basket_id"], "where": {"email": ["never"]}}],
            }  # fmt: skip
            publish_version(flow=two, definition=definition_with(
                {"id": "hour", "kind": "wait", "for": {"hours": 1}}, ADVERT, **left), actor=None)  # fmt: skip
        found = Life(world, 20260327)
        found.live(HAPPENINGS)
        with clock.imagined_at(found.now):
            found.work()
        yield found


def stored():
    """The figures as the reports keep them."""
    rows = {
        (row.flow_id, row.version, row.node, row.day, row.measure, row.reason): row
        for row in DailyFigure.objects.filter(count__gt=0)
    }
    counts = {key: row.count for key, row in rows.items() if row.measure != "conversion"}
    money = {
        key: (row.count, row.gross_cents, row.net_cents) for key, row in rows.items() if row.measure == "conversion"
    }
    return counts, money


def test_every_number_of_a_lived_history(life):
    with clock.imagined_at(life.now):
        life.world.fail_with = None
        sales.restate_recent()
        fold()
        take_back_clicks()
        counts, money = stored()
        expected = +recount.figures()
        assert _measures(counts) >= {
            "begun", "refused", "entered", "done", "skipped", "deferred", "error", "ended", "goal", "stay", "mail",
            "click",
        }, "the history is rich enough"  # fmt: skip
        assert counts == dict(expected)
        expected = recount.sold(life.sales)
        if os.environ.get("DBG"):
            for k in sorted(set(money) | set(expected), key=str):
                if money.get(k) != expected.get(k):
                    print(k, money.get(k), expected.get(k))
        assert money == expected
        assert {key[5] for key in money} == {"influenced", "subject", "last_click", "coupon"}
        rebuild()
        assert stored() == (counts, money), "from scratch it comes to the same"
        _standing()
        _experiments(life)
        for code in ("one", "two"):
            _report(Flow.objects.get(code=code), counts, money, life)


def _measures(counts):
    return {key[4] for key in counts}


def _standing():
    open_runs = Run.objects.filter(state__in=Run.OPEN).select_related("version")
    expected = Counter((run.flow_id, run.version.number, run.node, run.state == "parked") for run in open_runs)
    rows = StandingFigure.objects.all()
    assert {(row.flow_id, row.version, row.node, row.parked): row.count for row in rows} == expected


def _experiments(life):
    work_out()
    by_email = defaultdict(list)
    for sale in life.sales:
        by_email[sale.order.guest_email].append(sale)
    from shopflow.automations.models import ExperimentAssignment

    expected = defaultdict(lambda: [0, 0, 0])
    for drawn in ExperimentAssignment.objects.filter(email__contains="@"):
        row = expected[drawn.experiment, drawn.arm]
        row[0] += 1
        since = [
            recount.worth(sale.order)[1]
            for sale in by_email[drawn.email]
            if timedelta(0) <= sale.order.date_placed - drawn.assigned_at < timedelta(days=30)
            and getattr(sale.order, "contact_link", None) and sale.order.contact_link.contact_id
        ]  # fmt: skip
        row[1] += sum(since) > 0
        row[2] += sum(since)
    found = {(row.experiment, row.arm): [row.people, row.buyers, row.net_cents] for row in ArmResult.objects.all()}
    assert found == expected


def _report(flow, counts, money, life):
    days = [key[3] for key in counts]
    span = Span(min(days), max(max(days), day(life.now)))
    mine = {key[1:]: count for key, count in counts.items() if key[0] == flow.pk}
    found = flow_report(flow, span)
    for step in found.steps:
        here = {key: count for key, count in mine.items() if key[1] == step.node}
        assert step.tally.entered == _total(here, "entered")
        assert step.tally.skipped == _total(here, "skipped")
        lost = sum(n for key, n in here.items() if key[3] == "ended" and key[4] not in ("completed", "goal_reached"))
        assert step.tally.lost == lost
    assert found.total.begun == _total(mine, "begun") == sum(bar.count for bar in found.days)
    sent = sum(n for key, n in mine.items() if key[3] == "mail" and key[4] in recount.TOLD | {"accepted"})
    assert found.total.sent == sent
    minutes = {"early": 4, "advert": 4, "work": 2.5, "note": 7}
    saved = sum(n * minutes.get(key[1], 0) for key, n in mine.items() if key[3] == "done")
    assert found.minutes == pytest.approx(saved)
    [line] = [line for line in overview(span) if line.flow == flow]
    assert (line.begun, line.mails, line.minutes) == (found.total.begun, sent, pytest.approx(saved))
    for model, now in found.total.money.items():
        rows = [row for key, row in money.items() if key[0] == flow.pk and key[5] == model]
        assert (now.orders, now.gross_cents, now.net_cents) == tuple(map(sum, zip(*rows, strict=True)))
    highest = max(bar.count for bar in found.days)
    for bar in found.days:
        assert bar.height == (max(3, bar.count * 120 // highest) if bar.count else 0)
    _csv(flow, span, mine, money, life)


def _total(counts, measure):
    return sum(count for key, count in counts.items() if key[3] == measure)


def _csv(flow, span, mine, money, life):
    from shopflow.automations.dashboard.reports import report_csv

    request = RequestFactory().get(
        reverse("shopflow-staff:automations-report-csv", args=[flow.code]), {"first": span.first, "last": span.last}
    )
    request.user = life.chef
    body = b"".join(report_csv(request, flow.code).streaming_content).decode("utf-8-sig")
    _header, *lines = csv.reader(io.StringIO(body), delimiter=";")
    orders = {key: row for key, row in money.items() if key[0] == flow.pk}
    assert sum(int(line[5]) for line in lines) == sum(mine.values()) + sum(row[0] for row in orders.values())
    with_money = [line for line in lines if line[6]]
    for column, place in ((6, 1), (7, 2)):
        cents = [line[column].replace(",", "").removeprefix("'") for line in with_money]
        assert all(len(line[column].partition(",")[2]) == 2 for line in with_money)
        assert sum(map(int, cents)) == sum(row[place] for row in orders.values())
