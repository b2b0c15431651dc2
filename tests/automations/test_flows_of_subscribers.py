"""The automations for subscribers, from event to mail, with the real rooms around them and a moved clock."""

from __future__ import annotations

import pytest
from django.db import transaction
from oscar.core.loading import get_model
from oscar.test import factories

from shopflow.audience.links import confirm_token
from shopflow.audience.models import (
    ConsentRequest,
    Contact,
    LeadMagnet,
    LeadMagnetRequest,
    ScoreThreshold,
)
from shopflow.audience.services import (
    add_tag,
    confirm_consent,
    confirm_interest,
    give_points,
    grant_consent,
    request_magnet,
    tag_named,
    withdraw_consent,
)
from shopflow.automations.models import Run
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from tests.audience import people
from tests.automations.marketing import (  # noqa: F401 - fixtures are asked for by name
    EMAIL,
    deliver,
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


class TestWelcome:
    def test_five_mails_on_their_days_and_the_questions(self, work_on):
        switch_on("welcome")
        subscriber()
        step_through("welcome", work_on)

        assert [(template, sent_at(template)) for template in mails()] == [
            ("welcome_1", "Mon 03.03. 08:00"),
            ("welcome_2", "Wed 05.03. 10:00"),
            ("welcome_3", "Sat 08.03. 10:00"),
            ("welcome_4", "Tue 11.03. 10:00"),
            ("welcome_5", "Sat 15.03. 10:00"),
            ("welcome_questions", "Tue 18.03. 10:00"),
        ]
        assert run_of("welcome").state == "done"
        assert set(Message.objects.values_list("mail_class", "purpose", "basis")) == {
            ("advertising", "newsletter", "consent")
        }

    def test_an_order_ends_the_series_with_thanks(self, work_on, happen):
        switch_on("welcome")
        subscriber()
        work_on()
        work_on(days=3)
        happen(order_placed())
        step_through("welcome", work_on)

        assert mails() == ["welcome_1", "welcome_2", "welcome_thanks"]
        assert sent_at("welcome_thanks") == "Fri 07.03. 20:00", "36 hours after the last mail"
        assert run_of("welcome").state == "done"

    def test_withdrawing_ends_it_and_nobody_is_welcomed_twice(self, work_on):
        switch_on("welcome")
        subscriber()
        work_on()
        withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
        deliver()
        run = run_of("welcome")
        assert (run.state, run.ending) == ("exited", "consent_revoked")
        grant_consent(email=EMAIL, purpose="newsletter", source="test", language="de")
        deliver()
        work_on(days=20)

        assert mails() == ["welcome_1"]
        assert Run.objects.filter(flow__code="welcome").count() == 1

    def test_consent_to_something_else_begins_nothing(self):
        switch_on("welcome")
        subscriber(purpose="cart_reminder")
        assert not Run.objects.exists()


class TestSilentSubscribers:
    @pytest.fixture(autouse=True)
    def _silent(self, work_on):
        self.who = subscriber(name="Erika Beispiel")
        add_tag(contact=self.who, tag=tag_named("Stammtisch"), source="test")
        switch_on("re_engagement")
        work_on(days=74)
        assert occasions() == 0
        work_on(days=1)
        assert (occasions(), occasions()) == (1, 0)

    def test_two_mails_then_the_profile_goes(self, work_on):
        step_through("re_engagement", work_on)

        assert mails() == ["still_interested", "last_mail"]
        first, last = Message.objects.order_by("pk").values_list("created_at", flat=True)
        assert (last - first).days == 14
        assert f"{(clock.now() - last).days}" == "7"
        self.who.refresh_from_db()
        assert (self.who.name, self.who.tag_assignments.count()) == ("", 0)
        assert not OutboxEvent.objects.filter(code="consent_changed", payload__action="withdraw").count() > 1
        assert run_of("re_engagement").state == "done"
        assert "bleiben" in Message.objects.first().text

    @pytest.mark.parametrize("sign", ["button", "order", "sign-in"])
    def test_a_sign_of_life_ends_it(self, work_on, happen, sign):
        work_on()
        work_on(days=3)
        if sign == "button":
            with transaction.atomic():
                confirm_interest(contact=self.who)
            deliver()
        elif sign == "order":
            happen(order_placed())
        else:
            user = people.staff(EMAIL)
            user.last_login = clock.now()
            user.save()
            Contact.objects.filter(pk=self.who.pk).update(user=user)
        work_on(days=2)
        work_on(days=30)

        assert mails() == ["still_interested"]
        assert run_of("re_engagement").state in ("exited", "done")
        self.who.refresh_from_db()
        assert self.who.name == "Erika Beispiel"

    def test_the_next_silence_counts_after_180_days(self, work_on):
        work_on()
        with transaction.atomic():
            confirm_interest(contact=self.who)
        deliver()
        for days, entered in ((76, 1), (120, 2)):
            work_on(days=days)
            with transaction.atomic():
                confirm_interest(contact=self.who)
            work_on(days=76)
            occasions()
            assert Run.objects.filter(flow__code="re_engagement").count() == entered, days


class TestDocumentOnRequest:
    @pytest.fixture(autouse=True)
    def _on(self):
        switch_on("lead_magnet", "business_nurture")

    def asked(self, *, newsletter: bool, business: bool = False) -> LeadMagnetRequest:
        """Somebody asks for a document and confirms the address."""
        magnet = LeadMagnet.objects.create(
            slug="bremsen", title="Checkliste Bremsen", for_business=business, file="magnets/bremsen.pdf"
        )
        found = request_magnet(magnet=magnet, email=EMAIL, newsletter=newsletter, language="de", source="/unterlagen/")
        assert found.confirmed_at is None
        deliver()
        assert not Run.objects.exists(), "nothing before the address is confirmed"
        confirm_consent(confirm_token(ConsentRequest.objects.get().key))
        deliver()
        found.refresh_from_db()
        return found

    def test_the_link_and_four_mails_for_subscribers(self, work_on):
        self.asked(newsletter=True)
        step_through("lead_magnet", work_on)

        assert [(template, sent_at(template)) for template in mails()[1:]] == [
            ("magnet_file", "Mon 03.03. 08:00"),
            ("magnet_related_1", "Wed 05.03. 10:00"),
            ("magnet_related_2", "Sat 08.03. 10:00"),
            ("magnet_related_3", "Wed 12.03. 10:00"),
            ("magnet_offer", "Sun 16.03. 10:00"),
        ]
        assert mails()[0] == "consent_confirm"
        classes = Message.objects.order_by("pk").values_list("mail_class", flat=True)
        assert list(classes) == ["transactional"] * 2 + ["advertising"] * 4
        assert "Checkliste Bremsen" in Message.objects.get(template="magnet_file").subject

    def test_without_the_newsletter_the_link_is_all(self, work_on):
        self.asked(newsletter=False)
        step_through("lead_magnet", work_on)
        assert mails() == ["consent_confirm", "magnet_file"]

    def test_an_order_on_the_subject_ends_it_and_no_other(self, work_on, happen):
        found = self.asked(newsletter=True)
        brakes = get_model("catalogue", "Category").add_root(name="Bremsen")
        LeadMagnet.objects.update(category=brakes)
        work_on()
        work_on(days=3)
        other = people.order(EMAIL, product=factories.create_product())
        happen(order_placed(number=other.pk))
        assert run_of("lead_magnet").state == "waiting"
        product = factories.create_product()
        product.categories.set([brakes])
        happen(order_placed(number=people.order(EMAIL, product=product).pk))

        assert run_of("lead_magnet").ending == "goal_reached"
        work_on(days=20)
        assert mails() == ["consent_confirm", "magnet_file", "magnet_related_1"]
        assert found.contact.email == EMAIL

    def test_a_business_gets_eight_mails_ten_working_days_apart(self, work_on):
        self.asked(newsletter=True, business=True)
        assert Contact.objects.get().kind == "b2b"
        step_through("business_nurture", work_on)

        assert mails() == ["consent_confirm", "magnet_file", *(f"nurture_{number}" for number in range(1, 9))]
        assert sent_at("nurture_1") == "Mon 17.03. 10:00"
        assert sent_at("nurture_2") == "Tue 01.04. 10:00", "the waits count from the mail, at ten"
        assert Contact.objects.get().score_entries.get().points == 15

    def test_fifty_points_end_the_series_in_favour_of_a_call(self, work_on):
        ScoreThreshold.objects.get_or_create(points=50, defaults={"label": "Heiß"})
        self.asked(newsletter=True, business=True)
        work_on()
        give_points(contact=Contact.objects.get(), points=40, reason="Messe", source_key="x")
        deliver()
        work_on()

        assert run_of("business_nurture").ending == "goal_reached"
        assert StaffTask.objects.get().kind == "hot_lead"
