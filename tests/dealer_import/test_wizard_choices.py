"""What the wizard refuses, asks for and lets staff choose."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dealer_import import services
from dealer_import.forms.wizard import MAY_BE_FIXED
from dealer_import.models import ImportRun, ProfileDraft
from dealer_import.queries import known_profiles
from dealer_import.wizard.evidence import look_at
from shopflow.contracts.imports import FileRefused
from shopflow.parts.models import PartRecord
from shopflow.project.demo.catalogue import FILE

pytestmark = pytest.mark.django_db
CSV = FILE.read_bytes()


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def begin(chef, data: bytes, name: str = "hausliste", **more):
    file = SimpleUploadedFile("teile.csv", data)
    return chef.post(reverse("shopflow-staff:import-wizard"), {"file": file, "name": name, **more})


LETTER = """Sehr geehrte Damen und Herren,

anbei erhalten Sie, wie besprochen, unsere Preise.
Sie gelten ab dem 1. Januar, also ab sofort.
Bei Fragen stehen wir Ihnen gern zur Verfügung.
Rufen Sie uns an, wir helfen weiter.

Mit freundlichen Grüßen
Autohaus Muster
"""
CLAUSES = "Guten Tag Herr Muster, wir danken Ihnen\nSie haben bestellt, was wir gern liefern\n" * 4


@pytest.mark.parametrize("letter", [LETTER, CLAUSES, LETTER.replace(",", ";")])
def test_a_letter_is_not_cut_into_columns(letter):
    with pytest.raises(FileRefused, match="such as a letter, not a table") as refused:
        look_at(io.BytesIO(letter.encode()))
    assert refused.value.reason == "not_a_table"


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        ("Nummer,Preis\nA 12,1.50\nB 13,2.50\n", ("Nummer", "Preis")),
        ("Teilenummer,Marke,Name\n1,Filtrax,Filter vorn\n2,Filtrax,Ring hinten\n", ("Teilenummer", "Marke", "Name")),
        ("Preisliste, Herbst\n\nNummer, EAN\n1, 4006381333931\n2, 4006381333948\n", ("Preisliste", "Herbst")),
        ("Nummer;Name\n1 22 3;Filter vorn\n4 55 6;Ring, hinten\n", ("Nummer", "Name")),
    ],
)
def test_small_tables_are_no_letters(data, columns):
    assert look_at(io.BytesIO(data.encode())).columns == columns


def test_a_letter_is_refused_in_the_form(chef):
    answer = begin(chef, LETTER.encode())
    assert (answer.status_code, len(answer.context["form"].errors["file"])) == (422, 1)
    assert ProfileDraft.objects.count() == 0


def test_what_is_the_same_for_all_is_asked_for_beside_its_column_alone(chef):
    page = chef.get(begin(chef, CSV).url).content.decode()
    boxes = page.count('class="stack-s column-choice"'), page.count('class="column-choice__fixed"')
    assert boxes == (len(MAY_BE_FIXED), len(MAY_BE_FIXED))


def tried(draft: ProfileDraft) -> ImportRun:
    """The draft's dry run, done."""
    draft.refresh_from_db()
    services.execute_run(run_id=draft.run_id)
    return ImportRun.objects.get(pk=draft.run_id)


@pytest.fixture
def derived(chef, bring_in, export):
    """A draft that begins from the profile of the parts in the shop, tried on their next delivery."""
    bring_in(export.write(export.good))
    begin(chef, export.write(export.good, stamp="22.11.2026 05:30").read_bytes(), base="sample_csv")
    draft = ProfileDraft.objects.get()
    services.try_draft(draft_id=draft.pk, actor=None)
    return draft


def test_the_dry_run_says_how_many_parts_would_move_to_a_new_supplier(chef, derived, export):
    run = tried(derived)
    assert (run.source, run.changed, run.samples["moves"]) == (
        "hausliste", len(export.good), [{"source": "sample_csv", "number": len(export.good)}],
    )  # fmt: skip
    told = (
        f"{len(export.good)} Teile dieser Datei gehören bisher zur Quelle sample_csv und würden zu hausliste wechseln."
    )
    for name, pk in (("import-trial", derived.pk), ("import-run", run.pk)):
        assert told in chef.get(reverse(f"shopflow-staff:{name}", args=[pk])).content.decode()
    form = chef.get(reverse("shopflow-staff:import-trial", args=[derived.pk])).context["form"]
    assert (form["source"].value(), form.sources) == ("", ["sample_csv"])
    save = reverse("shopflow-staff:import-draft-save", args=[derived.pk])
    chef.post(save, {"name": "hausliste", "source": "", "run": run.pk})
    assert known_profiles()["hausliste"].source == "hausliste"


