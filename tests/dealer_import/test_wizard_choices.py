"""What the wizard refuses, asks for and lets staff choose."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dealer_import.forms.wizard import MAY_BE_FIXED
from dealer_import.models import ProfileDraft
from dealer_import.wizard.evidence import look_at
from shopflow.contracts.imports import FileRefused
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
