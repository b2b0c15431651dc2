"""A first load into an empty shop, or one as good as empty, fills its tables without their indexes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.apply.indexes import SetAside, take_away
from dealer_import.diff import Difference
from dealer_import.unchanged import REFERENCES
from shopflow.parts.models import PartFitment, PartRecord, PartReference, VehicleType
from shopflow.parts.services import Stage

LEAST = 2_000
"""New parts from which on building forty indexes and keys again costs less than it spares."""
SHARE = 100
"""The shop has at most one product for so many new ones: what it has is indexed once more."""


class Filling:
    """The tables that one run is about to fill: first those of the parts themselves, then those of their relations."""

    def __init__(self, stage: Stage, difference: Difference, provided: Collection[str]) -> None:
        self._parts: list[Any] = [get_model("catalogue", "Product"), get_model("catalogue", "ProductCategory")]
        self._parts += [get_model("partner", "StockRecord"), PartRecord]
        self._relations: list[Any] = [PartReference] if REFERENCES.keys() & set(provided) else []
        self._relations += [PartFitment, VehicleType] if "fitment" in provided else []
        self._bare: SetAside | None = None
        if _is_first_load(stage, difference):
            self._bare = take_away(_tables(self._parts + self._relations))

    @property
    def bare(self) -> bool:
        """Whether the tables are without their indexes, and locked."""
        return self._bare is not None

    def parts_done(self) -> None:
        """All parts are in: what is done from now on finds them by their indexes."""
        if self._bare is not None:
            self._bare.put_back(_tables(self._parts))

    def relations_done(self) -> None:
        if self._bare is not None:
            self._bare.put_back(_tables(self._relations))


def _tables(models: list[Any]) -> list[str]:
    return [str(model._meta.db_table) for model in models]


def _is_first_load(stage: Stage, difference: Difference) -> bool:
    """Whether nothing is written but new parts with products of their own, far more than there are."""
    if difference.created < LEAST or difference.changed or difference.absent or difference.moves_gtins:
        return False
    product = get_model("catalogue", "Product")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM {product} LIMIT %s) p", [difference.created // SHARE + 1])
        if cursor.fetchone()[0] > difference.created // SHARE:
            return False
        cursor.execute(f"SELECT 1 FROM {stage.plan} WHERE kind = 'new' AND adopted = 1 LIMIT 1")
        return cursor.fetchone() is None