def test_a_profile_continues_a_source_once_that_is_tried(chef, derived, bring_in, export):
    first, save = tried(derived), reverse("shopflow-staff:import-draft-save", args=[derived.pk])
    chosen = {"name": "hausliste", "source": "sample_csv", "note": "neu"}
    answer = chef.post(save, {**chosen, "run": first.pk})
    trial = reverse("shopflow-staff:import-trial", args=[derived.pk])
    assert (answer.status_code, answer.url, "hausliste" in known_profiles()) == (302, trial, False)
    run = tried(derived)
    assert run.pk != first.pk
    assert (run.source, run.changed, run.unchanged, run.samples["moves"]) == ("sample_csv", 0, len(export.good), [])
    page = chef.get(trial)
    assert page.context["form"]["source"].value() == "sample_csv"
    assert "würde" not in page.content.decode().split("<h2")[0]
    saved = chef.post(save, {**chosen, "run": run.pk})
    assert saved.url == reverse("shopflow-staff:import-profile", args=["hausliste"])
    profile = known_profiles()["hausliste"]
    assert profile.source == "sample_csv"
    path = export.write(export.good, stamp="23.11.2026 05:30")
    run = services.queue_upload(stream=path.open("rb"), file_name="t.csv", profile=profile, actor=None)
    services.execute_run(run_id=run.pk)
    assert set(PartRecord.objects.values_list("source", flat=True)) == {"sample_csv"}


def test_a_new_supplier_is_not_named_as_a_source_of_the_shop(chef, derived):
    run, save = tried(derived).pk, reverse("shopflow-staff:import-draft-save", args=[derived.pk])
    answer = chef.post(save, {"name": "sample_csv", "source": "", "run": run})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["source"])
    assert chef.post(save, {"name": "hausliste", "source": "gibt_es_nicht", "run": run}).status_code == 422


def test_a_profile_that_is_changed_keeps_its_own_source_without_naming_it(chef, derived, export):
    derived.delete()
    begin(chef, export.write(export.good, stamp="23.11.2026 05:30").read_bytes(), name="sample_csv")
    draft = ProfileDraft.objects.get()
    services.try_draft(draft_id=draft.pk, actor=None)
    run = tried(draft)
    assert run.samples["moves"] == []
    form = chef.get(reverse("shopflow-staff:import-trial", args=[draft.pk])).context["form"]
    assert form["source"].value() == "sample_csv"
    save = reverse("shopflow-staff:import-draft-save", args=[draft.pk])
    saved = chef.post(save, {"name": "sample_csv", "source": "sample_csv", "run": run.pk})
    assert saved.url == reverse("shopflow-staff:import-profile", args=["sample_csv"])
    assert "source" not in known_profiles()["sample_csv"].options


def test_what_was_not_tried_is_not_saved(chef, derived):
    save, trial = (
        reverse(f"shopflow-staff:{name}", args=[derived.pk]) for name in ("import-draft-save", "import-trial")
    )
    chosen = {"name": "hausliste", "source": ""}
    assert (chef.post(save, chosen).url, ProfileDraft.objects.count()) == (trial, 1), "the dry run is under way"
    seen = tried(derived)
    assert f'name="run" value="{seen.pk}"' in chef.get(trial).content.decode()
    services.change_draft(draft_id=derived.pk, tables=derived.tables)
    answer = chef.post(save, {**chosen, "run": seen.pk}, follow=True)
    assert "Das Profil wurde nicht gespeichert" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("shopflow-staff:import-draft", args=[derived.pk])
    services.try_draft(draft_id=derived.pk, actor=None)
    newest = tried(derived)
    assert chef.post(save, {**chosen, "run": seen.pk}).url == trial, "another window has tried something else"
    assert "hausliste" not in known_profiles()
    chef.post(save, {**chosen, "run": newest.pk})
    assert "hausliste" in known_profiles()


def test_a_profile_is_not_named_as_the_page_that_makes_one(chef):
    answer = begin(chef, CSV, name=" Neu")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert reverse("shopflow-staff:import-wizard") == reverse("shopflow-staff:import-profile", args=["neu"])
