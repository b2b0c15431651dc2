"""The list of leads: who stands in it, what staff change in it, at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopflow.audience.models import Stage
from shopflow.contracts.contacts import ContactColumn, contact_columns
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.desk.services import open_task
from tests.audience.people import contact, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
URL = "/dashboard/shopflow/leads/"


@pytest.fixture
def stages():
    Stage.objects.all().delete()
    return [
        Stage.objects.create(code="neu", label="Neu", position=1),
        Stage.objects.create(code="kunde", label="Kunde", position=2, outcome="won"),
    ]


@pytest.fixture
def chef(client):
    user = staff()
    client.force_login(user)
    return user


def shown(response):
    return [row.contact.email for row in response.context["rows"]]


def test_leads_are_open_stages_business_and_hot_ones(client, chef, stages):
    contact("a@example.org", stage=stages[0], score=3)
    contact("b@example.org", stage=stages[1], score=90)
    contact("c@example.org", kind="b2b")
    contact("d@example.org", score=50)
    contact("e@example.org", score=49)
    page = client.get(URL)
    assert shown(page) == ["d@example.org", "a@example.org", "c@example.org"]
    assert [row.is_hot for row in page.context["rows"]] == [True, False, False]
    assert shown(client.get(URL, {"stage": "kunde"})) == ["b@example.org"]
    assert shown(client.get(URL, {"least": "4"})) == ["d@example.org"]
    assert shown(client.get(URL, {"owner": "none"})) == ["d@example.org", "a@example.org", "c@example.org"]
    assert shown(client.get(URL, {"owner": str(chef.pk)})) == []
    assert client.get(URL, {"least": "viel"}).status_code == 422


def test_the_next_task_stands_beside_the_lead(client, chef, stages):
    contact("a@example.org", stage=stages[0])
    contact("b@example.org", stage=stages[0])
    for days, title in [(5, "Angebot nachfassen"), (-1, "Anrufen")]:
        open_task(
            kind="follow_up", title=title, due_at=clock.now() + timedelta(days=days), dedupe_key=title,
            source="staff", email="a@example.org",
        )  # fmt: skip
    by_email = {row.contact.email: row.cells for row in client.get(URL).context["rows"]}
    [(column, cell)] = by_email["a@example.org"]
    assert column.code == "next_task"
    assert str(cell.text).endswith("Anrufen")
    assert cell.is_urgent
    assert [cell for _column, cell in by_email["b@example.org"]] == [None]


def test_stage_and_owner_are_changed_in_the_row_and_audited(client, chef, stages):
    lead = contact("a@example.org", stage=stages[0])
    AuditEntry.objects.all().delete()
    url = reverse("shopflow-staff:lead-change", args=[lead.pk])
    response = client.post(url, {"stage": "kunde", "owner": str(chef.pk), "query": "least=3&after=4.5"})
    assert response["Location"] == f"{URL}?least=3&after=4.5#lead-{lead.pk}"
    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == (stages[1], chef)
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["contact.change", "contact.stage"]
    client.post(url, {"stage": "kunde", "owner": str(chef.pk)})
    assert AuditEntry.objects.count() == 2
    client.post(url, {"stage": "gibt-es-nicht", "owner": ""})
    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == (stages[1], chef)


def test_only_who_may_change_contacts_changes_leads(client, stages):
    from django.contrib.auth.models import Permission

    lead = contact("a@example.org", stage=stages[0])
    user = get_user_model().objects.create_user("reader@example.com", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="shopflow_audience", codename="view_contact")
    )
    client.force_login(user)
    page = client.get(URL)
    assert shown(page) == ["a@example.org"]
    assert page.context["columns"] == []
    assert client.post(reverse("shopflow-staff:lead-change", args=[lead.pk]), {"stage": ""}).status_code == 403
    client.logout()
    assert client.get(URL).status_code == 302


def test_pages_follow_each_other_at_the_same_cost(client, chef, stages, monkeypatch):
    monkeypatch.setattr("shopflow.audience.dashboard.leads.PER_PAGE", 3)

    def queries(url):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(url)
        return len(seen), page

    contact("p0@example.org", stage=stages[0], score=5)
    queries(URL)
    few, _page = queries(URL)
    for number in range(1, 8):
        contact(f"p{number}@example.org", stage=stages[0], score=number % 3)
    many, page = queries(URL)
    assert many == few
    seen = shown(page)
    while older := page.context["older"]:
        page = client.get(URL, {"after": older})
        seen += shown(page)
    assert sorted(seen) == [f"p{number}@example.org" for number in range(8)]
    assert len(seen) == 8


def test_a_broken_column_leaves_the_page_alone(client, chef, stages):
    class Broken(ContactColumn):
        code = "broken"
        label = "Broken"

        def cells(self, contacts):
            raise ValueError("no")

    contact("a@example.org", stage=stages[0])
    with contact_columns.registered(Broken):
        page = client.get(URL)
    assert page.status_code == 200
    assert [cell for _column, cell in page.context["rows"][0].cells] == [None, None]
