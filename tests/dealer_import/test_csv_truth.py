"""The sample catalogues of several seeds give exactly what their generator says."""

from __future__ import annotations

from collections import Counter

import pytest

from dealer_import.profiles import load_profile, resolve_profile
from shopflow.contracts.imports import FileRefused

CODES = {
    "missing_part_number": "number_missing",
    "missing_title": "title_missing",
    "duplicate_identical": "duplicate",
    "duplicate_conflicting": "duplicate_conflict",
    "price_text": "price",
    "price_negative": "price",
    "price_zero": "price",
    "price_two_commas": "price",
    "number_excel_exponent": "number_exponent",
    "too_few_columns": "columns",
    "unquoted_semicolon": "columns",
    "ean_check_digit": "ean",
    "unit_unknown": "unit",
    "date_impossible": "date",
    "number_too_long": "number_too_long",
    "html_script": "html",
    "formula": "formula",
    "stock_negative": "stock_negative",
    "stock_fraction_of_piece": "stock_fraction",
    "byte_undefined_cp1252": "undecodable",
    "mojibake": "mojibake",
    "nul_byte": "nul",
    "fitment_key_bad": "fitment",
    "succ_self": "succession_self",
    "tax_unknown": "tax",
    "pfand_on_free_text": "deposit",
}
"""What the generator calls a bad row, and the code of its finding. Loops and unknown successors need the whole file."""


def test_totals_and_every_bad_row(sample, truth, read_all):
    reading, parts = read_all(sample / "dms.csv", "sample_csv")
    told, accepted = truth["files"]["csv"], truth["files"]["csv"]["accepted"]
    assert (reading.accepted, reading.rejected) == (accepted["parts"], told["rows_rejected"])
    assert reading.skipped == told["rows_skipped_as_identical"]
    assert sum(part.list_price_cents for part in parts) == accepted["sum_upe_cents"]
    assert sum(part.cost_cents or 0 for part in parts) == accepted["sum_cost_cents"]
    assert sum(part.stock[0].milli for part in parts) == accepted["sum_stock1_x100"] * 10
    assert sum(part.stock[1].milli for part in parts) == accepted["sum_stock2_x100"] * 10
    assert sum(part.reserved_milli for part in parts) == accepted["sum_reserved_x100"] * 10
    assert sum(part.core_deposit_cents or 0 for part in parts) == accepted["sum_core_cents"]
    assert sum(part.battery_deposit_cents is not None for part in parts) == accepted["battery_deposits"]
    assert sum(bool(part.un_number) for part in parts) == accepted["dangerous_goods"]
    assert sum("tyre" in part.attributes for part in parts) == accepted["tyres"]
    pairs = [{(fit.hsn, fit.tsn) for fit in part.fitments} for part in parts]
    assert sum(map(len, pairs)) == accepted["fitment_pairs"]
    assert sum(len(part.references) for part in parts) == accepted["oe_numbers"]
    assert sum(part.price_per == 100 for part in parts) == accepted["price_per_100"]
    assert sum(part.status == "runout" for part in parts) == accepted["runout"]
    assert sum(bool(part.document) for part in parts) == accepted["documents"]
    assert Counter(part.brand_code for part in parts) == accepted["brands"]
    assert Counter(" > ".join(part.category) for part in parts) == accepted["categories"]
    lines = {}
    for finding in reading.findings:
        lines.setdefault(finding.code, []).append(finding.line)
    wanted: dict[str, list[int]] = {}
    for kind, code in CODES.items():
        wanted.setdefault(code, []).extend(told["lines_of_kind"].get(kind, []))
    assert lines == {code: sorted(at) for code, at in wanted.items()}


def test_a_cut_file_is_refused(sample, read_all):
    data = (sample / "dms.csv").read_bytes()
    for part in (0.2, 0.35, 0.9):
        with pytest.raises(FileRefused) as refused:
            read_all(data[: int(len(data) * part)], "sample_csv")
        assert refused.value.reason == "incomplete_file"


