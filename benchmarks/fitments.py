"""What a vehicle costs at a million fitments: ``python -m tests.services python -m benchmarks.fitments``.

Fills 200,000 products with five vehicles each, among them one that a quarter of all parts fit, and measures the list
that shows only what fits, its count, the marks of a page and the search, beside the same without a vehicle. Prints the
plans too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

PARTS = int(os.environ.get("PARTS", "200000"))
ROUNDS = 5


def fill() -> None:
    from django.db import connection

    from shopflow.parts.models import Brand, PartFitment, PartRecord
    from shopflow.storefront.models import ListingEntry

    brand = Brand.objects.create(code="B", name="Brand")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_productclass (name, slug, requires_shipping, track_stock) "
                       "VALUES ('Teil', 'teil', TRUE, TRUE) RETURNING id")  # fmt: skip
        class_id = cursor.fetchone()[0]
        cursor.execute(
            f"""INSERT INTO catalogue_product (structure, is_public, title, slug, description, meta_title,
                    meta_description, priority, date_created, date_updated, is_discountable,
                    product_class_id, code)
                SELECT 'standalone', TRUE, 'Teil ' || n, 't', '', '', '', 0, now() - n * interval '1 second', now(),
                    TRUE,
                    {class_id}, 'c' || n FROM generate_series(1, {PARTS}) n"""
        )
        cursor.execute(
            f"""INSERT INTO {PartRecord._meta.db_table} (product_id, brand_id, number_display, number_key, unit,
                    pack_qty,
                    price_per, sales_qty, list_price_cents, discount_group, tax_code, un_number, customs_no,
                    origin,
                    status, image_name, document_name, attributes, source, imported_title, imported_description,
                    missing, hidden_by_import)
                SELECT id, {brand.pk}, 'N' || id, 'N' || id, 'C62', 1, 1, 1, 100, '', 'standard', '', '', '', 'active',
                    '', '', '{{}}', '', '', '', FALSE, FALSE FROM catalogue_product"""
        )
        cursor.execute(
            f"""INSERT INTO {ListingEntry._meta.db_table} (shelf, product_id, newest, title_key, price_cents,
                    is_available, brand)
                SELECT 0, id, date_created, title, 100, TRUE, 'Brand' FROM catalogue_product"""
        )
        cursor.execute(
            f"""INSERT INTO {PartFitment._meta.db_table} (part_id, hsn, tsn, model, year_from, year_to)
                SELECT r.id, lpad((r.id * 7919 + k * 104729) % 90 || '', 4, '0'),
                    lpad((r.id * 31 + k * 17) % 60 || '', 3, 'A'), 'Modell ' || k, 2000 + k, 0
                FROM {PartRecord._meta.db_table} r CROSS JOIN generate_series(1, 4) k
                ON CONFLICT DO NOTHING"""
        )
        cursor.execute(
            f"""INSERT INTO {PartFitment._meta.db_table} (part_id, hsn, tsn, model, year_from, year_to)
                SELECT r.id, '9999', CASE WHEN r.id % 4 = 0 THEN 'ALL' ELSE lpad(r.id % 999 || '', 3, 'B') END,
                    'M', 0, 0
                FROM {PartRecord._meta.db_table} r"""
        )
        cursor.execute("ANALYZE")


def measure(name: str, call: Callable[[], Any]) -> float:
    call()
    best = min(_seconds(call) for _ in range(ROUNDS))
    print(f"| {name} | {best * 1000:.1f} ms |")
    return best


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopflow.project.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        print("This needs PostgreSQL: python -m tests.services python -m benchmarks.fitments")
        return 2
    call_command("migrate", verbosity=0)
    fill()
    from shopflow.parts.models import PartFitment
    from shopflow.parts.queries import verdicts
    from shopflow.parts.vehicle_keys import Vehicle
    from shopflow.storefront.queries.listing import Filters, Listing

    print(f"\n{PARTS:,} parts, {PartFitment.objects.count():,} fitments\n\n| what | best of {ROUNDS} |\n|---|---|")
    rare = PartFitment.objects.exclude(hsn="9999").first()
    none = PartFitment.objects.filter(hsn="9999").exclude(tsn="ALL").first()
    assert rare is not None
    assert none is not None
    chosen = {
        "no vehicle": None,
        "a usual vehicle": Vehicle(rare.hsn, rare.tsn),
        "the same, with a year": Vehicle(rare.hsn, rare.tsn, year=2010),
        "a rare vehicle": Vehicle(none.hsn, none.tsn),
        "one that a quarter of all parts fit": Vehicle("9999", "ALL"),
        "one that no part fits": Vehicle("0001", "ZZZ"),
    }
    for name, vehicle in chosen.items():
        listing = Listing(filters=Filters(vehicle=vehicle))
        measure(f"list, {name}", listing.page)
        measure(f"count, {name}", listing.count)
    page = Listing().page().product_ids
    measure("marks of a page of 24", lambda: verdicts(page, Vehicle("9999", "ALL")))
    for name in ("a usual vehicle", "one that a quarter of all parts fit"):
        entries = Listing(filters=Filters(vehicle=chosen[name])).entries().order_by("-newest", "-product_id")
        print(f"\n{name}:\n{entries.values_list('newest', 'product_id')[:25].explain(analyze=True)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
