"""Telling people what the shop holds about them, and forgetting them."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from oscar.core.loading import get_class, get_model
from oscar.test.factories import CountryFactory, create_order, create_product

from shopflow.audience.models import Consent, Contact
from shopflow.contracts.personal_data import ErasureRefused, personal_data
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.ordering.models import OrderAttempt
from shopflow.parts.models import GarageVehicle
from shopflow.privacy.models import AnsweredRequest
from shopflow.privacy.services import NoAddress, erase_person, export_person, summary_of

pytestmark = pytest.mark.django_db

Order, Basket = get_model("order", "Order"), get_model("basket", "Basket")
ProductReview, UserAddress = get_model("reviews", "ProductReview"), get_model("address", "UserAddress")
EMAIL, PASSWORD = "erika@example.org", "sehr-geheim-7"


@pytest.fixture
def erika():
    return get_user_model().objects.create_user(email=EMAIL, password=PASSWORD, first_name="Erika")


@pytest.fixture
def belongings(erika):
    """An account with everything that an account can have, and a delivered order."""
    country = CountryFactory(iso_3166_1_a2="DE", printable_name="Deutschland")
    UserAddress.objects.create(user=erika, last_name="Muster", line1="Weg 1", country=country)
    GarageVehicle.objects.create(user=erika, hsn="0603", tsn="BKX", created_at=clock.now())
    Contact.objects.create(email=EMAIL, user=erika, created_at=clock.now())
    product = create_product(title="Ölfilter", price="10.00", num_in_stock=5)
    ProductReview.objects.create(product=product, user=erika, title="Gut", body="Passt.", score=5)
    order = create_order(number="SF-1", user=erika)
    Order.objects.filter(pk=order.pk).update(status="delivered")
    attempt_of(Basket.objects.get(pk=order.basket_id), order=order, number="SF-1", user=erika)
    basket = Basket.objects.create(owner=erika)
    basket.strategy = get_class("partner.strategy", "Default")()
    basket.add_product(product)
    return order


def attempt_of(basket, *, number, user, order=None, state=None):
    return OrderAttempt.objects.create(
        basket=basket,
        order=order,
        order_number=number,
        user=user,
        email=EMAIL,
        state=state or (OrderAttempt.State.PLACED if order else OrderAttempt.State.DECLINED),
        payment_method="transfer",
        total_cents=1190,
        currency="EUR",
        submission={"billing_address": {"last_name": "Muster"}},
        created_at=clock.now(),
        expires_at=clock.now(),
    )


def test_a_copy_holds_what_every_room_knows(belongings):
    copy = export_person(email=" Erika@Example.org ")

    assert copy["person"] == EMAIL
    rooms = copy["rooms"]
    assert set(rooms) == {"account", "baskets", "consents", "orders", "vehicles"}
    assert rooms["account"]["account"][0]["name"] == "Erika"
    assert rooms["account"]["addresses"][0]["lines"] == ["Muster", "Weg 1", "Deutschland"]
    assert rooms["account"]["reviews"] == [{"product": "Ölfilter", "title": "Gut", "text": "Passt.", "score": 5}]
    assert [order["number"] for order in rooms["orders"]["orders"]] == ["SF-1"]
    assert rooms["vehicles"]["vehicles"][0]["hsn"] == "0603"
    assert [basket["lines"] for basket in rooms["baskets"]["baskets"] if basket["status"] == "Open"] == [
        ["1 × Ölfilter"]
    ]
    json.dumps(copy)
    answered = AnsweredRequest.objects.get()
    assert (answered.kind, answered.answered_by, answered.result["vehicles"]) == ("copy", None, 1)


def test_nobody_elses_data_is_in_the_copy(belongings):
    other = get_user_model().objects.create_user(email="max@example.org", password=PASSWORD)
    assert set(export_person(email=other.email)["rooms"]) == {"account"}
    assert export_person(email="nobody@example.org")["rooms"] == {}
    assert summary_of("nobody@example.org") == []


def test_an_erasure_keeps_what_the_law_demands_and_nothing_else(belongings, erika):
    max_ = get_user_model().objects.create_user(email="max@example.org", password=PASSWORD)
    failed = attempt_of(Basket.objects.create(owner=erika), number="SF-2", user=erika)

    done = {str(part.label): part.erasure for part in erase_person(email=EMAIL)}

    assert list(get_user_model().objects.all()) == [max_]
    assert UserAddress.objects.count() == GarageVehicle.objects.count() == Contact.objects.count() == 0
    assert Consent.objects.count() == 0
    order = Order.objects.get()
    assert (order.number, order.user) == ("SF-1", None)
    kept = OrderAttempt.objects.get(order=order)
    assert kept.submission == {"billing_address": {"last_name": "Muster"}}
    failed.refresh_from_db()
    assert (failed.email, failed.user, failed.submission) == ("", None, {})
    assert sorted(Basket.objects.values_list("pk", flat=True)) == sorted([order.basket_id, failed.basket_id])
    review = ProductReview.objects.get()
    assert (review.user, review.email, review.body) == (None, "", "Passt.")
    assert sum(erasure.kept for erasure in done.values()) == 1
    assert AnsweredRequest.objects.get().kind == "erasure"
    assert EMAIL not in json.dumps(AnsweredRequest.objects.get().result)
    left = export_person(email=EMAIL)["rooms"]
    assert set(left) == {"mails"}
    assert [block["reason"] for block in left["mails"]["suppressions"]] == ["erased"]


@pytest.mark.parametrize("status", ["new", "paid", "in_work", "shipped", "ready_for_pickup"])
def test_an_order_under_way_keeps_the_person(belongings, status):
    Order.objects.update(status=status)
    with pytest.raises(ErasureRefused, match="SF-1"):
        erase_person(email=EMAIL)
    assert get_user_model().objects.filter(email=EMAIL).count() == 1
    assert GarageVehicle.objects.count() == 1
    assert AnsweredRequest.objects.count() == 0


@pytest.mark.parametrize("state", ["reserved", "paying", "awaiting", "refund_due"])
def test_a_payment_under_way_keeps_the_person(erika, state):
    attempt_of(Basket.objects.create(owner=erika), number="SF-3", user=erika, state=state)
    with pytest.raises(ErasureRefused):
        erase_person(email=EMAIL)
    assert OrderAttempt.objects.get().email == EMAIL


def test_staff_accounts_are_not_erased(erika):
    get_user_model().objects.filter(pk=erika.pk).update(is_staff=True)
    with pytest.raises(ErasureRefused):
        erase_person(email=EMAIL)
    assert get_user_model().objects.count() == 1


def test_the_account_goes_last():
    last = max(personal_data, key=lambda room: room.position)
    assert last.code == "account"
    assert [room.position for room in personal_data].count(last.position) == 1


@pytest.fixture
def erika_proved(client, erika):
    """Signed in, with the link from the mail opened."""
    client.force_login(erika)
    client.post(reverse("shopflow-mailing:ask-proof"), {"next": reverse("shopflow-privacy:my-data")})
    link = re.search(r"/mail/adresse/\S+/", Message.objects.get(template="address_proof").text).group()
    assert client.get(link)["Location"] == reverse("shopflow-privacy:my-data")
    return link


def test_whoever_registers_with_a_strangers_address_sees_and_erases_nothing(client, belongings, erika):
    """An account takes any address; what the shop holds about it is shown to whoever reads its mail."""
    client.force_login(erika)
    page = client.get(reverse("shopflow-privacy:my-data")).content.decode()
    assert reverse("shopflow-mailing:ask-proof") in page
    assert reverse("shopflow-privacy:download") not in page
    for name in ("download", "leave"):
        answer = client.post(reverse(f"shopflow-privacy:{name}"), {"password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, reverse("shopflow-privacy:my-data"))
    settings = client.get("/accounts/mail-einstellungen/").content.decode()
    assert "/einstellungen/nachweis/" not in settings
    assert AnsweredRequest.objects.count() == 0
    assert get_user_model().objects.filter(email=EMAIL).exists()


def test_a_proof_counts_for_one_login_and_one_address(client, erika_proved, erika):
    assert reverse("shopflow-privacy:download") in client.get(reverse("shopflow-privacy:my-data")).content.decode()
    get_user_model().objects.filter(pk=erika.pk).update(email="someone@example.org")
    assert client.post(reverse("shopflow-privacy:download")).status_code == 302
    client.get(erika_proved)
    assert client.post(reverse("shopflow-privacy:download")).status_code == 302
    get_user_model().objects.filter(pk=erika.pk).update(email=EMAIL)
    client.logout()
    client.force_login(erika)
    assert client.post(reverse("shopflow-privacy:download")).status_code == 302
    client.get(erika_proved)
    assert client.post(reverse("shopflow-privacy:download")).status_code == 200


def test_a_customer_takes_the_data_along(client, belongings, erika_proved):
    page = client.get(reverse("shopflow-privacy:my-data"))
    assert page.status_code == 200
    assert client.get(reverse("shopflow-privacy:download")).status_code == 405
    answer = client.post(reverse("shopflow-privacy:download"))
    assert answer["Content-Disposition"] == 'attachment; filename="meine-daten.json"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.json()["person"] == EMAIL


def test_leaving_asks_for_the_password(client, belongings, erika_proved):
    wrong = client.post(reverse("shopflow-privacy:leave"), {"password": "falsch"})
    assert wrong.status_code == 422
    assert get_user_model().objects.count() == 1

    gone = client.post(reverse("shopflow-privacy:leave"), {"password": PASSWORD})
    assert (gone.status_code, gone["Location"]) == (302, "/")
    assert get_user_model().objects.count() == 0
    assert "_auth_user_id" not in client.session


def test_oscars_own_page_for_leaving_is_ours(client, belongings, erika):
    """Oscar's view deletes the user while baskets and attempts still hold on to it."""
    client.force_login(erika)
    assert client.get(reverse("customer:profile-delete"))["Location"] == reverse("shopflow-privacy:my-data")
    assert get_user_model().objects.count() == 1


