"""The wizard's pure part, and its doors for every kind of sample."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from dealer_import import services
from dealer_import.exports.tables import xlsx_file
from dealer_import.models import ImportRun, ProfileDraft, StoredProfile
from dealer_import.profiles import BadProfile, load_profile, resolve_profile
from dealer_import.profiles.fields import FIELDS
from dealer_import.wizard.evidence import look_at
from dealer_import.wizard.previewing import best_reader, preview
from dealer_import.wizard.suggesting import best_base, first_tables, suggest_columns
from dealer_import.wizard.wording import LABELS, groups
from shopflow.contracts.imports import FileRefused
from shopflow.project.demo.catalogue import FILE

CSV = FILE.read_bytes()


def test_a_table_tells_encoding_separator_and_header():
    found = look_at(io.BytesIO(CSV))
    assert (found.format, found.encoding, found.delimiter, found.header_line) == ("csv", "cp1252", ";", 4)
    assert (len(found.columns), found.columns[0], found.decimal) == (34, "Teile-Nr", ",")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Nr,Marke,Name,Preis\n1,X,Filter,12.50\n2,X,Ring,1.20\n", ("csv", "auto", ",", 1, ".")),
        ("Größe\tMarke\tName\n1\tX\tÖl\n".encode("cp850"), ("csv", "cp850", "\t", 1, ",")),
        ("\ufeffNr|Marke|Name|Preis\n1|X|Öl|1,00\n".encode(), ("csv", "utf-8", "|", 1, ",")),
        (b"".join(xlsx_file(["Nr", "Marke", "Preis netto"], [["1", "X", "2"]])), ("xlsx", "", "", 1, ",")),
    ],
)
def test_other_tables(data, told):
    found = look_at(io.BytesIO(data))
    assert (found.format, found.encoding, found.delimiter, found.header_line, found.decimal) == told


def test_texts_over_several_lines_are_cells():
    rows = "".join(f'"{n}","X","Öl, Filter\n{n}","{n}.50"\n' for n in range(3))
    found = look_at(io.BytesIO(f'"Nr","Marke","Name\nlang","Preis"\n{rows}'.encode()))
    assert (found.columns, found.header_line, found.delimiter) == (("Nr", "Marke", "Name lang", "Preis"), 1, ",")
    assert found.rows[2] == ("2", "X", "Öl, Filter\n2", "2.50")
    open_forever = look_at(io.BytesIO(b'Nr;Marke;Name\n1;X;"17 Zoll\n2;X;Ring\n3;X;Rad\n'))
    assert (len(open_forever.columns), open_forever.rows[1:]) == (3, (("2", "X", "Ring"), ("3", "X", "Rad")))


@pytest.mark.parametrize(
    ("head", "reason"),
    [(b"\xd0\xcf\x11\xe0", "xls_old"), (b"%PDF-1.7", "not_a_table"), (b"\x89PNG\r\n\x1a\n", "not_a_table")],
)
def test_what_is_no_table_is_not_cut_into_columns(head, reason):
    with pytest.raises(FileRefused) as refused:
        look_at(io.BytesIO(head + b"a;b\nc;d\n" * 20))
    assert refused.value.reason == reason


def test_amounts_and_days_of_the_preview_are_written_as_people_write_them():
    data = b"Nr;Marke;Name;Preis;Bestand;ab\n1;X;Schraube;119,00;1234567,5;24.12.2026\n"
    columns = {
        "number": {"from": "Nr"}, "brand": {"from": "Marke"}, "title": {"from": "Name"},
        "list_price": {"from": "Preis", "type": "money"}, "stock": {"from": "Bestand", "type": "quantity"},
        "valid_from": {"from": "ab", "type": "date", "formats": ["%d.%m.%Y"]},
    }  # fmt: skip
    table = {"format": "csv", "encoding": "utf-8", "delimiter": ";", "decimal": ",", "columns": columns}
    with translation.override("de"):
        (row,) = preview(io.BytesIO(data), resolve_profile("p", {"p": table})).rows
    shown = {cell.field: cell.text for cell in row.cells}
    assert (shown["stock"], shown["valid_from"]) == ("1.234.567", "24.12.2026")


def test_an_archive_is_told_from_a_damaged_workbook():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("teile.csv", CSV)
    with pytest.raises(FileRefused, match="This is an archive"):
        look_at(packed)


def test_a_cover_sheet_is_no_table():
    book = Workbook()
    book.active.append(["Preisliste Herbst"])
    book.create_sheet("Teile").append(["Nr", "Marke", "Name", "Preis netto"])
    book["Teile"].append(["1", "X", "Filter", "2"])
    target = io.BytesIO()
    book.save(target)
    found = look_at(target)
    assert (found.sheet, found.header_line, found.columns) == ("Teile", 1, ("Nr", "Marke", "Name", "Preis netto"))


def test_of_formats_without_columns_the_profile_is_taken_that_reads_the_rows():
    names = ("number", "brand", "title", "list_price")
    good = {name: {"at": [1 + 10 * i, 10]} for i, name in enumerate(names)}
    good["list_price"]["type"] = "cents"
    bad = {**good, "number": {"at": [31, 10]}, "list_price": {"at": [11, 10]}}
    shared = {"format": "fixed", "record_length": 40, "mode": "delta"}
    tables = {"falsch": {**shared, "columns": bad}, "richtig": {**shared, "columns": good}}
    profiles = {name: resolve_profile(name, tables) for name in tables}
    rows = "".join(f"{number:<10}{'MARKE':<10}{'Filter':<10}{number:010d}\r\n" for number in range(1, 9))
    assert best_reader(io.BytesIO(rows.encode()), "fixed", profiles) == "richtig"
    assert best_reader(io.BytesIO(rows.encode()), "pies", profiles) == ""


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'<?xml version="1.0"?><BMECAT version="1.2">', "bmecat"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<PIES xmlns="http://www.autocare.org">', "pies"),
        (b'[{"number": "1"}]', "json"),
        (b"V 211126Autohaus" + b" " * 40 + b"DATANORM ARTIKEL\r\n", "datanorm"),
        (b"A" + b"1" * 60 + b"\r\n" + (b"A" + b"2" * 60 + b"\r\n") * 5, "fixed"),
    ],
)
def test_other_formats_are_known_by_their_first_bytes(data, form):
    assert look_at(io.BytesIO(data)).format == form


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"%PDF-1.7",
        b"<!doctype html><html>",
        b"nur ein Satz\n",
        b"PK\x03\x04kaputt",
        b"PK\x05\x06" + bytes(18),
        bytes(500),
        b"\xd0\xcf\x11\xe0",
    ],
)
def test_what_is_no_catalogue_is_refused_with_a_sentence(data):
    with pytest.raises(FileRefused) as refused:
        look_at(io.BytesIO(data))
    assert refused.value.hint


def test_columns_are_proposed_once_each_and_all_stocks_together():
    found = suggest_columns(
        ["Artikelnummer", "Hersteller", "Bezeichnung 1", "VK netto", "Bestand Lager 1", "Bestand Lager 2"]
    )
    assert found == {
        "number": ("Artikelnummer",),
        "brand": ("Hersteller",),
        "title": ("Bezeichnung 1",),
        "list_price": ("VK netto",),
        "stock": ("Bestand Lager 1", "Bestand Lager 2"),
    }


def test_a_known_profile_is_taken_as_a_start_if_the_file_has_all_it_needs():
    known = {"sample_csv": load_profile("sample_csv")}
    evidence = look_at(io.BytesIO(CSV))
    assert best_base(evidence, known) == "sample_csv"
    assert best_base(look_at(io.BytesIO(CSV.replace(b"Teile-Nr", b"Nr. des Teils"))), known) == ""
    tables = first_tables(evidence, known["sample_csv"])
    assert resolve_profile("neu", {"neu": tables}).columns.keys() == known["sample_csv"].columns.keys()


def test_what_the_wizard_proposes_reads_the_file_like_the_shipped_profile():
    tables = first_tables(look_at(io.BytesIO(CSV)), None)
    mine, shipped = resolve_profile("neu", {"neu": tables}), load_profile("sample_csv")
    rows = [preview(io.BytesIO(CSV), profile, rows=20) for profile in (mine, shipped)]
    texts = [[{c.field: c.text for c in row.cells} for row in shown.rows] for shown in rows]
    assert texts[0] == texts[1]
    assert [row.line for row in rows[0].rows if row.refused] == [13]


@pytest.mark.django_db
def test_prices_with_vat_and_stock_in_pieces_are_read_as_such(chef):
    data = b"Nr;Marke;Name;Bruttopreis;PE;VE;Bestand\n1;X;Schraube;119,00;100;50;120\n"
    chef.post(reverse("shopflow-staff:import-wizard"), {"file": SimpleUploadedFile("a.csv", data), "name": "brutto"})
    draft = ProfileDraft.objects.get()
    assert draft.tables["prices"] == "gross"
    page = reverse("shopflow-staff:import-draft", args=[draft.pk])
    columns = {"col_number_0": "Nr", "col_brand_0": "Marke", "col_title_0": "Name", "col_list_price_0": "Bruttopreis"}
    columns |= {"col_price_per_0": "PE", "col_pack_qty_0": "VE", "col_stock_0": "Bestand"}
    chef.post(page, {**columns, "mode": "delta", "prices": "gross", "stock_counts": "pieces", "skip_lines": "0"})
    draft.refresh_from_db()
    profile = resolve_profile("brutto", {"brutto": draft.tables})
    cells = {cell.field: cell.text for cell in preview(io.BytesIO(data), profile).rows[0].cells}
    assert (cells["list_price"].replace(",", "."), profile.stock_counts) == ("100.00", "pieces")


def test_every_field_has_a_name_and_a_place():
    assert set(LABELS) >= FIELDS
    placed = [field for _code, _label, fields in groups() for field in fields]
    assert sorted(placed) == sorted(FIELDS)


# -- the doors -----------------------------------------------------------------------------------------------------


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def begin(chef, data: bytes, name: str = "hausliste", **more):
    file = SimpleUploadedFile("teile.csv", data)
    return chef.post(reverse("shopflow-staff:import-wizard"), {"file": file, "name": name, **more})


@pytest.mark.django_db
def test_a_bad_sample_or_name_is_told_in_the_form(chef):
    assert begin(chef, b"<html>").status_code == 422
    assert begin(chef, CSV, name="Große Liste!").status_code == 422
    assert ProfileDraft.objects.count() == 0


@pytest.mark.django_db
def test_the_form_makes_the_profile_that_it_shows(chef):
    answer = begin(chef, CSV)
    draft = ProfileDraft.objects.get()
    assert draft.based_on == "sample_csv"
    form = chef.get(answer.url).context["form"]
    given = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    chef.post(answer.url, given)
    draft.refresh_from_db()
    shipped, mine = load_profile("sample_csv"), resolve_profile("x", {"x": draft.tables})
    assert mine.columns == shipped.columns
    assert (mine.mode, mine.numbers, mine.brakes) == (shipped.mode, shipped.numbers, shipped.brakes)
    chef.post(answer.url, {**given, "col_brand_0": "=", "const_brand": "Hausmarke", "col_weight_0": ""})
    draft.refresh_from_db()
    assert draft.tables["columns"]["brand"] == {"const": "Hausmarke"}
    assert "weight" not in draft.tables["columns"]
    lacking = chef.post(answer.url, {**given, "col_brand_0": "=", "col_title_0": ""})
    assert set(lacking.context["form"].errors) == {"col_title_0", "const_brand"}


@pytest.mark.django_db
def test_a_draft_is_tried_saved_and_dropped_with_its_sample(chef, django_capture_on_commit_callbacks):
    answer = begin(chef, CSV)
    draft = ProfileDraft.objects.get()
    run = services.try_draft(draft_id=draft.pk, actor=None)
    services.execute_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.outcome, run.accepted, run.dry_run) == ("applied", 1028, True)
    trial = chef.get(reverse("shopflow-staff:import-trial", args=[draft.pk]))
    assert trial.context["run"].pk == run.pk
    save = reverse("shopflow-staff:import-draft-save", args=[draft.pk])
    saved = chef.post(save, {"name": "hausliste", "note": "neu", "run": run.pk})
    assert saved.url == reverse("shopflow-staff:import-profile", args=["hausliste"])
    assert StoredProfile.objects.get().based_on == "sample_csv"
    assert ProfileDraft.objects.count() == 0
    assert chef.get(answer.url).status_code == 404
    again = begin(chef, CSV, name="hausliste")
    draft = ProfileDraft.objects.get()
    assert draft.based_on == "hausliste"
    assert storages["private"].exists(draft.stored_file)
    with django_capture_on_commit_callbacks(execute=True):
        chef.post(reverse("shopflow-staff:import-draft-drop", args=[draft.pk]))
    assert ProfileDraft.objects.count() == 0
    assert again.status_code == 302
    assert not storages["private"].exists(draft.stored_file)


@pytest.mark.django_db
def test_where_the_header_stands_and_what_separates_can_be_said(chef):
    data = "Teilenummer;Marke;Text\nNUMMER,lang;MARKE;BEZEICHNUNG\n1,x;Filtrax;Öl\n2,x;Filtrax;Öl\n".encode("cp850")
    chef.post(
        reverse("shopflow-staff:import-wizard"), {"file": SimpleUploadedFile("a.csv", data), "name": "zwei_koepfe"}
    )
    draft = ProfileDraft.objects.get()
    page = reverse("shopflow-staff:import-draft", args=[draft.pk])
    assert draft.evidence["columns"] == ["Teilenummer", "Marke", "Text"]
    answer = chef.post(page, {"mode": "delta", "skip_lines": "1", "delimiter": "semicolon", "encoding": "cp850"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    draft.refresh_from_db()
    assert draft.evidence["columns"] == ["NUMMER,lang", "MARKE", "BEZEICHNUNG"]
    assert {key: draft.tables[key] for key in ("skip_lines", "delimiter", "encoding")} == {
        "skip_lines": 1, "delimiter": ";", "encoding": "cp850",
    }  # fmt: skip
    mapped = {field: table["from"] for field, table in draft.tables["columns"].items()}
    assert mapped == {"number": "NUMMER,lang", "brand": "Marke", "title": "BEZEICHNUNG"}
    told = {"mode": "delta", "skip_lines": "1", "delimiter": "comma", "encoding": "cp850"}
    answer = chef.post(page, told, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")
    draft.refresh_from_db()
    assert draft.evidence["columns"] == ["NUMMER", "lang;MARKE;BEZEICHNUNG"]
    answer = chef.post(page, {**told, "skip_lines": "40"})
    assert (answer.status_code, len(answer.context["form"].errors["skip_lines"])) == (422, 1)


def test_a_draft_that_does_not_hold_is_not_tried(chef):
    begin(chef, CSV.replace(b"Teile-Nr", b"Nr. des Teils"))
    draft = ProfileDraft.objects.get()
    with pytest.raises(BadProfile):
        services.try_draft(draft_id=draft.pk, actor=None)
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db
def test_who_may_only_look_makes_no_profile(client, django_user_model):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("staff@example.org", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_importrun"))
    client.force_login(user)
    assert client.get(reverse("shopflow-staff:import-profiles")).status_code == 200
    assert client.get(reverse("shopflow-staff:import-wizard")).status_code == 403
    assert client.post(reverse("shopflow-staff:import-profile-toml", args=["sample_csv"])).status_code == 403
