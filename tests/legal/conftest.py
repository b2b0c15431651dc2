from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.db import transaction
from oscar.apps.partner.strategy import Default
from oscar.core.loading import get_model
from oscar.test.factories import create_order, create_product

from oscar_ext.order.events import OrderPlaced
from shopflow.contracts.checkout import Agreement, Checkout, Declaration, checkout_gates
from shopflow.core.services import publish
from shopflow.legal.models import LegalPage
from shopflow.legal.services import create_page_tree
from shopflow.ordering.services import record_agreements
from tests.services.basics import make_seller, make_site
from tests.services.shared_rows import shared_rows

Basket = get_model("basket", "Basket")
CONTENT = "I agree to the immediate start and know that I lose my right of withdrawal."


@pytest.fixture(autouse=True)
def private_files(tmp_path: Any, settings: Any) -> Any:
    """A private storage that belongs to the test."""
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return storages["private"]


@pytest.fixture
def pages(wagtail_site: Any, seller: Any) -> Any:
    """The page tree with all legal pages; returns the home page."""
    return create_page_tree(seller=seller)


@pytest.fixture(scope="module")
def pages_at_hand(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For modules whose tests all want ``pages`` or do not mind them: the pages are made once for all of these."""

    def make() -> Any:
        make_site()
        return create_page_tree(seller=make_seller())

    with shared_rows(django_db_blocker, make):
        yield


@pytest.fixture
def edit(pages: Any) -> Callable[..., LegalPage]:
    """``edit(code, html)``: staff publish a new text."""

    def publish_text(code: str, html: str) -> LegalPage:
        page = LegalPage.objects.get(type_code=code)
        page.body = html
        page.save_revision().publish()
        return page

    return publish_text


@pytest.fixture
def make_staff(db: None) -> Callable[..., Any]:
    def make(*codenames: str) -> Any:
        person = get_user_model().objects.create_user("tresen@example.org", "geheim-geheim")
        person.is_staff = True
        person.save()
        person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return person

    return make


@pytest.fixture
def purchase() -> Checkout:
    return Checkout(
        basket_id=1,
        user_id=None,
        email="gast@example.org",
        country="DE",
        language="de",
        payment_method="transfer",
        lines=[],
    )


@pytest.fixture
def make_order(db: None, seller: Any, purchase: Checkout) -> Callable[..., Any]:
    """A placed order: the terms gate has recorded, the agreements are stored, the event is out."""

    @transaction.atomic
    def make(*, user: Any = None, digital: bool = False, email: str = "Gast@Example.org", language: str = "de") -> Any:
        basket = Basket.objects.create(owner=user)
        basket.strategy = Default()
        product = create_product(
            title="Bremsscheibe vorn", product_class="digital" if digital else "Teile", price="100.00", num_in_stock=9
        )
        product.product_class.requires_shipping = not digital
        product.product_class.save()
        basket.add_product(product, 2)
        order = create_order(basket=basket, user=user, guest_email="" if user else email)
        gate = checkout_gates.get("terms")
        answers = {
            ("terms", asked.key): Agreement(declaration=asked, accepted=True) for asked in gate.declarations(purchase)
        }
        waiver = Declaration(key="digital_content", html=f"<b>{CONTENT}</b>")
        answers["digital_content", waiver.key] = Agreement(declaration=waiver, accepted=True)
        record_agreements(order_id=order.pk, language=language, agreements=answers)
        gate.record(order_id=order.pk, checkout=purchase, agreements={})
        publish(
            OrderPlaced(
                order_id=order.pk,
                order_number=order.number,
                email=email.lower(),
                user_id=user.pk if user else None,
                basket_id=basket.pk,
                payment_method="transfer",
                total_cents=int(order.total_incl_tax * 100),
            )
        )
        return order

    return make
