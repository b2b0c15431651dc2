"""Origins: the same content once, whichever way it comes; schedules; retention; what staff see and press."""

from __future__ import annotations

import io
import os
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django import forms
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from dealer_import import services
from dealer_import.exceptions import SourceBusy
from dealer_import.models import ImportOrigin, ImportRun, ReceivedFile, Supplier
from dealer_import.services.origins import next_look
from dealer_import.tasks import sweep_waiting_runs
from shopflow.contracts.pages import attention_notes
from shopflow.contracts.testing import check_import_transport
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed, import_transports
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.models import Message

pytestmark = pytest.mark.django_db


class Shelf(ImportTransport):
    """A way whose other end the test holds."""

    code = "shelf"
    label = "Shelf"
    form_class = forms.Form
    here: dict[str, bytes] = {}
    fetches: list[str] = []
    with_marks = True
    fails = ""

    def files(self, settings):
        if self.fails:
            raise TransportFailed(self.fails)
        growing = settings.get("growing", [])
        return [
            RemoteFile(n, n, f"{len(b)}" if self.with_marks else "", len(b), settled=n not in growing)
            for n, b in sorted(self.here.items())
        ]

    def fetch(self, settings, file, target):
        self.fetches.append(file.key)
        target.write(self.here[file.key])


@pytest.fixture(autouse=True)
def shelf():
    Shelf.here, Shelf.fetches, Shelf.with_marks, Shelf.fails = {}, [], True, ""
    with import_transports.registered(Shelf):
        yield Shelf


@pytest.fixture
def origin():
    def make(name="Nacht", **values):
        made = ImportOrigin(name=name, profile="sample_csv", transport="shelf", **values)
        return services.save_origin(origin=made, actor=None)

    return make


def test_p16_the_same_content_is_taken_once_however_it_is_called_and_whichever_way_it_comes(origin, export, shelf):
    night, mail = origin(), origin("Mail")
    shelf.here = {"a.csv": export.write(export.good).read_bytes()}
    assert services.look_at_origin(origin_id=night.pk).taken == 1
    assert services.look_at_origin(origin_id=night.pk).taken == 0
    assert shelf.fetches == ["a.csv"]
    shelf.here = {"anders.csv": shelf.here["a.csv"]}
    look = services.look_at_origin(origin_id=mail.pk)
    assert (look.taken, look.same) == (0, 1)
    assert [(f.state, f.origin.name) for f in ReceivedFile.objects.order_by("pk")] == [
        ("taken", "Nacht"),
        ("same", "Mail"),
    ]
    run = ImportRun.objects.get()
    assert (run.dry_run, run.state, run.file_name) == (True, "waiting", "a.csv")
    assert services.execute_run(run_id=run.pk).outcome == "applied"
    assert storages["private"].exists(ReceivedFile.objects.first().stored_file)


def test_without_fingerprints_the_content_decides(origin, export, shelf):
    night = origin()
    shelf.with_marks, shelf.here = False, {"a.csv": export.write(export.good).read_bytes()}
    for _ in range(3):
        services.look_at_origin(origin_id=night.pk)
    assert ReceivedFile.objects.count() == ImportRun.objects.count() == 1
    assert len(shelf.fetches) == 3


def test_p15_a_growing_file_waits(origin, shelf, export):
    shelf.here = {"a.csv": export.write(export.good).read_bytes()}
    growing = origin(settings={"growing": ["a.csv"]})
    look = services.look_at_origin(origin_id=growing.pk)
    assert (look.growing, look.taken, ReceivedFile.objects.count()) == (1, 0, 0)


def test_an_origin_that_applies_queues_a_real_run(origin, shelf, export):
    shelf.here = {"a.csv": export.write(export.good).read_bytes()}
    services.look_at_origin(origin_id=origin(applies=True).pk)
    run = ImportRun.objects.get()
    assert run.dry_run is False
    services.execute_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.outcome, run.accepted) == ("applied", len(export.good))
    assert storages["private"].exists(ReceivedFile.objects.get().stored_file)


