"""What others need for the same goods in a stock Oscar: Oscar's own importer, django-oscar-odin, Django's bulk_create.

``python -m benchmarks.other_importers oscar|odin|django --rows 1000 --ours-rows 100000`` brings the same file into a
stock Oscar by the other way and into a shop of ours, and a larger one into another shop of ours: none of the others can
do that size, so that their rows a second at theirs are compared with ours at ours, too. Everything is measured in one
run, by turns, each in an empty shop of its own, and the best turn of each counts; on SQLite, or on PostgreSQL if
``DATABASE_URL`` names a server. odin comes with the dependency group ``bench``.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.__main__ import _execute
from benchmarks.import_floor import cells_of
from benchmarks.import_job import processor_time
from benchmarks.imports import Shop, write_file

STOCK = "benchmarks.stock_oscar.settings_odin"
USUAL = {"oscar": 1_000, "odin": 5_000, "django": 100_000}
"""Rows that each can do in a minute."""
TURNS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.other_importers", description=__doc__)
    parser.add_argument("tool", choices=USUAL)
    parser.add_argument("--rows", type=int, help="rows of the file that both take")
    parser.add_argument("--ours-rows", type=int, default=100_000, help="rows of the file that only ours takes")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measured(options.tool, Path(options.one))))
        return 0
    rows = options.rows or USUAL[options.tool]
    with tempfile.TemporaryDirectory(prefix="shopflow-others-") as name:
        folder = Path(name)
        files = {"same": folder / "same.csv", "large": folder / "large.csv"}
        write_file(files["same"], rows)
        write_file(files["large"], options.ours_rows)
        turns = []
        with _empty("stock", folder, _migrate) as stock, _empty("shop", folder, _prepare) as shop:
            for number in range(options.turns):
                with stock() as url:
                    first, again = _theirs(options.tool, files["same"], url, folder)
                turn = {"first": first, "again": again}
                for size, path in files.items():
                    with shop() as url:
                        turn[size] = Shop(url, folder).run("import", path)
                turns.append(turn)
                told = ", ".join(f"{name} {figures['cpu']:.2f}" for name, figures in turn.items())
                print(f"turn {number + 1}, cpu s: {told}", flush=True)
    best = {name: {unit: min(turn[name][unit] for turn in turns) for unit in ("seconds", "cpu")} for name in turns[0]}
    print(f"{f'best of {len(turns)}':<34}{'rows':>9}{'s':>9}{'rows/s':>9}{'cpu s':>9}{'rows/cpu s':>12}")
    print(_line(f"{options.tool}, first load", rows, best["first"]))
    print(_line(f"{options.tool}, the same rows again", rows, best["again"]))
    print(_line("ours, first load", rows, best["same"]))
    print(_line("ours, first load", options.ours_rows, best["large"]))
    for unit, words in (("seconds", "by the clock"), ("cpu", "by processor time")):
        first = best["first"][unit]
        same, large = first / best["same"][unit], first / rows / (best["large"][unit] / options.ours_rows)
        print(f"{words}: {same:.1f} times at {rows} rows, {large:.1f} times by rows a second at {options.ours_rows}")
    return 0


def _line(name: str, rows: int, found: dict[str, Any]) -> str:
    seconds, cpu = found["seconds"], found["cpu"]
    return f"{name:<34}{rows:>9}{seconds:>9.2f}{rows / seconds:>9.0f}{cpu:>9.2f}{rows / cpu:>12.0f}"


def _theirs(tool: str, path: Path, url: str, folder: Path) -> list[dict[str, Any]]:
    """Their first load of ``path`` into the empty stock shop at ``url``, and the same once more."""
    command = [sys.executable, "-m", "benchmarks.other_importers", tool, "--one", str(path)]
    done = subprocess.run(command, env=_of_stock(url, folder), stdout=subprocess.PIPE, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _of_stock(url: str, folder: Path) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "SHOPFLOW_DATA": str(folder), "DJANGO_SETTINGS_MODULE": STOCK}


def _migrate(url: str, folder: Path) -> None:
    migrate = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(migrate, env=_of_stock(url, folder), check=True)


def _prepare(url: str, folder: Path) -> None:
    Shop(url, folder).run("prepare")


@contextmanager
def _empty(
    name: str, folder: Path, prepare: Callable[[str, Path], None]
) -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Gives prepared shops without goods, one at a time, once the server has written what others left it to write."""
    with _database(f"{name}_empty", folder) as empty:
        prepare(empty, folder)

        @contextmanager
        def fresh() -> Iterator[str]:
            with _database(name, folder, template=empty) as url:
                if _server():
                    _execute(_server(), "CHECKPOINT")
                yield url

        yield fresh


