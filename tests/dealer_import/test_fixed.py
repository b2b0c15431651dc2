"""Fixed width: the sample to the cent, and every way in which a file may be cut or changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealer_import.profiles import load_profile, resolve_profile
from shopflow.contracts.imports import FileRefused

LINES = (Path(__file__).with_name("samples") / "seed7" / "oem_price.txt").read_bytes().split(b"\r\n")
SMALL = b"\r\n".join(
    [*LINES[:13], b"T000000012" + b"%015d" % sum(int(line[53:62]) for line in LINES[1:13]) + b" " * 105, b""]
)


def test_totals(sample, truth, read_all):
    reading, parts = read_all(sample / "oem_price.txt", "sample_fixed")
    told, clean = truth["files"]["fixed"], truth["clean_catalogue"]
    assert (reading.accepted, reading.rejected, reading.warnings) == (told["parts"], 0, {})
    assert sum(part.list_price_cents for part in parts) == told["sum_upe_cents"]
    assert sum(part.core_deposit_cents or 0 for part in parts) == clean["sum_core_cents"]
    assert sum(part.core_deposit_cents is not None for part in parts) == clean["core_deposits"]
    assert sum(part.price_per == 100 for part in parts) == clean["price_per_100"]
    assert sum(bool(part.successors) for part in parts) == clean["superseded_1to1"] + clean["superseded_kit"]
    assert Counter(part.brand_code for part in parts) == clean["brands"]
    assert all(part.valid_from and part.weight_g for part in parts)
    assert reading.evidence.stamp.isoformat() == "2026-11-21T00:00:00+01:00"


def changed(data: bytes, line: int, place: int, new: bytes) -> bytes:
    """``data`` with ``new`` at ``place`` (from 1) of ``line`` (from 1)."""
    lines = data.split(b"\r\n")
    lines[line - 1] = lines[line - 1][: place - 1] + new + lines[line - 1][place - 1 + len(new) :]
    return b"\r\n".join(lines)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: b"", "empty_file"),
        (lambda data: data[: len(data) // 2], "incomplete_file"),
        (lambda data: data[:-60], "incomplete_file"),
        (lambda data: data[: data.rindex(b"\r\nT") + 2], "incomplete_file"),
        (lambda data: changed(data, 5, 62, b"7" if data.split(b"\r\n")[4][61:62] != b"7" else b"8"), "control_total"),
        (lambda data: b"\r\n".join([*data.split(b"\r\n")[:3], *data.split(b"\r\n")[4:]]), "control_total"),
        (lambda data: data.replace(b"\r\nA", b"\r\nA" + b"X" * 20), "not_a_table"),
        (lambda data: b"<html>" + data, "not_a_table"),
        (lambda data: data[data.index(b"\r\n") + 2 :], "not_a_table"),
        (lambda data: changed(data, 1, 42, b"31022026"), "incomplete_file"),
        (lambda data: data.split(b"\r\n")[0] + b"\r\nT" + b"0" * 24 + b" " * 105 + b"\r\n", "no_records"),
    ],
)
def test_a_damaged_file_is_refused(sample, read_all, change, reason):
    with pytest.raises(FileRefused) as refused:
        read_all(change((sample / "oem_price.txt").read_bytes()), "sample_fixed")
    assert refused.value.reason == reason
    assert refused.value.hint


def test_one_wrong_row_does_not_cost_the_others(sample, read_all):
    data = (sample / "oem_price.txt").read_bytes()
    lines = data.split(b"\r\n")
    count = len(lines) - 3
    longer = lines[2] + b"surplus"
    unknown = changed(data, 2, 116, b"    ").split(b"\r\n")[1]
    reading, parts = read_all(b"\r\n".join([lines[0], unknown, longer, *lines[3:]]), "sample_fixed")
    assert [(finding.code, finding.line) for finding in reading.findings] == [("brand_missing", 2), ("columns", 3)]
    assert len(parts) == count - 2


def test_a_record_of_another_kind_is_named_and_known_ones_pass(sample, read_all):
    data = (sample / "oem_price.txt").read_bytes()
    lines = data.split(b"\r\n")
    more = b"\r\n".join([lines[0], b"K" + b" " * 129, b"", *lines[1:]])
    reading, parts = read_all(more, "sample_fixed")
    assert [(finding.code, finding.line) for finding in reading.findings] == [("record_kind", 2)]
    shipped = load_profile("sample_fixed").options
    profile = resolve_profile("p", {"p": {**shipped, "records": {**shipped["records"], "comment": "K"}}})
    assert read_all(more, profile)[0].rejected == 0
    assert len(parts) == len(lines) - 3


def test_blanks_cut_at_the_end_of_a_record_are_no_damage(sample, read_all):
    lines = (sample / "oem_price.txt").read_bytes().split(b"\r\n")
    data = b"\n".join([lines[0], *(line.rstrip() for line in lines[1:-2]), *lines[-2:]])
    assert read_all(data, "sample_fixed")[0].rejected == 0


def test_umlauts_come_from_the_dos_code_page(sample, read_all):
    _reading, parts = read_all(sample / "oem_price.txt", "sample_fixed")
    assert any("Ä" in part.title or "Ö" in part.title or "Ü" in part.title for part in parts)


def citroen(**fields: str) -> str:
    places = {
        "group": (8, 2), "number": (10, 13), "title": (23, 16), "status": (40, 1), "successor": (41, 13),
        "gross": (101, 7), "net": (108, 7), "deposit": (115, 7), "pack": (122, 7), "old_part": (56, 1),
    }  # fmt: skip
    record = [" "] * 128
    for name, text in fields.items():
        first, length = places[name]
        record[first - 1 : first - 1 + length] = list(text.ljust(length)[:length])
    return "".join(record)


def test_the_128_character_layout(read_all):
    rows = [
        citroen(
            group="21", number="1611837380", title="FILTRE", gross="0012345", net="0009000", deposit="0001000",
            pack="0000002", old_part="A",
        ),
        citroen(number="161183 74", title="JOINT", status="9", successor="161183 75", gross="0000100", net="0000050"),
        citroen(number="9999", title="VIEUX", status="4", gross="0000100"),
    ]  # fmt: skip
    reading, parts = read_all("\r\n".join(rows).encode("cp850"), "citroen_128")
    assert [(part.number_key, part.list_price_cents, part.cost_cents, part.status) for part in parts] == [
        ("1611837380", 12345, 9000, "active"),
        ("16118374", 100, 50, "runout"),
        ("9999", 100, None, "gone"),
    ]
    assert (parts[0].core_deposit_cents, parts[0].pack_qty, parts[0].discount_group) == (1000, 2, "21")
    assert parts[1].successors == ("16118375",)
    assert [part.extras for part in parts] == [{"core_taxed": True}, None, None]
    assert reading.rejected == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1900), st.integers(0, 255)), max_size=20), st.integers(0, 1900))
def test_damaged_bytes_end_in_a_report(read_all, flips, cut):
    data = bytearray(SMALL)
    for position, value in flips:
        data[position % len(data)] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            reading, parts = read_all(damaged, "sample_fixed")
        except FileRefused:
            continue
        assert reading.accepted == len(parts)
        assert all(part.list_price_cents > 0 and part.number_key and part.title for part in parts)