def test_visitors_see_nobodys_data(client):
    for name in ("my-data", "download", "leave"):
        answer = client.post(reverse(f"shopflow-privacy:{name}"))
        assert answer["Location"].startswith("/accounts/login/"), name


@pytest.fixture
def officer(client):
    user = get_user_model().objects.create_user(email="staff@example.org", password=PASSWORD)
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="add_answeredrequest"))
    client.force_login(user)
    return user


def test_staff_answer_a_letter(client, officer, belongings):
    found = client.post(reverse("shopflow-staff:privacy"), {"email": EMAIL})
    assert found.context["email"] == EMAIL
    copy = client.post(reverse("shopflow-staff:privacy-copy"), {"email": EMAIL})
    assert copy.json()["person"] == EMAIL
    assert AnsweredRequest.objects.get().answered_by == officer

    unsure = client.post(reverse("shopflow-staff:privacy-erase"), {"email": EMAIL, "note": "Brief vom 3. Mai"})
    assert unsure.status_code == 422
    assert get_user_model().objects.filter(email=EMAIL).exists()

    sure = {"email": EMAIL, "note": "Brief vom 3. Mai, Ausweis gesehen", "sure": "on"}
    assert client.post(reverse("shopflow-staff:privacy-erase"), sure).status_code == 302
    assert not get_user_model().objects.filter(email=EMAIL).exists()
    assert AnsweredRequest.objects.filter(kind="erasure", answered_by=officer).count() == 1


def test_staff_read_why_somebody_cannot_be_erased_yet(client, officer, belongings):
    Order.objects.update(status="paid")
    answer = client.post(reverse("shopflow-staff:privacy-erase"), {"email": EMAIL, "note": "Brief", "sure": "on"})
    assert answer.status_code == 409
    assert "SF-1" in answer.content.decode()


@pytest.mark.parametrize(("method", "page"), [("get", "my-data"), ("post", "download"), ("post", "leave")])
def test_an_account_without_an_address_is_shown_nobodys_data(client, belongings, method, page):
    nameless = get_user_model().objects.create(password="!")
    Order.objects.update(guest_email="")
    client.force_login(nameless)

    response = getattr(client, method)(reverse(f"shopflow-privacy:{page}"), {"password": PASSWORD})

    assert (response.status_code, response.url) == (302, reverse("customer:profile-update"))
    assert get_user_model().objects.filter(pk=nameless.pk).exists()
    with pytest.raises(NoAddress):
        export_person(email="")
    assert AnsweredRequest.objects.count() == 0
