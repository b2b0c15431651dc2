"""Is the shop alive, and is everything there that it needs to work? Answers for monitors, without secrets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from shopflow.core.jobs import broker_errors
from shopflow.core.models import OutboxDelivery, WorkerHeartbeat

HEARTBEAT_EVERY = timedelta(seconds=30)
HEARTBEAT_LATE = timedelta(minutes=3)
SPACE_NEEDED = 200 * 1024 * 1024
"""Bytes that must be free where data is kept."""


class Unhealthy(Exception):
    """A probe's verdict: one word that a monitor can show."""


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything needed is there: 200, else 503; ``checks`` says what is wrong."""
    checks = {name: _verdict(probe) for name, probe in PROBES.items()}
    healthy = all(verdict == "ok" for verdict in checks.values())
    parked = _parked() if checks["database"] == "ok" else None
    answer = {"status": "ok" if healthy else "failing", "checks": checks, "parked_deliveries": parked}
    return JsonResponse(answer, status=200 if healthy else 503)


def troubles() -> dict[str, str]:
    """What is not well, by its name, with the word for it; deliveries that wait for people count, too."""
    verdicts = {name: _verdict(probe) for name, probe in PROBES.items()}
    found = {name: verdict for name, verdict in verdicts.items() if verdict != "ok"}
    return {**found, "deliveries": "parked"} if _parked() else found


def heartbeat_age() -> timedelta | None:
    """How long ago a worker last showed itself; None if never."""
    seen = WorkerHeartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
    return None if seen is None else timezone.now() - seen


def _verdict(probe: Callable[[], None]) -> str:
    try:
        probe()
    except Unhealthy as problem:
        return str(problem)
    return "ok"


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        raise Unhealthy("unreachable") from None


def _cache() -> None:
    try:
        cache.set("shopflow-health", "1", 10)
        kept = cache.get("shopflow-health") == "1"
    except Exception:  # noqa: BLE001 - every cache backend has errors of its own
        raise Unhealthy("unreachable") from None
    if not kept:
        raise Unhealthy("forgetful")


def _broker() -> None:
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except broker_errors():
        raise Unhealthy("unreachable") from None


def _worker() -> None:
    try:
        age = heartbeat_age()
    except DatabaseError:
        raise Unhealthy("unknown") from None
    if age is None:
        raise Unhealthy("never seen")
    if age > HEARTBEAT_LATE:
        raise Unhealthy("late")


def _disk() -> None:
    folder = str(getattr(settings, "DATA_DIR", "") or settings.MEDIA_ROOT or os.getcwd())
    if os.path.isdir(folder) and shutil.disk_usage(folder).free < SPACE_NEEDED:
        raise Unhealthy("nearly full")


def _parked() -> int:
    return OutboxDelivery.objects.filter(state=OutboxDelivery.State.PARKED).count()


PROBES: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "broker": _broker,
    "worker": _worker,
    "disk": _disk,
}
