"""What others need for the same goods: Oscar's own importer and django-oscar-odin, each in a stock Oscar.

``python -m benchmarks.other_importers oscar|odin FILE``; ``DATABASE_URL`` names a migrated stock database. Prints
seconds for the first load and for the same rows again. odin comes with the dependency group ``bench``.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from benchmarks.import_floor import cells_of
from benchmarks.import_job import processor_time


def main(tool: str, path: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.stock_oscar.settings_odin")
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    job = {"oscar": _oscar, "odin": _odin}[tool](Path(path))
    figures = []
    for _ in range(2):
        started, spent = time.perf_counter(), processor_time()
        rows = job()
        figures.append({"seconds": time.perf_counter() - started, "cpu": processor_time() - spent, "rows": rows})
    print(json.dumps(figures))


def _oscar(path: Path) -> Callable[[], int]:
    from oscar.apps.partner.importers import CatalogueImporter

    plain = Path(tempfile.mkstemp(suffix=".csv")[1])
    rows = list(cells_of(path))
    with plain.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, escapechar="\\", quoting=csv.QUOTE_ALL)
        for _number, c in rows:
            price = c[9].replace(",", ".")
            writer.writerow(["Teile", c[4], c[5], c[2], c[3], "Lager", f"{c[1]}:{c[0]}", price, c[15][:-3]])

    def run() -> int:
        CatalogueImporter(logging.getLogger("benchmarks")).handle(str(plain))
        return len(rows)

    return run


def _odin(path: Path) -> Callable[[], int]:
    from django.utils.text import slugify
    from oscar.core.loading import get_class, get_model

    product = get_class("oscar_odin.resources.catalogue", "ProductResource")
    kind = get_class("oscar_odin.resources.catalogue", "ProductClassResource")
    products_to_db = get_class("oscar_odin.mappings.helpers", "products_to_db")
    partner, _created = get_model("partner", "Partner").objects.get_or_create(name="Lager", code="lager")
    rows = list(cells_of(path))

    def run() -> int:
        resources = [
            product(
                upc=c[5],
                title=c[2],
                slug=slugify(c[2]),
                description=c[3],
                structure="standalone",
                product_class=kind(slug="teile", name="Teile", requires_shipping=True, track_stock=True),
                price=Decimal(c[9].replace(",", ".")),
                availability=int(c[15][:-3]),
                currency="EUR",
                partner=partner,
            )
            for _number, c in rows
        ]
        _saved, errors = products_to_db(resources)
        if errors:
            raise SystemExit(str(errors)[:500])
        return len(rows)

    return run


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
