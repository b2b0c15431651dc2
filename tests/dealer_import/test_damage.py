"""Damaged deliveries of every format and packing: a report or a refusal with a reason, never another error."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks.fuzzing import damaged, deliveries, wrong_about
from dealer_import.models import ImportRun
from dealer_import.profiles import resolve_profile
from dealer_import.services import run_import
from dealer_import.sources.datanorm_prices import cost_of
from dealer_import.values import parse_tyre_label
from shopflow.parts.models import PartRecord
from shopflow.project.demo.catalogue import FILE

READERS = [
    *("csv", "csv in utf-16", "csv in a zip", "csv in a gz", "fixed", "xlsx", "xlsx with shared strings"),
    *("bmecat 2005", "bmecat 1.2", "pies 7.2", "pies 8.0", "datanorm 4", "datanorm prices", "datanorm in a zip"),
    *("datanorm 5", "teccom", "json", "loco-soft"),
]
TURNS = 6


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return deliveries(tmp_path_factory.mktemp("sound"))


def test_every_reader_is_here(sound):
    assert list(sound) == READERS


@pytest.mark.parametrize("name", READERS)
def test_damage_ends_in_a_report_or_a_refusal(sound, tmp_path, name):
    assert wrong_about(sound[name], tmp_path) == ""
    for turn in range(TURNS):
        assert wrong_about(damaged(sound[name], random.Random(f"{name}/{turn}")), tmp_path) == "", turn


@pytest.mark.django_db
def test_a_damaged_delivery_is_written_whole_or_not_at_all(sound, tmp_path):
    """What the report counts is what the shop holds, whatever became of the file."""
    outcomes = set()
    for turn, name in enumerate(["csv", "xlsx with shared strings", "bmecat 1.2", "pies 8.0", "json", "loco-soft"]):
        delivery = damaged(sound[name], random.Random(turn))
        path = tmp_path / delivery.name
        path.write_bytes(delivery.data)
        before = PartRecord.objects.count()
        report = run_import(path=path, profile=delivery.profile)
        outcomes.add(report.outcome)
        assert report.outcome in ("applied", "refused", "held", "noop")
        assert PartRecord.objects.count() - before == (report.created if report.outcome == "applied" else 0)
        assert ImportRun.objects.filter(state="running").count() == 0
    assert "applied" in outcomes


def test_control_characters_in_a_price_record_shift_nothing(sound, tmp_path, read_all):
    """A discount of ``1\\x1f`` fell apart when it came back from where prices are put aside."""
    delivery = sound["datanorm 4"]
    price = delivery.beside["DATPREIS.001"]
    (tmp_path / delivery.name).write_bytes(delivery.data)
    for mark in (b"\x1e", b"\x1f", b"9" * 5000):
        broken = re.sub(rb"(;1;\d+;1);", rb"\g<1>" + mark + b";", price)
        assert broken != price
        (tmp_path / "DATPREIS.001").write_bytes(broken)
        reading, parts = read_all(tmp_path / delivery.name, delivery.profile)
        assert reading.accepted == len(parts) > 0


def test_a_number_of_thousands_of_digits_breaks_nothing():
    """Python refuses to read such a number, by an error of its own."""
    huge = "9" * 5000
    assert cost_of(1000, [("3", huge)]) is None
    assert parse_tyre_label(f"A;C;{huge};B;3PMSF;EPREL 901234") == {}
    assert "eprel" not in parse_tyre_label(f"A;C;71;B;3PMSF;EPREL {huge}")


@pytest.mark.parametrize("text", ["F;C;71;B;;EPREL 1", "C;G;71;B;;EPREL 1", "C;B;71;D;;EPREL 1", "C;B;71;BB;;EPREL 1"])
def test_classes_that_no_tyre_label_has_are_refused(text):
    assert parse_tyre_label(text) == {}


def test_a_tyre_label_in_lower_case_is_read():
    label = parse_tyre_label("c;b;71;a;3pmsf;eprel 901234")
    assert label == {"fuel": "C", "wet": "B", "noise_db": 71, "noise_class": "A", "snow": True, "eprel": 901234}


@pytest.mark.parametrize("more", ["", "x"])
def test_a_number_with_a_control_character_can_be_shown_when_it_comes_twice(read_all, profile, more):
    head, *rows = FILE.read_bytes().split(b"\r\n")[3:6]
    row = rows[0].replace(b";", b"\x1f;", 1)
    again = row.replace(b";Bremsbelagsatz innen;", f";Bremsbelagsatz innen{more};".encode())
    options = {key: value for key, value in profile.options.items() if key not in ("footer", "stamp")}
    short = resolve_profile("p", {"p": {**options, "skip_lines": 0}})
    reading, _parts = read_all(b"\r\n".join([head, row, again, b""]), short)
    assert all(finding.raw.isprintable() for finding in reading.findings)
    assert {"duplicate", "duplicate_conflict"} & {finding.code for finding in reading.findings}
