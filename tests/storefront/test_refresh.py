"""Refreshing everything: only what differs, with new tables where most of it does, and by a worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.core import clock
from shopflow.parts.events import CatalogueChanged
from shopflow.storefront import extensions
from shopflow.storefront.models import ListingEntry, RefreshRequest, SearchDocument, SearchNumber
from shopflow.storefront.queries.words import ACCENTS, PUNCTUATION, fold, fold_sql
from shopflow.storefront.services import refresh, refresh_all, refresh_requested, request_refresh
from shopflow.storefront.services.derived import DERIVED, stale_products
from shopflow.storefront.services.rebuild import CannotRebuild, can_rebuild, rebuild
from shopflow.tax.services import load_rates

Product = get_model("catalogue", "Product")


@pytest.fixture
def products(db):
    load_rates()
    root = get_model("catalogue", "Category").add_root(name="Filter")
    made = [create_product(title=f"Ölfilter {n}", price="10.00", num_in_stock=n, upc=f"OF-{n}") for n in range(4)]
    for product in made:
        product.categories.add(root)
    refresh_all()
    return made


def rows():
    """Everything that the derived tables hold."""
    with connection.cursor() as cursor:
        found = {}
        for derived in DERIVED:
            cursor.execute(f"SELECT {derived.columns} FROM {derived.table} ORDER BY 1, 2")
            found[derived.table] = cursor.fetchall()
        return found


def test_nothing_is_stale_after_a_refresh(products):
    assert stale_products() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda pk: Product.objects.filter(pk=pk).update(title="Anders"),
        lambda pk: Product.objects.filter(pk=pk).update(is_public=False),
        lambda pk: Product.objects.filter(pk=pk).update(description="Neuer Text"),
        lambda pk: Product.objects.filter(pk=pk).update(upc="NEU-1"),
        lambda pk: get_model("partner", "StockRecord").objects.filter(product_id=pk).update(num_in_stock=0),
        lambda pk: get_model("partner", "StockRecord").objects.filter(product_id=pk).update(price="11.00"),
        lambda pk: get_model("catalogue", "ProductCategory").objects.filter(product_id=pk).delete(),
        lambda pk: ListingEntry.objects.filter(product_id=pk).exclude(shelf=0).update(price_cents=1),
        lambda pk: SearchDocument.objects.filter(pk=pk).delete(),
        lambda pk: SearchNumber.objects.create(product_id=pk, key="FREMD", kind="oe"),
    ],
)
def test_whatever_differs_is_found_and_mended_alone(products, damage):
    damage(products[2].pk)
    assert stale_products() == [products[2].pk]
    refresh_all()
    assert stale_products() == []


def test_rows_of_a_product_that_is_gone_are_found(products):
    ListingEntry.objects.create(
        shelf=0,
        product_id=999_999,
        newest=datetime(2026, 1, 1, tzinfo=UTC),
        title_key="weg",
        price_cents=1,
        is_available=True,
        brand="",
    )
    assert stale_products() == [999_999]
    refresh_all()
    assert not ListingEntry.objects.filter(product_id=999_999).exists()


def test_folding_in_the_database_is_folding_in_python(db):
    accents = "".join(chr(code) for code in ACCENTS)
    for text in (accents, PUNCTUATION, f"Stoß{PUNCTUATION}dämpfer-Satz  (VA)", "", "µ Σ 5W-30", "'; DROP \\d %s [a-z]"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {fold_sql('given')} FROM (SELECT CAST(%s AS VARCHAR(500)) AS given) x".replace(
                    "%", "%%"
                ).replace("CAST(%%s", "CAST(%s"),
                [text],
            )
            assert cursor.fetchone()[0] == fold(text)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_new_tables_hold_what_the_old_ones_held_with_the_same_indexes(products):
    before = rows(), indexes()
    ListingEntry.objects.all().delete()
    rebuild()
    assert (rows(), indexes()) == before
    rebuild()
    assert (rows(), indexes()) == before
    assert stale_products() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_most_wrong_rows_make_new_tables_and_few_do_not(products, monkeypatch):
    monkeypatch.setattr(refresh, "REBUILD_FROM", 3)
    first = oids()
    Product.objects.filter(pk=products[0].pk).update(title="Anders")
    refresh_all()
    assert oids() == first
    SearchDocument.objects.all().delete()
    refresh_all()
    assert not set(oids()) & set(first)
    assert stale_products() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_held_table_is_not_swapped_but_mended_row_by_row(products, monkeypatch, caplog):
    monkeypatch.setattr(refresh, "REBUILD_FROM", 3)
    monkeypatch.setitem(
        __import__("shopflow.storefront.services.rebuild", fromlist=["x"]).SETTINGS, "lock_timeout", "50ms"
    )
    SearchDocument.objects.all().delete()
    first, other = oids(), connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {DERIVED[0].table} IN ACCESS SHARE MODE")
        with pytest.raises(CannotRebuild, match="lock timeout"):
            rebuild()
        refresh_all()
    finally:
        other.close()
    assert oids() == first
    assert stale_products() == []
    assert "row by row" in caplog.text


def test_inside_a_transaction_no_table_is_swapped(products):
    assert not can_rebuild()


def indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1", [[d.table for d in DERIVED]]
        )
        return cursor.fetchall()


def oids():
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_class WHERE relname = ANY(%s) ORDER BY 1", [[d.table for d in DERIVED]])
        return [oid for (oid,) in cursor.fetchall()]


def test_a_wish_for_everything_is_fulfilled_once(products):
    assert refresh_requested() is False
    request_refresh()
    request_refresh()
    assert RefreshRequest.objects.count() == 1
    Product.objects.filter(pk=products[0].pk).update(title="Anders")
    assert refresh_requested() is True
    assert SearchDocument.objects.get(pk=products[0].pk).title.startswith("anders")
    assert refresh_requested() is False


def test_a_wish_that_a_worker_is_at_waits_for_it_and_is_taken_up_when_it_died(products):
    request_refresh()
    RefreshRequest.objects.update(leased_until=clock.now() + timedelta(minutes=1))
    assert refresh_requested() is False
    RefreshRequest.objects.update(leased_until=clock.now() - timedelta(minutes=1))
    assert refresh_requested() is True


def test_a_wish_made_meanwhile_stays(products, monkeypatch):
    request_refresh()
    later = clock.now() + timedelta(seconds=5)
    monkeypatch.setattr(
        "shopflow.storefront.services.requests.refresh_all",
        lambda: RefreshRequest.objects.update(requested_at=later),
    )
    assert refresh_requested() is True
    assert list(RefreshRequest.objects.values_list("requested_at", "leased_until")) == [(later, None)]


@pytest.mark.parametrize(("few", "wishes"), [(0, 1), (5_000, 0)])
def test_a_large_change_is_left_to_a_worker(products, monkeypatch, few, wishes):
    from shopflow.contracts.events import PublishedEvent
    from shopflow.parts.models import Brand, PartRecord

    brand = Brand.objects.create(code="ATE", name="ATE")
    PartRecord.objects.create(
        product=products[0], brand=brand, number_display="OF 0", number_key="OF0", list_price_cents=1000
    )
    monkeypatch.setattr(extensions, "FEW", few)
    event = CatalogueChanged(run_id=None, changed=1)
    extensions.RefreshAfterImport().handle(PublishedEvent(id=1, occurred_at=clock.now(), event=event))
    assert RefreshRequest.objects.count() == wishes
    assert stale_products() == ([products[0].pk] if wishes else [])
