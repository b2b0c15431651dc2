"""Spreadsheets: the sample to the cent, what number cells hide, and damage."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from dealer_import.profiles import resolve_profile
from dealer_import.sources.sheet_cells import column_index
from dealer_import.sources.xlsx_parts import shown
from shopflow.contracts.imports import FileRefused

SAMPLE = Path(__file__).with_name("samples") / "seed7" / "teile.xlsx"
COLUMNS = {
    "number": {"from": "Nr", "required": True},
    "brand": {"const": "Filtrax"},
    "title": {"from": "Name", "required": True},
    "list_price": {"from": "Preis", "required": True, "type": "money"},
    "stock": {"from": "Bestand", "type": "quantity", "map": {"ja": 1, ">10": 10}},
    "gtin": {"from": "EAN", "type": "gtin"},
    "valid_from": {"from": "ab", "type": "date", "formats": ["%d.%m.%Y"]},
}


@pytest.fixture
def profile():
    return resolve_profile("p", {"p": {"format": "xlsx", "columns": COLUMNS}})


def workbook(*rows, formats=None, title="Teile", epoch=None, cover=False) -> bytes:
    """A spreadsheet with ``rows`` under the usual header; ``formats`` by cell, such as ``{"A2": "0000000000"}``."""
    book = openpyxl.Workbook()
    sheet = book.active
    if cover:
        sheet.title = "Deckblatt"
        sheet["A1"] = "Preisliste"
        sheet = book.create_sheet()
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    if epoch:
        book.epoch = epoch
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


NOON = datetime.fromisoformat("2026-03-01T12:00:00")
STAMP = datetime.fromisoformat("2026-01-02T03:04:00")
MACINTOSH = datetime.fromisoformat("1904-01-01T00:00:00")
HEADER = ["Nr", "Name", "Preis", "Bestand", "EAN", "ab"]


def test_totals(sample, truth, read_all):
    reading, parts = read_all(sample / "teile.xlsx", "sample_xlsx")
    told = truth["files"]["xlsx"]
    assert (reading.accepted, reading.rejected) == (told["rows_ok"], told["rejected"])
    assert sum(part.list_price_cents for part in parts) == told["sum_upe_cents_ok"]
    assert reading.warnings["number_from_number_cell"] == told["seeded"]["number_cell_as_number"]
    assert set(reading.warnings) <= {"number_from_number_cell"}
    assert reading.evidence.header_line == told["header_row"]
    assert set(Counter(part.brand_code for part in parts)) == set(truth["clean_catalogue"]["brands"])


def test_a_header_stands_as_far_down_as_the_profile_says(read_all):
    far = resolve_profile("p", {"p": {"format": "xlsx", "columns": COLUMNS, "skip_lines": 70}})
    reading, parts = read_all(workbook(*[["x"]] * 70, HEADER, ["A 1", "eins", 1.5, 1]), far)
    assert ([part.title for part in parts], reading.evidence.header_line) == (["eins"], 71)


def test_a_nul_costs_its_row(read_all, profile):
    data = workbook(HEADER, ["A 1", "eins", 1.5, 1], ["A 2", "zw@ei", 1.5, 1], ["A 3", "drei", 1.5, 1])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(target, "w") as changed:
        for name in given.namelist():
            changed.writestr(name, given.read(name).replace(b"zw@ei", b"zw_x0000_ei"))
    reading, parts = read_all(target.getvalue(), profile)
    assert [part.title for part in parts] == ["eins", "drei"]
    assert [(finding.code, finding.line) for finding in reading.findings] == [("nul", 3)]


def test_numbers_dates_and_words(read_all, profile):
    rows = [
        ["0001", "Eins", 12.5, 3, 2000000000008, date(2026, 3, 1)],
        ["A 2", "Zwei", "1.234,50", "ja", "", NOON],
        ["A 3", "Drei", 0.1 + 0.2, ">10", None, "01.03.2026"],
        ["A 4", "Vier", 19.995, -1, 12345, 45000],
    ]
    reading, parts = read_all(workbook(HEADER, *rows), profile)
    assert [part.number_display for part in parts] == ["0001", "A 2", "A 3", "A 4"]
    assert [part.list_price_cents for part in parts] == [1250, 123450, 30, 2000]
    assert [part.stock[0].milli for part in parts] == [3000, 1000, 10000, 0]
    assert [part.gtin for part in parts] == ["2000000000008", "", "", ""]
    assert [part.valid_from for part in parts] == [date(2026, 3, 1)] * 3 + [None]
    assert Counter(finding.code for finding in reading.findings) == {
        "price_rounded": 1, "stock_negative": 1, "ean": 1, "date": 1,
    }  # fmt: skip
    assert [part.line for part in parts] == [2, 3, 4, 5]


def test_the_cells_format_gives_leading_zeros_back(read_all, profile):
    rows = [[4711, "Eins", 1], [4712, "Zwei", 1], [4713.0, "Drei", 1], [12345678901234567890, "Vier", 1]]
    data = workbook(HEADER, *rows, formats={"A2": "0000000000", "A3": "000 000-00"})
    reading, parts = read_all(data, profile)
    assert [part.number_display for part in parts] == ["0000004711", "000 047-12", "4713"]
    assert [(finding.code, finding.line) for finding in reading.findings] == [
        ("number_from_number_cell", 4),
        ("number_exponent", 5),
    ]


def test_known_numbers_give_leading_zeros_back(read_all, profile):
    known = {("FILTRAX", "4711"): "00 4711"}
    reading, parts = read_all(
        workbook(HEADER, [4711, "Eins", 1], [4712, "Zwei", 1]),
        profile,
        restore=lambda code, key: known.get((code, key)),
    )
    assert [part.number_key for part in parts] == ["004711", "4712"]
    assert [finding.line for finding in reading.findings] == [3]


def test_error_cells_and_formulas_without_a_value(read_all, profile):
    rows = [["A 1", "Eins", "#N/A"], ["A 2", "#REF!", 1], ["A 3", "Drei", 1, "=1+1"], ["#N/A", "Vier", 1]]
    reading, parts = read_all(workbook(HEADER, *rows), profile)
    found = {(finding.code, finding.line, finding.raw) for finding in reading.findings}
    assert found == {
        ("price", 2, "#N/A"), ("title_missing", 3, ""), ("formula", 4, ""), ("number_missing", 5, ""),
    }  # fmt: skip
    assert [part.stock[0].milli for part in parts] == [0]


def test_dates_of_the_old_macintosh_calendar(read_all, profile):
    data = workbook(HEADER, ["A 1", "Eins", 1, 1, "", date(2026, 3, 1)], epoch=MACINTOSH)
    assert read_all(data, profile)[1][0].valid_from == date(2026, 3, 1)


def test_the_sheet_and_the_header_are_found(read_all, profile):
    rows = [["Stand", date(2026, 1, 1)], [], HEADER, ["A 1", "Eins", 1]]
    reading, parts = read_all(workbook(*rows, cover=True), profile)
    assert (reading.evidence.header_line, reading.evidence.notes, parts[0].line) == (3, ("Teile",), 4)
    for sheet in ("Teile", 2):
        named = resolve_profile("p", {"p": {**profile.options, "sheet": sheet}})
        assert len(read_all(workbook(*rows, cover=True), named)[1]) == 1


def test_footer_and_stamp(read_all, profile):
    keys = {"footer": {"starts": "Ende", "count_column": 2}, "stamp": {"line": 1, "column": 2, "format": "%d.%m.%Y"}}
    strict = resolve_profile("p", {"p": {**profile.options, **keys}})
    rows = [["Stand", STAMP], HEADER, ["A 1", "Eins", 1], []]
    reading, _parts = read_all(workbook(*rows, ["Ende", 1]), strict)
    assert reading.evidence.stamp.isoformat() == "2026-01-02T03:04:00+01:00"
    for ending, reason in (([], "incomplete_file"), (["Ende", 2], "control_total")):
        with pytest.raises(FileRefused) as refused:
            read_all(workbook(*rows, ending), strict)
        assert refused.value.reason == reason


def with_part(name: str, data: bytes) -> bytes:
    """The sample with one part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, data if member == name else old.read(member))
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(SAMPLE.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b"Nr;Name;Preis\n", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls_old"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "archive_encrypted"),
        (encrypted(), "archive_encrypted"),
        (SAMPLE.read_bytes()[:-400], "incomplete_file"),
        (SAMPLE.read_bytes()[:4000], "incomplete_file"),
        (with_part("xl/worksheets/sheet2.xml", b"<worksheet"), "incomplete_file"),
        (with_part("xl/worksheets/sheet2.xml", b"\0" * (64 << 20)), "archive_limits"),
        (with_part("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'), "xml_entity"),
        (workbook(["Nr", "Name"], ["A 1", "Eins"]), "missing_column"),
        (workbook(["Nr", "Name", "Preis", "Preis"], ["A 1", "Eins", 1, 2]), "duplicate_column"),
        (workbook(HEADER), "no_records"),
        (workbook(), "missing_column"),
    ],
)
def test_a_wrong_file_is_refused(read_all, profile, data, reason):
    chosen = "sample_xlsx" if data[:2] == b"PK" and b"sheet2" in data else profile
    with pytest.raises(FileRefused) as refused:
        read_all(data, chosen)
    assert refused.value.reason == reason, refused.value.hint
    assert refused.value.hint


def test_a_zip_of_something_else_is_no_spreadsheet(read_all, profile):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("teile.csv", "Nr;Name")
    with pytest.raises(FileRefused) as refused:
        read_all(stream.getvalue(), profile)
    assert refused.value.reason == "not_a_table"


@pytest.mark.parametrize(
    ("digits", "code", "text"),
    [
        ("4711", "0000000000", "0000004711"),
        ("4711", "000 000", "004 711"),
        ("4711", '00"-"0000', "00-4711"),
        ("123456789", "000\\.000", "123456.789"),
        ("4711", "0", None),
        ("4711", "#,##0.00", None),
        ("4711", "", None),
    ],
)
def test_number_formats(digits, code, text):
    assert shown(digits, code) == text


def test_columns_by_letters():
    assert [column_index(letters) for letters in ("A", "Z", "AA", "AB", "XFD")] == [0, 25, 26, 27, 16383]


def test_damaged_bytes_end_in_a_report(read_all):
    whole = SAMPLE.read_bytes()
    chance = random.Random(20261121)
    for _round in range(60):
        data = bytearray(whole)
        for _flip in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        try:
            reading, parts = read_all(bytes(data), "sample_xlsx")
        except FileRefused:
            continue
        assert reading.accepted == len(parts)
