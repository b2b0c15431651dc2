"""The doors that automations' mails lead to: birthday, staying on the list, a personal voucher."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience import queries
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.links import confirm_token, magnet_url, preferences_token, stay_url
from shopflow.audience.models import AttributeValue, ConsentRequest, Contact, LeadMagnet, LeadMagnetRequest
from shopflow.audience.services import (
    confirm_consent,
    end_of_day,
    give_voucher,
    grant_consent,
    purge_magnet_requests,
    purge_unconfirmed,
    set_birthday,
    withdraw_consent,
)
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from tests.audience.people import contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


@pytest.fixture
def anna() -> Contact:
    return contact()


def settings_page(who: Contact) -> str:
    return f"/einstellungen/mail/{preferences_token(who)}/"


def test_a_birthday_is_entered_with_the_consent_and_without_a_year(anna):
    client = Client()
    page = client.get(settings_page(anna)).content.decode()
    assert "Mein Geburtstag" in page
    client.post(settings_page(anna), {"birthday": "on", "birthday_on_0": "29", "birthday_on_1": "2"})

    assert AttributeValue.objects.get().day == date(2000, 2, 29)
    assert queries.profile_of(anna) == [("Geburtstag", "29. Februar")]
    page = client.get(settings_page(anna)).content.decode()
    assert '<option value="29" selected>29.</option>' in page
    client.post(settings_page(anna), {"newsletter": "on"})
    while deliver_due():
        pass
    assert not AttributeValue.objects.exists(), "withdrawn consent takes the day with it"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"birthday": "on", "birthday_on_0": "31", "birthday_on_1": "2"}, "die zusammenpassen"),
        ({"birthday": "on", "birthday_on_0": "31"}, "die zusammenpassen"),
        ({"birthday_on_0": "3", "birthday_on_1": "2"}, "Kreuzen Sie auch den Geburtstagsgruß an"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence(anna, data, sentence):
    page = Client().post(settings_page(anna), data)
    assert sentence in page.content.decode()
    assert not AttributeValue.objects.exists()


def test_no_birthday_without_the_consent(anna):
    with pytest.raises(ValueRefused):
        set_birthday(contact=anna, day=date(1980, 5, 4))
    grant_consent(email=anna.email, purpose="birthday", source="test", language="de")
    assert set_birthday(contact=anna, day=date(1980, 5, 4))
    assert not set_birthday(contact=anna, day=date(1980, 5, 4))
    withdraw_consent(email=anna.email, purpose="birthday", source="test")


def test_staying_takes_a_press_and_not_a_look(anna):
    door = stay_url(anna).removeprefix("http://testserver")
    assert Client().get(door).status_code == 200
    anna.refresh_from_db()
    assert anna.seen_at is None
    assert "bekommen unsere E-Mails weiter" in Client().post(door).content.decode()
    anna.refresh_from_db()
    assert anna.seen_at is not None
    assert OutboxEvent.objects.get(code="interest_confirmed").payload["email"] == anna.email
    assert Client().get("/einstellungen/bleiben/falsch/").status_code == 404
    assert Client().get(door.replace("bleiben", "mail")).status_code == 404, "a token opens one door"


class TestVoucher:
    @pytest.fixture
    def given(self, anna):
        return give_voucher(contact=anna, percent=10, ends_at=end_of_day(5), flow="test", source_key="a")

    def shopper(self):
        client = Client()
        product = create_product(price="100.00", num_in_stock=9)
        client.post(f"/basket/add/{product.pk}/", {"quantity": 1}, headers={"origin": "http://testserver"})
        return client

    def test_it_is_one_voucher_for_one_reason(self, anna, given):
        assert give_voucher(contact=anna, percent=10, ends_at=end_of_day(9), flow="test", source_key="a") is None
        assert get_model("voucher", "Voucher").objects.count() == 1
        assert queries.usable_voucher(email=anna.email, flow="test") == given
        assert queries.usable_voucher(email=anna.email, flow="other") is None
        with pytest.raises(ValueRefused):
            give_voucher(contact=anna, percent=51, ends_at=end_of_day(5), flow="test", source_key="b")

    def test_two_vouchers_of_one_share_have_one_offer_behind_them(self, anna, given):
        give_voucher(contact=anna, percent=10, ends_at=end_of_day(5), flow="test", source_key="b")
        assert get_model("offer", "ConditionalOffer").objects.count() == 1

    def test_its_page_says_until_when_and_puts_it_into_the_basket(self, given):
        client = self.shopper()
        page = client.get(f"/gutschein/{given.voucher.code}/").content.decode()
        assert "10 % auf Ihre nächste Bestellung" in page
        assert "23:59" in page
        client.post("/basket/vouchers/add/", {"code": given.voucher.code})
        assert get_model("basket", "Basket").objects.get().vouchers.get() == given.voucher

    def test_after_its_end_page_and_basket_refuse_it(self, given):
        client = self.shopper()
        get_model("voucher", "Voucher").objects.update(end_datetime=clock.now() - timedelta(seconds=1))
        assert "galt bis" in client.get(f"/gutschein/{given.voucher.code}/").content.decode()
        client.post("/basket/vouchers/add/", {"code": given.voucher.code})
        assert not get_model("basket", "Basket").objects.get().vouchers.exists()
        assert queries.usable_voucher(email="anna@example.org") is None

    def test_unknown_codes_lead_nowhere(self):
        assert Client().get("/gutschein/ABCDEF/").status_code == 404

    def test_an_erased_person_leaves_no_trace_at_the_voucher(self, anna, given):
        anna.delete()
        given.refresh_from_db()
        assert given.contact is None


class TestDocument:
    @pytest.fixture
    def magnet(self):
        made = LeadMagnet(slug="bremsen", title="Checkliste Bremsen", text="Acht Punkte vor dem Wechsel.")
        made.file.save("bremsen.pdf", ContentFile(b"%PDF-1.7 test"))
        yield made
        made.file.delete(save=False)

    def confirm(self) -> None:
        confirm_consent(confirm_token(ConsentRequest.objects.get().key))
        while deliver_due():
            pass

    def test_asking_confirming_fetching_and_renewing(self, magnet):
        client = Client()
        page = client.get("/unterlagen/anfordern/bremsen/").content.decode()
        assert "Acht Punkte vor dem Wechsel." in page
        assert "die Unterlage bekommen Sie auch ohne" in page
        assert "checked" not in page, "the newsletter is never ticked beforehand"
        answer = client.post("/unterlagen/anfordern/bremsen/", {"email": "Neu@example.org"}, follow=True)
        assert "bittet eine E-Mail Sie, Ihre Adresse zu bestätigen" in answer.content.decode()
        asked = LeadMagnetRequest.objects.get()
        door = magnet_url(asked).removeprefix("http://testserver")
        assert client.get(door).status_code == 404, "not before the address is confirmed"
        self.confirm()

        assert "Unterlage abholen" in client.get(door).content.decode()
        file = client.get(f"{door}datei/")
        assert b"".join(file.streaming_content) == b"%PDF-1.7 test"
        assert 'filename="bremsen.pdf"' in file["Content-Disposition"]
        clock.move_forward(timedelta(days=15))
        assert client.get(f"{door}datei/").status_code == 302
        assert "abgelaufen" in client.get(door).content.decode()
        client.post(door)
        message = Message.objects.get(template="magnet_file")
        assert (message.to_email, message.mail_class) == ("neu@example.org", "transactional")
        assert client.get(f"{door}datei/").status_code == 200
        assert queries.consent_states("neu@example.org") == {"lead_magnet": "granted"}

    def test_the_newsletter_is_confirmed_in_the_same_mail_if_wanted(self, magnet):
        Client().post("/unterlagen/anfordern/bremsen/", {"email": "neu@example.org", "newsletter": "on"})
        assert Message.objects.count() == 1
        self.confirm()
        assert queries.consent_states("neu@example.org") == {"lead_magnet": "granted", "newsletter": "granted"}

    def test_requests_that_nobody_confirms_are_forgotten(self, magnet):
        Client().post("/unterlagen/anfordern/bremsen/", {"email": "neu@example.org"})
        clock.move_forward(timedelta(days=15))
        assert purge_magnet_requests() == 1
        purge_unconfirmed()
        assert not Contact.objects.filter(email="neu@example.org").exists()

    @pytest.mark.parametrize("data", [{"email": "x"}, {"email": "neu@example.org", "website": "spam"}])
    def test_what_is_wrong_changes_nothing(self, magnet, data):
        Client().post("/unterlagen/anfordern/bremsen/", data)
        assert not LeadMagnetRequest.objects.exists()

    def test_what_is_taken_off_cannot_be_asked_for(self, magnet):
        LeadMagnet.objects.update(is_active=False)
        assert Client().get("/unterlagen/anfordern/bremsen/").status_code == 404
