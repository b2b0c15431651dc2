from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
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
from shopflow.contracts.checkout import Agreement, Declaration
from shopflow.core.services import publish
from shopflow.delivery.models import DigitalGood
from shopflow.delivery.services import publish_edition, save_good
from shopflow.ordering.services import record_agreements

Basket = get_model("basket", "Basket")
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
WAIVERS = {"digital_content": "content text", "digital_service": "service text"}


@pytest.fixture(autouse=True)
def private_files(tmp_path: Any, settings: Any) -> Any:
    """A private storage that belongs to the test."""
    location = str(tmp_path / "private")
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": location, "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return storages["private"]


@pytest.fixture
def buyer(db: None) -> Any:
    return get_user_model().objects.create_user("kunde@example.org", "geheim-geheim")


@pytest.fixture
def stranger(db: None) -> Any:
    return get_user_model().objects.create_user("fremd@example.org", "geheim-geheim")


@pytest.fixture
def make_staff(db: None) -> Callable[..., Any]:
    """``make_staff(*codenames)``: a staff member with these rights."""

    def make(*codenames: str) -> Any:
        person = get_user_model().objects.create_user("werkstatt@example.org", "geheim-geheim")
        person.is_staff = True
        person.save()
        person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return person

    return make


@pytest.fixture
def make_good(db: None) -> Callable[..., DigitalGood]:
    """``make_good(kind, contract_kind, **facts)``: a product that is a digital good, with one file."""

    def make(kind: str = "ebook", contract_kind: str = "digital_content", **facts: Any) -> DigitalGood:
        product = create_product(
            title=facts.pop("title", "Handbuch"), product_class="digital", price=Decimal("10.00"), num_in_stock=50
        )
        good = save_good(product=product, kind=kind, contract_kind=contract_kind, **facts)
        publish_edition(
            good=good, label="Datei", version="1", filename="handbuch.pdf", content=io.BytesIO(PDF), size=len(PDF)
        )
        return good

    return make


@pytest.fixture
def good(make_good: Callable[..., DigitalGood]) -> DigitalGood:
    return make_good()


@pytest.fixture
def make_order(db: None, seller: Any) -> Callable[..., Any]:
    """``make_order(*goods, waiver=True, user=None, quantity=1)``: a placed order with its agreements and its event."""

    @transaction.atomic
    def make(*goods: DigitalGood, waiver: bool = True, user: Any = None, quantity: int = 1) -> Any:
        basket = Basket.objects.create(owner=user)
        basket.strategy = Default()
        for good in goods:
            basket.add_product(good.product, quantity)
        order = create_order(basket=basket, user=user, guest_email="" if user else "Gast@Example.org")
        answers = {
            ("digital_content", key): Agreement(declaration=Declaration(key=key, html=text), accepted=waiver)
            for key, text in WAIVERS.items()
        }
        record_agreements(order_id=order.pk, language="de", agreements=answers)
        publish(
            OrderPlaced(
                order_id=order.pk,
                order_number=order.number,
                email="kunde@example.org" if user else "gast@example.org",
                user_id=user.pk if user else None,
                basket_id=basket.pk,
                payment_method="transfer",
                total_cents=int(order.total_incl_tax * 100),
            )
        )
        return order

    return make
