"""References, vehicles, successors and categories of parts, as they were before a run: written back from its log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.apply import undo
from dealer_import.apply.entries import VALUES
from dealer_import.models import ImportRun, ScheduledPrice
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import ROWS, resolve_successions

BATCH = 2000


def take_back(fields: set[str], *, run_id: int) -> None:
    """Give parts their former relations back, where those of today are still the run's.

    Its values are laid out, see :func:`dealer_import.apply.entries.unpack`.
    """
    if "reference_rows" in fields:
        _rows("reference_rows", undo.references_of("r.id"), PartReference, undo.REFERENCE_FIELDS)
    if "fitment_rows" in fields:
        _rows("fitment_rows", undo.fitments_of("r.id"), PartFitment, undo.FITMENT_FIELDS)
    if "succession_rows" in fields:
        _rows("succession_rows", undo.successions_of("r.id"), PartSuccession, undo.SUCCESSION_FIELDS)
        resolve_successions()
    for name, (model, columns) in ROWS.items():
        if name in fields:
            _rows(name, undo.rows_of(name, "r.id"), model, columns)
    if "category_ids" in fields:
        _categories()
    if "waiting_prices" in fields:
        _waiting(run_id)


def _waiting(run_id: int) -> None:
    """Prices for a later day that the run has replaced wait again, unless their own run was taken back."""
    current = undo.waiting_of("r.id", f"x.run_id = {int(run_id)}")
    undoing = ImportRun.objects.exclude(undoes=None).exclude(state=ImportRun.State.FAILED)
    stand = {None, *ImportRun.objects.exclude(pk__in=undoing.values("undoes")).values_list("pk", flat=True)}
    for batch in _batches("waiting_prices", current):
        ScheduledPrice.objects.filter(part_id__in=list(batch), switched_at=None).delete()
        ScheduledPrice.objects.bulk_create(
            ScheduledPrice(part_id=part, **dict(zip(undo.WAITING_FIELDS, row, strict=True)))
            for part, rows in batch.items()
            for row in rows
            if row[-1] in stand
        )


def _batches(field: str, current: str) -> Iterator[dict[int, list[Sequence[Any]]]]:
    """Former rows by part, of the parts whose rows are still the run's."""
    record = PartRecord._meta.db_table
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.id, u.old FROM {VALUES} u JOIN {record} r ON r.id = u.part_id
                WHERE u.field = %s AND {current} {same} u.new ORDER BY r.id""",
            [field],
        )
        found = cursor.fetchall()
    for start in range(0, len(found), BATCH):
        yield {part: json.loads(old) if old else [] for part, old in found[start : start + BATCH]}


def _rows(field: str, current: str, model: Any, names: Sequence[str]) -> None:
    for batch in _batches(field, current):
        model.objects.filter(part_id__in=list(batch)).delete()
        model.objects.bulk_create(
            [model(part_id=part, **dict(zip(names, row, strict=True))) for part, rows in batch.items() for row in rows],
            ignore_conflicts=True,
        )


def _categories() -> None:
    link, category = get_model("catalogue", "ProductCategory"), get_model("catalogue", "Category")
    current = undo.categories_of("r.product_id")
    alive = set(category.objects.values_list("pk", flat=True))
    for batch in _batches("category_ids", current):
        products = dict(PartRecord.objects.filter(pk__in=batch).values_list("pk", "product_id"))
        link.objects.filter(product_id__in=products.values()).delete()
        link.objects.bulk_create(
            link(product_id=products[part], category_id=row[0])
            for part, rows in batch.items()
            for row in rows
            if row[0] in alive
        )
