"""What the database itself needs for finished rows in Oscar's own three tables: the limit of any first import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.text import slugify
from oscar.core.loading import get_model

PRODUCT = "id, structure, is_public, upc, title, slug, description, priority, product_class_id, is_discountable, code"
PRODUCT += ", meta_title, meta_description, date_created, date_updated"
STOCK = "product_id, partner_id, partner_sku, price_currency, price, num_in_stock, date_created, date_updated"


def copy_into_three_tables(path: Path) -> None:
    """Three COPY statements over the file's cells, taken as they are."""
    at = timezone.now().isoformat()
    kind = get_model("catalogue", "ProductClass").objects.create(name="Teile", slug="teile").pk
    partner = get_model("partner", "Partner").objects.create(name="Lager", code="lager").pk
    leaf = get_model("catalogue", "Category").add_root(name="Teile").pk
    _copy(
        "catalogue_product",
        PRODUCT,
        (
            (n, "standalone", True, c[5], c[2], slugify(c[2]), c[3], 0, kind, True, f"{c[1]}:{c[0]}", "", "", at, at)
            for n, c in cells_of(path)
        ),
    )
    _copy(
        "partner_stockrecord",
        STOCK,
        (
            (n, partner, f"{c[1]}:{c[0]}", "EUR", c[9].replace(",", "."), int(c[15][:-3]), at, at)
            for n, c in cells_of(path)
        ),
    )
    _copy("catalogue_productcategory", "product_id, category_id", ((n, leaf) for n, _c in cells_of(path)))


def cells_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="cp1252", newline="") as lines:
        for _ in range(4):
            next(lines)
        for number, line in enumerate(lines, start=1):
            if not line.startswith("*** Ende"):
                yield number, line.rstrip("\r\n").split(";")


def _copy(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