def test_deliveries_are_written_in_the_order_in_which_they_came(origin, shelf, export):
    mine = origin(applies=True)
    for day in (21, 22):
        shelf.here = {f"{day}.csv": export.write(export.good, stamp=f"{day}.11.2026 05:30").read_bytes() + b" " * day}
        services.look_at_origin(origin_id=mine.pk)
    first, second = ImportRun.objects.order_by("pk")
    with pytest.raises(SourceBusy):
        services.execute_run(run_id=second.pk)
    sweep_waiting_runs()
    assert list(ImportRun.objects.order_by("started_at").values_list("pk", "outcome")) == [
        (first.pk, "applied"),
        (second.pk, "applied"),
    ]


def test_the_first_page_tells_of_the_newest_delivery_that_waits_to_be_applied(origin, shelf, export):
    waiting, mine = attention_notes.get("imports_to_apply"), origin()
    for day in (21, 22):
        shelf.here = {f"{day}.csv": export.write(export.good, stamp=f"{day}.11.2026 05:30").read_bytes() + b" " * day}
        services.look_at_origin(origin_id=mine.pk)
        sweep_waiting_runs()
        assert waiting.count() == 1
    newest = ImportRun.objects.order_by("pk").last()
    services.queue_run(follows=newest, actor=None)
    assert waiting.count() == 0


def test_a_failing_origin_says_why_and_recovers(origin, shelf):
    night = origin()
    shelf.fails = "Der Server schläft."
    assert services.look_at_origin(origin_id=night.pk).error == "Der Server schläft."
    services.look_at_origin(origin_id=night.pk)
    night.refresh_from_db()
    assert (night.failures, night.last_error) == (2, "Der Server schläft.")
    shelf.fails = ""
    services.look_at_origin(origin_id=night.pk)
    night.refresh_from_db()
    assert (night.failures, night.last_error) == (0, "")


def test_a_file_that_cannot_be_read_keeps_no_other_from_coming(origin, shelf, export, monkeypatch):
    night, good = origin(), export.write(export.good).read_bytes()
    shelf.here = {"a.csv": b"zu", "b.csv": good}

    def fetch(self, settings, file, target):
        if file.name == "a.csv":
            raise TransportFailed("Kein Zugriff auf a.csv.")
        target.write(self.here[file.key])

    monkeypatch.setattr(shelf, "fetch", fetch)
    look = services.look_at_origin(origin_id=night.pk)
    assert (look.taken, look.error) == (1, "Kein Zugriff auf a.csv.")
    assert ReceivedFile.objects.get().file_name == "b.csv"


def test_a_file_that_cannot_be_archived_is_told_at_its_source_and_comes_later(origin, shelf, export, monkeypatch):
    night = origin()
    shelf.here = {"a.csv": export.write(export.good).read_bytes()}
    with monkeypatch.context() as broken:
        broken.setattr(
            "dealer_import.services.receiving.keep_stream", Mock(side_effect=PermissionError(13, "Permission denied"))
        )
        look = services.look_at_origin(origin_id=night.pk)
    assert (look.taken, "cannot keep the file (Permission denied)" in look.error) == (0, True)
    assert (ReceivedFile.objects.count(), ImportRun.objects.count()) == (0, 0)
    assert services.look_at_origin(origin_id=night.pk).taken == 1


