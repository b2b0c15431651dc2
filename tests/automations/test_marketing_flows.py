"""The automations for leads and customers, from event to mail, with the real rooms around them and a moved clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test import factories

from shopflow.audience.models import (
    AttributeDefinition,
    AudienceSettings,
    Contact,
    PersonalVoucher,
    ScoreThreshold,
)
from shopflow.audience.services import (
    give_points,
    record_notice,
    set_attribute,
    withdraw_consent,
)
from shopflow.automations.models import Decision, Run
from shopflow.desk.models import StaffTask
from shopflow.desk.services import close_task
from shopflow.mailing.models import Message
from tests.audience import people
from tests.automations.marketing import (  # noqa: F401 - fixtures are asked for by name
    BERLIN,
    EMAIL,
    MONDAY,
    deliver,
    go_to,
    mails,
    occasions,
    order_placed,
    run_of,
    sent_at,
    shop,
    step_through,
    subscriber,
    switch_on,
    world,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestHotLead:
    @pytest.fixture(autouse=True)
    def _threshold(self):
        ScoreThreshold.objects.get_or_create(points=50, defaults={"label": "Heiß"})

    def test_staff_have_a_task_for_the_next_working_day_and_are_told(self, work_on):
        who = subscriber()
        give_points(contact=who, points=49, reason="Messe", source_key="a")
        deliver()
        assert not Run.objects.filter(flow__code="hot_lead").exists()
        give_points(contact=who, points=1, reason="Messe", source_key="b")
        deliver()
        work_on()

        task = StaffTask.objects.get()
        assert (task.kind, task.title, task.email) == ("hot_lead", f"Heißer Kontakt: {EMAIL}", EMAIL)
        assert localtime(task.due_at, BERLIN) == datetime(2031, 3, 4, 17, 0, tzinfo=BERLIN)
        told = Message.objects.get(template="automation_note")
        assert told.to_email == "shop@example.org"
        assert "50 Punkte" in told.text
        assert mails() == [], "nothing goes to the contact"

    def test_the_run_ends_with_the_task_and_comes_again_after_90_days_at_the_earliest(self, work_on):
        who = subscriber()
        give_points(contact=who, points=60, reason="Messe", source_key="a")
        deliver()
        work_on()
        close_task(task_id=StaffTask.objects.get().pk, done=True, note="", actor=None)
        deliver()
        work_on()
        assert run_of("hot_lead").state == "done"

        for key, days, runs in (("b", 60, 1), ("c", 31, 2)):
            give_points(contact=who, points=-1000, reason="x", source_key=f"{key}-")
            give_points(contact=who, points=1100, reason="x", source_key=f"{key}+")
            who.score_entries.all().delete()
            give_points(contact=who, points=1, reason="x", source_key=f"{key}0")
            work_on(days=days)
            give_points(contact=who, points=60, reason="x", source_key=f"{key}60")
            deliver()
            assert Run.objects.filter(flow__code="hot_lead").count() == runs


class TestBirthday:
    @pytest.fixture(autouse=True)
    def _attribute(self):
        self.birthday = AttributeDefinition.objects.create(
            code="birthday", label="Geburtstag", kind="annual", purpose="birthday"
        )

    def born(self, day: date, email: str = EMAIL) -> Contact:
        who = subscriber(email, "birthday", name="Erika Beispiel")
        set_attribute(contact=who, definition=self.birthday, value=day)
        return who

    def test_one_mail_at_nine_on_the_day_each_year(self, work_on):
        switch_on("birthday")
        self.born(date(1980, 3, 5))
        self.born(date(1980, 3, 6), "other@example.org")
        assert occasions() == 0
        go_to(datetime(2031, 3, 5, 0, 20, tzinfo=BERLIN))
        assert (occasions(), occasions()) == (1, 0)
        work_on()
        assert mails() == []
        step_through("birthday", work_on)

        assert mails() == ["birthday"]
        assert sent_at("birthday") == "Wed 05.03. 09:00"
        message = Message.objects.get()
        assert (message.mail_class, message.purpose, message.basis) == ("advertising", "birthday", "consent")
        assert "Alles Gute" in message.subject
        assert "Gutschein" not in message.text, "the shop gives no vouchers"
        assert "Erika Beispiel" in message.text
        go_to(datetime(2032, 3, 5, 0, 20, tzinfo=BERLIN))
        assert occasions() == 1
        step_through("birthday", work_on)
        assert mails() == ["birthday", "birthday"]

    def test_a_voucher_for_14_days_where_the_shop_gives_any(self, work_on):
        AudienceSettings.objects.create(pk=1, voucher_percent=10)
        switch_on("birthday")
        self.born(date(2000, 3, 3))
        occasions()
        step_through("birthday", work_on)

        given = PersonalVoucher.objects.get()
        assert localtime(given.voucher.end_datetime, BERLIN) == datetime(2031, 3, 17, 23, 59, 59, tzinfo=BERLIN)
        assert (given.voucher.usage, given.percent, given.flow) == ("Single use", 10, "birthday")
        text = Message.objects.get().text
        assert given.voucher.code in text
        assert "10 % auf Ihre nächste Bestellung" in text
        assert "bis einschließlich 17.03.2031" in text

    def test_born_on_29_february_is_congratulated_on_the_28th_otherwise(self):
        switch_on("birthday")
        self.born(date(2000, 2, 29))
        for year, day, count in ((2033, 27, 0), (2033, 28, 1), (2036, 28, 0), (2036, 29, 1)):
            go_to(datetime(year, 2, day, 1, 0, tzinfo=BERLIN))
            assert occasions() == count, (year, day)

    def test_a_standstill_over_the_weekend_loses_no_birthday(self, work_on):
        switch_on("birthday")
        self.born(date(2000, 3, 1))
        occasions()
        step_through("birthday", work_on)
        assert sent_at("birthday") == "Mon 03.03. 08:00"

    def test_without_the_consent_the_day_is_gone_and_nothing_comes(self):
        switch_on("birthday")
        self.born(date(2000, 3, 4))
        withdraw_consent(email=EMAIL, purpose="birthday", source="test")
        deliver()
        go_to(datetime(2031, 3, 4, 1, 0, tzinfo=BERLIN))
        assert occasions() == 0


class TestAnniversary:
    def test_thanks_on_the_day_of_the_first_order(self, work_on):
        switch_on("customer_anniversary")
        subscriber()
        people.order(EMAIL, placed=datetime(2029, 3, 4, 23, 30, tzinfo=BERLIN))
        people.order(EMAIL, placed=datetime(2030, 3, 3, 12, 0, tzinfo=BERLIN))
        assert occasions() == 0
        go_to(datetime(2031, 3, 4, 0, 30, tzinfo=BERLIN))
        assert (occasions(), occasions()) == (1, 0)
        step_through("customer_anniversary", work_on)

        assert mails() == ["order_anniversary"]
        assert sent_at("order_anniversary") == "Tue 04.03. 10:00"
        message = Message.objects.get()
        assert "vor 2 Jahren" in message.text
        assert message.basis == "consent_or_customer"

    def test_without_any_basis_the_mail_is_left_out_with_its_reason(self, work_on):
        switch_on("customer_anniversary")
        people.order(EMAIL, placed=datetime(2029, 3, 3, 12, 0, tzinfo=BERLIN))
        occasions()
        step_through("customer_anniversary", work_on)

        assert mails() == []
        assert Decision.objects.get(gate="sending").code == "no_consent"

    def test_an_existing_customer_reads_how_to_object(self, work_on):
        switch_on("customer_anniversary")
        kinds = get_model("catalogue", "Category").add_root(name="Bremsen")
        product = factories.create_product(title="Bremsscheibe")
        product.categories.set([kinds])
        settings = AudienceSettings.objects.create(pk=1, existing_customer_mail=True)
        settings.similar_categories.set([kinds])
        order = people.order(EMAIL, placed=datetime(2030, 3, 3, 12, 0, tzinfo=BERLIN), product=product)
        record_notice(order_id=order.pk, objected=False)
        occasions()
        step_through("customer_anniversary", work_on)

        message = Message.objects.get()
        for words in (message.text, message.html):
            assert "können der Verwendung Ihrer E-Mail-Adresse für solche Angebote jederzeit widersprechen" in words
            assert "weil Sie dem zugestimmt haben" not in words
        assert product.get_title() in message.text


class TestWinBack:
    @pytest.fixture(autouse=True)
    def _on(self):
        switch_on("win_back")
        subscriber()

    def test_one_mail_after_180_days_and_no_second_without_vouchers(self, work_on):
        people.order(EMAIL, placed=MONDAY - timedelta(days=179))
        assert occasions() == 0
        work_on(days=1)
        assert (occasions(), occasions()) == (1, 0)
        step_through("win_back", work_on)

        assert mails() == ["win_back_1"]
        message = Message.objects.get()
        assert "weil Sie zugestimmt haben" in message.text, "who has agreed is not told of § 7 (3) UWG"
        assert "widersprechen" not in message.text + message.html
        assert "\n\n\n" not in message.text
        assert not PersonalVoucher.objects.exists()

    def test_ten_days_later_a_voucher(self, work_on):
        AudienceSettings.objects.create(pk=1, voucher_percent=5)
        people.order(EMAIL, placed=MONDAY - timedelta(days=180))
        occasions()
        step_through("win_back", work_on)

        assert mails() == ["win_back_1", "win_back_2"]
        assert sent_at("win_back_2") == "Thu 13.03. 10:00"
        assert PersonalVoucher.objects.get().voucher.code in Message.objects.get(template="win_back_2").html

    def test_an_order_in_between_ends_it(self, work_on, happen):
        AudienceSettings.objects.create(pk=1, voucher_percent=5)
        people.order(EMAIL, placed=MONDAY - timedelta(days=180))
        occasions()
        work_on()
        happen(order_placed())
        work_on(days=11)

        assert mails() == ["win_back_1"]
        assert run_of("win_back").ending == "goal_reached"
        assert not PersonalVoucher.objects.exists()

    def test_who_sends_back_half_is_left_alone(self):
        people.order(EMAIL, placed=MONDAY - timedelta(days=200))
        people.order(EMAIL, placed=MONDAY - timedelta(days=190), status="returned")
        assert occasions() == 1
        assert Decision.objects.get(flow__code="win_back").code == "return_rate"

    def test_a_voucher_of_the_last_90_days_is_enough(self, work_on):
        AudienceSettings.objects.create(pk=1, voucher_percent=5)
        who = Contact.objects.get(email=EMAIL)
        voucher = get_model("voucher", "Voucher").objects.create(
            name="x", code="X", start_datetime=MONDAY, end_datetime=MONDAY + timedelta(days=1)
        )
        PersonalVoucher.objects.create(
            contact=who, voucher=voucher, flow="birthday", percent=5, source_key="x",
            given_at=MONDAY - timedelta(days=79),
        )  # fmt: skip
        people.order(EMAIL, placed=MONDAY - timedelta(days=180))
        occasions()
        step_through("win_back", work_on)

        assert mails() == ["win_back_1"]
