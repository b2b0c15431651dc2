"""Columns converted at once give what each text gives alone, and stretches of lines what each line gives."""

from __future__ import annotations

import io
import re
from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealer_import.converting import converters
from dealer_import.doubts import ODD, Doubt, Refusal
from dealer_import.mapping import Mapper, Rejected
from dealer_import.profiles import load_profile
from dealer_import.raw_rows import RawRows
from dealer_import.reading import Reading
from dealer_import.slots import ABSENT, slots_of
from dealer_import.sources import csv as csv_source
from dealer_import.sources import lines
from dealer_import.sources.csv import CsvSource
from dealer_import.sources.table import Listed
from dealer_import.whole_columns import gtins_of, whole_columns
from shopflow.contracts.imports import RawRecord

PROFILE = load_profile("sample_csv")
SLOTS = {slot.label: slot for slot in slots_of(PROFILE)}
USUAL = ["12,50", "1.234,50", "0,537", "2000000000008", "1N0 000.013-AC", "97x158x103", "0991/ABC", "0991/ABC,0992/DEF"]
USUAL += [
    "Ölfilter vorne",
    "Darß 1.5 eH (2024-)|Alster (2011-2014)",
    "OE 4711,OE 0815",
    "teil.jpg",
    "26.07.2026",
    "",
    "1",
]
ODD_TEXTS = [
    "12.50",
    "1,23457E+11",
    "8E+10",
    "1.2e5",
    "8E0615301",
    "01. Mai",
    "0,00",
    "-1",
    "2000000000009",
    "0000000000000",
    " 12,50 ",
    "\u00a01\u00a0",
]
ODD_TEXTS += [
    "<b>x</b>",
    "=1+1",
    "BremsbelÃ¤ge",
    "a  b",
    "a\nb",
    "1\n2",
    "a & b",
    "x" * 300,
    "９９,99",
    "A,B, C",
    "A,,B",
    ",",
]
ODD_TEXTS += [
    "0991/abc",
    "991/ABC",
    "0991/ABC,zzz",
    "1x2x3\n4x5x6",
    "1x2",
    "..",
    "a/b.jpg",
    "1.2345,00",
    "9999999999,00",
]
TEXTS = st.lists(st.one_of(st.sampled_from(USUAL + ODD_TEXTS), st.text(max_size=8)), min_size=1, max_size=40)


def alone(slot, text):
    try:
        return slot.convert(text)
    except (Doubt, Refusal):
        return ODD


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS)
def test_a_column_gives_what_each_of_its_texts_gives(texts):
    for slot in SLOTS.values():
        assert list(slot.values(texts)) == [alone(slot, text) for text in texts], slot.label


@pytest.mark.parametrize(("label", "usual"), [
    ("UPE netto", ["12,50", "1.234,50", "12.345.678,90"]),
    ("EK netto", ["12,50", "", "0,00"]),
    ("EAN", ["2000000000008", "", "4006381333931"]),
    ("Teile-Nr", ["1N0 000.013-AC", "0000007932", " FX 1"]),
    ("Bezeichnung", ["Ölfilter vorne", "Filter"]),
    ("Gewicht kg", ["0,537", "", "0,000"]),
    ("LxBxH mm", ["97x158x103", ""]),
    ("HSN/TSN", ["0991/ABC,0992/DEF", "", "0991/ABC"]),
    ("Bild", ["teil.jpg", ""]),
])  # fmt: skip
def test_usual_columns_are_converted_at_once(label, usual):
    """Were they not, all would still be right, but slow."""
    slot = SLOTS[label]
    assert list(slot.many(usual)) == [alone(slot, text) for text in usual]


def test_a_check_digit_is_looked_at_wherever_it_stands():
    good = ["2000000000008", "4006381333931", "2000000000015"]
    assert gtins_of(good) == good
    for place in range(3):
        for digit in range(13):
            bad = good.copy()
            bad[place] = good[place][:digit] + str((int(good[place][digit]) + 1) % 10) + good[place][digit + 1 :]
            assert gtins_of(bad) is None


def test_only_fields_with_a_converter_are_converted_at_once():
    assert set(whole_columns(PROFILE)) <= set(converters(PROFILE)) & set(ABSENT)


