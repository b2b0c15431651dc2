"""Two profiles over one delivery: what a change of systems would change, before it does."""

from __future__ import annotations

import pytest

from dealer_import import services
from dealer_import.models import ImportOrigin, ImportRun, ParallelRun
from dealer_import.profiles import resolve_profile, shipped_profiles
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db


def changed_profile(**table):
    return resolve_profile("new", {**shipped_profiles(), "new": {"extends": "sample_csv", **table}})


def test_the_report_names_parts_and_fields_that_differ_and_writes_nothing(export, profile, admin_user):
    new = changed_profile(price_rule={"factor": "0.9"}, columns={"weight": False}, brands={"Voltano": "VLT"})
    path = export.write(export.good)
    found = services.compare_profiles(path=path, old=profile, new=new, actor=admin_user)
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


def test_the_same_profile_gives_no_difference_and_a_wrong_one_says_why(export, profile):
    path = export.write(export.good)
    same = services.compare_profiles(path=path, old=profile, new=profile).result
    assert (same["same"], same["different"], same["fields"]) == (len(export.good), 0, {})
    wrong = services.compare_profiles(path=path, old=profile, new=changed_profile(delimiter="|")).result
    assert wrong["new"]["refused"] == "delimiter"
    assert wrong["only_old"] == len(export.good)


def test_switching_is_written_down(admin_user):
    origin = ImportOrigin.objects.create(name="DMS", profile="old", transport="folder", created_at=clock.now())
    services.switch_profile(origin_id=origin.pk, profile="new", actor=admin_user)
    origin.refresh_from_db()
    assert origin.profile == "new"
    assert "old → new" in AuditEntry.objects.get(action="import_profile_switched").summary
