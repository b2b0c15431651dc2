"""Profiles: what is inherited, what is refused with which sentence, and what the version depends on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dealer_import.profiles import BadProfile, load_profile, resolve_profile, shipped_profiles

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {name: {"from": name.title()} for name in ("number", "brand", "title", "list_price")}
USABLE = {
    "sample_csv", "sample_fixed", "sample_datanorm", "sample_xlsx", "sample_bmecat", "sample_pies", "loco_soft_csv",
    "teccom", "citroen_128", "generic_xlsx",
}  # fmt: skip
EXAMPLE = """
[mini]
format = "csv"
encoding = "cp1252"
delimiter = ";"
decimal = ","
thousands = "."
mode = "full"
identity = ["brand", "number"]
max_missing_percent = 20
max_price_change = { percent = 50, of_rows_percent = 20 }

[mini.columns]
number     = { from = "Teile-Nr", required = true }
brand      = { from = "Fabrikat", required = true }
title      = { from = "Bezeichnung", required = true, owner = "shop_once_edited" }
list_price = { from = "UPE netto", required = true, type = "money", owner = "dms" }
stock      = { from = "Bestand", type = "quantity", owner = "dms" }
unit       = { from = "ME", map = "units_de" }
gtin       = { from = "EAN", type = "gtin" }
successor  = { from = "Ersetzt durch", split = "+" }
valid_from = { from = "gültig ab", type = "date", formats = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%Y%m%d"] }
image      = { from = "Bild", type = "filename" }

[mini_footer]
extends = "mini"
footer = { starts = "*** Ende", count_column = 3 }

[mini_stand]
extends = "mini"
stamp = { line = 1, column = 2, format = "%d.%m.%Y %H:%M" }
skip_lines = 1

[mini_haldenau]
extends = "mini"
number_rules = { "Haldenau Original" = "print_and_sort_number" }

[auto]
extends = "mini"
encoding = "auto"
delimiter = "auto"
skip_lines = "auto"

[xlsx]
extends = "mini"
format = "xlsx"
sheet = "auto"
skip_lines = "auto"

[datanorm]
format = "datanorm"
brand = { const = "Lünemotor" }

[fixed]
format = "fixed"
encoding = "cp850"
record_length = 130
records = { part = "A", header = "H", trailer = "T" }
trailer = { count = [2, 9], sum_of = "list_price", sum = [11, 15] }

[fixed.columns]
number = { at = [2, 20] }
title = { at = [22, 32] }
list_price = { at = [54, 9], type = "cents" }
price_per = { at = [63, 1], map = { "0" = 1, "1" = 10, "2" = 100, "3" = 1000 } }
brand = { at = [116, 4] }
"""


@pytest.fixture
def example():
    return tomllib.loads(EXAMPLE)


def test_every_shipped_profile_holds():
    shipped = set(shipped_profiles())
    assert shipped >= USABLE | {"sample"}
    for name in shipped - {"sample"}:
        assert load_profile(name).name == name
    with pytest.raises(BadProfile, match="needs a format"):
        load_profile("sample")


HEAD = "Teile-Nr;Fabrikat;Bezeichnung;UPE netto;Bestand;ME;EAN;Ersetzt durch;gültig ab;Bild"
ROW = "A 000 470 03 20;Haldenau Original;Filter;12,50;3;STK;;;01.02.2026;b.jpg"


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("mini", f"{HEAD}\n{ROW}\n", "A0004700320"),
        ("mini_footer", f"{HEAD}\n{ROW}\n*** Ende;;1\n", "A0004700320"),
        ("mini_stand", f"Stand;21.11.2026 05:30\n{HEAD}\n{ROW}\n", "A0004700320"),
        ("mini_haldenau", f"{HEAD}\n{ROW}\n", "A4702000003"),
        ("auto", f"Export\n\n{HEAD}\n{ROW}\n".replace(";", "\t"), "A0004700320"),
    ],
)
def test_the_worked_example_reads_what_it_describes(example, read_all, name, text, key):
    reading, [part] = read_all(text.encode("cp1252"), resolve_profile(name, example))
    assert (part.number_key, part.list_price_cents, part.stock[0].milli, part.unit) == (key, 1250, 3000, "C62")
    assert (reading.rejected, dict(reading.warnings)) == (0, {})


@pytest.mark.parametrize(
    ("name", "file", "count"),
    [("fixed", "oem_price.txt", "parts"), ("datanorm", "DATANORM.001", "articles"), ("xlsx", "teile.xlsx", "rows_ok")],
)
def test_the_worked_example_reads_the_samples(example, sample, truth, read_all, name, file, count):
    _reading, parts = read_all(sample / file, resolve_profile(name, example))
    assert len(parts) == truth["files"][name][count]
    told = truth["files"][name]
    total = told.get("sum_upe_cents") or told.get("sum_price_cents") or told.get("sum_upe_cents_ok")
    assert sum(part.list_price_cents for part in parts) == total


def test_columns_may_stand_beside_the_other_keys_and_be_left_out():
    profile = resolve_profile(
        "mine",
        {
            "base": {"format": "csv", "columns": {**COLUMNS, "stock": {"from": "Bestand"}, "cost": {"from": "EK"}}},
            "mine": {"extends": "base", "brand": {"const": "Filtrax"}, "columns": {"stock": False}},
        },
    )
    assert set(profile.columns) == {"number", "brand", "title", "list_price", "cost"}
    assert profile.columns["brand"].const == "Filtrax"


@pytest.mark.parametrize(
    ("mode", "missing"),
    [("full", "brand, title, list_price"), ("delta", "brand, title, list_price"), ("prices", "brand, list_price"),
     ("stock", "brand, stock"), ("numbers", "brand")],
)  # fmt: skip
def test_each_mode_needs_its_fields(mode, missing):
    with pytest.raises(BadProfile, match=f"must fill {missing}"):
        resolve_profile("p", {"p": {"format": "csv", "mode": mode, "columns": {"number": {"from": "Nr"}}}})


def test_a_price_list_writes_prices_only():
    columns = {**COLUMNS, "stock": {"from": "Bestand"}, "tax": {"from": "MwSt"}}
    profile = resolve_profile("p", {"p": {"format": "csv", "mode": "prices", "columns": columns}})
    assert set(profile.columns) == {"number", "brand", "list_price", "tax"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"max_mising_percent": 5}, "max_missing_percent"),
        ({"on_error": "ignore"}, "on_error.*skip_row, skip_field, refuse_file"),
        ({"prices": "brutto"}, "prices.*net, gross"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"delimiter": '"'}, "delimiter"),
        ({"skip_lines": -1}, "skip_lines"),
        ({"skip_lines": True}, "skip_lines"),
        ({"record_length": 0}, "record_length"),
        ({"decimal": ".", "thousands": "."}, "decimal"),
        ({"footer": "Ende"}, "footer"),
        ({"stamp": {"format": "%d"}}, "stamp.*line"),
        ({"stamp": {"format": "%d", "at": [1]}}, "stamp.at"),
        ({"trailer": {"count": 9}}, "trailer.count"),
        ({"records": {"part": 1}}, "records"),
        ({"kind_at": "1"}, "kind_at"),
        ({"columns": "all"}, "columns.*table"),
        ({"brands": {"Filtrax": ""}}, "brands"),
        ({"rebates": {"01": "viel"}}, "rebates.01"),
        ({"rebates": {"01": 100}}, "rebates.01"),
        ({"max_missing_percent": -1}, "max_missing_percent"),
        ({"identity": ["number"]}, "identity"),
        ({"rows": {"some": []}}, "rows"),
        ({"rows": {"any": [{"column": "Bestand"}]}}, "rows.*above"),
        ({"rows": {"any": [{"column": "Bestand", "above": "viel"}]}}, "rows.above"),
        ({"rows": {"all": [{"column": "Verkauf", "within_months": 0}]}}, "rows.within_months"),
        ({"title": {"from": "Name", "const": "x"}}, "columns.title"),
        ({"title": {"from": []}}, "columns.title"),
        ({"title": {"at": [0, 5]}}, "columns.title.at"),
        ({"title": {"from": "Name", "type": "number"}}, "columns.title.type"),
        ({"title": {"from": "Name", "owner": "me"}}, "columns.title.owner"),
        ({"title": {"from": "Name", "map": "words"}}, "columns.title.map"),
        ({"title": {"from": "Name", "join": 1}}, "columns.title.join"),
        ({"list_price": {"from": "Preis", "prices": "brutto"}}, "columns.list_price.prices"),
        ({"extends": "nobody"}, "no profile nobody"),
    ],
)
def test_what_does_not_hold_is_refused_with_profile_and_key(change, told):
    with pytest.raises(BadProfile, match=told) as refused:
        resolve_profile("p", {"p": {"format": "csv", "columns": dict(COLUMNS), **change}})
    assert "p" in str(refused.value)


def test_a_file_that_is_no_toml_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[p\n", "utf-8")
    with pytest.raises(BadProfile, match=r"mine\.toml"):
        load_profile("p", path)


def test_the_version_follows_everything_that_decides():
    base = {"format": "csv", "columns": dict(COLUMNS)}
    version = resolve_profile("p", {"p": base}).version
    assert resolve_profile("q", {"q": dict(base)}).version == version
    for change in ({"decimal": ".", "thousands": ""}, {"brands": {"X": "Y"}}, {"mode": "delta"}, {"rebates": {"1": 5}}):
        assert resolve_profile("p", {"p": {**base, **change}}).version != version


def test_a_filter_by_age_asks_anew_every_month(monkeypatch):
    table = {"format": "csv", "columns": dict(COLUMNS), "rows": {"any": [{"column": "V", "within_months": 24}]}}
    versions = set()
    for month in ("2026-10", "2026-11"):
        monkeypatch.setattr("dealer_import.profiles.model.this_month", lambda month=month: month)
        versions.add(resolve_profile("p", {"p": table}).version)
    assert len(versions) == 2


def test_readers_and_mapping_work_without_django_settings():
    program = """
import io
from dealer_import.mapping import Mapper, Rejected
from dealer_import.profiles import load_profile
from dealer_import.sources import source_class
from shopflow.contracts.imports import FileRefused, RawRecord

for name, file in (("sample_csv", "dms.csv"), ("sample_fixed", "oem_price.txt"), ("sample_datanorm", "DATANORM.001"),
                   ("sample_xlsx", "teile.xlsx")):
    profile = load_profile(name)
    source, mapper, good, bad = source_class(profile.format)(), Mapper(profile), 0, 0
    with open(f"tests/dealer_import/samples/seed7/{file}", "rb") as stream:
        source.inspect(stream, profile.options)
        for record in source.records(stream, profile.options):
            try:
                good += isinstance(record, RawRecord) and not record.gone and bool(mapper.map(record).number_key)
            except Rejected:
                bad += 1
    print(name, good, bad)
try:
    source.inspect(io.BytesIO(b""), profile.options)
except FileRefused as refusal:
    print(refusal.reason, refusal.hint)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1:3] == ["sample_fixed 120 0", "sample_datanorm 120 0"]
    assert lines[-1] == "empty_file The file is empty. Export it again."
