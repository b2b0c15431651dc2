"""Campaigns, personal offers and recommendations, from their beginning to the last mail."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model

from oscar_ext.catalogue.reviews.events import ReviewPosted
from oscar_ext.order.events import OrderStatusChanged
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import AudienceSettings, Campaign, PersonalVoucher, ShareLink
from shopflow.audience.services import save_campaign, save_contact, start_campaign
from shopflow.automations.models import Run
from shopflow.core.models import OutboxEvent
from shopflow.mailing.models import Message
from tests.audience import people
from tests.automations.marketing import (  # noqa: F401 - fixtures are asked for by name
    BERLIN,
    EMAIL,
    deliver,
    go_to,
    mails,
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


class TestCampaign:
    @pytest.fixture(autouse=True)
    def _on(self):
        switch_on("campaign")
        subscriber()
        save_contact(email="nobody@example.org")
        self.chief = people.staff()

    def campaign(self, **values: object) -> Campaign:
        made = Campaign(
            code="raeder", label="Winterräder", text="Fertig montiert.", bonus="Ein Radmarkierer.", percent=15,
            opens_on=date(2031, 3, 6), ends_at=datetime(2031, 3, 12, 20, 0, tzinfo=BERLIN),
        )  # fmt: skip
        for name, value in values.items():
            setattr(made, name, value)
        return save_campaign(campaign=made, actor=self.chief)

    def start(self, campaign: Campaign) -> int:
        count = start_campaign(campaign=campaign, actor=get_user_model().objects.get())
        deliver()
        return count

    def test_seven_mails_at_their_times_and_a_voucher_that_ends_with_it(self, work_on):
        campaign = self.campaign()
        assert self.start(campaign) == 1
        step_through("campaign", work_on)

        assert [(template, sent_at(template)) for template in mails()] == [
            ("campaign_announcement", "Tue 04.03. 10:00"),
            ("campaign_opening", "Thu 06.03. 10:00"),
            ("campaign_answers", "Sat 08.03. 10:00"),
            ("campaign_reviews", "Sun 09.03. 10:00"),
            ("campaign_extra", "Mon 10.03. 10:00"),
            ("campaign_last_day", "Tue 11.03. 20:00"),
            ("campaign_last_hours", "Wed 12.03. 17:00"),
        ]
        given = PersonalVoucher.objects.get()
        assert (given.voucher.end_datetime, given.percent) == (campaign.ends_at, 15)
        text = Message.objects.get(template="campaign_last_hours").text
        assert given.voucher.code in text
        assert "endet am 12.03.2031 20:00 Uhr" in text
        assert run_of("campaign").state == "done"

    def test_without_an_extra_there_is_no_mail_about_it(self, work_on):
        self.start(self.campaign(bonus=""))
        step_through("campaign", work_on)
        assert "campaign_extra" not in mails()
        assert len(mails()) == 6

    def test_an_order_ends_it(self, work_on, happen):
        self.start(self.campaign())
        work_on(days=4)
        happen(order_placed())
        work_on(days=9)
        assert mails() == ["campaign_opening"]
        assert run_of("campaign").ending == "goal_reached"

    def test_started_late_it_leaves_out_the_announcement(self, work_on):
        go_to(datetime(2031, 3, 5, 12, 0, tzinfo=BERLIN))
        self.start(self.campaign())
        work_on()
        assert mails() == []
        step_through("campaign", work_on)
        assert mails()[0] == "campaign_opening"

    def test_it_is_started_once_for_a_time_ahead_and_long_enough(self):
        campaign = self.campaign()
        self.start(campaign)
        for wrong in (campaign, self.campaign(code="b", opens_on=date(2031, 3, 2))):
            with pytest.raises(ValueRefused):
                self.start(wrong)
        with pytest.raises(ValueRefused):
            self.campaign(code="c", ends_at=datetime(2031, 3, 11, 20, 0, tzinfo=BERLIN))
        assert OutboxEvent.objects.filter(code="campaign_started").count() == 1


class TestPersonalOffer:
    @pytest.fixture(autouse=True)
    def _on(self):
        switch_on("personal_offer")

    def test_four_mails_within_the_five_days_of_the_voucher(self, work_on):
        AudienceSettings.objects.create(pk=1, voucher_percent=10)
        subscriber()
        step_through("personal_offer", work_on)

        assert [(template, sent_at(template)) for template in mails()] == [
            ("personal_offer_1", "Mon 10.03. 10:00"),
            ("personal_offer_2", "Wed 12.03. 10:00"),
            ("personal_offer_3", "Fri 14.03. 10:00"),
            ("personal_offer_4", "Sat 15.03. 10:00"),
        ]
        end = datetime(2031, 3, 15, 23, 59, 59, tzinfo=BERLIN)
        assert PersonalVoucher.objects.get().voucher.end_datetime == end
        assert "endet am 15.03.2031 23:59 Uhr" in Message.objects.get(template="personal_offer_4").text

    def test_no_voucher_no_mail(self, work_on):
        subscriber()
        step_through("personal_offer", work_on)
        assert mails() == []

    def test_a_used_voucher_ends_the_talk_about_it(self, work_on):
        AudienceSettings.objects.create(pk=1, voucher_percent=10)
        subscriber()
        work_on()
        go_to(datetime(2031, 3, 10, 11, 0, tzinfo=BERLIN))
        work_on()
        voucher = PersonalVoucher.objects.get().voucher
        voucher.applications.create(order=people.order("other@example.org"))
        step_through("personal_offer", work_on)
        assert mails() == ["personal_offer_1"]


class TestRecommending:
    @pytest.fixture(autouse=True)
    def _on(self):
        switch_on("recommend")
        subscriber()

    def review(self, score: int) -> ReviewPosted:
        return ReviewPosted(
            review_id=score, product_id=1, product_title="x", score=score, email=EMAIL, user_id=None,
            order_id=None, order_number="", page="",
        )  # fmt: skip

    def moved(self, order, old_status: str, new_status: str) -> OrderStatusChanged:
        return OrderStatusChanged(
            order_id=order.pk, order_number=order.number, email=EMAIL, user_id=None,
            old_status=old_status, new_status=new_status,
        )  # fmt: skip

    def test_five_days_after_a_good_review_a_link_of_ones_own(self, work_on, happen):
        people.order(EMAIL)
        happen(self.review(3))
        assert not Run.objects.filter(flow__code="recommend").exists()
        happen(self.review(4))
        happen(self.review(5))
        step_through("recommend", work_on)

        assert mails() == ["recommend"]
        assert sent_at("recommend") == "Sat 08.03. 10:00"
        link = ShareLink.objects.get(contact__email=EMAIL)
        assert f"/l/{link.code}/" in Message.objects.get().text

    def test_the_second_order_that_has_arrived_counts_too_and_a_return_ends_it(self, work_on, happen):
        for count in (0, 1):
            order = people.order(EMAIL, status="delivered")
            happen(self.moved(order, "shipped", "delivered"))
            assert Run.objects.filter(flow__code="recommend").count() == count
        happen(self.moved(order, "delivered", "returned"))
        work_on(days=6)
        assert mails() == []
