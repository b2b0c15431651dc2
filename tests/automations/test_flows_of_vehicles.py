"""Reminders of customers' vehicles, from the page where dates are entered to the mails."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localtime

from shopflow.audience.services import grant_consent, withdraw_consent
from shopflow.automations.models import Flow, Run
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from shopflow.parts import care
from shopflow.parts.models import GarageVehicle, VehicleDate
from shopflow.parts.services import announce_due, drop_vehicle, forget_unconfirmed_dates, keep_dates, keep_vehicle
from shopflow.parts.vehicle_keys import Vehicle
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"
FLOWS = ("inspection_due", "service_due", "wheel_change")


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    with only_flows(*FLOWS):
        Flow.objects.filter(code__in=FLOWS).update(enabled=True)
        yield


@pytest.fixture
def user():
    return get_user_model().objects.create_user("Erika@Example.org", "geheim-1234")


@pytest.fixture
def kept(user):
    return keep_vehicle(user=user, vehicle=Vehicle("0603", "BPH", "Golf", 2015), name="Golf")


@pytest.fixture
def agreed(user):
    grant_consent(email=EMAIL, purpose="vehicle", source="test", language="de", user=user)


@pytest.fixture
def told():
    def deliver():
        while deliver_due():
            pass

    return deliver


@pytest.fixture
def look(told, work_on):
    def at(*kinds):
        count = announce_due(kinds=kinds)
        told()
        work_on()
        return count

    return at


def to_day(day, hour=11):
    wanted = datetime.combine(day, time(hour), tzinfo=localtime(clock.now()).tzinfo)
    clock.move_forward(wanted - clock.now())


def today():
    return localtime(clock.now()).date()


def month_in(months):
    number = today().year * 12 + today().month - 1 + months
    return care.last_day(number // 12, number % 12 + 1)


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


class TestTheGarage:
    def dates(self, kept):
        return reverse("parts-garage-dates", args=[kept.pk])

    def test_dates_are_kept_by_consent_and_the_mail_asks_to_confirm_it(self, client, user, kept):
        client.force_login(user)
        assert client.get(self.dates(kept)).status_code == 200
        refused = client.post(self.dates(kept), {"hu": "05/2027"})
        assert refused.status_code == 422
        assert not VehicleDate.objects.exists()
        saved = client.post(self.dates(kept), {"hu": "05/2027", "oil": "3/26", "tyres": "2319", "agreed": "on"})
        assert saved.status_code == 302
        assert dict(VehicleDate.objects.values_list("kind", "due_on")) == {
            "hu": date(2027, 5, 31),
            "oil": date(2027, 3, 31),
            "tyres": date(2025, 6, 30),
        }
        message = Message.objects.get()
        assert (message.template, message.to_email) == ("consent_confirm", EMAIL)
        page = client.get(reverse("parts-garage")).content.decode()
        assert "05/2027" in page
        again = client.get(self.dates(kept)).content.decode()
        assert 'value="03/2026"' in again, "as it was told, not as it was computed"

    def test_an_empty_field_removes_and_bad_input_says_what_to_do(self, client, user, kept, agreed):
        client.force_login(user)
        client.post(self.dates(kept), {"hu": "05/2027"})
        bad = client.post(self.dates(kept), {"hu": "Mai"})
        assert bad.status_code == 422
        assert "05/2027" in bad.content.decode()
        assert VehicleDate.objects.count() == 1
        client.post(self.dates(kept), {"hu": ""})
        assert not VehicleDate.objects.exists()
        changed = OutboxEvent.objects.filter(code="vehicle_date_changed").order_by("pk")
        assert [event.payload["due_on"] for event in changed] == ["2027-05-31", ""]

    def test_other_peoples_vehicles_are_not_there(self, client, kept):
        client.force_login(get_user_model().objects.create_user("other@example.org", "geheim-1234"))
        assert client.get(self.dates(kept)).status_code == 404
        with pytest.raises(GarageVehicle.DoesNotExist):
            keep_dates(user=get_user_model().objects.get(email="other@example.org"), vehicle_id=kept.pk, told={})

    def test_the_dates_go_with_the_consent(self, user, kept, agreed, told):
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": month_in(6)})
        told()
        withdraw_consent(email=EMAIL, purpose="vehicle", source="test")
        told()
        assert not VehicleDate.objects.exists()
        assert GarageVehicle.objects.count() == 1

    def test_what_nobody_confirms_is_forgotten_after_a_month(self, user, kept):
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": month_in(6)})
        assert forget_unconfirmed_dates() == 0
        clock.move_forward(timedelta(days=31))
        assert forget_unconfirmed_dates() == 1


class TestInspection:
    def test_sixty_and_twenty_one_days_ahead_and_a_week_after(self, user, kept, agreed, look, work_on):
        due = month_in(4)
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": due})
        to_day(due - timedelta(days=61))
        assert look("hu") == 0
        to_day(due - timedelta(days=60))
        assert [look("hu"), look("hu")] == [1, 0]
        assert mails() == ["inspection_due"]
        to_day(due - timedelta(days=56))
        work_on()
        to_day(due - timedelta(days=21), 9)
        work_on()
        assert len(mails()) == 1
        to_day(due - timedelta(days=21), 11)
        work_on()
        assert mails() == ["inspection_due", "inspection_reminder"]
        to_day(due)
        work_on()
        to_day(due + timedelta(days=7))
        work_on()
        assert mails() == ["inspection_due", "inspection_reminder", "inspection_passed"]
        message = Message.objects.first()
        assert (message.to_email, message.mail_class, message.purpose, message.basis) == (
            EMAIL,
            "advertising",
            "vehicle",
            "consent",
        )
        assert "Golf" in message.subject
        assert Run.objects.get().state == "done"

    def test_a_new_date_ends_it_and_begins_the_next_round(self, user, kept, agreed, look, told, work_on):
        due = month_in(1)
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": due})
        look("hu")
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": month_in(25)})
        told()
        to_day(due + timedelta(days=8))
        work_on()
        assert mails() == ["inspection_due"]
        run = Run.objects.get()
        assert (run.state, run.ending) == ("exited", "goal_reached")

    @pytest.mark.parametrize("how", ["vehicle", "consent"])
    def test_what_is_gone_is_not_written_about(self, user, kept, agreed, look, told, work_on, how):
        due = month_in(1)
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": due})
        look("hu")
        if how == "vehicle":
            assert drop_vehicle(user=user, pk=kept.pk)
        else:
            withdraw_consent(email=EMAIL, purpose="vehicle", source="test")
        told()
        to_day(due + timedelta(days=8))
        work_on()
        assert mails() == ["inspection_due"]
        assert Run.objects.get().state == "exited"

    def test_without_consent_and_for_past_dates_nothing_is_announced(self, user, kept, look):
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": month_in(1)})
        assert look("hu") == 0
        grant_consent(email=EMAIL, purpose="vehicle", source="test", language="de", user=user)
        assert look("hu") == 1
        keep_dates(user=user, vehicle_id=kept.pk, told={"hu": date(2020, 1, 31)})
        assert look("hu") == 0


def test_service_thirty_and_seven_days_ahead(user, kept, agreed, look, work_on):
    due = month_in(3)
    done = care.last_day(due.year - 1, due.month)
    keep_dates(user=user, vehicle_id=kept.pk, told={"oil": done})
    to_day(due - timedelta(days=31))
    assert look("oil", "battery") == 0
    to_day(due - timedelta(days=30))
    assert look("oil", "battery") == 1
    to_day(due - timedelta(days=20))
    work_on()
    assert mails() == ["service_due"]
    to_day(due - timedelta(days=7))
    work_on()
    assert mails() == ["service_due", "service_reminder"]
    assert "Ölwechsel" in Message.objects.first().subject


@pytest.mark.parametrize("made", ["", "2319"])
def test_wheels_once_in_the_season_with_an_offer_for_old_tyres(user, kept, agreed, look, work_on, made):
    if made:
        keep_dates(user=user, vehicle_id=kept.pk, told={"tyres": care.read_made(made)})
    begins = care.season_begins(care.SPRING, today().year + 1)
    to_day(begins - timedelta(days=1))
    assert look(care.SPRING) == 0
    to_day(begins + timedelta(days=2))
    assert [look(care.SPRING), look(care.SPRING)] == [1, 0]
    message = Message.objects.get()
    assert message.template == "wheel_change"
    assert "Sommerräder" in message.subject
    assert ("Juni 2019" in message.text) is bool(made)
    to_day(begins + timedelta(days=14))
    grant_consent(email="late@example.org", purpose="vehicle", source="test", language="de")
    late = get_user_model().objects.create_user("late@example.org", "geheim-1234")
    keep_vehicle(user=late, vehicle=Vehicle("0603", "ABC"))
    assert look(care.SPRING) == 0, "the season's beginning is over"
