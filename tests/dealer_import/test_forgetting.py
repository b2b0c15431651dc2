"""What runs leave behind goes after its time, and whoever asks for it then is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from dealer_import import services
from dealer_import.exceptions import FileForgotten, NotReversible
from dealer_import.models import ImportRun, PartUndo, ProfileDraft
from dealer_import.services import forgetting
from shopflow.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_runs(bring_in, export, monkeypatch):
    """Two runs that have written values: the first 91 days ago, the second today."""
    monkeypatch.setattr(forgetting, "BATCH", 2)
    bring_in(export.write(export.good))
    runs = []
    for number, stamp in enumerate(("22.11.2026 05:30", "23.11.2026 05:30")):
        changed = [row.replace(row.split(b";")[2], f"Name {number}".encode()) for row in export.good]
        runs.append(ImportRun.objects.get(pk=bring_in(export.write(changed, stamp=stamp)).run))
    ImportRun.objects.filter(pk=runs[0].pk).update(finished_at=clock.now() - timedelta(days=91))
    return runs


def entries(run) -> int:
    return PartUndo.objects.filter(run_id=run.pk).count()


def test_replaced_values_go_after_ninety_days_and_the_run_says_so(two_runs, client, django_user_model):
    old, new = two_runs
    written, stays = entries(old), entries(new)
    assert min(written, stays) > 4
    assert services.forget_old_values() == written
    assert (entries(old), entries(new)) == (0, stays)
    assert services.forget_old_values() == 0
    with pytest.raises(NotReversible, match="no longer kept"):
        services.queue_rollback(run_id=old.pk, actor=None)
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    page = client.get(reverse("shopflow-staff:import-run", args=[old.pk]))
    assert (page.status_code, page.context["may_roll_back"], page.context["written"]) == (200, False, None)
    assert client.get(reverse("shopflow-staff:import-roll-back", args=[old.pk])).status_code == 302
    assert services.rollback_run(run_id=new.pk, actor=None).changed > 0


def test_a_rollback_that_waited_too_long_ends_with_a_sentence(two_runs):
    old, _new = two_runs
    undoing = services.queue_rollback(run_id=old.pk, actor=None)
    services.forget_old_values()
    services.execute_run(run_id=undoing.pk)
    undoing.refresh_from_db()
    assert (undoing.state, undoing.outcome) == ("failed", "")
    assert "no longer kept" in undoing.message


def test_the_time_is_a_setting(two_runs, settings):
    settings.SHOPFLOW_IMPORT_KEEP_DAYS = 92
    assert services.forget_old_values() == 0
    assert entries(two_runs[0]) > 0


def test_files_of_unused_dry_runs_and_drafts_go_and_those_in_use_stay(export, profile):
    def dry():
        path = export.write(export.good)
        with path.open("rb") as stream:
            run = services.queue_upload(stream=stream, file_name="t.csv", profile=profile, actor=None)
        services.execute_run(run_id=run.pk)
        return run

    unused, young, followed = dry(), dry(), dry()
    services.queue_run(follows=ImportRun.objects.get(pk=followed.pk), actor=None)
    long_ago = clock.now() - timedelta(days=91)
    ImportRun.objects.filter(pk__in=[unused.pk, followed.pk]).update(finished_at=long_ago)
    with export.write(export.good).open("rb") as stream:
        draft = services.begin_draft(
            stream=stream, file_name="t.csv", evidence={}, tables={}, based_on="", name="x", actor=None
        )
    ProfileDraft.objects.update(created_at=long_ago)
    assert services.forget_unused_files() == 2
    exists = storages["private"].exists
    assert not exists(unused.stored_file)
    assert exists(young.stored_file)
    assert exists(followed.stored_file)
    assert not ProfileDraft.objects.filter(pk=draft.pk).exists()
    with pytest.raises(FileForgotten):
        services.queue_run(follows=ImportRun.objects.get(pk=unused.pk), actor=None)
