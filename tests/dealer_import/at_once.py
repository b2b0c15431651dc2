"""Two of the shop's jobs at the same time, each with a connection of its own (PostgreSQL)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier, Event
from types import SimpleNamespace
from typing import Any

from django.db import connection

from dealer_import import services
from dealer_import.models import ScheduledPrice
from dealer_import.profiles.building import build_profile
from dealer_import.services import switching
from shopflow.core import clock
from shopflow.parts.models import PartRecord, PriceHistory
from tests.dealer_import.test_written_meanwhile import StockRecord

Job = Callable[[], Any]
SECONDS = 10.0
looks = Event()
"""Set while an import lets a moment pass before it looks again whether all due prices are in force."""
BLOCKED = """SELECT EXISTS (SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock')"""


def on(day: int, job: Job) -> Job:
    """The job, done at eight in the morning of a day in January."""

    def run() -> Any:
        with clock.imagined_at(datetime(2026, 1, day, 8, tzinfo=UTC)):
            return job()

    return run


def at_once(*jobs: Job) -> list[Any]:
    """Let all begin at the same time; what each of them returns, or the error that it ends with."""
    barrier = Barrier(len(jobs))

    def run(job: Job) -> Any:
        barrier.wait()
        return apart(job)

    with ThreadPoolExecutor(len(jobs)) as pool:
        begun = [pool.submit(run, job) for job in jobs]
        return [each.exception() or each.result() for each in begun]


def apart(job: Job) -> Any:
    """Do the job and give its thread's connection back."""
    try:
        return job()
    finally:
        connection.close()


def pause(seconds: float) -> None:
    looks.set()
    time.sleep(seconds)
    looks.clear()


@contextmanager
def meanwhile(monkeypatch: Any, owner: Any, name: str, job: Job) -> Iterator[list[Future[Any]]]:
    """Begin ``job`` when ``owner.name`` is called for the first time, which goes on when the job waits or is done."""
    real, begun = getattr(owner, name), []

    def late(*arguments: Any, **named: Any) -> Any:
        if not begun:
            begun.append(pool.submit(apart, job))
            until_met(begun[0])
        return real(*arguments, **named)

    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
        patch.setattr(owner, name, late)
        patch.setattr(switching, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
        yield begun
    assert len(begun) == 1


def until_met(job: Future[Any]) -> None:
    """Return as soon as the job is done, or waits for a lock or for its next look."""
    end = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(BLOCKED)
            if job.done() or looks.is_set() or cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("the other job neither waits nor ends")


class Shop:
    """Parts of one source, each with a price that waits for 7 January; every delivery tells all prices and stocks."""

    def __init__(self, folder: Any, parts: int = 3) -> None:
        self.folder, self.parts, self.files, self.last = folder, parts, 0, 0

    def begin(self) -> None:
        """Delivered on 5 January, all cost 10 euros, and 12 from the 7th on; ``last`` is the run that says so."""
        for model in (PriceHistory, ScheduledPrice):
            model.objects.all().delete()
        self.deliver(5, "10,00", "1")
        PriceHistory.objects.all().delete()
        self.last = self.deliver(5, "12,00", "1", "07.01.2026").run
        assert (self.prices(), self.waiting(), self.history()) == ({(1000, 1000)}, {(7, 1200)}, {()})

    def deliver(self, day: int, *cells: str, source: str = "days") -> Any:
        """Import every part with the same ``cells``: price, stock, first day, offer, its last day."""
        self.files += 1
        path = self.folder / f"{self.files}.csv"
        told = ";".join([*cells, *[""] * (5 - len(cells))])
        lines = ["number;price;stock;day;offer;until", *(f"A{number};{told}" for number in range(self.parts))]
        path.write_text("\n".join([*lines, ""]))
        report = on(day, lambda: services.run_import(path=path, profile=profile(source), override_brakes=True))()
        assert report.outcome in ("applied", "noop"), report.message
        return report

    def prices(self) -> set[tuple[int, int]]:
        """Net price of one sale and list price of all parts, in cents."""
        return {
            (int(price * 100), cents)
            for price, cents in StockRecord.objects.values_list("price", "product__part_record__list_price_cents")
        }

    def waiting(self) -> set[tuple[int, int]]:
        """Day and cents of what waits."""
        rows = ScheduledPrice.objects.filter(switched_at=None).values_list("valid_from", "sale_cents")
        return {(day.day, cents) for day, cents in rows}

    def history(self) -> set[tuple[tuple[int, int], ...]]:
        """The changes of price of each part, in their order."""
        return {
            tuple(PriceHistory.objects.filter(part=part).order_by("pk").values_list("old_net_cents", "new_net_cents"))
            for part in PartRecord.objects.all()
        }


def profile(source: str = "days") -> Any:
    """A whole catalogue of number, price, stock, the day from which the price holds, and an offer until a day."""
    names = {"number": "number", "stock": "stock", "valid_from": "day", "offer_price": "offer", "offer_until": "until"}
    columns: dict[str, dict[str, str]] = {name: {"from": column} for name, column in names.items()}
    columns["list_price"] = {"from": "price"}
    constant = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19"}
    columns |= {name: {"const": value} for name, value in constant.items()}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": columns}
    return build_profile(source, table)
