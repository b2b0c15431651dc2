"""Real processes and real time: killed in the middle, two at once, memory and progress of a longer run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from oscar.core.loading import get_model

from benchmarks.import_data import write
from dealer_import.apply import Applying
from dealer_import.files import forget_file
from dealer_import.locks import lock_key
from dealer_import.models import ImportRun
from dealer_import.progress import Pulse
from dealer_import.services import execute_run, queue_upload, reap_dead_runs
from dealer_import.tasks import sweep_waiting_runs
from shopflow.parts.models import PartFitment, PartRecord, PartReference
from shopflow.project.demo.catalogue import FILE

ROOT = Path(__file__).resolve().parents[2]
Product, Category = get_model("catalogue", "Product"), get_model("catalogue", "Category")
StockRecord = get_model("partner", "StockRecord")

KILLED = """
import os, sys, time, django
django.setup()
from pathlib import Path
from dealer_import.apply import Applying, filling
from dealer_import.profiles import load_profile
from dealer_import.services import run_import

def die(self):
    os.kill(os.getpid(), 9)

if "bare" in sys.argv:
    filling.LEAST, filling.Filling.parts_done = 1, die
else:
    Applying._miss = die
run_import(path=Path(sys.argv[1]), profile=load_profile("sample_csv"))
"""
SLOW = """
import sys, time, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from dealer_import.apply import Applying

def wait(self):
    print("applying", flush=True)
    sys.stdin.readline()

if "slow" in sys.argv:
    Applying._miss = wait
