"""Two profiles over one delivery: what a change of systems would change, before it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from dealer_import import services
from dealer_import.exceptions import NotUnderWay
from dealer_import.models import ImportOrigin, ImportRun, ParallelRun
from dealer_import.profiles import resolve_profile, shipped_profiles
from dealer_import.profiles.building import build_profile
from dealer_import.services import comparing
from dealer_import.tasks import sweep_waiting_comparisons
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db


def changed_profile(**table):
    return resolve_profile("new", {**shipped_profiles(), "new": {"extends": "sample_csv", **table}})


def queued(path, old, new, actor=None) -> ParallelRun:
    with path.open("rb") as stream:
        return services.queue_comparison(stream=stream, file_name=path.name, old=old, new=new, actor=actor)


def compared(path, old, new, actor=None) -> ParallelRun:
    return services.compare_profiles(parallel_id=queued(path, old, new, actor).pk)


def kept(parallel) -> bool:
    return storages["private"].exists(parallel.stored_file)


def test_the_report_names_parts_and_fields_that_differ_and_writes_nothing(export, profile, admin_user):
    new = changed_profile(price_rule={"factor": "0.9"}, columns={"weight": False}, brands={"Voltano": "VLT"})
    path = export.write(export.good)
    found = compared(path, profile, new, admin_user)
    batteries = sum(b";Voltano;" in row for row in export.good)
    total = len(export.good)
    assert batteries > 0
    result = found.result
    assert (result["old"]["accepted"], result["new"]["accepted"]) == (total, total)
    assert (result["only_old"], result["only_new"]) == (batteries, batteries)
    assert (result["same"], result["different"]) == (0, total - batteries)
    assert result["fields"] == {"sale_cents": total - batteries, "weight_g": total - batteries}
    first = result["examples"]["sale_cents"][0]
    assert (first["number"], first["old"], first["new"]) == ("1N0 000 013 AC", "2765", "2489")
    assert len(result["examples"]["only_new"]) == batteries
    assert (PartRecord.objects.count(), ImportRun.objects.count(), ParallelRun.objects.count()) == (0, 0, 1)


def test_fields_that_few_parts_have_are_compared_whatever_their_order(tmp_path):
    names = ("number", "title", "brand", "list_price", "approval_number", "season", "safety_text")
    path = tmp_path / "teile.csv"
    rows = [";".join(names), "1;A;Brehmer;1,00;KBA 1;10-3;", "2;B;Brehmer;1,00;;;Brille", "3;C;Brehmer;1,00;KBA 3;;"]
    path.write_text("\r\n".join([*rows, ""]), encoding="utf-8")

    def reading(without=(), **changes):
        columns = {name: {"from": name} for name in names if name not in without} | changes
        columns = dict(reversed(columns.items())) if changes else columns
        table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "brands": {"Brehmer": "BREH"}}
        return build_profile("new" if changes else "old", {**table, "columns": columns})

    found = compared(path, reading(), reading(without=["season"], safety_text={"const": "Brille"})).result
    assert (found["same"], found["different"], found["only_old"]) == (1, 2, 0)
    assert found["fields"] == {"safety_text": 2, "season_from": 1, "season_to": 1}
    assert found["examples"]["season_from"] == [{"number": "1", "brand": "BREH", "old": "10", "new": ""}]
    assert [row["number"] for row in found["examples"]["safety_text"]] == ["1", "3"]


def test_the_same_profile_gives_no_difference_and_a_wrong_one_says_why(export, profile):
    path = export.write(export.good)
    same = compared(path, profile, profile).result
    assert (same["same"], same["different"], same["fields"]) == (len(export.good), 0, {})
    wrong = compared(path, profile, changed_profile(delimiter="|")).result
    assert wrong["new"]["refused"] == "delimiter"
    assert wrong["only_old"] == len(export.good)


def test_switching_is_written_down(admin_user):
    origin = ImportOrigin.objects.create(name="DMS", profile="old", transport="folder", created_at=clock.now())
    services.switch_profile(origin_id=origin.pk, profile="sample_csv", actor=admin_user)
    origin.refresh_from_db()
    assert origin.profile == "sample_csv"
    assert "old → sample_csv" in AuditEntry.objects.get(action="import_profile_switched").summary


# -- in the background -------------------------------------------------------------------------------------------


def test_the_files_wait_for_the_worker_and_go_with_the_end(export, profile):
    waiting = queued(export.write(export.good), profile, profile)
    assert (waiting.state, kept(waiting), waiting.result) == ("waiting", True, {})
    sweep_waiting_comparisons()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.percent, kept(waiting)) == ("done", 100, False)
    assert waiting.result["same"] == len(export.good)
    assert services.compare_profiles(parallel_id=waiting.pk) is None


def test_an_unforeseen_end_says_so(export, profile, monkeypatch):
    waiting = queued(export.write(export.good), profile, profile)
    monkeypatch.setattr(comparing, "differences", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.compare_profiles(parallel_id=waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, kept(waiting)) == ("failed", False)
    assert "ZeroDivisionError" in waiting.message


def test_a_cancelled_comparison_stops_between_two_batches(export, profile, monkeypatch, admin_user):
    running = queued(export.write(export.good), profile, profile)
    monkeypatch.setattr(comparing._Comparison, "ASK_SECONDS", 0)
    move = comparing._Comparison._move

    def cancel_meanwhile(self, *told):
        services.cancel_comparison(parallel_id=running.pk, actor=admin_user)
        move(self, *told)

    monkeypatch.setattr(comparing._Comparison, "_move", cancel_meanwhile)
    assert services.compare_profiles(parallel_id=running.pk).state == "cancelled"
    running.refresh_from_db()
    assert (running.result, kept(running)) == ({}, False)
    with pytest.raises(NotUnderWay):
        services.cancel_comparison(parallel_id=running.pk, actor=admin_user)
    assert AuditEntry.objects.filter(action="import_comparison_cancelled").count() == 1


def test_a_dead_comparison_is_done_again_and_closed_after_three_attempts(export, profile):
    dead = queued(export.write(export.good), profile, profile)
    row = ParallelRun.objects.filter(pk=dead.pk)
    row.update(state="running", attempts=1, percent=40, heartbeat_at=timezone.now())
    assert services.reap_dead_comparisons() == 0
    row.update(heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert services.reap_dead_comparisons() == 1
    assert row.values_list("state", "percent").get() == ("waiting", 0)
    row.update(state="running", attempts=3, heartbeat_at=None)
    assert services.reap_dead_comparisons() == 1
    dead.refresh_from_db()
    assert (dead.state, bool(dead.message)) == ("failed", True)
