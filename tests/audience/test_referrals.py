"""Recommending the shop: one's own link, what it brings, and nobody's data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from oscar.core.loading import get_model

from oscar_ext.order.events import OrderStatusChanged
from shopflow.audience.leads import Lead
from shopflow.audience.models import AudienceSettings, BasketLead, ContactOrder, PersonalVoucher, ShareLink
from shopflow.audience.queries import referred_orders
from shopflow.audience.same_person import mailbox
from shopflow.audience.services import link_order, note_basket, referral_link
from shopflow.automations.models import Flow, Run
from shopflow.automations.services import run_due, sync_builtin_flows
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, publish
from shopflow.legal.events import WithdrawalDeclared
from tests.audience.people import contact, order, staff
from tests.oscar_ext.checkout_support import germany

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
PAGE = "/accounts/empfehlen/"


@pytest.fixture
def customer(client):
    user = get_user_model().objects.create_user("anna@example.org", "geheim-1234")
    client.force_login(user)
    return user


def ordered_by(email, link, **values):
    basket = get_model("basket", "Basket").objects.create()
    note_basket(basket_id=basket.pk, lead=Lead(code=link.code))
    made = order(email, basket=basket, link=False, **values)
    link_order(order_id=made.pk)
    return made


def test_the_link_is_made_when_asked_for_and_stays_the_same(client, customer):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert not ShareLink.objects.exists()
    assert client.post(PAGE).status_code == 302
    client.post(PAGE)
    link = ShareLink.objects.get()
    assert (link.contact.email, link.channel) == ("anna@example.org", "referral")
    text = client.get(PAGE).content.decode()
    assert f'value="http://testserver/l/{link.code}/"' in text or f"/l/{link.code}/" in text
    client.logout()
    assert client.get(PAGE).status_code == 302


def test_orders_are_counted_and_nobody_is_named(client, customer):
    link = referral_link(contact("anna@example.org"))
    ordered_by("otto@example.org", link)
    ordered_by("olga@example.org", link, status="cancelled")
    page = client.get(PAGE)
    assert page.context["orders"] == 1
    text = page.content.decode()
    assert "otto" not in text
    assert "olga" not in text


def test_nobody_recommends_the_shop_to_themselves(customer):
    me = contact("anna@example.org", user=customer)
    link = referral_link(me)
    ordered_by("anna@example.org", link)
    elsewhere = contact("anna.privat@example.org", user=customer)
    ordered_by("anna.privat@example.org", link)
    assert set(ContactOrder.objects.values_list("share_link", flat=True)) == {None}
    assert (referred_orders(me), referred_orders(elsewhere)) == (0, 0)
    assert not BasketLead.objects.exists()


def addressed(made, *, name="Anna Beispiel", street="Musterstraße 1", more="", postcode="12345", phone=""):
    first, last = name.split()
    kind = get_model("order", "ShippingAddress")
    made.shipping_address = kind.objects.create(
        first_name=first, last_name=last, line1=street, line2=more, line4="Musterstadt", postcode=postcode,
        country=germany(), phone_number=phone,
    )  # fmt: skip
    made.save()
    return made


@pytest.mark.parametrize(
    ("email", "address", "counts"),
    [
        ("Anna+freund@Example.org", {}, False),
        ("an.na@example.org", {}, True),
        ("otto@example.org", {"name": "anna BEISPIEL", "street": "Musterstr. 1", "more": "2. OG"}, False),
        ("otto@example.org", {"name": "A. Beispiel", "street": "Musterstrasse", "more": "1 a"}, False),
        ("otto@example.org", {"name": "Otto Beispiel"}, True),
        ("otto@example.org", {"street": "Musterstraße 11"}, True),
        ("otto@example.org", {"postcode": "54321"}, True),
        ("otto@example.org", {"name": "Otto Muster", "street": "Weg 9", "phone": "+49 30 1234567"}, False),
        ("otto@example.org", {"name": "Otto Muster", "street": "Weg 9", "phone": "+49 30 7654321"}, True),
    ],
)
def test_a_guest_who_is_the_same_person_by_what_the_order_says(email, address, counts):
    me = contact("anna@example.org")
    addressed(order("anna@example.org"), phone="+49 30 1234567")
    basket = get_model("basket", "Basket").objects.create()
    note_basket(basket_id=basket.pk, lead=Lead(code=referral_link(me).code))
    made = order(email, basket=basket, link=False)
    if address:
        addressed(made, **address)

    link_order(order_id=made.pk)

    assert referred_orders(me) == counts
    deliver(made)
    assert OutboxEvent.objects.filter(code="referral_used").exists() is counts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.nna+x@gmail.com", "Anna@googlemail.com", True),
        ("a.nna@example.org", "anna@example.org", False),
        ("+x@example.org", "+y@example.org", False),
    ],
)
def test_spellings_of_one_mailbox(one, other, same):
    assert (mailbox(one) == mailbox(other)) is same


def test_what_a_signed_in_customer_put_into_the_basket_is_theirs(customer):
    me = contact("anna@example.org", user=customer)
    basket = get_model("basket", "Basket").objects.create(owner=customer)
    note_basket(basket_id=basket.pk, lead=Lead(code=referral_link(me).code))
    link_order(order_id=order("otto@example.org", basket=basket, link=False).pk)
    assert referred_orders(me) == 0


@pytest.mark.parametrize("why", ["returned", "line", "withdrawn"])
def test_nothing_is_given_for_what_comes_back(why):
    AudienceSettings.objects.update_or_create(pk=1, defaults={"voucher_percent": 10})
    sync_builtin_flows()
    Flow.objects.filter(code="referral_thanks").update(enabled=True)
    made = ordered_by("otto@example.org", referral_link(contact("anna@example.org")))
    deliver(made, days=10)
    if why == "withdrawn":
        publish(WithdrawalDeclared(declaration_id=1, order_id=made.pk, email="otto@example.org", user_id=None))
    else:
        (made.lines if why == "line" else type(made).objects.filter(pk=made.pk)).update(status="returned")
    pass_by(days=10)
    assert not PersonalVoucher.objects.exists()
    assert Run.objects.get(flow__code="referral_thanks").state == "exited"


def pass_by(**length):
    clock.move_forward(timedelta(**length))
    while deliver_due() + run_due():
        pass


def deliver(made, *, days=0):
    publish(
        OrderStatusChanged(
            order_id=made.pk, order_number=made.number, email=made.guest_email, user_id=None,
            old_status="shipped", new_status="delivered",
        )
    )  # fmt: skip
    pass_by()
    pass_by(days=days)


@pytest.mark.parametrize(("percent", "enabled", "given"), [(10, True, 1), (0, True, 0), (10, False, 0)])
def test_a_reward_is_given_only_where_the_shop_has_set_one(client, customer, percent, enabled, given):
    AudienceSettings.objects.update_or_create(pk=1, defaults={"voucher_percent": percent})
    sync_builtin_flows()
    Flow.objects.filter(code="referral_thanks").update(enabled=enabled)
    link = referral_link(contact("anna@example.org"))
    made = ordered_by("otto@example.org", link)
    deliver(made, days=15)
    assert not PersonalVoucher.objects.exists(), "the buyer may still withdraw"
    deliver(made, days=2)
    [event] = OutboxEvent.objects.filter(code="referral_used")
    assert event.payload["email"] == "anna@example.org"
    assert "otto" not in str(event.payload)
    assert PersonalVoucher.objects.filter(contact__email="anna@example.org").count() == given
    assert PersonalVoucher.objects.count() == given
    assert len(client.get(PAGE).context["vouchers"]) == given


def test_orders_without_a_recommendation_reward_nobody():
    deliver(order("otto@example.org"))
    assert not OutboxEvent.objects.filter(code="referral_used").exists()


def test_staff_see_which_post_brought_which_order(client):
    client.force_login(staff())
    post = ShareLink.objects.create(
        code="herbst", label="=Beitrag", channel="linkedin", campaign="herbst", created_at="2026-01-01T00:00Z"
    )
    made = ordered_by("otto@example.org", post)
    ordered_by("olga@example.org", post, status="returned")
    page = client.get(reverse("shopflow-staff:share-link", args=[post.pk]))
    assert (page.context["link"].orders, page.context["link"].net) == (1, 100)
    assert made.number in page.content.decode()
    body = b"".join(client.get(reverse("shopflow-staff:share-links-csv")).streaming_content).decode("utf-8-sig")
    _header, *lines = body.splitlines()
    assert sorted(line.split(";")[0] for line in lines) == ["'=Beitrag", "'=Beitrag"]
    assert sorted(line.split(";")[-1] for line in lines) == ["0", "100,00"]
    assert "example.org" not in body
