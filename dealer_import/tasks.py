from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task

from dealer_import.exceptions import SourceBusy
from dealer_import.models import ImportRun, ParallelRun
from dealer_import.services import (
    announce_low_stock,
    announce_stopped_runs,
    attach_media,
    build_feed,
    compare_profiles,
    execute_run,
    forget_old_files,
    forget_old_values,
    forget_unused_files,
    look_at_due_origins,
    look_at_origin,
    notify_staff,
    reap_dead_comparisons,
    reap_dead_runs,
    send_digest,
    switch_due_prices,
)

logger = logging.getLogger("dealer_import.tasks")

RETRY_SECONDS = 20


@shared_task(name="dealer_import.execute_run", bind=True, max_retries=90)
def execute_waiting_run(self: Any, run_id: int) -> None:
    """Do a waiting run; while its source is busy, try again in a moment."""
    try:
        execute_run(run_id=run_id)
    except SourceBusy as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="dealer_import.sweep")
def sweep_waiting_runs() -> None:
    """Do the runs whose wake-up was lost; those of a busy source wait for the next sweep. Close what has died."""
    reap_dead_runs()
    notify_staff()
    announce_stopped_runs()
    waiting = ImportRun.objects.filter(state=ImportRun.State.WAITING).order_by("pk")
    _do_each(waiting.values_list("pk", flat=True), lambda run_id: execute_run(run_id=run_id))


def _do_each(keys: Iterable[int], do: Callable[[int], Any]) -> None:
    """Do what waits, one after the other; what is busy comes next time, and what breaks must not stop the others."""
    for key in keys:
        try:
            do(key)
        except SourceBusy:
            continue
        except Exception:
            logger.exception("What waits under the number %s broke off; the others go on.", key)


@shared_task(name="dealer_import.compare_profiles", bind=True, max_retries=90)
def compare_waiting_profiles(self: Any, parallel_id: int) -> None:
    """Read a delivery by two profiles; while another comparison of the source lasts, try again in a moment."""
    try:
        compare_profiles(parallel_id=parallel_id)
    except SourceBusy as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="dealer_import.sweep_comparisons")
def sweep_waiting_comparisons() -> None:
    """Do the comparisons whose wake-up was lost, and do again or close those whose process has died."""
    reap_dead_comparisons()
    waiting = ParallelRun.objects.filter(state=ParallelRun.State.WAITING).order_by("pk")
    _do_each(waiting.values_list("pk", flat=True), lambda parallel_id: compare_profiles(parallel_id=parallel_id))


@shared_task(name="dealer_import.attach_media")
def attach_pictures() -> None:
    """Bring pictures and papers from the dealer's folder to the parts that name them."""
    attach_media()


@shared_task(name="dealer_import.notify")
def notify() -> None:
    """Tell staff of held and failed runs."""
    notify_staff()
    announce_stopped_runs()


@shared_task(name="dealer_import.switch_prices")
def switch_prices() -> None:
    """Put the prices into force whose day has begun."""
    switch_due_prices()


@shared_task(name="dealer_import.watch_stock")
def watch_stock() -> None:
    """Tell of parts that have fallen below their threshold."""
    announce_low_stock()


@shared_task(name="dealer_import.send_digest")
def tell_the_day() -> None:
    """Once a day, what was imported without trouble."""
    send_digest()


@shared_task(name="dealer_import.look_at_origin")
def look_now(origin_id: int) -> None:
    """Look for new files at one origin."""
    look_at_origin(origin_id=origin_id)


@shared_task(name="dealer_import.look_for_files")
def look_for_files() -> None:
    """Look for new files wherever the time has come."""
    look_at_due_origins()


@shared_task(name="dealer_import.forget_old_files")
def forget_files() -> None:
    """Remove archived files whose time is over."""
    forget_old_files()


@shared_task(name="dealer_import.forget_old_values")
def forget_values() -> None:
    """Remove what old runs have replaced, and files that nobody has used."""
    forget_old_values()
    forget_unused_files()


@shared_task(name="dealer_import.build_feed")
def build_product_feed() -> None:
    """Make the product feed anew, if one is offered."""
    build_feed()
