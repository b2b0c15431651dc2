"""Automations hear of new accounts and of wishes, in the transaction of the fact and once."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_product

from oscar_ext.customer import forms
from shopflow.core.models import OutboxEvent

pytestmark = pytest.mark.django_db
WishList = get_model("wishlists", "WishList")


def heard(code):
    return list(OutboxEvent.objects.filter(code=code).order_by("pk").values_list("source_key", "payload"))


@pytest.fixture
def customer():
    return get_user_model().objects.create_user("Kundin@Example.org", "sehr-geheim-7")


def sign_up(client, **changes):
    given = {"email": "Neue.Kundin@Example.org", "password1": "sehr-geheim-7", "password2": "sehr-geheim-7"}
    return client.post(reverse("customer:register"), {**given, **changes})


def test_a_new_account_is_announced_once(client, seller):
    assert sign_up(client).status_code == 302
    assert sign_up(client).status_code in (200, 302), "signed in by now, or the address is taken"

    user = get_user_model().objects.get()
    told = {"email": "neue.kundin@example.org", "user_id": user.pk}
    assert heard("registered") == [(f"user:{user.pk}:registered", told)]


def test_what_opens_no_account_announces_none(client, customer):
    assert sign_up(client, password2="anders-geheim-7").status_code == 200
    assert sign_up(client, email="kundin@example.org").status_code == 200

    assert get_user_model().objects.get() == customer
    assert heard("registered") == []


def test_an_account_and_its_announcement_stand_or_fall_together(monkeypatch):
    def fail(user):
        raise RuntimeError

    monkeypatch.setattr(forms, "announce_account", fail)
    given = {"email": "a@example.org", "password1": "sehr-geheim-7", "password2": "sehr-geheim-7"}
    form = get_class("customer.forms", "EmailUserCreationForm")(data=given)
    assert form.is_valid(), form.errors
    with pytest.raises(RuntimeError):
        form.save()
    assert not get_user_model().objects.exists()


def test_a_wish_is_announced_when_it_is_new(client, customer):
    product = create_product(title="Ölfilter")
    client.force_login(customer)
    add = reverse("customer:wishlists-add-product", kwargs={"product_pk": product.pk})

    assert client.post(add).status_code == 302
    wishes = WishList.objects.get()
    wishes.add(product)

    line = wishes.lines.get()
    assert line.quantity == 2
    told = {
        "wishlist_id": wishes.pk, "product_id": product.pk, "product_title": "Ölfilter",
        "email": "kundin@example.org", "user_id": customer.pk,
    }  # fmt: skip
    assert heard("wishlist_added") == [(f"wish:{line.pk}:added", told)]

    line.delete()
    wishes.add(product)
    assert len(heard("wishlist_added")) == 2, "put there again"


def test_a_wish_and_its_announcement_stand_or_fall_together(customer, monkeypatch):
    def fail(line):
        raise RuntimeError

    monkeypatch.setattr("oscar_ext.wishlists.services.announce_wish", fail)
    wishes = WishList.objects.create(owner=customer)
    with pytest.raises(RuntimeError):
        wishes.add(create_product())
    assert not wishes.lines.exists()