@pytest.mark.parametrize("applies", [True, False])
def test_staff_hear_of_a_delivery_that_is_refused(origin, shelf, export, profile, admin_user, applies):
    night = origin(applies=applies)
    shelf.here = {"a.csv": b"<!doctype html><title>Anmelden</title>"}
    services.look_at_origin(origin_id=night.pk)
    sweep_waiting_runs()
    run = ImportRun.objects.get()
    assert (run.outcome, run.reason, run.dry_run) == ("refused", "not_a_table", not applies)
    sweep_waiting_runs()
    mail = Message.objects.get(template="import_trouble")
    assert (mail.to_email, "Abgelehnt" in mail.text or "Refused" in mail.text) == (admin_user.email, True)
    assert OutboxEvent.objects.filter(code="import_stopped").count() == applies
    upload = io.BytesIO(b"<!doctype html>")
    by_hand = services.queue_upload(stream=upload, file_name="b.csv", profile=profile, actor=admin_user)
    services.execute_run(run_id=by_hand.pk)
    ImportRun.objects.update(notified_at=timezone.now() - timedelta(hours=2))
    ImportRun.objects.filter(pk=by_hand.pk).update(notified_at=None)
    assert services.notify_staff() == 0  # who has uploaded a file sees what becomes of it


def test_a_way_that_breaks_off_is_shown_at_its_source(origin, shelf, monkeypatch):
    night = origin()
    monkeypatch.setattr(shelf, "files", lambda self, settings: [][1])
    assert "IndexError" in services.look_at_origin(origin_id=night.pk).error
    night.refresh_from_db()
    assert (night.failures, "IndexError" in night.last_error) == (1, True)


def test_a_lost_profile_or_transport_is_told_not_raised(origin):
    night = origin()
    ImportOrigin.objects.filter(pk=night.pk).update(profile="weg")
    assert "weg" in services.look_at_origin(origin_id=night.pk).error
    ImportOrigin.objects.filter(pk=night.pk).update(profile="sample_csv", transport="taube")
    assert "taube" in services.look_at_origin(origin_id=night.pk).error


def test_each_origin_is_looked_at_when_its_time_has_come(origin, shelf):
    hourly, by_hand, off = origin(every_minutes=60), origin("Hand"), origin("Aus", every_minutes=60, enabled=False)
    assert by_hand.due_at is None
    assert off.due_at is None
    assert services.look_at_due_origins() == 0
    clock.move_forward(timedelta(minutes=61))
    assert services.look_at_due_origins() == 1
    assert services.look_at_due_origins() == 0
    hourly.refresh_from_db()
    assert hourly.due_at > clock.now()


def test_times_of_day_are_the_shops_own_also_when_clocks_change():
    berlin = timezone.get_default_timezone()
    nightly = ImportOrigin(at_time=datetime(2026, 1, 1, 5, 30).time())  # noqa: DTZ001 - a time of day
    before = datetime(2026, 10, 24, 20, 0, tzinfo=berlin)
    with timezone.override(berlin):
        first = next_look(nightly, before)
        assert first == datetime(2026, 10, 25, 5, 30, tzinfo=berlin)
        second = next_look(nightly, first)
    assert second == datetime(2026, 10, 26, 5, 30, tzinfo=berlin)
    assert second.astimezone(berlin).utcoffset() == timedelta(hours=1)


def test_archived_files_go_when_their_time_is_over_and_can_be_checked_again_before(origin, shelf, export):
    night, mail = origin(keep_days=10), origin("Mail")
    shelf.here = {"a.csv": export.write(export.good).read_bytes()}
    services.look_at_origin(origin_id=night.pk)
    services.look_at_origin(origin_id=mail.pk)
    taken, same = ReceivedFile.objects.order_by("pk")
    again = services.take_again(received_id=same.pk, actor=None)
    assert (again.dry_run, again.sha256 == "", again.file_name) == (True, True, "a.csv")
    assert services.forget_old_files() == 0
    clock.move_forward(timedelta(days=11))
    assert services.forget_old_files() == 1
    assert not storages["private"].exists(taken.stored_file)
    assert ReceivedFile.objects.count() == 2
    with pytest.raises(services.FileForgotten):
        services.take_again(received_id=same.pk, actor=None)


