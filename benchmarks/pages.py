"""What the shop's pages cost on the database that the settings name: queries and milliseconds.

The database must hold the products of ``benchmarks.catalogue_data``. ``python -m benchmarks.pages`` prints a table;
``measure()`` gives the same as data, for comparisons within one run.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

WARM_UP = 3
RUNS = 25


@dataclass(frozen=True)
class PageCost:
    """One page's cost. ``queries`` is counted with warm caches; times are in milliseconds.

    ``cpu`` is the process's own time and ``database`` the time of its queries, both of the middle run.
    """

    page: str
    queries: int
    p50: float
    p95: float
    cpu: float
    database: float
    kilobytes: float

    def row(self) -> str:
        times = f"{self.p50:>9.1f}{self.p95:>9.1f}{self.cpu:>8.1f}{self.database:>8.1f}"
        return f"{self.page:<34}{self.queries:>5}{times}{self.kilobytes:>6.0f}"


HEADER = f"{'page':<34}{'SQL':>5}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>8}{'db ms':>8}{'kB':>6}"


@dataclass
class _Stopwatch:
    """Adds up how long the queries take."""

    milliseconds: float = 0.0

    def __call__(self, execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.milliseconds += (time.perf_counter() - started) * 1000


def measure(runs: int = RUNS) -> list[PageCost]:
    """Every page, each ``runs`` times after a warm-up."""
    visitor, buyer = Client(), Client()
    product = get_model("catalogue", "Product").objects.order_by("pk")[:1].get()
    for other in get_model("catalogue", "Product").objects.filter(stockrecords__num_in_stock__gt=2).order_by("pk")[:5]:
        buyer.post(f"/basket/add/{other.pk}/", {"quantity": 1}, headers={"origin": "http://testserver"})
    pages = [("floor", "/health/", visitor), *((name, url, visitor) for name, url in catalogue_pages())]
    pages += [
        ("product", product.get_absolute_url(), visitor),
        ("basket, empty", "/basket/", visitor),
        ("basket, 5 lines", "/basket/", buyer),
    ]
    for _, url, client in pages:
        client.get(url)
    gc.collect()
    gc.freeze()  # as the web server does after loading
    return [_cost(name, url, client, runs) for name, url, client in pages]


def catalogue_pages() -> Iterable[tuple[str, str]]:
    """Names and addresses of the pages that lead to a product."""
    from shopflow.storefront.queries.categories import category_tree
    from shopflow.storefront.queries.listing import SORTINGS, Listing

    root = category_tree().roots[0]
    leaf = root.children[0].children[0]
    yield "home", "/"
    yield "all products, first page", "/catalogue/"
    yield "all products, deep page", f"/catalogue/?nach={_deep(Listing())}"
    yield "root category, first page", root.url
    yield "root category, deep page", f"{root.url}?nach={_deep(Listing(shelf=root.id))}"
    yield "leaf category, first page", leaf.url
    by_price = Listing(shelf=root.id, sorting=SORTINGS["preis"])
    yield "root category by price, deep", f"{root.url}?sort=preis&nach={_deep(by_price)}"
    yield "root category, brand and stock", f"{root.url}?marke=Marke+03&lieferbar=1"
    yield "root category, price, by name", f"{root.url}?preis_von=50&preis_bis=60&sort=name"
    yield "search, common word", "/suche/?q=Bremsscheibe"
    yield "search, two words", "/suche/?q=Bremsscheibe+vorn"
    yield "search, beginning of a word", "/suche/?q=brems"
    yield "search, two words, few hits", "/suche/?q=Bremsscheibe+Transporter+4711"
    yield "search, misspelled", "/suche/?q=Bremsschiebe"
    yield "search, part number", "/suche/?q=sf-17"
    yield "search, OE number", "/suche/?q=oe+700+016"
    yield "search, nothing", "/suche/?q=Quittengelee"
    yield "suggestions", "/suche/vorschlag/?q=brems"


def _deep(listing: object) -> str:
    """The place in the middle of the list, found once without paging there."""
    from shopflow.storefront.models import ListingEntry
    from shopflow.storefront.queries.listing import Listing, write_cursor

    assert isinstance(listing, Listing)
    key = listing.sorting.field
    entries = ListingEntry.objects.filter(shelf=listing.shelf).order_by(key, "product_id")
    middle = entries.values_list(key, "product_id")[entries.count() // 2]
    return write_cursor(*middle)


def _cost(name: str, url: str, client: Client, runs: int) -> PageCost:
    for _ in range(WARM_UP):
        response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    count = len(queries)
    gc.collect()
    runs_of_page = [_timed(client, url) for _ in range(runs)]
    times, cpu, database = (sorted(figures) for figures in zip(*runs_of_page, strict=True))
    return PageCost(
        name,
        count,
        statistics.median(times),
        _at(times, 0.95),
        statistics.median(cpu),
        statistics.median(database),
        len(response.content) / 1024,
    )


def _timed(client: Client, url: str) -> tuple[float, float, float]:
    """Milliseconds on the clock, of the processor, and of the queries."""
    watch = _Stopwatch()
    worked, started = time.process_time(), time.perf_counter()
    with connection.execute_wrapper(watch):
        client.get(url)
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000, watch.milliseconds


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, round(share * (len(times) - 1)))]


def main(what: str = "", size: str = "") -> None:
    if what == "fill":
        from django.core.management import call_command

        from benchmarks.catalogue_data import fill

        call_command("migrate", "--no-input", verbosity=0)
        fill(int(size))
        return
    found = measure()
    if what == "measure":
        print(json.dumps({cost.page: asdict(cost) for cost in found}))
        return
    print(f"{get_model('catalogue', 'Product').objects.count()} products on {connection.vendor}\n{HEADER}")
    for cost in found:
        print(cost.row())


if __name__ == "__main__":
    import os
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    main(*sys.argv[1:])
