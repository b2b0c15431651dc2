"""Watched prices: who asks, who confirms, and who is told of which price, with the price history around them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.automations.models import Flow
from shopflow.contracts.personal_data import Person, personal_data
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from shopflow.parts.models import Brand, PartRecord, PriceHistory
from shopflow.storefront.models import PriceWatch
from shopflow.storefront.services import announce_price_drops, end_watch, forget_old_watches, watch_price
from shopflow.tax.services import load_rates
from tests.automations.rooms import only_flows

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
HERE = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _flows(seller, any_hour):
    load_rates()
    with only_flows("price_watch"):
        Flow.objects.filter(code="price_watch").update(enabled=True)
        yield


@pytest.fixture
def product():
    made = create_product(title="Bremsscheibe", price="100.00", num_in_stock=3)
    brand = Brand.objects.create(code="ATE", name="ATE")
    PartRecord.objects.create(product=made, brand=brand, number_display="B 1", number_key="B1", list_price_cents=10_000)
    return made


def reprice(product, net_cents, *, known=True):
    """As an import does; ``known`` False as a change that no history was written for."""
    record = get_model("partner", "StockRecord").objects.get(product=product)
    before, record.price = round(record.price * 100), net_cents / 100
    record.save()
    if known:
        PriceHistory.objects.create(
            part=product.part_record, old_net_cents=before, new_net_cents=net_cents, valid_from=clock.now()
        )


@pytest.fixture
def watched(product):
    """A guest who asked at 100 euros net and has confirmed the address."""
    watch = watch_price(product_id=product.pk, email=EMAIL)
    PriceWatch.objects.update(confirmed_at=clock.now())
    Message.objects.all().delete()
    return watch


@pytest.fixture
def sweep(work_on):
    def run(**by):
        if by:
            clock.move_forward(timedelta(**by))
        count = announce_price_drops()
        while deliver_due():
            pass
        work_on()
        return count

    return run


def ask(client, product, **data):
    return client.post(f"/preisalarm/neu/{product.pk}/", data, headers=HERE, follow=True).content.decode()


def subjects():
    return list(Message.objects.order_by("pk").values_list("subject", flat=True))


def test_a_guest_asks_confirms_is_told_and_ends_it(product, sweep):
    shopper = Client()
    assert "Auf einen niedrigeren Preis warten" in shopper.get(product.get_absolute_url()).content.decode()
    assert "Bitte sehen Sie in Ihr Postfach" in ask(shopper, product, email="Erika@Example.org")
    watch = PriceWatch.objects.get()
    assert (watch.email, watch.net_cents, watch.confirmed_at) == (EMAIL, 10_000, None)
    question = Message.objects.get()
    assert (question.template, question.mail_class) == ("price_watch_confirm", "transactional")
    door = f"/preisalarm/{watch.key}/"
    assert f"http://testserver{door}" in question.text

    reprice(product, 9_000)
    assert sweep() == 0, "nobody has confirmed yet"
    assert "Noch ein Klick" in shopper.get(door).content.decode()
    watch.refresh_from_db()
    assert watch.confirmed_at is None, "opening the page changes nothing"
    assert "Wir beobachten den Preis" in shopper.post(door, {"start": "1"}).content.decode()
    assert sweep() == 1

    told = Message.objects.get(template="price_drop")
    assert told.subject == "Jetzt 107,10 €: Bremsscheibe"
    assert "Der niedrigste Preis der 30 Tage davor war 119,00" in told.text
    assert f"http://testserver{door}" in told.text
    assert told.mail_class == "transactional"
    watch.refresh_from_db()
    assert watch.net_cents == 9_000
    assert "Ihre Adresse vergessen" in shopper.post(door, {"end": "1"}).content.decode()
    assert not PriceWatch.objects.exists()
    assert "Diesen Preisalarm gibt es nicht mehr" in shopper.get(door).content.decode()


def test_a_customer_needs_no_confirmation(product):
    user = get_user_model().objects.create_user("Kundin@Example.org", "geheim-1234")
    shopper = Client()
    shopper.force_login(user)
    assert "sobald der Preis sinkt" in ask(shopper, product, email="andere@example.org")
    watch = PriceWatch.objects.get()
    assert (watch.email, watch.user, watch.confirmed_at is None) == ("kundin@example.org", user, False)
    assert not Message.objects.exists()


def test_who_asks_twice_is_asked_once(product):
    ask(Client(), product, email=EMAIL)
    ask(Client(), product, email=EMAIL)
    assert PriceWatch.objects.count() == Message.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PriceWatch.objects.create(product=product, email=EMAIL, net_cents=1, created_at=clock.now())


@pytest.mark.parametrize(("price", "count"), [(9_501, 0), (9_500, 1), (10_400, 0)])
def test_it_takes_five_percent(product, watched, sweep, price, count):
    reprice(product, price)
    assert sweep() == count
    assert len(subjects()) == count


def test_at_most_once_a_week_and_only_when_it_falls_further(product, watched, sweep):
    reprice(product, 9_000)
    assert sweep() == 1
    assert sweep(days=8) == 0, "the same price is no news"
    reprice(product, 8_000)
    assert sweep() == 1
    reprice(product, 7_000)
    assert sweep(days=6) == 0
    assert sweep(days=2) == 1
    assert [subject.split(":")[0] for subject in subjects()] == [
        "Jetzt 107,10 €", "Jetzt 95,20 €", "Jetzt 83,30 €"
    ]  # fmt: skip


def test_prices_are_in_the_language_of_the_mail(product, watched, sweep):
    reprice(product, 9_000)
    with translation.override("en"):
        assert sweep() == 1
    assert [subject.split(":")[0] for subject in subjects()] == ["Jetzt 107,10 €"]


def test_a_price_that_was_raised_only_to_fall_is_none_that_fell(product, watched, sweep):
    """§ 11 PAngV: what counts is the lowest price of the thirty days before, not the one of yesterday."""
    reprice(product, 9_000)
    PriceWatch.objects.update(told_at=clock.now() - timedelta(days=10))
    clock.move_forward(timedelta(days=1))
    reprice(product, 12_000)
    clock.move_forward(timedelta(days=1))
    reprice(product, 9_400)
    assert sweep() == 0
    clock.move_forward(timedelta(days=31))
    reprice(product, 9_300)
    assert sweep() == 1
    assert "30 Tage davor war 111,86" in Message.objects.get().text


def test_a_price_that_rose_again_before_the_mail_left_is_not_told(product, watched, work_on):
    reprice(product, 9_000)
    assert announce_price_drops() == 1
    reprice(product, 10_000)
    while deliver_due():
        pass
    work_on()
    assert subjects() == []
    assert PriceWatch.objects.get().told_at is None


@pytest.mark.parametrize("reason", ["sold_out", "hidden", "changed_unseen", "ended"])
def test_who_could_not_buy_at_the_price_is_not_told(product, watched, sweep, reason):
    reprice(product, 9_000)
    if reason == "sold_out":
        get_model("partner", "StockRecord").objects.update(num_in_stock=0)
    elif reason == "hidden":
        get_model("catalogue", "Product").objects.update(is_public=False)
    elif reason == "changed_unseen":
        reprice(product, 9_800, known=False)
    else:
        assert end_watch(key=watched.key)
    assert sweep() == 0
    assert subjects() == []


def test_while_the_automation_is_off_the_page_offers_nothing_and_nobody_loses_the_request(product, watched, sweep):
    Flow.objects.update(enabled=False)
    shopper = Client()
    assert "Auf einen niedrigeren Preis" not in shopper.get(product.get_absolute_url()).content.decode()
    assert "Wir beobachten zurzeit keine Preise" in ask(shopper, product, email="neu@example.org")
    reprice(product, 9_000)
    assert sweep() == 0
    Flow.objects.update(enabled=True)
    assert sweep() == 1
    assert list(PriceWatch.objects.values_list("email", flat=True)) == [EMAIL]


@pytest.mark.parametrize("data", [{"email": "no address"}, {"email": ""}, {"email": EMAIL, "website": "x"}])
def test_what_is_wrong_or_a_robot_leaves_nothing(product, data):
    ask(Client(), product, **data)
    assert not PriceWatch.objects.exists()
    assert not Message.objects.exists()


def test_another_sites_form_is_refused(product):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        f"/preisalarm/neu/{product.pk}/", {"email": EMAIL}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert not PriceWatch.objects.exists()


def test_goods_without_a_history_cannot_be_watched(product):
    plain = create_product(title="Gutschein", price="10.00", num_in_stock=1)
    assert "Auf einen niedrigeren Preis" not in Client().get(plain.get_absolute_url()).content.decode()
    assert watch_price(product_id=plain.pk, email=EMAIL) is None


def test_unconfirmed_and_old_requests_are_forgotten(product, watched):
    watch_price(product_id=product.pk, email="unsure@example.org")
    clock.move_forward(timedelta(days=15))
    assert forget_old_watches() == 1
    clock.move_forward(timedelta(days=351))
    assert forget_old_watches() == 1
    assert not PriceWatch.objects.exists()


def test_a_person_is_told_and_forgotten(product, watched):
    room, person = personal_data.get("price_watches"), Person(email=EMAIL)
    assert [row["product"] for row in room.export(person)["price_watches"]] == ["Bremsscheibe"]
    assert room.export(Person(email="x@example.org")) == {}
    json.dumps(room.export(person))
    assert room.erase(Person(email="x@example.org")).erased == 0
    assert room.erase(person).erased == 1
    assert not PriceWatch.objects.exists()


@pytest.mark.parametrize("spelling", ["Erika@Müller.example", "erika@xn--mller-kva.example"])
def test_a_domain_with_umlauts_is_one_address_in_both_spellings(product, spelling):
    for typed in ("erika@müller.example", "ERIKA@xn--mller-kva.example"):
        ask(Client(), product, email=typed)
    assert [watch.email for watch in PriceWatch.objects.all()] == ["erika@xn--mller-kva.example"]
    assert Message.objects.count() == 1
    assert personal_data.get("price_watches").erase(Person(email=spelling)).erased == 1
    assert not PriceWatch.objects.exists()


def test_a_look_costs_the_same_for_one_watch_and_for_many(product, watched, django_assert_max_num_queries):
    for number in range(10):
        watch_price(product_id=product.pk, email=f"x{number}@example.org")
    PriceWatch.objects.update(confirmed_at=clock.now())
    with django_assert_max_num_queries(3):
        assert announce_price_drops() == 0