def small(rows: list[str], head: str = "Nr;Marke;Name;Preis;Bestand;EK", **keys):
    """A profile for six columns, and a file with ``rows``."""
    columns = {
        "number": {"from": "Nr", "required": True},
        "brand": {"from": "Marke", "required": True},
        "title": {"from": "Name", "required": True},
        "list_price": {"from": "Preis", "required": True, "type": "money"},
        "stock": {"from": "Bestand", "type": "quantity"},
        "cost": {"from": "EK", "type": "money"},
    }
    table = {"format": "csv", "columns": {**columns, **keys.pop("columns", {})}, **keys}
    return resolve_profile("p", {"p": table}), "\n".join([head, *rows, ""]).encode("cp1252")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_separator_encoding_and_line_ends_are_told_by_evidence(read_all, delimiter, encoding, newline):
    profile, _file = small([], encoding="auto", delimiter="auto", skip_lines="auto")
    rows = [["Export"], [], ["Nr", "Marke", "Name", "Preis"]]
    rows += [[f"A {number}", "Ölwerk", "Größe für Türschloß", "12.00"] for number in range(5)]
    text = newline.join(delimiter.join(row) for row in rows) + newline
    reading, parts = read_all(text.encode(encoding), resolve_profile(
        "p", {"p": {**profile.options, "decimal": ".", "thousands": ""}}
    ))  # fmt: skip
    assert [part.title for part in parts] == ["Größe für Türschloß"] * 5
    assert reading.evidence.delimiter == delimiter
    assert [part.line for part in parts] == [4, 5, 6, 7, 8]


def test_quotes_line_breaks_and_inches(read_all):
    rows = [
        'A 1;M;"Satz; inkl. ""Schrauben""";1,00;1;',
        'A 2;M;Felge 17" rim;1,00;1;',
        '"A 3";"M";"Zeile eins',
        'Zeile zwei";"1,00";"1";""',
        'A 4;M;"nie geschlossen;1,00;1;',
        "A 5;M;heil;1,00;1;",
    ]
    profile, data = small(rows)
    reading, parts = read_all(data, profile)
    assert [(part.line, part.title) for part in parts] == [
        (2, 'Satz; inkl. "Schrauben"'),
        (3, 'Felge 17" rim'),
        (4, "Zeile eins Zeile zwei"),
        (7, "heil"),
    ]
    assert [(finding.code, finding.line) for finding in reading.findings] == [("quote", 6)]


def test_what_spreadsheets_and_old_systems_add_is_left_out(read_all):
    profile, data = small(["A 1;M;Filter;1,00;1;", ";;;;;", "   ;  ;;;;", "A 2;M;Filter;2,00;1;"])
    reading, parts = read_all(b"sep=;\r\n" + data + b"\x1a", profile)
    assert [part.number_key for part in parts] == ["A1", "A2"]
    assert (reading.rejected, reading.evidence.header_line) == (0, 2)


def test_the_line_that_names_the_separator_does_not_move_the_stamp(read_all, export):
    data = export.write(export.good).read_bytes()
    plain, _parts = read_all(data, "sample_csv")
    reading, parts = read_all(b"sep=;\r\n" + data, "sample_csv")
    assert (reading.evidence.stamp, len(parts)) == (plain.evidence.stamp, len(export.good))


def test_a_last_line_without_a_line_break_counts(read_all):
    profile, data = small(["A 1;M;Filter;1,00;1;", "A 2;M;Filter;2,00;1;3,00"])
    assert len(read_all(data.rstrip(b"\n"), profile)[1]) == 2
    with pytest.raises(FileRefused) as refused:
        read_all(data.rstrip(b"\n")[:-10], profile)
    assert refused.value.reason == "incomplete_file"


def test_many_undecodable_rows_mean_another_encoding(read_all):
    rows = [f"A {number};M;Gr\x81\x8d;1,00;1;" for number in range(60)]
    profile, _data = small([])
    data = "\n".join(["Nr;Marke;Name;Preis;Bestand;EK", *rows, ""]).encode("latin-1")
    with pytest.raises(FileRefused) as refused:
        read_all(data, resolve_profile("p", {"p": {**profile.options, "encoding": "utf-8"}}))
    assert refused.value.reason == "encoding"


def test_the_stamp_is_local_time_and_the_zone_may_be_another(sample, read_all):
    table = dict(load_profile("sample_csv").options)
    berlin, _parts = read_all(sample / "dms.csv", "sample_csv")
    utc, _parts = read_all(sample / "dms.csv", resolve_profile("p", {"p": {**table, "time_zone": "UTC"}}))
    assert berlin.evidence.stamp.isoformat() == "2026-11-21T05:30:00+01:00"
    assert utc.evidence.stamp.isoformat() == "2026-11-21T05:30:00+00:00"
