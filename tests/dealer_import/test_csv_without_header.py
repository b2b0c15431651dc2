"""Exports that begin with their first part: columns are told by their places."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dealer_import import services
from dealer_import.models import ImportRun, ProfileDraft, StoredProfile
from dealer_import.profiles import BadProfile, resolve_profile
from dealer_import.sources.csv import CsvSource
from dealer_import.wizard.evidence import look_at
from shopflow.contracts.imports import FileRefused
from shopflow.parts.models import PartRecord

TABLE = {
    "format": "csv",
    "mode": "delta",
    "header": False,
    "columns": {
        "number": {"from": "1", "required": True},
        "brand": {"const": "Filtrax"},
        "title": {"from": "2"},
        "list_price": {"from": "3", "required": True},
        "stock": {"from": ["4", "5"]},
    },
}
ROWS = ["A 1;Ölfilter;12,50;3;1", "A 2;Luftfilter;8,00;0;2", 'A 3;"Filter; klein";5,00;1;0', "A 4;Dichtung;1,20;7;7"]


def profile_with(**keys):
    return resolve_profile("ohne_kopf", {"ohne_kopf": {**TABLE, **keys}})


def stream_of(rows, encoding="cp1252"):
    return io.BytesIO("\r\n".join([*rows, ""]).encode(encoding))


def read(rows, encoding="cp1252", **keys):
    options = profile_with(**keys).options
    evidence = CsvSource().inspect(stream_of(rows, encoding), options)
    records = list(CsvSource().records(stream_of(rows, encoding), options))
    return evidence, [(record.line, getattr(record, "code", None) or record.fields["1"]) for record in records]


@pytest.mark.parametrize(
    ("above", "keys"),
    [
        ([], {}),
        ([], {"delimiter": ";"}),
        (["sep=;"], {}),
        (["Teileliste vom 22.11.2026", ""], {"skip_lines": 2}),
        (["Teileliste vom 22.11.2026", ""], {"skip_lines": "auto"}),
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_columns_are_places_and_the_first_line_is_a_part(above, keys, encoding):
    evidence, rows = read([*above, *ROWS], encoding, **keys)
    assert (evidence.columns, evidence.delimiter) == (("1", "2", "3", "4", "5"), ";")
    assert rows == [(len(above) + n, f"A {n}") for n in (1, 2, 3, 4)]


def test_a_broken_first_row_is_refused_and_not_taken_for_the_width():
    evidence, rows = read(["A 0;zu;viele;Zellen;in;dieser;Zeile", *ROWS])
    assert (len(evidence.columns), rows[0], len(rows)) == (5, (1, "columns"), 5)


@pytest.mark.parametrize(
    ("rows", "keys", "reason"),
    [
        (ROWS, {"delimiter": "|"}, "delimiter"),
        (["nur Text", "noch mehr"], {}, "delimiter"),
        (ROWS, {"skip_lines": 9}, "no_records"),
        (["A 1;Filter", "A 2;Filter"], {}, "missing_column"),
    ],
)
def test_what_is_no_such_table_is_refused(rows, keys, reason):
    with pytest.raises(FileRefused) as refused:
        read(rows, **keys)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"header": "nein"}, "header: it must be true or false"),
        ({"columns": {**TABLE["columns"], "gtin": {"from": "EAN"}}}, "not “EAN”"),
        ({"rows": {"any": [{"column": "Bestand", "above": 0}]}}, "not “Bestand”"),
        ({"columns": {**TABLE["columns"], "gtin": {"from": "0"}}}, "not “0”"),
        ({"format": "xlsx"}, "only CSV files"),
    ],
)
def test_a_profile_without_header_names_places(keys, told):
    with pytest.raises(BadProfile, match=told):
        profile_with(**keys)


@pytest.mark.parametrize("data", [b"1;2;3\n4;5;6\n", b"100;Nordparts;Filter;100,50;7\n101;Nordparts;Ring;101,50;8\n"])
def test_people_who_say_that_there_is_a_header_are_told_that_there_is_none(data):
    assert look_at(io.BytesIO(data)).has_header is False
    with pytest.raises(FileRefused, match="say that the first line is a part"):
        look_at(io.BytesIO(data), {"header": True})


@pytest.mark.parametrize("told", [None, {"header": False, "delimiter": ";"}, {"header": False, "skip_lines": 0}])
def test_a_sample_without_names_is_seen_as_such(told):
    evidence = look_at(stream_of(ROWS), told)
    assert (evidence.has_header, evidence.skip_lines, evidence.columns) == (False, 0, ("1", "2", "3", "4", "5"))
    assert (evidence.rows[0], evidence.decimal) == (("A 1", "Ölfilter", "12,50", "3", "1"), ",")


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def values_of(form):
    data = {field.html_name: field.value() for field in form}
    return {name: value for name, value in data.items() if value is not None and value is not False}


@pytest.mark.django_db
def test_the_wizard_makes_a_profile_of_places_that_imports_and_corrects(chef, tmp_path):
    upload = SimpleUploadedFile("ohne.csv", stream_of([*ROWS, "A 5;Schlauch;gratis;1;1"]).getvalue())
    page = chef.post(reverse("shopflow-staff:import-wizard"), {"file": upload, "name": "ohne_kopf"}).url
    form = chef.get(page).context["form"]
    assert form["no_header"].value() is True
    assert ("2", "2: Ölfilter") in form.fields["col_title_0"].choices
    given = values_of(form) | {
        "mode": "delta", "col_number_0": "1", "col_title_0": "2", "col_list_price_0": "3", "col_stock_0": "4",
        "col_stock_1": "5", "col_brand_0": "=", "const_brand": "Filtrax",
    }  # fmt: skip
    chef.post(page, given)
    shown = chef.get(page).context["preview"]
    assert (shown.refused, len(shown.rows), shown.errors) == ("", 5, 1)
    named = {name: value for name, value in given.items() if name != "no_header"}
    chef.post(page, named)
    assert ProfileDraft.objects.get().evidence["columns"] == ["A 1", "Ölfilter", "12,50", "3", "1"]
    chef.post(page, values_of(chef.get(page).context["form"]) | {"no_header": "on"})
    chef.post(page, {**given, "try": "1"})
    run, draft = ImportRun.objects.get().pk, ProfileDraft.objects.get().pk
    services.execute_run(run_id=run)
    chef.post(reverse("shopflow-staff:import-draft-save", args=[draft]), {"name": "ohne_kopf", "run": run})
    tables = StoredProfile.objects.get(name="ohne_kopf").versions.get().tables
    assert (tables["header"], tables["columns"]["stock"]["from"]) == (False, ["4", "5"])
    path = tmp_path / "ohne.csv"
    path.write_bytes(upload.open().read())
    profile = resolve_profile("ohne_kopf", {"ohne_kopf": tables})
    first = services.run_import(path=path, profile=profile)
    assert (first.outcome, first.created, first.rejected) == ("applied", 4, 1)
    path.write_bytes(upload.open().read().replace(b"8,00", b"9,00"))
    again = services.run_import(path=path, profile=profile)
    assert (again.outcome, again.changed, again.unchanged) == ("applied", 1, 3)
    ((_finding, fields),) = chef.get(reverse("shopflow-staff:import-correct", args=[again.run])).context["form"].rows()
    assert fields[0].label.startswith("3: ")
    chef.post(
        reverse("shopflow-staff:import-correct", args=[again.run]),
        {field.html_name: field.value() for field in fields} | {fields[0].html_name: "2,00"},
    )
    services.execute_run(run_id=ImportRun.objects.get(corrects=again.run).pk)
    assert PartRecord.objects.get(number_key="A5").list_price_cents == 200
