"""The same invented products for stock Oscar: class, stock record and a category three levels deep."""

from __future__ import annotations

import shutil
from pathlib import Path

import oscar
from django.conf import settings
from django.db import connection, transaction
from oscar.core.loading import get_model

ROOTS, CHILDREN, LEAVES = 8, 5, 5
NOUNS = [
    "Bremsscheibe",
    "Bremsbelag",
    "Ölfilter",
    "Luftfilter",
    "Stoßdämpfer",
    "Zündkerze",
    "Keilriemen",
    "Wasserpumpe",
]


def fill(products: int) -> None:
    """Create ``products`` products inside PostgreSQL, and put the picture for goods without one into place."""
    picture = Path(oscar.__file__).parent / "static" / "oscar" / "img" / "image_not_found.jpg"
    shutil.copy(picture, settings.MEDIA_ROOT)
    with transaction.atomic():
        kind = get_model("catalogue", "ProductClass").objects.create(name="Teile", track_stock=True).pk
        partner = get_model("partner", "Partner").objects.create(name="Lager").pk
        leaves = _categories()
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(
                    statement,
                    {
                        "count": products,
                        "kind": kind,
                        "partner": partner,
                        "leaf": min(leaves),
                        "leaves": len(leaves),
                        "nouns": NOUNS,
                    },
                )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _categories() -> list[int]:
    category = get_model("catalogue", "Category")
    parents = []
    for root in range(ROOTS):
        top = category.add_root(name=f"Bereich {root + 1}")
        parents += [top.add_child(name=f"Gruppe {root + 1}.{child + 1}") for child in range(CHILDREN)]
    leaves = []
    for parent in parents:
        parent.refresh_from_db()
        leaves += [parent.add_child(name=f"Teile {parent.name} {n + 1}").pk for n in range(LEAVES)]
    return leaves


STATEMENTS = [
    """INSERT INTO catalogue_product (id, structure, is_public, upc, title, slug, description, priority,
            product_class_id, is_discountable, date_created, date_updated)
        SELECT n, 'standalone', TRUE, 'SF' || n,
            (%(nouns)s::text[])[1 + n %% array_length(%(nouns)s::text[], 1)] || ' ' || n, 'teil-' || n,
            'Ersatzteil Nummer ' || n, 0, %(kind)s, TRUE, now(), now() FROM generate_series(1, %(count)s) AS n""",
    """INSERT INTO partner_stockrecord (product_id, partner_id, partner_sku, price_currency, price, num_in_stock,
            num_allocated, date_created, date_updated)
        SELECT n, %(partner)s, 'SF' || n, 'EUR', 3 + (n * 37 %% 50000) / 100.0, 100000, 0, now(), now()
        FROM generate_series(1, %(count)s) AS n""",
    """INSERT INTO catalogue_productcategory (product_id, category_id)
        SELECT n, %(leaf)s + n %% %(leaves)s FROM generate_series(1, %(count)s) AS n""",
    "SELECT setval(pg_get_serial_sequence('catalogue_product', 'id'), %(count)s)",
]
