"""The report pages: what they say, to whom, at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.automations.models import ArmResult, AutomationSettings, DailyFigure, Flow
from shopflow.automations.reporting.days import Span, today
from shopflow.automations.reporting.figures import Tally, tally
from shopflow.automations.reporting.folding import fold
from shopflow.automations.reporting.reports import flow_report
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from tests.automations.doubles import WAIT, WORK, ThingHappened

pytestmark = pytest.mark.django_db
PAGES = [
    ("automations-reports", ()),
    ("automations-report", ("test_flow",)),
    ("automations-report-csv", ("test_flow",)),
]


def url(name, *args):
    return reverse(f"shopflow-staff:{name}", args=args)


@pytest.fixture
def reader(client):
    user = get_user_model().objects.create_user("reader@example.org", "secret-word-1")
    user.is_staff = True
    user.save()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="shopflow_automations", codename="view_flow")
    )
    client.force_login(user)
    return client


@pytest.fixture
def chef(client):
    client.force_login(get_user_model().objects.create_superuser("chef@example.org", "x"))
    return client


def figure(flow, measure, count=1, *, node="", reason="", days_ago=0, version=1, **money):
    return DailyFigure.objects.create(
        flow=flow, version=version, node=node, day=today() - timedelta(days=days_ago), measure=measure, reason=reason,
        count=count, **money,
    )  # fmt: skip


def words(response):
    return " ".join(response.content.decode().split())


def test_only_staff_with_the_right_see_them(client, make_flow):
    make_flow()
    for name, args in PAGES:
        assert client.get(url(name, *args)).status_code == 302
    client.force_login(get_user_model().objects.create_user("kunde@example.org", "x"))
    for name, args in PAGES:
        assert client.get(url(name, *args)).status_code == 403


def test_a_report_says_what_happened_step_by_step(reader, make_flow, happen, work_on):
    make_flow(WAIT, WORK)
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=1))
    work_on()
    fold()
    page = reader.get(url("automations-report", "test_flow"))
    [pause, work] = page.context["steps"]
    assert (pause.step.tally.entered, pause.step.standing, work.step.tally.entered) == (1, 1, 0)
    assert [(part.label, part.count) for part in page.context["refused"]] == [("war schon einmal darin", 1)]
    assert "<svg" in words(page)

    work_on(hours=3)
    fold()
    page = reader.get(url("automations-report", "test_flow"))
    [pause, work] = page.context["steps"]
    assert (pause.step.standing, pause.step.tally.done, work.step.tally.done) == (0, 1, 1)
    assert pause.stay == "2 Stunden bis 4 Stunden"
    assert page.context["report"].minutes == 1.0


def test_shares_ranges_and_the_days_before(reader, make_flow):
    flow = make_flow(WORK)
    figure(flow, "begun", 12)
    figure(flow, "begun", 8, days_ago=30)
    figure(flow, "entered", 10, node="work")
    figure(flow, "ended", 4, node="work", reason="exit_rule")
    figure(flow, "ended", 5, node="work", reason="completed")
    figure(flow, "mail", 90, node="work", reason="delivered")
    figure(flow, "mail", 10, node="work", reason="bounced")
    figure(flow, "mail", 3, node="work", reason="unsubscribed")
    figure(flow, "mail", 5, node="work", reason="skipped")
    for reason, count in {"people": 9, "machines": 7, "clicked": 6, "countable": 24}.items():
        figure(flow, "click", count, node="work", reason=reason)
    figure(flow, "conversion", 2, node="work", reason="influenced", gross_cents=23800, net_cents=15000)
    page = reader.get(url("automations-report", "test_flow"))
    begun = page.context["numbers"][0]
    assert (begun.now, begun.before, begun.change) == (12, 8, 50)
    [step] = page.context["steps"]
    assert "9 × Klicks von Menschen<br>7 × Klicks von Maschinen" in page.content.decode()
    assert (step.step.tally.drop_off, step.step.tally.sent, step.step.tally.written) == (40.0, 100, 105)
    assert [(label, round(rate.percent, 1)) for label, rate in step.rates] == [
        ("zugestellt", 90.0), ("zurückgekommen", 10.0), ("abgemeldet", 3.0),
        ("angeklickt, wo der Empfänger dem Zählen zugestimmt hat", 25.0),
    ]  # fmt: skip
    assert "2 Bestellungen folgten, netto 150,00" in words(page)
    assert "238,00" in words(page)


def test_versions_can_be_told_apart(make_flow):
    flow = make_flow(WORK)
    figure(flow, "begun", 3, version=1)
    figure(flow, "begun", 4, version=2)
    figure(flow, "refused", 5, version=0, reason="too_soon")
    span = Span(today(), today())
    assert flow_report(flow, span).total.begun == 7
    only = flow_report(flow, span, version=2)
    assert (only.total.begun, only.refused) == (4, {"too_soon": 5})


def test_the_middle_stay():
    stays = [
        DailyFigure(measure="stay", reason=f"{number:02}", count=count) for number, count in [(0, 2), (7, 5), (35, 1)]
    ]
    assert tally(stays).median_stay == (timedelta(hours=1), timedelta(hours=2))
    assert tally(stays[:1]).median_stay == (timedelta(), timedelta(minutes=1))
    assert tally(stays[2:]).median_stay == (timedelta(days=365), None)
    assert Tally().median_stay is None


def test_no_winner_before_there_are_enough(chef, make_flow):
    flow = make_flow(WORK)

    def arms(people):
        ArmResult.objects.all().delete()
        for arm, buyers, against in [("a", people // 10, ""), ("b", people // 2, "a")]:
            ArmResult.objects.create(
                flow=flow, experiment="subject", arm=arm, against=against, people=people, buyers=buyers,
                net_cents=0, at=clock.now(),
            )  # fmt: skip
        [experiment] = flow_report(flow, Span(today(), today())).experiments
        return [arm.verdict for arm in experiment.arms]

    assert arms(100) == ["", "too_small"]
    assert arms(200) == ["", "better"]
    page = chef.get(url("automations-report", "test_flow"))
    assert "besser" in words(page)
    chef.post(
        url("automations-reports-rules"),
        {**{field.html_name: field.value() for field in chef.get(url("automations-reports-rules")).context["form"]},
         "least_people": 500, "minutes_test_work": "7.5"},
    )  # fmt: skip
    stored = AutomationSettings.objects.get()
    assert (stored.least_people, stored.minutes_saved["test_work"], stored.minutes_saved["send_mail"]) == (
        500,
        7.5,
        4.0,
    )
    assert AuditEntry.objects.filter(action="report_rules_saved").count() == 1
    assert arms(200) == ["", "too_small"]


def test_only_who_may_change_sets_the_rules(reader):
    assert reader.get(url("automations-reports-rules")).status_code == 403


def test_bad_days_are_refused_with_a_sentence(reader, make_flow):
    make_flow()
    page = reader.get(url("automations-report", "test_flow"), {"first": "2026-05-02", "last": "2026-05-01"})
    assert page.status_code == 422
    assert "Der letzte Tag liegt vor dem ersten." in words(page)
    assert reader.get(url("automations-reports"), {"first": "2020-01-01"}).status_code == 422
    assert reader.get(url("automations-report", "unknown")).status_code == 404


def test_the_csv_opens_in_a_german_spreadsheet_and_runs_nothing(reader, make_flow):
    flow = make_flow(WORK)
    figure(flow, "conversion", 2, node="work", reason="influenced", gross_cents=23800, net_cents=-150)
    figure(flow, "skipped", 2, node="work", reason="=cmd|' /C calc'!A0")
    response = reader.get(url("automations-report-csv", "test_flow"))
    assert response.streaming
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    header, conversion, skipped = body.decode("utf-8-sig").splitlines()
    assert header.split(";")[:2] == ["Tag", "Fassung"]
    assert conversion.split(";")[5:] == ["2", "238,00", "-1,50"]
    assert "'=cmd|" in skipped


def test_the_pages_ask_as_often_for_much_as_for_little(reader, make_flow, happen, work_on):
    def queries(name, *args):
        reader.get(url(name, *args))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert reader.get(url(name, *args)).status_code == 200
        return len(seen)

    flow = make_flow(WAIT, WORK)
    figure(flow, "begun", 1)
    few = [queries("automations-reports"), queries("automations-report", "test_flow")]
    for number in range(3):
        other = make_flow(WAIT, WORK, code=f"other_{number}")
        for days_ago in range(20):
            figure(other, "begun", 5, days_ago=days_ago)
            figure(flow, "begun", 5, days_ago=days_ago + 1, node=f"n{number}")
            figure(flow, "skipped", 5, days_ago=days_ago, node="work", reason=f"r{number}-{days_ago}")
    for number in range(8):
        happen(ThingHappened(thing_id=number, email=f"p{number}@example.org"))
    work_on()
    fold()
    assert [queries("automations-reports"), queries("automations-report", "test_flow")] == few
    assert few[1] <= 30


def test_figures_are_brought_up_to_date_on_demand(reader, make_flow, happen):
    make_flow(WAIT)
    happen(ThingHappened(thing_id=1))
    response = reader.post(url("automations-reports-refresh"), {"flow": "test_flow"})
    assert response["Location"] == url("automations-report", "test_flow")
    assert DailyFigure.objects.get(measure="begun").count == 1
    assert reader.post(url("automations-reports-refresh"), {"flow": "//evil"})["Location"] == url("automations-reports")
    assert Flow.objects.filter(code="test_flow").exists()
