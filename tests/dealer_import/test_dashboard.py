from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dealer_import import services
from dealer_import.exporting import harmless
from dealer_import.models import ImportRun
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db

LIST, UPLOAD = "shopflow-staff:import-runs", "shopflow-staff:import-upload"


@pytest.fixture
def staff(client, django_user_model):
    """Log a staff member in who holds the named permissions."""

    def login(*codenames):
        user = django_user_model.objects.create_user("staff@example.org", "x")
        user.is_staff = True
        user.save()
        wanted = Permission.objects.filter(content_type__app_label="dealer_import", codename__in=codenames)
        user.user_permissions.set(wanted)
        client.force_login(user)
        return user

    return login


def test_nobody_sees_imports_without_the_right(client, staff):
    assert client.get(reverse(LIST)).status_code == 302
    staff()
    assert client.get(reverse(LIST)).status_code == 403
    assert client.post(reverse(UPLOAD)).status_code == 403


def test_who_may_look_may_not_import(client, staff):
    staff("view_importrun")
    page = client.get(reverse(LIST))
    assert page.status_code == 200
    assert page.context["form"] is None
    assert client.post(reverse(UPLOAD)).status_code == 403
    assert ImportRun.objects.count() == 0


def test_an_upload_is_checked_first_and_then_applied(client, staff, export):
    user = staff("view_importrun", "run_import")
    data = export.write([*export.good, export.good[0].replace(b";27,65;", b";27,66;")]).read_bytes()
    file = SimpleUploadedFile("teile.csv", data)
    answer = client.post(reverse(UPLOAD), {"profile": "sample_csv", "file": file})
    run = ImportRun.objects.get()
    assert answer.url == reverse("shopflow-staff:import-run", args=[run.pk])
    assert (run.state, run.dry_run, run.started_by) == ("waiting", True, user)
    services.execute_run(run_id=run.pk)
    assert PartRecord.objects.count() == 0
    page = client.get(answer.url)
    assert page.context["may_apply"] is True
    assert [(finding.code, finding.line) for finding in page.context["findings"]] == [("duplicate_conflict", 13)]
    applied = client.post(reverse("shopflow-staff:import-apply", args=[run.pk]))
    real = ImportRun.objects.get(follows=run)
    assert applied.url == reverse("shopflow-staff:import-run", args=[real.pk])
    services.execute_run(run_id=real.pk)
    assert PartRecord.objects.count() == len(export.good)
    client.post(reverse("shopflow-staff:import-apply", args=[run.pk]))
    assert ImportRun.objects.count() == 2
    listed = client.get(reverse("shopflow-staff:import-findings", args=[run.pk]))
    assert b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()[1].startswith("13;error;")


def test_a_form_without_a_file_says_so(client, staff):
    staff("view_importrun", "run_import")
    page = client.post(reverse(UPLOAD), {"profile": "sample_csv"})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    assert client.get(reverse(UPLOAD)).url == reverse(LIST)
    assert ImportRun.objects.count() == 0


def test_the_list_takes_the_same_queries_however_many_runs_there_are(
    client, staff, bring_in, export, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    staff("view_importrun")
    bring_in(export.write(export.good))
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse(LIST))
    for day in range(22, 26):
        bring_in(export.write(export.good, stamp=f"{day}.11.2026 05:30"))
    with django_assert_num_queries(len(first)):
        page = client.get(reverse(LIST))
    assert len(page.context["runs"]) == 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "\u00a0=1"])
def test_a_report_never_runs_in_a_spreadsheet(text):
    assert harmless(text) == f"'{text}"
    assert harmless(f"ein\r\n{text}") == f"ein\r\n'{text}"
    assert harmless(f"\n{text}") == f"'\n'{text}"


def test_plain_values_stay_as_they_are():
    assert harmless("BB.00316-89") == "BB.00316-89"
