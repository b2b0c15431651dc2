"""A delivery of new prices writes a new version of each row beside the old one: no index of these tables is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from oscar.core.loading import get_model

from benchmarks.import_data import write
from dealer_import.profiles import load_profile
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord

ROWS = 300
StockRecord = get_model("partner", "StockRecord")


def updates(table: str) -> tuple[int, int]:
    """How many rows of the table this transaction has updated, and how many of them without touching an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = %s", [table])
        return cursor.fetchone()


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("model", [StockRecord, PartRecord])
def test_new_prices_touch_no_index(model: type, tmp_path: Path) -> None:
    profile, first, second = load_profile("sample_csv"), tmp_path / "first.csv", tmp_path / "second.csv"
    write(first, ROWS, day=1)
    write(second, ROWS, day=5, changed_every=1)
    assert run_import(path=first, profile=profile).created == ROWS
    table = model._meta.db_table
    before = updates(table)
    assert run_import(path=second, profile=profile).changed == ROWS
    moved, in_place = (now - then for now, then in zip(updates(table), before, strict=True))
    assert (moved, in_place) == (ROWS, ROWS)


def test_stock_records_are_not_indexed_by_the_day_of_their_last_change() -> None:
    field = StockRecord._meta.get_field("date_updated")
    assert field.auto_now
    assert not field.db_index
