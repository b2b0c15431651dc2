"""Nobody sees what belongs to somebody else: foreign ids, forged, mixed-up and old tokens, other sessions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone
from oscar.core.loading import get_model

from oscar_ext.order import links
from oscar_ext.order.services import record_payment
from shopflow.core.services import deliver_due
from shopflow.delivery.links import GRANT_SALT, TICKET_SALT, grant_token
from shopflow.delivery.models import AccessGrant, DownloadEvent
from shopflow.documents.models import Document
from shopflow.mailing.services import send_due
from shopflow.ordering.links import SALT as BASKET_SALT
from tests.oscar_ext.checkout_support import go_to_review, press
from tests.services.basics import make_site
from tests.services.shared_rows import shared_rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
UserAddress = get_model("address", "UserAddress")


@pytest.fixture
def owner() -> Any:
    return get_user_model().objects.create_user("kunde@example.org", "geheim-1234")


@contextmanager
def private_files_in(folder: Path) -> Iterator[None]:
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(folder), "base_url": None}}
    with override_settings(STORAGES={**settings.STORAGES, "private": private}):
        yield


@pytest.fixture(scope="class")
def bought(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[int]:
    """The key of a paid e-book of an account, with its invoice and its download, in the demo shop."""

    def buy() -> int:
        make_site()
        call_command("load_demo", fast=True)
        client = Client()
        go_to_review(client, Product.objects.filter(digital_good__kind="ebook").first(), email="gast@example.org")
        client.post("/checkout/payment-method/", {"method": "bank_transfer"})
        review = client.get("/checkout/preview/")
        boxes = {asked.field_name: "on" for asked in review.context["agreements"] if asked.declaration.checkbox}
        press(client, review, **boxes)
        found = Order.objects.get()
        record_payment(order_id=found.pk, amount_cents=int(found.total_incl_tax * 100), reference="statement")
        while deliver_due() or send_due():
            pass
        owner = get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
        Order.objects.update(user=owner, guest_email="")
        AccessGrant.objects.update(user=owner)
        return int(found.pk)

    with private_files_in(tmp_path_factory.mktemp("private")), shared_rows(django_db_blocker, buy) as key:
        yield key


@pytest.fixture
def order(bought: int) -> Any:
    """What was ``bought``; ``client`` is a stranger."""
    return Order.objects.get(pk=bought)


def private_doors(order: Any, owner: Any) -> dict[str, int]:
    document, grant = Document.objects.get(), AccessGrant.objects.get()
    address = UserAddress.objects.create(
        user=owner,
        first_name="Erika",
        last_name="Beispiel",
        line1="Musterweg 1",
        line4="Musterstadt",
        postcode="12345",
        country_id="DE",
    )
    wishlist = get_model("wishlists", "WishList").objects.create(owner=owner, name="Werkstatt")
    return {
        f"/belege/{document.pk}/": 200,
        f"/downloads/{grant.pk}/": 200,
        f"/accounts/orders/{order.number}/": 200,
        f"/accounts/addresses/{address.pk}/": 200,
        f"/accounts/addresses/{address.pk}/delete/": 200,
        f"/checkout/user-address/edit/{address.pk}/": 200,
        f"/checkout/user-address/delete/{address.pk}/": 200,
        f"/accounts/wishlists/{wishlist.key}/": 200,
    }


class TestWhatSomebodyBought:
    """One purchase serves all of these; none of them changes it for the others."""

    def test_what_is_somebody_elses_does_not_exist(self, client, order):
        owner = order.user
        found = private_doors(order, owner)
        client.force_login(owner)
        assert {address: client.get(address).status_code for address in found} == found

        client.force_login(get_user_model().objects.create_user("fremd@example.org", "geheim-1234"))
        refused = {address: client.get(address).status_code for address in found}
        assert {address: status for address, status in refused.items() if status not in (403, 404)} == {}

        client.logout()
        visitor = {address: client.get(address).status_code for address in found}
        assert {address: status for address, status in visitor.items() if status not in (302, 403, 404)} == {}

    def test_a_stranger_downloads_nothing(self, client, order):
        grant = AccessGrant.objects.get()
        file = grant.good.files.first()
        client.force_login(get_user_model().objects.create_user("fremd@example.org", "geheim-1234"))

        assert client.post(f"/downloads/{grant.pk}/datei/{file.pk}/").status_code == 404
        assert DownloadEvent.objects.count() == 0
        started = client.post(f"/downloads/{grant_token(grant)}/datei/{file.pk}/")
        assert started.status_code == 302
        ticket = started.headers["Location"]
        assert client.get(ticket[:-2] + "x/").status_code == 404

    @pytest.mark.once
    def test_a_token_for_something_else_opens_no_order(self, client, order):
        for salt in (GRANT_SALT, TICKET_SALT, BASKET_SALT, "shopflow.legal.withdraw-step", "x"):
            token = signing.dumps(order.pk, salt=salt)

            assert client.get(f"/bestellung/{token}/").status_code == 404
            assert client.get(f"/belege/{Document.objects.get().pk}/{token}/").status_code == 404

    def test_the_token_of_another_order_opens_no_invoice(self, client, order):
        other = signing.dumps(order.pk + 1, salt=links.SALT)

        assert client.get(f"/belege/{Document.objects.get().pk}/{other}/").status_code == 404
        assert client.get(f"/bestellung/{other}/").status_code == 404

    def test_an_old_link_shows_nothing(self, client, order, monkeypatch):
        token = links.order_token(order)
        monkeypatch.setattr(links, "LIFETIME", timedelta(seconds=-1))

        answer = client.get(f"/bestellung/{token}/")

        assert answer.status_code == 410
        assert order.number not in answer.content.decode()
        assert client.get(f"/belege/{Document.objects.get().pk}/{token}/").status_code == 404


def test_made_up_addresses_lead_nowhere(client, wagtail_site):
    token = uuid.uuid4()
    for address in (
        f"/zahlung/{token}/",
        f"/zahlung/process/{token}/",
        f"/vertrag-widerrufen/eingang/{token}/",
        f"/vertrag-widerrufen/eingang/{token}/datei/",
        "/mail/abmelden/x/",
        "/einstellungen/mail/x/",
        "/einstellungen/bestaetigen/x/",
        "/downloads/x/",
        "/downloads/1/",
        "/media/../settings.py",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/static/../manage.py",
    ):
        assert client.get(address).status_code in (400, 404), address
    assert client.get("/checkout/bearbeitung/x/").headers["Location"] == "/basket/"


@pytest.mark.parametrize("target", ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com"])
def test_no_form_leads_to_another_site(client, wagtail_site, target):
    get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    answers = [
        client.post("/i18n/setlang/", {"language": "en", "next": target}),
        client.post(
            f"/accounts/login/?next={target}",
            {
                "login_submit": "1",
                "login-username": "kunde@example.org",
                "login-password": "geheim-1234",
                "login-redirect_url": target,
            },
        ),
    ]
    for answer in answers:
        assert answer.status_code in (200, 302)
        assert "evil" not in answer.headers.get("Location", "")


def test_a_basket_of_an_account_is_not_opened_by_a_link_alone(client, wagtail_site, owner):
    basket = Basket.objects.create(owner=owner, date_created=timezone.now())
    token = signing.dumps(basket.pk, salt=BASKET_SALT)

    answer = client.get(f"/warenkorb/{token}/")

    assert answer.headers["Location"].startswith("/accounts/login/")
    client.force_login(get_user_model().objects.create_user("fremd@example.org", "geheim-1234"))
    client.get(f"/warenkorb/{token}/")
    basket.refresh_from_db()
    assert (basket.owner, basket.status) == (owner, "Open")
