"""One shop, one size, measured in a process of its own; prints the figures as JSON on its last line.

``python -m benchmarks.measuring shopflow|stock PRODUCTS`` with ``DATABASE_URL`` naming an empty database. With
``--fill-only`` nothing is measured, and the last line names the products that can be bought.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import sys

SETTINGS = {"shopflow": "benchmarks.settings", "stock": "benchmarks.stock_oscar.settings"}
PAGES = {
    "floor": "floor",
    "home": "home",
    "leaf category, first page": "category",
    "product": "product",
    "search, common word": "search",
    "basket, 5 lines": "basket",
}
"""Our pages that stock Oscar has too, and the name that both are compared under."""


def main(shop: str, products: int, *, fill_only: bool = False) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS[shop]
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    call_command("migrate", "--no-input", verbosity=0)
    _make_country()
    _fill(shop, products)
    if shop == "shopflow":
        _make_seller()
    if fill_only:
        print(*_buyable())
        return
    setup_test_environment()
    pages = _pages_of_ours() if shop == "shopflow" else _pages_of_stock()
    figures = {"pages": {name: dataclasses.asdict(cost) for name, cost in pages.items()}}
    from benchmarks.orders import measure

    figures["order"] = dataclasses.asdict(measure(_buyable()))
    print(json.dumps(figures))


def _make_country() -> None:
    from oscar.core.loading import get_model

    get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="DE",
        defaults={"printable_name": "Deutschland", "name": "Deutschland", "is_shipping_country": True},
    )


def _make_seller() -> None:
    """What our shop needs before it takes an order: who sells, on which terms, and where the money goes."""
    from shopflow.core.models import Seller
    from shopflow.legal.services import create_page_tree
    from shopflow.payments.services import save_bank_account

    known = {"name": "Autohaus Muster GmbH", "email": "shop@example.org"}
    seller, __ = Seller.objects.update_or_create(pk=1, defaults=known)
    create_page_tree(seller=seller)
    save_bank_account(holder="Autohaus Muster GmbH", iban="DE02120300000000202051", bic="", bank_name="", actor=None)


def _fill(shop: str, products: int) -> None:
    if shop == "shopflow":
        from benchmarks.catalogue_data import fill
    else:
        from benchmarks.stock_oscar.catalogue_data import fill
    fill(products)


def _pages_of_ours() -> dict[str, object]:
    from benchmarks.pages import measure

    return {PAGES[cost.page]: cost for cost in measure() if cost.page in PAGES}


def _pages_of_stock() -> dict[str, object]:
    from django.test import Client
    from oscar.core.loading import get_model

    from benchmarks.pages import RUNS, _cost

    visitor, buyer = Client(), Client()
    products = get_model("catalogue", "Product").objects.order_by("pk")[:5]
    for product in products:
        buyer.post(f"/basket/add/{product.pk}/", {"quantity": 1})
    leaf = get_model("catalogue", "Category").objects.filter(depth=3).order_by("pk")[0]
    addresses = [
        ("floor", "/health/", visitor),
        ("home", "/catalogue/", visitor),
        ("category", f"/browse/{leaf.pk}/", visitor),  # its own page would list nothing
        ("product", products[0].get_absolute_url(), Client()),
        ("search", "/search/?q=Bremsscheibe", visitor),
        ("basket", "/basket/", buyer),
    ]
    for _, address, client in addresses:
        client.get(address)
    gc.collect()
    gc.freeze()
    return {name: _cost(name, address, client, RUNS) for name, address, client in addresses}


def _buyable() -> list[int]:
    from oscar.core.loading import get_model

    records = get_model("partner", "StockRecord").objects.filter(num_in_stock__gt=1).order_by("product_id")
    return list(records.values_list("product_id", flat=True)[:300])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), fill_only="--fill-only" in sys.argv)
