"""The daily sweep: every room, batch by batch, as long as the shop says and never shorter than a law."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.template.loader import get_template
from django.urls import reverse
from django.utils.timezone import localtime

from shopflow.audience.services.requests import VALID_FOR
from shopflow.contracts.retention import Period, Retention, retentions
from shopflow.contracts.testing import check_retention
from shopflow.core import clock
from shopflow.mailing.services.clicks import KEPT
from shopflow.privacy.models import Sweep
from shopflow.privacy.sweeping import period_of, sweep_all, table
from shopflow.privacy.tasks import sweep
from shopflow.privacy.unused import NOTICE

pytestmark = pytest.mark.django_db


class Notes(Retention):
    code = "test_notes"
    label = "Notes"
    what = "The text goes."
    law = "Art. 5 GDPR"
    period = Period(days=10)
    position = 1
    rows: list[datetime] = []

    def sweep(self, *, before, limit):
        old = sorted(at for at in self.rows if at < before)[:limit]
        for at in old:
            self.rows.remove(at)
        return len(old)


class Broken(Notes):
    code = "test_broken"
    position = 0

    def sweep(self, *, before, limit):
        raise LookupError("no table")


@pytest.fixture
def notes():
    Notes.rows = []
    with retentions.registered(Notes):
        yield Notes.rows


def test_what_is_over_goes_in_batches_and_what_is_not_stays(notes, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    edge = now - timedelta(days=10)
    notes += [edge - timedelta(seconds=number) for number in range(-1, 6)]
    assert sweep_all(batch=2)["test_notes"] == 5
    assert sorted(notes) == [edge, edge + timedelta(seconds=1)]
    row = Sweep.objects.get(code="test_notes")
    assert (row.count, row.unfinished, row.error, row.at) == (5, False, "", now)
    assert sweep_all(batch=2)["test_notes"] == 0
    assert Sweep.objects.filter(code="test_notes").count() == 1


def test_when_the_time_is_up_the_rest_waits_for_tomorrow(notes):
    notes += [clock.now() - timedelta(days=20)] * 5
    assert sweep_all(batch=2, seconds=0)["test_notes"] == 2
    assert Sweep.objects.get(code="test_notes").unfinished is True
    sweep()
    assert (notes, Sweep.objects.get(code="test_notes").unfinished) == ([], False)


def test_a_room_that_fails_is_told_and_holds_up_no_other(notes):
    notes += [clock.now() - timedelta(days=20)]
    with retentions.registered(Broken):
        assert sweep_all()["test_notes"] == 1
    assert notes == []
    assert Sweep.objects.get(code="test_broken").error == "LookupError: no table"


def test_the_shop_keeps_as_long_as_it_says_but_no_shorter_than_a_law(notes, settings):
    settings.SHOPFLOW_RETENTION = {"test_notes": 3, "business_letters": 8}
    assert period_of(retentions.get("test_notes")) == Period(days=3)
    assert period_of(retentions.get("business_letters")) == Period(years=8)
    assert not [one for one in run_checks() if one.id == "shopflow.privacy.E001"]
    for wrong, words in (
        ({"business_letters": 5}, "at least 6"),
        ({"nothing": 5}, "nothing that is kept"),
        ({"test_notes": 0}, "whole number"),
        ({"test_notes": True}, "whole number"),
        ([], "no JSON object"),
    ):
        settings.SHOPFLOW_RETENTION = wrong
        told = [one.msg for one in run_checks() if one.id == "shopflow.privacy.E001"]
        assert len(told) == 1
        assert words in told[0]


def test_a_period_is_days_or_calendar_years():
    for wrong in ({}, {"days": 1, "years": 1}, {"days": -1}):
        with pytest.raises(ValueError, match="1 or more"):
            Period(**wrong)
    now = localtime(clock.now())
    assert Period(days=2).over_before(now) == now - timedelta(days=2)
    assert Period(years=2).over_before(now).isoformat()[:19] == f"{now.year - 2}-01-01T00:00:00"


def test_staff_read_what_is_kept_how_long_and_how_the_last_sweep_went(notes, client, admin_user):
    client.force_login(admin_user)
    page = client.get(reverse("shopflow-staff:privacy-retention")).content.decode()
    assert [row.retention.position for row in table()] == sorted(row.retention.position for row in table())
    assert "6 Jahre ab Ende des Jahres" in page
    assert "10 Tage" in page
    assert "noch nie" in page
    with retentions.registered(Broken):
        sweep_all()
        page = client.get(reverse("shopflow-staff:privacy-retention")).content.decode()
    assert "LookupError: no table" in page
    assert reverse("shopflow-staff:privacy-retention") in client.get(reverse("shopflow-staff:privacy")).content.decode()


def test_visitors_do_not_read_it(client):
    assert client.get(reverse("shopflow-staff:privacy-retention")).status_code in (302, 403)


def test_the_draft_of_the_privacy_notice_promises_what_the_shop_does():
    """The draft is German, as all drafts of legal texts; its numbers are those of the built-in periods."""
    draft = get_template("shopflow/legal/drafts/datenschutz.html").template.source
    for code, words in {
        "business_letters": "andere Handelsbriefe sechs Jahre, jeweils ab dem Ende des Kalenderjahres",
        "left_baskets": "löschen wir sie {} Tage nach der letzten Änderung des Warenkorbs",
        "failed_attempts": "aus denen keine Bestellung wurde, löschen wir nach {} Tagen",
        "advertising_mails": "Werbemails verlieren {} Tage nach dem Versand Adresse und Inhalt",
        "automation_runs": "erhalten haben, wissen wir {} Tage lang",
        "events": "was solche Nachrichten auslöst, {} Tage lang",
    }.items():
        assert words.format(retentions.get(code).period.number) in draft, code
    assert retentions.get("business_letters").period == Period(years=6)
    for code, words in (
        ("unused_accounts", "Kundenkonto, das Sie drei Jahre lang"),
        ("idle_contacts", "drei Jahre nach"),
    ):
        assert retentions.get(code).period == Period(days=3 * 366)
        assert words in draft
    assert f"kündigen es Ihnen {NOTICE.days} Tage vorher per E-Mail an" in draft
    assert f"löschen sie nach {KEPT.days} Tagen" in draft
    assert f"nicht bestätigen, löschen wir nach {VALID_FOR.days} Tagen" in draft
    assert "Danach werden sie gelöscht" not in draft, "the shop deletes no orders"


def test_every_built_in_keeps_the_contract():
    assert set(retentions.codes()) >= {
        "advertising_mails", "automation_runs", "business_letters", "events", "failed_attempts", "idle_contacts",
        "left_baskets", "unused_accounts",
    }  # fmt: skip
    for one in retentions:
        check_retention(one, before=clock.now() - timedelta(days=400))
