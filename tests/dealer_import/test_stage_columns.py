"""What is staged by column is what each part gives alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from dealer_import import stage_tables
from dealer_import.combining import many_references, references
from dealer_import.copy_lines import copy_columns
from dealer_import.mapping import Mapper
from dealer_import.part_columns import PartColumns, Same, Taken
from dealer_import.pricing import PricePlan, price_plan, price_rule
from dealer_import.profiles import load_profile
from dealer_import.sources.table import Listed
from dealer_import.stage_rows import MAX_STOCK, ColumnMaker
from dealer_import.staging import TABLES, staging
from dealer_import.texts import german_slug
from shopflow.contracts.imports import RawRecord

TODAY = date(2026, 11, 22)
FACTORS = {"price_rule": {"factor": "0.95", "by_group": {"21": "0.333333"}}}
PLAIN = load_profile("sample_csv")
PROFILES = [PLAIN, replace(PLAIN, options={**PLAIN.options, **FACTORS}), replace(PLAIN, stock_counts="sellable")]
CELLS = st.fixed_dictionaries({
    "teile-nr": st.sampled_from(["4711", "1N0 000", "OE-2"]),
    "fabrikat": st.sampled_from(["Filtrax", "Voltano"]),
    "me": st.just("STK"),
    "mwst": st.sampled_from(["19,00", "7,00"]),
    "bezeichnung": st.sampled_from(["Ölfilter vorne", "100 %s Stück"]),
    "warengruppe": st.sampled_from(["", "Motor > Öl", "Motor"]),
    "upe netto": st.sampled_from(["12,50", "0,01", "99.999,99"]),
    "rabattgruppe": st.sampled_from(["21", "22"]),
    "ve": st.sampled_from(["1", "25"]),
    "preiseinheit": st.sampled_from(["1", "100"]),
    "bestand lager 1": st.sampled_from(["3,00", "0", "120"]),
    "bestand lager 2": st.sampled_from(["", "25"]),
    "reserviert": st.sampled_from(["0,00", "2", "60"]),
    "oe-nummern": st.sampled_from(["", "4711", "A 1,A-1,b2", "Ä1"]),
    "hsn/tsn": st.sampled_from(["", "0991/ABC", "0991/ABC,0992/DEF"]),
    "lxbxh mm": st.sampled_from(["", "1x2x3"]),
    "gültig ab": st.sampled_from(["", "01.03.2026", "01.12.2026"]),
})  # fmt: skip


def expected(part, profile, rule):
    """A staged part by the words of :class:`Part` alone."""
    plan = price_plan(part, rule, TODAY) if part.list_price_cents else PricePlan(None, False, ())
    pieces = sum(place.milli for place in part.stock) // 1000 - -(-part.reserved_milli // 1000)
    if profile.stock_counts == "pieces":
        pieces //= part.sales_qty
    length, width, height = part.dimensions_mm or (None, None, None)
    return {
        **{name: getattr(part, field) for name, (field, _kind) in stage_tables.AS_THEY_ARE.items()},
        "sku": f"{part.brand_code}:{part.number_key}",
        "slug": german_slug(part.title),
        "sales_qty": part.sales_qty,
        "sale_cents": plan.sale_cents,
        "offer_cents": plan.offer_cents,
        "price_waits": int(plan.waits),
        "stock": min(max(pieces, 0), MAX_STOCK),
        "stock_by_location": json.dumps({label: milli // 1000 for label, milli in sorted(part.stock)}),
        "length_mm": length,
        "width_mm": width,
        "height_mm": height,
        "valid_from": part.valid_from and part.valid_from.isoformat(),
        "attributes": "{}",
    }, plan


@pytest.mark.parametrize("profile", PROFILES, ids=["plain", "price rule", "sellable"])
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(CELLS, min_size=1, max_size=8))
def test_staged_columns_are_what_each_part_says(profile, rows):
    mapped = Mapper(profile).map_block(Listed([RawRecord(line, row) for line, row in enumerate(rows, start=5)]))
    assert len(mapped.places) == len(rows)
    rule = price_rule(profile.name, profile.options)
    maker = ColumnMaker(profile, rule, TODAY)
    count = len(mapped.columns)
    columns, plans = maker.columns(Taken(mapped.columns, [None] * count, mapped.hashes))
    assert set(columns) == set(stage_tables.PART_COLUMNS)
    paths = {number: tuple(names.split("\x1f")) for number, names, _id in maker.categories()}
    for place, part in enumerate(mapped.columns.parts()):
        assert part == mapped.columns.part(place)
        told, plan = expected(part, profile, rule)
        assert {name: columns[name][place] for name in told} == told
        assert paths.get(columns["category_no"][place], ()) == part.category
        assert (columns["raw_hash"][place], columns["row_hash"][place]) == (None, part.row_hash())
        assert plans.get(place, ()) == (plan if plan.later else ())
    assert [code for code, _name, _rule in maker.brands()] == list(
        dict.fromkeys(part.brand_code for part in mapped.columns.parts())
    )


USUAL = {"fabrikat": "Filtrax", "bezeichnung": "x", "upe netto": "1,00", "me": "STK", "mwst": "19,00", "ve": "1"}
TEXTS = st.lists(st.sampled_from(["4711", "A 1", "A-1", "a1", "Ä1", "x" * 65, "-"]), max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(["4711", "A1"]), TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
def test_references_of_many_parts_are_those_of_each(rows):
    owns, *columns = zip(*rows, strict=True)
    assert list(many_references(owns, columns)) == [references(*row) for row in rows]


def test_odd_parts_come_to_stand_at_their_places():
    rows = [USUAL | {"teile-nr": str(number)} for number in range(6)]
    mapped = Mapper(PLAIN).map_block(Listed([RawRecord(line, row) for line, row in enumerate(rows)]))
    parts = mapped.columns.parts()
    others = {0: parts[0], 3: parts[3]._replace(title="anders")}
    assert mapped.columns.only([1, 2, 4, 5]).with_others(others).parts() == [*parts[:3], others[3], *parts[4:]]
    assert "unit" in mapped.columns.only([1]).with_others({0: parts[0]}).shared
    assert PartColumns.of(parts).parts() == parts


@pytest.mark.parametrize("text", ["C62", "100 %", "a\tb", "a\nb", "a\rb", "a\bb", "None", ""])
def test_a_column_of_one_value_is_copied_like_any_other(text):
    same = [[1, 2], Same([text] * 2), ["x", "y"], Same([None] * 2)]
    assert copy_columns(same) == copy_columns([list(column) for column in same])
    assert copy_columns([Same([text])]) == copy_columns([[text]])


@pytest.mark.django_db
def test_what_all_parts_share_is_in_the_table_too():
    """Blocks of one batch differ in what their rows share; a column is left out only if none of them needs it."""
    rows = [
        USUAL | {"teile-nr": str(number), "me": unit} for number, unit in enumerate(["STK", "STK", "M", "STK", "M"])
    ]
    records = [RawRecord(line, row) for line, row in enumerate(rows)]
    mapper = Mapper(PLAIN)
    blocks = [mapper.map_block(Listed(some)) for some in (records[:2], records[2:3], records[3:])]
    parts = [part for block in blocks for part in block.columns.parts()]
    with staging(PLAIN, TODAY) as staged, connection.cursor() as cursor:
        staged.put((Taken(block.columns, [7] * len(block.columns), block.hashes) for block in blocks), lambda: None)
        names = [name for name, (field, _kind) in stage_tables.AS_THEY_ARE.items() if field]
        cursor.execute(f"SELECT {', '.join(names)}, raw_hash, row_hash FROM {TABLES.parts} ORDER BY line")
        fields = [field for field, _kind in stage_tables.AS_THEY_ARE.values()]
        assert cursor.fetchall() == [
            (*(getattr(part, field) for field in fields), 7, part.row_hash()) for part in parts
        ]
    assert staged.rows == 5
