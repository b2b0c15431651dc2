"""The staff's page with the answers of the question in the shop."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopflow.audience.models import SurveyAnswer

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/shopflow/survey-answers/"


def somebody(email):
    user = get_user_model().objects.create_user(email, "geheim-1234")
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def staff(client):
    user = somebody("team@example.org")
    user.user_permissions.add(Permission.objects.get(codename="view_surveyanswer"))
    client.force_login(user)
    return client


@pytest.fixture
def answers():
    rows = [("shipping", "", 1), ("shipping", "Inseln sind teuer", 2), ("price", "=1+1", 3), ("gone_code", "", 4)]
    for choice, text, day in rows:
        SurveyAnswer.objects.create(survey="checkout", choice=choice, text=text, day=date(2026, 3, day))


def shown(client, query=""):
    context = client.get(PAGE + query).context
    return [(answer.day.day, answer.choice) for answer, _label in context["rows"]]


def test_reasons_are_counted_and_answers_listed(staff, answers):
    page = staff.get(PAGE)
    assert [(str(label), count, percent) for label, count, percent in page.context["reasons"]] == [
        ("Die Versandkosten", 2, 50), ("gone_code", 1, 25), ("Der Preis", 1, 25)
    ]  # fmt: skip
    assert shown(staff) == [(4, "gone_code"), (3, "price"), (2, "shipping"), (1, "shipping")]
    assert "Inseln sind teuer" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("?grund=shipping", [2, 1]),
        ("?von=2026-03-02&bis=2026-03-03", [3, 2]),
        ("?worte=on", [3, 2]),
        ("?grund=shipping&worte=on", [2]),
        ("?grund=unheard&von=yesterday", [4, 3, 2, 1]),
    ],
)
def test_the_filter(staff, answers, query, days):
    assert [day for day, _choice in shown(staff, query)] == days
    lines = b"".join(staff.get(PAGE + "antworten.csv" + query).streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == len(days) + 1


def test_a_sheet_runs_no_formula_of_a_visitor(staff, answers):
    body = b"".join(staff.get(PAGE + "antworten.csv?grund=price").streaming_content).decode("utf-8-sig")
    assert "'=1+1" in body


def test_without_the_right_nobody_looks(client, answers):
    client.force_login(somebody("other@example.org"))
    assert client.get(PAGE).status_code == client.get(PAGE + "antworten.csv").status_code == 403


def test_the_number_of_queries_does_not_grow(staff, answers):
    with CaptureQueriesContext(connection) as few:
        staff.get(PAGE)
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(survey="checkout", choice="fit", text=str(n), day=date(2026, 3, 5)) for n in range(120)
    )
    with CaptureQueriesContext(connection) as many:
        page = staff.get(PAGE)
    assert len(many) == len(few)
    assert len(page.context["rows"]) == 50
    assert len(staff.get(PAGE + "?seite=3").context["rows"]) == 24


def test_none_yet(staff):
    assert "Keine Antworten" in staff.get(PAGE).content.decode()
