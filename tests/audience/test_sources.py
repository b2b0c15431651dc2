"""Where contacts and orders came from; nothing is kept of people who only look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.leads import SESSION_KEY, Lead, read_lead, restore_lead
from shopflow.audience.models import BasketLead, Contact, ContactOrder, ShareLink, Touch
from shopflow.audience.queries import share_links
from shopflow.audience.services import (
    create_share_link,
    erase_person,
    link_order,
    link_orders,
    note_basket,
    purge_basket_sources,
    record_touch,
    referral_link,
)
from shopflow.core import clock
from tests.audience.people import contact, order, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def link(target: str = "/newsletter/", **values) -> ShareLink:
    return create_share_link(
        label="Beitrag vom Montag", channel="linkedin", campaign="herbst", target=target, actor=staff(), **values
    )


def test_the_words_of_an_address():
    assert read_lead("/x/?a=1") is None
    assert read_lead("https://shop.example/teile/?utm_source=LinkedIn&utm_campaign=h%20b&ref=abc&page=2") == Lead(
        source="LinkedIn", campaign="h b", code="abc", landing="/teile/"
    )
    assert len(read_lead(f"/?utm_source={'x' * 500}").source) == 100
    assert read_lead("/?utm_source=a%00b") is None
    assert restore_lead({"source": "x", "from_tomorrow": "y"}) == Lead(source="x")
    assert restore_lead(None) is None


def test_looking_leaves_no_cookie_and_no_trace(client):
    shared = link()
    for program in ("facebookexternalhit/1.1", "LinkedInBot/1.0", ""):
        client.get(f"/l/{shared.code}/", headers={"user-agent": program})
    client.get(f"/l/{shared.code}/", headers={"user-agent": "Mozilla/5.0", "purpose": "prefetch"})
    client.head(f"/l/{shared.code}/", headers={"user-agent": "Mozilla/5.0"})
    answer = client.get(f"/l/{shared.code}/?x={'y' * 9000}", headers={"user-agent": "Mozilla/5.0"})
    assert (answer.status_code, answer["Location"]) == (302, f"/newsletter/?ref={shared.code}")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "sessionid" not in client.cookies
    assert SESSION_KEY not in client.session
    assert (Touch.objects.count(), BasketLead.objects.count(), Contact.objects.count()) == (0, 0, 0)
    assert ShareLink.objects.get().visits == 1
    assert client.get("/l/unbekannt/").status_code == 404


def test_signing_up_keeps_what_led_to_it(client):
    shared = link()
    landing = f"/newsletter/?ref={shared.code}&utm_medium=post"
    form = {"email": "anna@example.org", "agree": "on"}
    done = client.post("/newsletter/", form, headers={"referer": f"http://testserver{landing}"})

    assert done.status_code == 302
    first, last = Touch.objects.order_by("which")
    assert (first.which, last.which) == ("first", "last")
    assert (first.source, first.medium, first.campaign) == ("linkedin", "post", "herbst")
    assert (first.share_link, first.contact.email, first.landing) == (shared, "anna@example.org", "/newsletter/")


@pytest.mark.parametrize("referer", ["http://evil.example/?ref=x", "", "http://[broken"])
def test_other_peoples_pages_say_nothing(client, referer):
    client.post("/newsletter/", {"email": "anna@example.org", "agree": "on"}, headers={"referer": referer})
    assert Contact.objects.exists()
    assert not Touch.objects.exists()


def test_goods_in_the_basket_carry_the_source_to_the_order(client):
    shared, goods = link(target="/catalogue/"), create_product(price=10, num_in_stock=5)
    referer = f"http://testserver/catalogue/?ref={shared.code}"
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1}, headers={"referer": referer})

    basket = get_model("basket", "Basket").objects.get()
    assert BasketLead.objects.get().basket == basket
    assert client.session[SESSION_KEY]["code"] == shared.code
    made = order("anna@example.org", basket=basket)
    bought = ContactOrder.objects.get()
    assert (bought.order, bought.share_link, bought.source, bought.campaign) == (made, shared, "linkedin", "herbst")
    assert Touch.objects.filter(contact__email="anna@example.org", share_link=shared).count() == 2
    assert not BasketLead.objects.exists()
    row = share_links().get()
    assert (row.orders, row.net) == (1, 100)
    made.status = "cancelled"
    get_model("order", "Order").objects.update(status="cancelled")
    row = share_links().get()
    assert (row.orders, row.net) == (0, 0)


def test_the_first_touch_stays_and_the_latest_follows():
    anna = contact()
    for source in ("linkedin", "google", "youtube"):
        record_touch(contact=anna, lead=Lead(source=source))
    assert list(Touch.objects.order_by("which").values_list("which", "source")) == [
        ("first", "linkedin"),
        ("last", "youtube"),
    ]


def test_a_basket_keeps_its_latest_source():
    basket = get_model("basket", "Basket").objects.create()
    for source in ("linkedin", "google"):
        note_basket(basket_id=basket.pk, lead=Lead(source=source))
    assert BasketLead.objects.get().source == "google"
    basket.submit()
    note_basket(basket_id=basket.pk, lead=Lead(source="too late"))
    assert BasketLead.objects.get().source == "google"
    clock.move_forward(timedelta(days=29))
    assert purge_basket_sources() == 0
    clock.move_forward(timedelta(days=2))
    assert purge_basket_sources() == 1


def test_orders_are_linked_once_and_never_again_after_an_erasure():
    made = order("Anna@Example.org", link=False)
    order("", link=False)
    assert link_orders() == 1
    assert link_orders() == 0
    assert link_order(order_id=made.pk).email == "anna@example.org"
    erase_person("anna@example.org")
    assert link_orders() == 0
    assert link_order(order_id=made.pk) is None
    assert not Contact.objects.exists()
    row = ContactOrder.objects.get()
    assert (row.contact, row.order) == (None, made)


def test_a_recommendation_has_one_link_for_good():
    anna = contact()
    assert referral_link(anna) == referral_link(anna)
    assert referral_link(anna).channel == "referral"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "evil"])
def test_a_share_link_leads_nowhere_else(target):
    with pytest.raises(ValueRefused):
        link(target=target)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareLink.objects.create(code="x", label="x", channel="other", target=target, created_at="2026-01-01T00:00:00Z")