CELLS = st.fixed_dictionaries({
    "teile-nr": st.sampled_from(["4711", "1N0 1", "01. Mai", "", "-"]),
    "fabrikat": st.sampled_from(["Filtrax", "Voltano", ""]),
    "bezeichnung": st.sampled_from(["Filter", "<b>Filter</b>", ""]),
    "upe netto": st.sampled_from(["12,50", "1,005", "0"]),
    "me": st.sampled_from(["STK", "M", "KANNE"]),
    "mwst": st.sampled_from(["19,00", "7", "8"]),
    "bestand lager 1": st.sampled_from(["3,00", "-1", "1,5", "x"]),
    "reserviert": st.sampled_from(["0,00", "0,5"]),
    "ersetzt durch": st.sampled_from(["", "4711", "A+B"]),
    "oe-nummern": st.sampled_from(["", "1, 2,1", "4711"]),
    "hsn/tsn": st.sampled_from(["", "0991/ABC", "0991/ABC,zzz", "0991/ABC,0991/ABCDE"]),
    "modelle": st.sampled_from(["", "Darß (2011-)", "A|B"]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(CELLS, min_size=1, max_size=12))
def test_rows_mapped_together_are_those_mapped_alone(rows):
    records = [RawRecord(line, row) for line, row in enumerate(rows, start=5)]
    mapped, mapper = Mapper(PROFILE).map_block(Listed(records)), Mapper(PROFILE)
    together = dict(zip(mapped.places, mapped.columns.parts(), strict=True)) if mapped.columns is not None else {}
    hashes = dict(zip(mapped.places, mapped.hashes, strict=True))
    for place, record in enumerate(records):
        part, row_hash = together.get(place), hashes.get(place)
        try:
            expected = mapper.map(record)
        except Rejected:
            assert part is None
            continue
        if mapper.warnings:
            assert part is None
        else:
            assert part == expected
            assert row_hash == expected.row_hash()


# -- stretches ---------------------------------------------------------------------------------------------------------


class Kept:
    """What an import of ``accepted`` would have kept."""

    def __init__(self, accepted):
        self.identities = array("q", [item.part.identity for item in accepted])
        self.by_raw = RawRows(array("q", [-1 if item.raw_hash is None else item.raw_hash for item in accepted]))
        self.came = bytearray(len(accepted))
        self.with_links = {place for place, item in enumerate(accepted) if item.part.successors}
        self.lines = {}
        self._hashes = {item.part.identity: item.row_hash for item in accepted}

    def row_hash(self, identity):
        return self._hashes.get(identity)


def told(data, known=None):
    reading = Reading(PROFILE, CsvSource(), io.BytesIO(data), known=known)
    accepted = list(reading.parts())
    counts = (reading.accepted, reading.rejected, reading.skipped, reading.unchanged)
    return accepted, counts, reading.findings


@pytest.fixture(scope="module")
def delivery():
    from tests.dealer_import.conftest import SAMPLES

    return (SAMPLES / "seed7" / "dms.csv").read_bytes()


@pytest.mark.parametrize("block", [700, 5_000, 60_000])
def test_the_size_of_a_stretch_changes_nothing(delivery, block, monkeypatch):
    rows = [re.sub(rb';"[^"]*";', b";Text;", row) for row in delivery.split(b"\r\n")]
    plain = [place for place, row in enumerate(rows) if place > 4 and row.count(b";") == 33 and b'"' not in row][:2]
    for place, column, text in zip(plain, (3, 2), (b'"erste Zeile;\r\n\r\nletzte"', b'"offen'), strict=True):
        cells = rows[place].split(b";")
        cells[column] = text
        rows[place] = b";".join(cells)
    data = b"\r\n".join(rows)
    monkeypatch.setattr(csv_source, "lines_of", lambda block: None)
    one_by_one = told(data)
    monkeypatch.undo()
    monkeypatch.setattr(lines, "BLOCK", block)
    assert told(data) == one_by_one
    assert any(finding.code == "quote" for finding in one_by_one[2])
    assert any("erste Zeile" in item.part.description for item in one_by_one[0])


def test_a_known_file_is_unchanged_wherever_its_stretches_end(delivery, monkeypatch):
    accepted, counts, findings = told(delivery)
    remarked = sum(item.raw_hash is None for item in accepted)
    for block in (700, 60_000):
        monkeypatch.setattr(lines, "BLOCK", block)
        known = Kept(accepted)
        again, numbers, remarks = told(delivery, known)
        assert (numbers[:3], remarks) == (counts[:3], findings)
        assert numbers[3] == counts[0] - remarked == sum(known.came)
        assert [item.part for item in again] == [item.part for item in accepted if item.raw_hash is None]
        assert all(accepted[place].part.line == line for place, line in known.lines.items())


def test_a_known_row_that_comes_twice_is_skipped_and_counts_for_the_closing_line(delivery):
    accepted, counts, _findings = told(delivery)
    rows = delivery.split(b"\r\n")
    number = next(item.part.line for item in accepted if item.raw_hash is not None)
    footer = next(place for place, row in enumerate(rows) if row.startswith(b"*** Ende"))
    cells = rows[footer].split(b";")
    cells[2] = str(int(cells[2]) + 1).encode()
    doubled = [*rows[:footer], rows[number - 1], b";".join(cells), *rows[footer + 1 :]]
    _again, numbers, findings = told(b"\r\n".join(doubled), Kept(accepted))
    assert (numbers[0], numbers[2]) == (counts[0], counts[2] + 1)
    assert [finding.line for finding in findings if finding.code == "duplicate"][-1] == footer + 1


def test_rows_are_followed_and_found_again_where_the_order_differs():
    rows = RawRows(array("q", [10, 20, 30, -1, 50]))
    assert rows.follow([10, 20]) == 0
    assert rows.follow([20]) is None
    assert rows.places([30, 40, 50]) == [2, None, 4]
    assert rows.places([10, 20]) == [0, 1]
    assert all(first != second for first, second in pairwise(rows.places([50, 30])))