call_command("import_catalogue", sys.argv[1], profile="sample_csv")
"""
MEMORY = """
import json, resource, sys, django
django.setup()
from pathlib import Path
from dealer_import.profiles import load_profile
from dealer_import.services import run_import
peaks = []
for path in sys.argv[1:]:
    report = run_import(path=Path(path), profile=load_profile("sample_csv"), dry_run=True)
    assert report.outcome == "applied", report.message
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(json.dumps(peaks))
"""


def process(code, *arguments, **options):
    """Python code in a process of its own, on the test's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "PYTHONPATH": str(ROOT)}
    settings |= {"SHOPFLOW_DATA": str(options.pop("data")), "CELERY_BROKER_URL": "memory://localhost/"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture
def shared_database():
    """Skip where other processes cannot see the test's database."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("the database lives in this process")
    connection.close()


def content():
    """What the import has written, whatever keys it has."""
    return [
        sorted(Product.objects.values_list("code", "title", "upc", "is_public", "categories__slug")),
        sorted(StockRecord.objects.values_list("partner_sku", "price", "num_in_stock")),
        sorted(PartRecord.objects.values_list("brand__code", "number_key", "row_hash", "list_price_cents")),
        sorted(PartFitment.objects.values_list("part__product__code", "hsn", "tsn")),
        sorted(PartReference.objects.values_list("part__product__code", "number_key")),
        sorted(Category.objects.values_list("path", "name", "numchild")),
    ]


def schema():
    """Names of all indexes and constraints of the tables that a first load fills."""
    with connection.cursor() as cursor:
        found = [model._meta.db_table for model in (Product, StockRecord, PartRecord, PartFitment, PartReference)]
        return [connection.introspection.get_constraints(cursor, table) for table in found]


def empty():
    for model in (PartRecord, Product, Category, ImportRun):
        model.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_p01_a_process_killed_in_the_middle_leaves_nothing_and_a_rerun_everything(shared_database, tmp_path, bring_in):
    bring_in(FILE)
    whole = content()
    empty()
    killed = process(KILLED, FILE, data=tmp_path)
    _out, error = killed.communicate(timeout=300)
    assert killed.returncode == -9, error
    assert content() == [[], [], [], [], [], []]
    dead = ImportRun.objects.get()
    assert dead.state == "running"
    ImportRun.objects.update(heartbeat_at=None)
    assert reap_dead_runs() == 1
    dead.refresh_from_db()
    assert (dead.state, bool(dead.message)) == ("failed", True)
    assert bring_in(FILE).outcome == "applied"
    assert content() == whole


@pytest.mark.django_db(transaction=True)
def test_p01_a_process_killed_while_tables_are_without_indexes_leaves_them_as_they_were(shared_database, tmp_path):
    before = schema()
    killed = process(KILLED, FILE, "bare", data=tmp_path)
    _out, error = killed.communicate(timeout=300)
    assert killed.returncode == -9, error
    assert ImportRun.objects.get().state == "running"
    assert (content(), schema()) == ([[], [], [], [], [], []], before)


@pytest.mark.django_db(transaction=True)
def test_p02_a_second_run_of_the_source_ends_with_status_4(shared_database, tmp_path):
    first = process(SLOW, FILE, "slow", data=tmp_path)
    try:
        assert first.stdout.readline().strip() == "applying"
        second = process(SLOW, FILE, data=tmp_path)
        _out, error = second.communicate(timeout=300)
        assert (second.returncode, "sample_csv" in error) == (4, True), error
    finally:
        first.communicate("go on\n", timeout=300)
    assert first.returncode == 0
    assert ImportRun.objects.count() == 1
    assert PartRecord.objects.count() == 1028


@pytest.mark.django_db
def test_a_dead_run_whose_file_is_there_is_done_again(tmp_path, admin_user, profile):
    with FILE.open("rb") as stream:
        run = queue_upload(stream=stream, file_name="teile.csv", profile=profile, actor=admin_user)
    ImportRun.objects.filter(pk=run.pk).update(state="running", attempts=1)
    assert reap_dead_runs() == 1
    run.refresh_from_db()
    assert run.state == "waiting"
    assert execute_run(run_id=run.pk).outcome == "applied"
    ImportRun.objects.filter(pk=run.pk).update(state="running", attempts=3, heartbeat_at=None)
    reap_dead_runs()
    run.refresh_from_db()
    assert run.state == "failed"


@pytest.mark.django_db
def test_a_run_that_beats_is_left_alone():
    from django.utils import timezone

    values = {"source": "s", "profile": "p", "profile_version": "1", "file_name": "f", "state": "running"}
    ImportRun.objects.create(created_at=timezone.now(), heartbeat_at=timezone.now(), **values)
    assert reap_dead_runs() == 0


@pytest.mark.django_db(transaction=True)
def test_p07_memory_does_not_grow_with_the_rows(shared_database, tmp_path):
    paths = [tmp_path / "small.csv", tmp_path / "large.csv"]
    for path, rows in zip(paths, (10_000, 40_000), strict=True):
        write(path, rows, day=1)
    measured = process(MEMORY, *paths, data=tmp_path)
    out, error = measured.communicate(timeout=600)
    assert measured.returncode == 0, error
    small, large = json.loads(out.strip().splitlines()[-1])
    assert large - small < 15


def test_p08_progress_rises_while_a_long_statement_runs_and_never_falls():
    told = []
    with Pulse(None, size=1000, tell=lambda percent, step: told.append((percent, step))) as pulse:
        for position in (200, 500, 400, 1000):
            pulse.read(position)
            time.sleep(0.3)
        for step in ("comparing", "products", "parts"):
            pulse.begin(step, rows=100_000)
            time.sleep(1.2)
        seen = [pulse.now() for _ in range(5)]
    percents = [percent for percent, _step in told]
    assert percents == sorted(percents)
    assert len(set(percents)) >= 3
    assert seen[-1] < 100
    assert {"products", "parts"} <= {step for _percent, step in told}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_p08_the_row_of_the_run_moves_while_the_import_is_inside_its_transaction(bring_in, monkeypatch):
    from threading import Thread

    seen = []

    def wait(self):
        for _ in range(4):
            time.sleep(1.1)
            watcher = Thread(target=look)
            watcher.start()
            watcher.join()

    def look():
        seen.append(ImportRun.objects.values_list("percent", "step", "heartbeat_at").get())
        connection.close()

    monkeypatch.setattr(Applying, "_miss", wait)
    bring_in(FILE)
    percents = [percent for percent, _step, _beat in seen]
    assert percents == sorted(percents)
    assert percents[0] >= 50
    assert {step for _percent, step, _beat in seen} == {"writing"}
    assert len({beat for _percent, _step, beat in seen}) >= 3
    assert ImportRun.objects.get().percent == 100


@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_middle_takes_everything_back(bring_in, monkeypatch):
    def fail(self):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Applying, "_miss", fail)
    with pytest.raises(RuntimeError, match="disk"):
        bring_in(FILE)
    assert (Product.objects.count(), PartRecord.objects.count(), Category.objects.count()) == (0, 0, 0)
    run = ImportRun.objects.get()
    assert (run.state, "disk" in run.message) == ("failed", True)


@pytest.mark.django_db
def test_a_run_that_cannot_be_done_says_so_and_does_not_stop_the_others(bring_in, profile, export):
    lost, gone, good = (
        queue_upload(stream=export.write(export.good).open("rb"), file_name="t.csv", profile=profile, actor=None)
        for _number in range(3)
    )
    forget_file(lost.stored_file)
    ImportRun.objects.filter(pk=gone.pk).update(profile_tables={**gone.profile_tables, "format": "uninstalled"})
    sweep_waiting_runs()
    runs = {run.pk: run for run in ImportRun.objects.all()}
    assert [runs[run.pk].state for run in (lost, gone, good)] == ["failed", "failed", "done"]
    assert "no longer kept" in runs[lost.pk].message
    assert "uninstalled" in runs[gone.pk].message


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_lock_of_a_source_is_free_again_after_a_failed_run(bring_in, monkeypatch, export):
    def fail(self):
        raise RuntimeError

    def fail_within_a_transaction():
        with monkeypatch.context() as patch, transaction.atomic():
            patch.setattr(Applying, "_miss", fail)
            bring_in(export.write(export.good))

    with pytest.raises(RuntimeError):
        fail_within_a_transaction()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key("sample_csv")])
            assert cursor.fetchone()[0] is True
    finally:
        other.close()
