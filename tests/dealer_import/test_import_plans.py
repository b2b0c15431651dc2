"""What a small change costs must not grow with the catalogue: no statement reads a large table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from benchmarks.import_data import write
from dealer_import.profiles import load_profile
from dealer_import.services import run_import

LARGE = (
    "catalogue_product",
    "catalogue_productcategory",
    "partner_stockrecord",
    "shopflow_parts_partrecord",
    "shopflow_parts_partfitment",
    "shopflow_parts_partreference",
    "shopflow_parts_vehicletype",
)
ROWS = 3000


class Plans:
    """The plan of every statement that names a large table."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        names_large = any(re.search(rf"\b{table}\b", sql) for table in LARGE)
        if names_large and re.match(r"\s*(INSERT|UPDATE|DELETE|SELECT|CREATE TEMPORARY TABLE \S+ AS)\b", sql):
            with closing(connection.connection.cursor()) as cursor:
                if connection.vendor == "sqlite":
                    told = cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}", params or ())
                else:
                    told = cursor.execute(f"EXPLAIN {sql}", params or None)
                self.found.append((sql, "\n".join(str(row[-1]) for row in told.fetchall())))
        return execute(sql, params, many, context)

    def reading_all(self) -> Iterator[str]:
        """Plans that read a large table from end to end."""
        for sql, plan in self.found:
            for table in re.findall(r"Seq Scan on (\w+)", plan):
                if table in LARGE:
                    yield f"{' '.join(sql.split())}\n{plan}"


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_small_change_reads_no_large_table_from_end_to_end(tmp_path: Path) -> None:
    profile, first, second = load_profile("sample_csv"), tmp_path / "first.csv", tmp_path / "second.csv"
    write(first, ROWS, day=1)
    write(second, ROWS, day=3, changed_every=100)
    assert run_import(path=first, profile=profile).created == ROWS
    plans = Plans()
    with connection.execute_wrapper(plans):
        report = run_import(path=second, profile=profile)
    assert (report.created, report.changed, report.unchanged) == (0, ROWS // 100, ROWS - ROWS // 100)
    assert len(plans.found) > 20
    assert not list(plans.reading_all()), "\n\n".join(plans.reading_all())


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_takes_a_part_to_its_stock_record_not_to_all_of_the_partner(tmp_path: Path) -> None:
    profile, first, second = load_profile("sample_csv"), tmp_path / "first.csv", tmp_path / "second.csv"
    write(first, ROWS, day=1)
    write(second, ROWS, day=3, changed_every=100)
    run_import(path=first, profile=profile)
    plans = Plans()
    with connection.execute_wrapper(plans):
        assert run_import(path=second, profile=profile).changed == ROWS // 100
    joined = [plan for sql, plan in plans.found if "k.product_id = " in sql]
    assert len(joined) > 2
    again_for_every_part = [plan for plan in joined if "(partner_id=?)" in plan.partition("\n")[2]]
    assert not again_for_every_part


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_planner_is_asked_to_look_up_for_the_length_of_a_run_only(tmp_path: Path) -> None:
    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [names])
            return [f"{name} = {value}" for name, value in cursor.fetchall()]

    names = ["default_statistics_target", "jit", "random_page_cost", "work_mem"]
    before = settings()
    write(tmp_path / "parts.csv", 3, day=1)
    assert run_import(path=tmp_path / "parts.csv", profile=load_profile("sample_csv")).created == 3
    assert settings() == before