@contextmanager
def _database(name: str, folder: Path, *, template: str = "") -> Iterator[str]:
    """The address of an empty database, or of a copy of the one at ``template``, for the length of the block."""
    if not _server():
        for each in folder.glob(f"{Path(template).name}*") if template else ():  # its log, too, if it still has one
            shutil.copy(each, folder / each.name.replace(Path(template).stem, name, 1))
        try:
            yield f"sqlite:///{folder / name}.sqlite3"
        finally:
            for old in folder.glob(f"{name}.sqlite3*"):
                old.unlink()
        return
    whole = f"bench_others_{name}"
    made = f'CREATE DATABASE "{whole}"' + (f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else "")
    _execute(_server(), f'DROP DATABASE IF EXISTS "{whole}" WITH (FORCE)', made)
    try:
        yield urlsplit(_server())._replace(path=f"/{whole}").geturl()
    finally:
        _execute(_server(), f'DROP DATABASE IF EXISTS "{whole}" WITH (FORCE)')


def _server() -> str:
    """The address of the PostgreSQL server; empty for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _measured(tool: str, path: Path) -> list[dict[str, Any]]:
    """In a process of its own: the first load, and the same rows again."""
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    job = {"oscar": _oscar, "odin": _odin, "django": _django}[tool](path)
    figures = []
    for _turn in range(2):
        started, spent = time.perf_counter(), processor_time()
        rows = job()
        figures.append({"seconds": time.perf_counter() - started, "cpu": processor_time() - spent, "rows": rows})
    return figures


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
    leaf = get_class("oscar_odin.resources.catalogue", "CategoryResource")
    products_to_db = get_class("oscar_odin.mappings.helpers", "products_to_db")
    partner, _created = get_model("partner", "Partner").objects.get_or_create(name="Lager", code="lager")
    rows = list(cells_of(path))
    for name in sorted({c[4] for _number, c in rows}):  # odin makes no categories
        get_model("catalogue", "Category").add_root(name=name, code=slugify(name))

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
                categories=[leaf(code=slugify(c[4]))],
            )
            for _number, c in rows
        ]
        _saved, errors = products_to_db(resources)
        if errors:
            raise SystemExit(str(errors)[:500])
        return len(rows)

    return run


def _django(path: Path) -> Callable[[], int]:
    """Products, stock records and category links by ``bulk_create`` that writes over what is there, 5,000 at once."""
    from django.db import transaction
    from django.utils import timezone
    from django.utils.text import slugify
    from oscar.core.loading import get_model

    product, stock = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
    link = get_model("catalogue", "ProductCategory")
    kind = get_model("catalogue", "ProductClass").objects.create(name="Teile", slug="teile")
    partner = get_model("partner", "Partner").objects.create(name="Lager", code="lager")
    leaf = get_model("catalogue", "Category").add_root(name="Teile")

    def write(batch: list[list[str]]) -> None:
        at = timezone.now()
        products = [
            product(
                upc=c[5],
                title=c[2],
                slug=slugify(c[2]),
                description=c[3],
                structure="standalone",
                product_class=kind,
                date_updated=at,
            )
            for c in batch
        ]
        shown = ["title", "slug", "description", "date_updated"]
        product.objects.bulk_create(products, update_conflicts=True, unique_fields=["upc"], update_fields=shown)
        records = [
            stock(
                product=made,
                partner=partner,
                partner_sku=f"{c[1]}:{c[0]}",
                price_currency="EUR",
                price=Decimal(c[9].replace(",", ".")),
                num_in_stock=int(c[15][:-3]),
                date_updated=at,
            )
            for made, c in zip(products, batch, strict=True)
        ]
        known, sold = ["partner", "partner_sku"], ["price", "num_in_stock", "date_updated"]
        stock.objects.bulk_create(records, update_conflicts=True, unique_fields=known, update_fields=sold)
        link.objects.bulk_create([link(product=made, category=leaf) for made in products], ignore_conflicts=True)

    def run() -> int:
        rows, count = (cells for _number, cells in cells_of(path)), 0
        with transaction.atomic():
            while batch := list(islice(rows, 5_000)):
                write(batch)
                count += len(batch)
        return count

    return run


if __name__ == "__main__":
    sys.exit(main())
