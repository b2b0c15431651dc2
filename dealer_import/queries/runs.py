# ruff: noqa: S608 - the SQL is put together from names of tables and numbers only
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet

from dealer_import.apply.entries import values
from dealer_import.apply.undo import BOOKKEEPING
from dealer_import.models import ImportRun
from shopflow.core.models import AuditEntry
from shopflow.parts.models import PartRecord

Row = Mapping[str, Any]
MOST = 10_000
"""Rows of one list."""


def narrowed_runs(
    *, source: str = "", outcome: str = "", kind: str = "", search: str = "", before: int | None = None
) -> QuerySet[ImportRun]:
    """Runs newest first, without their bulky fields. ``outcome`` may also be a state, ``kind`` ``dry`` or ``real``."""
    runs = ImportRun.objects.select_related("started_by").defer("samples", "profile_tables", "warnings")
    runs = runs.annotate(is_taken_back=taken_back())
    if source:
        runs = runs.filter(source=source)
    if outcome in ImportRun.Outcome.values:
        runs = runs.filter(outcome=outcome)
    elif outcome in ImportRun.State.values:
        runs = runs.filter(state=outcome)
    if kind:
        runs = runs.filter(dry_run=kind == "dry")
    if search:
        runs = runs.filter(file_name__icontains=search)
    return runs.filter(pk__lt=before) if before else runs


def taken_back() -> Exists:
    """Whether a run has been taken back, as a column of its own; while that lasts or after it failed it has not."""
    return Exists(ImportRun.objects.filter(undoes=OuterRef("pk"), outcome=ImportRun.Outcome.APPLIED))


def changed_since(run: ImportRun) -> ImportRun | None:
    """The newest run that has written to the run's source after the run was compared with the shop."""
    done = ImportRun.objects.filter(source=run.source, dry_run=False, outcome=ImportRun.Outcome.APPLIED)
    return done.filter(finished_at__gt=run.finished_at).order_by("-finished_at", "-pk").first()


def sources() -> list[str]:
    """Sources that have ever been imported."""
    return list(ImportRun.objects.order_by("source").values_list("source", flat=True).distinct())


def sources_in_use() -> list[str]:
    """Sources that have brought something into the shop, by name."""
    done = ImportRun.objects.filter(outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    return list(done.order_by("source").values_list("source", flat=True).distinct())


def last_profile(user: Any) -> str:
    """The profile of the last run that was read with success: of one that ``user`` has started, else of anybody's."""
    good = (ImportRun.Outcome.APPLIED, ImportRun.Outcome.NOOP)
    runs = ImportRun.objects.filter(outcome__in=good).exclude(mode=ImportRun.Mode.ROLLBACK)
    names = runs.values_list("profile", flat=True)
    own = names.filter(started_by=user).first() if user is not None else None
    return own or names.first() or ""


def profiles_in_use() -> list[str]:
    """Profiles that have brought something into the shop, the one used last first."""
    done = ImportRun.objects.filter(outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    last = done.exclude(mode=ImportRun.Mode.ROLLBACK).order_by().values("profile").annotate(last=Max("pk"))
    return list(last.order_by("-last").values_list("profile", flat=True))


def price_changes(run: ImportRun) -> list[Row]:
    """All big price jumps of a dry or held run; of an applied run all changed list prices, the largest first."""
    if run.samples:
        return list(run.samples.get("price_jumps", []))
    given = f"""SELECT v.part_id, CAST(v.old AS integer) AS old_cents, CAST(v.new AS integer) AS new_cents
                FROM ({values(run.pk)}) v WHERE v.field = 'list_price_cents'"""
    rows = _rows(
        f"""SELECT part_id, old_cents, new_cents FROM ({given}) g WHERE old_cents IS NOT NULL AND new_cents IS NOT NULL
            ORDER BY ABS(new_cents - old_cents) DESC, part_id LIMIT {MOST}"""
    )
    return _with_parts([{"part_id": part, "old_cents": old, "new_cents": new} for part, old, new in rows])


def hidden_parts(run: ImportRun) -> list[Row]:
    """All parts that a dry or held run would hide, or that an applied run has hidden."""
    if run.samples:
        return list(run.samples.get("hidden", []))
    if not run.hidden:
        return []
    ids = _rows(
        f"""SELECT v.part_id FROM ({values(run.pk)}) v WHERE v.field = 'hidden_by_import' AND v.new IN ('1', 'true')
            ORDER BY v.part_id LIMIT {MOST}"""
    )
    return _with_parts([{"part_id": part_id} for (part_id,) in ids])


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _with_parts(rows: list[dict[str, Any]]) -> list[Row]:
    found: dict[int, tuple[str, str, str, int, int]] = {}
    keys = [row["part_id"] for row in rows]
    for start in range(0, len(keys), 500):
        parts = PartRecord.objects.filter(pk__in=keys[start : start + 500])
        for pk, *about in parts.values_list(
            "pk", "number_display", "brand__code", "product__title", "price_per", "product_id"
        ):
            found[pk] = tuple(about)  # type: ignore[assignment]
    named = ("number", "brand", "title", "price_per", "product_id")
    return [{**row, **dict(zip(named, found[row["part_id"]], strict=True))} for row in rows if row["part_id"] in found]


def restorable(run: ImportRun) -> list[Row]:
    """What taking the run back would touch: number of values by field, the most frequent first."""
    told = f"SELECT v.field, COUNT(*) FROM ({values(run.pk)}) v GROUP BY v.field ORDER BY 2 DESC, 1"
    return [{"field": field, "number": number} for field, number in _rows(told)]


def written_parts(run: ImportRun) -> int | None:
    """In how many parts that it kept in the shop the run has written another value that people see.

    Parts that it has hidden are counted as such, and what the import keeps for itself is no value of the part. None if
    the run writes nothing of its own or that is not kept.
    """
    if run.undo_forgotten_at or run.dry_run or run.mode == ImportRun.Mode.ROLLBACK:
        return None
    if run.outcome != ImportRun.Outcome.APPLIED:
        return None
    own = ", ".join(f"'{field}'" for field in BOOKKEEPING)
    seen = f"v.field NOT IN ({own}) AND v.field NOT LIKE 'imported!_%' ESCAPE '!'"
    hides = "v.field = 'hidden_by_import' AND v.new IN ('1', 'true')"
    counted = f"""SELECT COUNT(*) FROM (
        SELECT v.part_id FROM ({values(run.pk)}) v GROUP BY v.part_id
        HAVING MAX(CASE WHEN {seen} THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN {hides} THEN 1 ELSE 0 END) = 0) w"""
    return int(_rows(counted)[0][0])


def story(run: ImportRun) -> QuerySet[AuditEntry]:
    """Who has done what to the run, oldest first."""
    label = ImportRun._meta.label
    return AuditEntry.objects.filter(object_type=label, object_id=str(run.pk)).select_related("actor").order_by("at")
