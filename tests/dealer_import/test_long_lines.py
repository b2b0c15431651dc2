"""A line that is longer than any row costs itself and no other, whatever ends the lines of its file."""

from __future__ import annotations

import pytest

from dealer_import.profiles import resolve_profile
from shopflow.contracts.imports import FileRefused

LONG = "x" * 3_000_000
ROWS = ["Nr;Name;Preis", "A 1;Eins;1,00", f'"A 2";{LONG};2,00', "A 3;Drei;3,00"]


@pytest.fixture
def short():
    columns = {
        "number": {"from": "Nr", "required": True},
        "brand": {"const": "Filtrax"},
        "title": {"from": "Name", "required": True},
        "list_price": {"from": "Preis", "required": True, "type": "money"},
    }
    return resolve_profile("p", {"p": {"format": "csv", "columns": columns}})


def errors(reading) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.line, finding.raw[:20]) for finding in reading.findings]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_long_line_is_refused_alone(read_all, short, end, encoding):
    reading, parts = read_all(end.join([*ROWS, ""]).encode(encoding), short)
    assert [(part.line, part.number_display) for part in parts] == [(2, "A 1"), (4, "A 3")]
    assert errors(reading) == [("line_too_long", 3, '"A 2";xxxxxxxxxxxxxx')]
    assert len(reading.findings[0].raw) < 500
    assert reading.rejected == 1


def test_several_long_lines_and_quoted_line_breaks_keep_their_numbers(read_all, short):
    rows = [ROWS[0], LONG, '"B 1";"zwei\nZeilen";1,00', LONG, LONG, "B 2;Zwei;2,00", ""]
    reading, parts = read_all("\n".join(rows).encode(), short)
    assert [(part.line, part.number_display) for part in parts] == [(3, "B 1"), (7, "B 2")]
    assert [(code, line) for code, line, _raw in errors(reading)] == [("line_too_long", line) for line in (2, 5, 6)]


def test_a_file_that_ends_within_a_long_line_is_not_whole(read_all, short):
    with pytest.raises(FileRefused) as refused:
        read_all("\n".join([*ROWS[:2], LONG]).encode(), short)
    assert refused.value.reason == "incomplete_file"


def test_a_price_file_with_a_long_line(sample, read_all):
    lines = (sample / "DATANORM.001").read_bytes().split(b"\r\n")
    whole, _parts = read_all(b"\r\n".join(lines), "sample_datanorm")
    reading, _parts = read_all(b"\r\n".join([lines[0], b"Z" * 3_000_000, *lines[1:]]), "sample_datanorm")
    assert reading.accepted == whole.accepted
    assert ("line_too_long", 2) in [(finding.code, finding.line) for finding in reading.findings]


def test_a_long_line_in_a_file_with_a_control_count(sample, read_all):
    """It counts as a record, so that the closing record may be right; here it is one too many."""
    lines = (sample / "oem_price.txt").read_bytes().split(b"\r\n")
    with pytest.raises(FileRefused) as refused:
        read_all(b"\r\n".join([lines[0], b"A" * 3_000_000, *lines[1:]]), "sample_fixed")
    assert refused.value.reason == "control_total"
