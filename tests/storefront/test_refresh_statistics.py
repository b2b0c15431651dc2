"""A refresh right after an import must not be planned for empty tables."""

from __future__ import annotations

import pytest
from django.db import connection
from oscar.test.factories import create_product

from shopflow.storefront.models import ListingEntry
from shopflow.storefront.services import refresh_products
from shopflow.tax.services import load_rates

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def planned_rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def test_a_mass_refresh_first_tells_the_planner_what_the_tables_hold():
    load_rates()
    product = create_product(title="Ölfilter", price="10.00", num_in_stock=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname = 'catalogue_product'")

    refresh_products([product.pk])
    assert planned_rows("catalogue_product") == 0

    refresh_products(range(product.pk, product.pk + 501))
    assert planned_rows("catalogue_product") == 1
    assert ListingEntry.objects.filter(product_id=product.pk).count() == 1
