"""From texts to a part: every code of a warning or a refusal, and what a profile may decide."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealer_import.canonical import Fitment, Stock
from dealer_import.explaining import FINDINGS
from dealer_import.mapping import Mapper, NotWanted, Rejected
from dealer_import.profiles import BadProfile, resolve_profile
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem

FIELDS = {
    "number": "Nr", "brand": "Marke", "title": "Name", "description": "Text", "category": "Gruppe", "gtin": "EAN",
    "unit": "ME", "pack_qty": "VE", "price_per": "PE", "list_price": "Preis", "cost": "EK", "discount_group": "RG",
    "tax": "MwSt", "core_deposit": "Pfand", "battery_deposit": "BattPfand", "reserved": "Res", "lead_days": "LZ",
    "successor": "Neu", "succession_kind": "Art", "oe_numbers": "OE", "supplier_numbers": "Lief",
    "former_numbers": "Alt", "fitment": "KBA", "models": "Modelle", "un_number": "UN", "weight": "kg",
    "dimensions": "LBH", "customs_no": "Zoll", "origin": "Land", "image": "Bild", "document": "Dok",
    "valid_from": "ab", "status": "Status", "offer_price": "Aktion", "offer_from": "von", "offer_until": "bis",
    "tyre_label": "Label",
}  # fmt: skip
TABLE = {
    "format": "csv",
    "columns": {
        **{field: {"from": name} for field, name in FIELDS.items()},
        "stock": {"from": ["Lager 1", "Lager 2"], "map": {"ja": 1, ">10": 10}},
    },
}
GOOD = {
    "nr": "1K0 615-301.AA", "marke": "Filtrax", "name": "Filter", "preis": "12,50", "me": "STK", "mwst": "19",
}  # fmt: skip


def profile_with(**keys):
    columns = {**TABLE["columns"], **keys.pop("columns", {})}
    return resolve_profile("p", {"p": {**TABLE, "columns": columns, **keys}})


def part_of(profile=None, **texts):
    """The part that a row with ``texts`` gives, and its warnings as pairs of code and column."""
    mapper = Mapper(profile or profile_with())
    part = mapper.map(RawRecord(7, {**{name.casefold(): "" for name in FIELDS.values()}, **GOOD, **texts}))
    return part, [(warning.code, warning.column) for warning in mapper.warnings]


def test_a_plain_row_gives_no_warning():
    part, warnings = part_of(**{"lager 1": "3", "lager 2": "2"})
    assert warnings == []
    assert (part.line, part.number_display, part.number_key) == (7, "1K0 615-301.AA", "1K0615301AA")
    assert (part.brand_code, part.brand_name, part.list_price_cents) == ("FILTRAX", "Filtrax", 1250)
    assert part.stock == (Stock("Lager 1", 3000), Stock("Lager 2", 2000))
    assert (part.core_deposit_cents, part.cost_cents, part.valid_from, part.gtin) == (None, None, None, "")


@pytest.mark.parametrize(
    ("keys", "example"),
    [
        ({}, "1.234,50"),
        ({"decimal": ".", "thousands": ""}, "1234.50"),
        ({"columns": {"list_price": {"from": "Preis", "type": "cents"}}}, "123450"),
    ],
)
def test_the_hint_about_a_price_shows_one_as_the_file_writes_it(keys, example):
    with pytest.raises(Rejected) as refused:
        part_of(profile_with(**keys), preis="auf Anfrage")
    assert f"such as {example}. " in refused.value.hint


@pytest.mark.parametrize("number", ["8E0615301", "7E0 407 151", "12E34", "5e1"])
def test_a_number_with_an_e_and_no_sign_or_decimals_was_destroyed_by_nobody(number):
    part, warnings = part_of(nr=number)
    assert (part.number_display, warnings) == (number, [])


@pytest.mark.parametrize(
    ("texts", "code", "column"),
    [
        ({"nr": " \u00a0 "}, "number_missing", "Nr"),
        ({"nr": "-./"}, "number_missing", "Nr"),
        ({"nr": "X" * 65}, "number_too_long", "Nr"),
        ({"nr": "1,23457E+11"}, "number_exponent", "Nr"),
        ({"nr": "1.2e5"}, "number_exponent", "Nr"),
        ({"nr": "8E+10"}, "number_exponent", "Nr"),
        ({"marke": ""}, "brand_missing", "Marke"),
        ({"name": " "}, "title_missing", "Name"),
        ({"name": "<script>alert(1)</script>"}, "title_missing", "Name"),
        ({"preis": ""}, "price", "Preis"),
        ({"preis": "auf Anfrage"}, "price", "Preis"),
        ({"preis": "0,00"}, "price", "Preis"),
        ({"preis": "0,004"}, "price", "Preis"),
        ({"preis": "-1,00"}, "price", "Preis"),
        ({"preis": "12.50"}, "price", "Preis"),
        ({"preis": "１２,50"}, "price", "Preis"),
        ({"preis": "20000000,01"}, "price", "Preis"),
        ({"me": "KANNE"}, "unit", "ME"),
        ({"me": ""}, "unit", "ME"),
        ({"mwst": "77,00"}, "tax", "MwSt"),
        ({"mwst": ""}, "tax", "MwSt"),
        ({"pfand": "siehe Liste"}, "deposit", "Pfand"),
        ({"battpfand": "-7,50"}, "deposit", "BattPfand"),
        ({"ek": "?"}, "cost", "EK"),
        ({"pe": "25"}, "price_per", "PE"),
        ({"ve": "zehn"}, "pack_qty", "VE"),
        ({"lz": "bald"}, "lead_days", "LZ"),
        ({"lager 2": "viel"}, "stock", "Lager 2"),
        ({"res": "x"}, "stock", "Res"),
    ],
)
def test_what_refuses_a_row(texts, code, column):
    with pytest.raises(Rejected) as refused:
        part_of(**texts)
    assert (refused.value.code, refused.value.column) == (code, column)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("texts", "code", "column"),
    [
        ({"nr": "4711.0"}, "number_suspicious", "Nr"),
        ({"nr": "01. Mai"}, "number_suspicious", "Nr"),
        ({"preis": "12,345"}, "price_rounded", "Preis"),
        ({"ean": "4006381333932"}, "ean", "EAN"),
        ({"ean": "n/a"}, "ean", "EAN"),
        ({"ab": "31.02.2026"}, "date", "ab"),
        ({"text": "<b>gut</b><script>x</script>"}, "html", "Text"),
        ({"text": '=HYPERLINK("x")'}, "formula", "Text"),
        ({"name": "Bremsbel\u00c3\u00a4ge"}, "mojibake", "Name"),
        ({"name": "Filter " * 40}, "value", "Name"),
        ({"kg": "1,2 kg"}, "value", "kg"),
        ({"kg": "-1"}, "value", "kg"),
        ({"lbh": "12 cm"}, "value", "LBH"),
        ({"un": "Batterie"}, "value", "UN"),
        ({"land": "Deutschland"}, "value", "Land"),
        ({"label": "C;B"}, "value", "Label"),
        ({"kba": "99A1/ABC"}, "fitment", "KBA"),
        ({"neu": "1K0.615.301 aa"}, "succession_self", "Neu"),
        ({"lager 1": "-3"}, "stock_negative", "Lager 1"),
        ({"lager 2": "2,5"}, "stock_fraction", "Lager 2"),
        ({"res": "0,5"}, "stock_fraction", "Res"),
    ],
)
def test_what_warns(texts, code, column):
    _part, warnings = part_of(**texts)
    assert warnings == [(code, column)]


def test_values_are_left_out_or_replaced_with_a_warning():
    part, _warnings = part_of(ean="4006381333932", ab="31.02.2026", kba="99A1/ABC,0991/abc", neu="1K0615301AA")
    assert (part.gtin, part.valid_from, part.successors) == ("", None, ())
    assert part.fitments == (Fitment("0991", "ABC", "", 0, 0),)
    part, _warnings = part_of(**{"preis": "12,345", "lager 1": "-3", "lager 2": "2,5"})
    assert (part.list_price_cents, [stock.milli for stock in part.stock]) == (1235, [0, 2000])
    part, _warnings = part_of(text="<b>gut</b><script>x</script>\nund mehr", name="<i>Filter</i>")
    assert (part.description, part.title) == ("<b>gut</b>\nund mehr", "Filter")


@pytest.mark.parametrize(("delivered", "told"), [("2,5", "2,5"), ("1.000,250", "1000,25")])
def test_part_of_a_piece_is_told_as_the_file_writes_numbers(delivered, told):
    mapper = Mapper(profile_with())
    texts = {**{name.casefold(): "" for name in FIELDS.values()}, **GOOD, "lager 2": delivered}
    mapper.map(RawRecord(7, texts, ""))
    assert [(warning.code, warning.raw) for warning in mapper.warnings] == [("stock_fraction", told)]


@pytest.mark.parametrize(
    "texts", [{"kg": "0,000"}, {"kg": " "}, {"lbh": "0"}, {"un": "0"}, {"land": "de"}, {"label": ""}]
)
def test_nothing_said_is_no_unreadable_value(texts):
    part, warnings = part_of(**texts)
    assert (part.weight_g, part.dimensions_mm, part.un_number, part.attributes, warnings) == (None, None, "", {}, [])


def test_the_hint_shows_a_weight_as_the_file_would_write_it():
    mapper = Mapper(profile_with(decimal=".", thousands=""))
    mapper.map(
        RawRecord(7, {**{name.casefold(): "" for name in FIELDS.values()}, **GOOD, "preis": "1.00", "kg": "2 kg"})
    )
    (warning,) = mapper.warnings
    assert (warning.line, warning.column, warning.raw) == (7, "kg", "2 kg")
    assert "1.25" in warning.hint


def test_several_warnings_of_one_text_are_all_told_once():
    _part, warnings = part_of(text="=<b>\u00c3\u00a4</b>", name="=1", ean="1")
    assert sorted(warnings) == [("ean", "EAN"), ("formula", "Name"), ("html", "Text"), ("mojibake", "Text")]


def test_litres_have_fractions_and_pieces_have_none():
    part, warnings = part_of(me="LTR", **{"lager 1": "2,5", "lager 2": ""})
    assert ([stock.milli for stock in part.stock], warnings) == ([2500, 0], [])


@pytest.mark.parametrize(
    ("text", "unit"),
    [("STK", "C62"), ("Stück", "C62"), ("satz", "SET"), ("PAAR", "PR"), ("Liter", "LTR"), ("H87", "C62"),
     ("MTR", "MTR"), ("kg", "KGM"), ("Dose", "CA"), ("EA", "C62")],
)  # fmt: skip
def test_units_become_codes_of_recommendation_20(text, unit):
    assert part_of(me=text)[0].unit == unit


def test_words_of_a_profile():
    part, warnings = part_of(**{"lager 1": "ja", "lager 2": ">10"})
    assert ([stock.milli for stock in part.stock], warnings) == ([1000, 10000], [])
    named = profile_with(columns={"brand": {"from": "Marke", "map": {"fx": "Filtrax"}}}, brands={"Filtrax": "FLTX"})
    assert part_of(named, marke="FX")[0].brand_code == "FLTX"


def test_the_first_filled_column_counts_or_all_are_joined():
    first = profile_with(
        columns={"title": {"from": ["Kurz", "Name"]}, "description": {"from": ["Text", "Mehr"], "join": " / "}}
    )
    part, _warnings = part_of(first, kurz=" ", text="eins", mehr="zwei")
    assert (part.title, part.description) == ("Filter", "eins / zwei")
    assert part_of(first, kurz="Ölfilter")[0].title == "Ölfilter"


def test_gross_prices_are_taken_without_vat():
    profile = profile_with(prices="gross", columns={"core_deposit": {"from": "Pfand", "prices": "gross"}})
    part, _warnings = part_of(profile, preis="11,90", aktion="10,00", ek="5,00", pfand="119,00", von="01.01.2026")
    assert (part.list_price_cents, part.offer_price_cents, part.cost_cents) == (1000, 840, 500)
    assert (part.core_deposit_cents, part.offer_from) == (10000, date(2026, 1, 1))
    assert part_of(profile, preis="10,70", mwst="7")[0].list_price_cents == 1000


def test_the_rebate_matrix_gives_the_cost():
    profile = profile_with(rebates={"01A": 10, "02B": "22.5"})
    assert part_of(profile, rg="01A")[0].cost_cents == 1125
    assert part_of(profile, rg="02B")[0].cost_cents == 969
    assert part_of(profile, rg="02B", ek="9,00")[0].cost_cents == 900
    assert part_of(profile, rg="??")[0].cost_cents is None


@pytest.mark.parametrize("text", ["siehe Liste", "-5,00"])
def test_a_profile_may_prefer_the_row_to_an_optional_field(text):
    lenient = profile_with(on_error="skip_field")
    part, warnings = part_of(lenient, pfand=text, lz="bald")
    assert (part.core_deposit_cents, part.lead_days) == (None, None)
    assert warnings == [("deposit", "Pfand"), ("lead_days", "LZ")] or warnings == [
        ("lead_days", "LZ"),
        ("deposit", "Pfand"),
    ]
    for texts in ({"preis": "x"}, {"me": "KANNE"}, {"mwst": "1"}, {"nr": ""}, {"lager 1": "x"}):
        with pytest.raises(Rejected):
            part_of(lenient, **texts)


def test_a_profile_may_refuse_the_whole_file(read_all):
    columns = {name: {"from": name} for name in ("number", "brand", "title", "list_price")}
    table = {"format": "csv", "columns": columns, "on_error": "refuse_file"}
    data = b"number;brand;title;list_price\nA 1;M;Eins;1,00\nA 2;M;;1,00\n"
    with pytest.raises(FileRefused) as refused:
        read_all(data, resolve_profile("p", {"p": table}))
    assert refused.value.reason == "row_refused"
    assert "3" in refused.value.hint


@pytest.mark.parametrize(
    ("rule", "texts", "wanted"),
    [
        ({"column": "Lager 1", "above": 0}, {"lager 1": "0,5"}, True),
        ({"column": "Lager 1", "above": 0}, {"lager 1": "0"}, False),
        ({"column": "Lager 1", "above": 0}, {"lager 1": "ja"}, False),
        ({"column": "Preis", "below": 20}, {"preis": "19,99"}, True),
        ({"column": "Status", "is": ["a", "x"]}, {"status": "X"}, True),
        ({"column": "Status", "is_not": "X"}, {"status": "x"}, False),
        ({"column": "EAN", "filled": True}, {"ean": " "}, False),
        ({"column": "ab", "within_months": 24}, {"ab": "22.11.2024"}, False),
        ({"column": "ab", "within_months": 24}, {"ab": "23.11.2024"}, True),
        ({"column": "ab", "within_months": 24}, {"ab": "nie"}, False),
    ],
)
def test_rows_that_do_not_concern_the_shop(rule, texts, wanted):
    record = RawRecord(2, {**GOOD, **texts})
    for place in ("any", "all"):
        mapper = Mapper(profile_with(rows={place: [rule]}), today=date(2026, 11, 22))
        if wanted:
            assert mapper.map(record).line == 2
        else:
            with pytest.raises(NotWanted):
                mapper.map(record)


def test_one_of_any_is_enough_and_all_are_needed():
    stock, sold = {"column": "Lager 1", "above": 0}, {"column": "ab", "filled": True}
    record = RawRecord(2, {**GOOD, "lager 1": "0", "ab": "01.01.2026"})
    assert Mapper(profile_with(rows={"any": [stock, sold]})).map(record)
    with pytest.raises(NotWanted):
        Mapper(profile_with(rows={"all": [stock, sold]})).map(record)


def test_a_record_that_takes_a_part_out():
    mapper = Mapper(profile_with())
    assert mapper.identity_of(RawRecord(2, {"nr": "A 1", "marke": "Filtrax"}, gone=True)) == ("FILTRAX", "A1")
    with pytest.raises(NotWanted):
        mapper.identity_of(RawRecord(2, {"nr": "A 1"}, gone=True))
    with pytest.raises(Rejected):
        mapper.identity_of(RawRecord(2, {"nr": "A 1"}))


def test_what_a_reader_has_to_say_is_told_with_the_part():
    warning = RecordProblem(2, "text_missing", "T1", "There is no text.", "long_text")
    mapper = Mapper(profile_with())
    mapper.map(RawRecord(2, GOOD, warnings=(warning,)))
    assert [(found.code, found.column, found.raw) for found in mapper.warnings] == [("text_missing", "long_text", "T1")]
    mapper.map(RawRecord(3, GOOD))
    assert list(mapper.warnings) == []


def test_other_numbers_are_references_but_not_the_own_one():
    part, _warnings = part_of(oe="1N0 1, 1N0-1 ,2N0", lief="L 1,1K0 615 301 AA", alt="OLD")
    assert [(found.kind, found.key, found.display) for found in part.references] == [
        ("oe", "1N01", "1N0 1"), ("oe", "2N0", "2N0"), ("supplier", "L1", "L 1"), ("former", "OLD", "OLD"),
    ]  # fmt: skip


def test_successors_and_their_kind():
    assert part_of(neu="A 1")[0].succession_kind == "same"
    assert part_of(neu="A 1+A 2")[0].succession_kind == "kit"
    part, _warnings = part_of(neu="A 1+A-1+A 2", art="4")
    assert (part.successors, part.succession_kind) == (("A1", "A2"), "choice")


def test_a_constant_that_means_nothing_is_the_profiles_fault():
    with pytest.raises(BadProfile, match=r"columns\.unit"):
        Mapper(profile_with(columns={"unit": {"const": "KANNE"}}))


def test_rows_may_lack_columns_that_are_not_required():
    mapper = Mapper(profile_with())
    assert mapper.map(RawRecord(1, GOOD)).title == "Filter"
    assert mapper.map(RawRecord(2, {**GOOD, "text": "da"})).description == "da"


@given(st.dictionaries(st.sampled_from([name.casefold() for name in FIELDS.values()]), st.text(max_size=60)))
def test_any_texts_give_a_part_or_a_refusal(texts):
    try:
        part, _warnings = part_of(**texts)
    except (Rejected, NotWanted):
        return
    assert part.number_key
    assert part.title
    assert part.list_price_cents > 0
    assert part.row_hash() == part_of(**texts)[0].row_hash()


def test_every_documented_code_is_explained_in_words():
    page = Path(__file__).resolve().parents[2] / "docs" / "operate" / "import-formats.md"
    table = page.read_text("utf-8").split("## Codes of rows")[1].split("##")[0]
    assert {code for code in re.findall(r"`([a-z_]+)`", table) if code not in FINDINGS} == set()


def test_long_names_of_brands_that_begin_alike_stay_two_brands():
    codes = [part_of(marke=f"Muster Teilevertriebsgesellschaft {place}")[0].brand_code for place in ("Nord", "Süd")]
    assert codes[0][:23] == codes[1][:23]
    assert (len(set(codes)), max(map(len, codes))) == (2, 32)
