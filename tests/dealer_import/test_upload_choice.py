"""Which profile an upload is read by when nobody says: the one used last, else the one that the file is for."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from benchmarks.dealer_samples import write_samples
from benchmarks.dealer_samples.checking import FILES
from dealer_import.models import ImportRun
from dealer_import.profiles import load_profile
from dealer_import.services import records
from dealer_import.services.profiles import save_profile

LIST, UPLOAD = "shopflow-staff:import-runs", "shopflow-staff:import-upload"
pytestmark = pytest.mark.django_db


@pytest.fixture
def chef(client, django_user_model):
    user = django_user_model.objects.create_superuser("chef@example.org", "x")
    client.force_login(user)
    client.user = user
    return client


def done(profile, user=None, outcome="applied"):
    run = records.create_run(profile=load_profile(profile), file_name="x", started_by=user)
    ImportRun.objects.filter(pk=run.pk).update(state="done", outcome=outcome)


def chosen(client):
    return client.get(reverse(LIST)).context["form"]["profile"].value()


def test_the_profile_used_last_with_success_is_chosen(chef, django_user_model):
    assert not chosen(chef)
    done("sample_pies")
    assert chosen(chef) == "sample_pies"
    done("sample_fixed", chef.user)
    done("sample_csv", chef.user, "refused")
    done("sample_bmecat", django_user_model.objects.create_user("b@example.org", "x"))
    assert chosen(chef) == "sample_fixed"


@pytest.mark.parametrize("form", ["csv", "fixed", "bmecat", "pies", "datanorm", "xlsx"])
def test_left_open_the_file_itself_decides(chef, tmp_path, form):
    write_samples(tmp_path, rows=60, formats=[form], second_day=False)
    file = SimpleUploadedFile(FILES[form], (tmp_path / FILES[form]).read_bytes())
    assert chef.post(reverse(UPLOAD), {"profile": "", "file": file}).status_code == 302
    assert ImportRun.objects.get().profile == f"sample_{form}"


def test_of_profiles_that_fit_alike_the_one_in_use_is_taken(chef, tmp_path):
    twin = load_profile("sample_csv")
    save_profile(name="abschrift", tables={**twin.options, "source": "abschrift"}, actor=chef.user)
    write_samples(tmp_path, rows=60, formats=["csv"], second_day=False)
    file = (tmp_path / FILES["csv"]).read_bytes()
    for used, taken in (("", "abschrift"), ("sample_csv", "sample_csv")):
        if used:
            done(used)
        chef.post(reverse(UPLOAD), {"profile": "", "file": SimpleUploadedFile(FILES["csv"], file)})
        assert ImportRun.objects.latest("pk").profile == taken


@pytest.mark.parametrize(
    ("data", "field"),
    [(b"", "file"), (b"<!DOCTYPE html><p>Login", "file"), (b"Wort;Zahl\nHaus;1\nBaum;2\n", "profile")],
)
def test_a_file_that_none_is_for_is_told_in_the_form(chef, data, field):
    page = chef.post(reverse(UPLOAD), {"profile": "", "file": SimpleUploadedFile("x.csv", data)})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert ImportRun.objects.count() == 0