def test_the_example_of_the_page_brings_a_file():
    page = Path(__file__).resolve().parents[2] / "docs" / "extend" / "import-transport.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    with import_transports.without("shelf"), import_transports.registered():
        exec(compile(code, str(page), "exec"), {})
        example = import_transports.get("shelf")
        check_import_transport(example)
        (file,) = example.files({"shelf": "parts"})
        target = io.BytesIO()
        example.fetch({"shelf": "parts"}, file, target)
        assert target.getvalue() == b"Teile-Nr;Preis"
        with pytest.raises(TransportFailed):
            example.files({"shelf": "gibt es nicht"})


def test_all_ways_keep_the_contract():
    assert {"folder", "http", "sftp", "mailbox"} <= set(import_transports.codes())
    for transport in import_transports:
        check_import_transport(transport)


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def test_staff_set_up_a_folder_and_look_now(chef, tmp_path, settings, export, django_capture_on_commit_callbacks):
    settings.SHOPFLOW_IMPORT_FOLDERS = [str(tmp_path)]
    (tmp_path / "in").mkdir()
    data = {"name": "Ordner", "profile": "sample_csv", "enabled": "on", "keep_days": "30", "every_minutes": "15"}
    url = reverse("shopflow-staff:import-origin-new", args=["folder"])
    outside = chef.post(url, {**data, "way-folder": "/etc", "way-pattern": "*.csv"})
    assert outside.status_code == 422
    both = {**data, "at_time": "05:30", "way-folder": str(tmp_path / "in"), "way-pattern": "*.csv"}
    refused = chef.post(url, both)
    assert (refused.status_code, dict(refused.context["form"].errors)) == (
        422,
        {"at_time": ["Wählen Sie entweder einen Abstand oder eine Uhrzeit."]},
    )
    assert ImportOrigin.objects.count() == 0
    saved = chef.post(url, {**data, "way-folder": str(tmp_path / "in"), "way-pattern": "*.csv"})
    origin = ImportOrigin.objects.get()
    assert saved.url == reverse("shopflow-staff:import-origin", args=[origin.pk])
    path = tmp_path / "in" / "teile.csv"
    path.write_bytes(export.write(export.good).read_bytes())
    os.utime(path, (time.time() - 99, time.time() - 99))
    with django_capture_on_commit_callbacks() as callbacks:
        chef.post(reverse("shopflow-staff:import-origin-look", args=[origin.pk]))
    assert len(callbacks) == 1
    services.look_at_origin(origin_id=origin.pk)
    page = chef.get(saved.url).content.decode()
    assert "teile.csv" in page
    assert f'href="{reverse("shopflow-staff:import-run", args=[ImportRun.objects.get().pk])}"' in page


def test_who_may_only_look_changes_nothing(client, django_user_model, origin):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("staff@example.org", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_importrun"))
    client.force_login(user)
    made = origin()
    assert client.get(reverse("shopflow-staff:import-origins")).status_code == 200
    assert client.get(reverse("shopflow-staff:import-origin-edit", args=[made.pk])).status_code == 403
    assert client.post(reverse("shopflow-staff:import-origin-look", args=[made.pk])).status_code == 403
    for name in ("import-exports", "import-parallel"):
        assert client.get(reverse(f"shopflow-staff:{name}")).status_code == 200
        assert client.post(reverse(f"shopflow-staff:{name}")).status_code == 403
    supplier = Supplier.objects.create(name="Nord", email="x@example.com")
    ordering = reverse("shopflow-staff:import-supplier", args=[supplier.pk])
    assert (client.get(ordering).status_code, client.post(ordering).status_code) == (200, 403)


def test_half_a_file_is_never_taken(origin, shelf, monkeypatch):
    shelf.here = {"a.csv": b"x;y\r\n1;2\r\n"}

    def broken(self, settings, file, target: io.BytesIO):
        target.write(b"x;y")
        raise TransportFailed("abgebrochen")

    monkeypatch.setattr(Shelf, "fetch", broken)
    assert services.look_at_origin(origin_id=origin().pk).error == "abgebrochen"
    assert ReceivedFile.objects.count() == ImportRun.objects.count() == 0
