"""What PostgreSQL's planner believes of the tables: brought up to date at once when an import has filled them."""

from __future__ import annotations

from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.models import PartFitment, PartRecord, PartReference

GROWTH = 5
"""A run that adds or changes every fifth part or more makes the old statistics worthless."""


def refresh_statistics(*, touched: int, existing: int) -> None:
    """Analyse the tables that a large run has written. Autovacuum comes minutes later; the next run may be now."""
    if connection.vendor != "postgresql" or touched * GROWTH < existing + 1000:
        return
    models = [
        get_model("catalogue", "Product"),
        get_model("catalogue", "ProductCategory"),
        get_model("partner", "StockRecord"),
        PartRecord,
        PartFitment,
        PartReference,
    ]
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
