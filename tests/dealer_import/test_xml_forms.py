"""XML told by column gives what each record gives on its own."""

from __future__ import annotations

import gc
import io
import weakref
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealer_import.profiles import load_profile
from dealer_import.reading import Reading
from dealer_import.sources.bmecat import BmecatSource
from dealer_import.sources.pies import PiesSource
from dealer_import.sources.table import data_of
from dealer_import.sources.xml_forms import Told

TEXTS = ["Filter", "Öl & Fett", " Rand ", "", "  ", "a/b", "5 > 4", "50 %s", "zwei\nZeilen", "x" * 40]
NUMBERS = ["4711", "FILT:4711", "B:4711", "A:B:1", "", " 7 ", "0815"]
FILES = ["teil.jpg", "bilder/teil.png", "a\\b\\blatt.pdf", "..", "ohne", ".jpg", "", "Teil.JPG", "x/"]
AMOUNTS = ["12.50", "1.005", "0", "", "x", " 3.00 ", "700000017"]
KEYWORDS = ["OE 4711", "OE  12", "OE ", "Bremse", "OEM 5", "", "OE 4711"]
KINDS = ["image/jpeg", "application/pdf", "", "image/png"]
GTINS = ["02000000000008", "2000000000008", "1", "", "12000000000008"]
GERMAN = ' DescriptionCode="SHO" LanguageCode="DE"'
texts, numbers, files, amounts = (st.sampled_from(values) for values in (TEXTS, NUMBERS, FILES, AMOUNTS))


def leaf(name, value, attributes=""):
    return f"<{name}{attributes}>{escape(value)}</{name}>"


@st.composite
def products(draw):
    """A product by tags that hold anything, in one of a few shapes: forms are only made of what comes again."""
    shape = draw(st.integers(0, 5))
    keywords = "".join(leaf("KEYWORD", draw(st.sampled_from(KEYWORDS))) for _word in range(shape % 3))
    made = leaf("MANUFACTURER_PID", draw(numbers)) + leaf("MANUFACTURER_NAME", draw(texts)) if shape % 2 else ""
    features = "".join(
        f"<FEATURE>{leaf('FNAME', draw(st.sampled_from(['Farbe', 'HSN/TSN', ''])))}{leaf('FVALUE', draw(texts))}"
        f"{leaf('FUNIT', draw(st.sampled_from(['', 'mm'])))}</FEATURE>"
        for _feature in range(shape % 3)
    )
    factor = leaf("PRICE_FACTOR", draw(st.sampled_from(["1", "0.5", ""]))) if shape == 4 else ""
    prices = "".join(
        f'<PRODUCT_PRICE price_type="{kind}">{leaf("PRICE_AMOUNT", draw(amounts))}'
        f"{leaf('PRICE_CURRENCY', draw(st.sampled_from(['EUR', 'EUR', 'CHF', ''])))}{leaf('TAX', '0.19')}{factor}"
        f"{leaf('LOWER_BOUND', draw(st.sampled_from(['1', '10', ''])))}</PRODUCT_PRICE>"
        for kind in ("nrp", "net_customer", "nrp")[: 1 + shape % 3]
    )
    details = f"<PRODUCT_PRICE_DETAILS>{prices}</PRODUCT_PRICE_DETAILS>" * (2 if shape == 3 else 1)
    media = "".join(
        f"<MIME>{leaf('MIME_TYPE', draw(st.sampled_from(KINDS)))}{leaf('MIME_SOURCE', draw(files))}"
        f"{leaf('MIME_PURPOSE', draw(st.sampled_from(['normal', 'data_sheet'])))}</MIME>"
        for _medium in range(shape % 3)
    )
    sizes = "".join(leaf(name, draw(amounts)) for name in ("LENGTH", "WIDTH", "DEPTH")) if shape > 3 else ""
    reference = f'<PRODUCT_REFERENCE type="followup">{leaf("PROD_ID_TO", draw(numbers))}</PRODUCT_REFERENCE>'
    return (
        f'<PRODUCT mode="{draw(st.sampled_from(["new", "new", "delete"]))}">{leaf("SUPPLIER_PID", draw(numbers))}'
        f"<PRODUCT_DETAILS>{leaf('DESCRIPTION_SHORT', draw(texts))}{leaf('INTERNATIONAL_PID', draw(amounts))}{made}"
        f"{keywords}</PRODUCT_DETAILS>{features}{details}{media}{sizes}{reference * (shape % 2)}</PRODUCT>\n"
    )


@st.composite
def items(draw):
    shape = draw(st.integers(0, 3))
    prices = "".join(
        f'<Pricing PriceType="{kind}">{leaf("PriceSheetNumber", draw(st.sampled_from(["", "S1"])))}'
        f"{leaf('CurrencyCode', draw(st.sampled_from(['EUR', 'USD'])))}{leaf('Price', draw(amounts))}"
        f"{leaf('PriceBreak', draw(st.sampled_from(['', '1', '10'])))}</Pricing>"
        for kind in ("LST", "JBR", "LST")[: 1 + shape % 3]
    )
    unit = draw(st.sampled_from(["CM", "MM", "??"]))
    sides = "".join(leaf(f"Shipping{side}", draw(amounts)) for side in ("Length", "Width", "Height"))
    package = f'<Dimensions UOM="{unit}">{sides}</Dimensions>' if shape % 2 else ""
    interchange = f"<PartInterchange>{leaf('PartNumber', draw(texts))}</PartInterchange>" * (shape == 2)
    return (
        f'<Item MaintenanceType="{draw(st.sampled_from("AAD"))}">'
        f"{leaf('ItemLevelGTIN', draw(st.sampled_from(GTINS)))}"
        f"{leaf('PartNumber', draw(numbers))}{leaf('BrandLabel', draw(texts))}"
        f"{leaf('Description', draw(texts), GERMAN)}<Prices>{prices}</Prices>"
        f"<Packages><Package>{leaf('QuantityofEaches', '1')}{package}"
        f'<Weights UOM="{draw(st.sampled_from(["KG", "GR"]))}">{leaf("Weight", draw(amounts))}</Weights></Package>'
        f"</Packages>{interchange}<DigitalAssets><DigitalFileInformation>{leaf('FileName', draw(files))}"
        f"</DigitalFileInformation></DigitalAssets></Item>\n"
    )


def catalogue(told):
    head = '<?xml version="1.0" encoding="UTF-8"?><BMECAT version="2005"><HEADER><CATALOG><CURRENCY>EUR</CURRENCY>'
    maps = leaf("PROD_ID", "4711") + leaf("CATALOG_GROUP_ID", "1")
    maps = f"<PRODUCT_TO_CATALOGGROUP_MAP>{maps}</PRODUCT_TO_CATALOGGROUP_MAP>"
    group = '<CATALOG_STRUCTURE type="leaf"><GROUP_ID>1</GROUP_ID><GROUP_NAME>Bremsen</GROUP_NAME></CATALOG_STRUCTURE>'
    body = f"</CATALOG></HEADER><T_NEW_CATALOG>{group}{''.join(told)}{maps}</T_NEW_CATALOG></BMECAT>"
    return (head + body).encode()


def delivery(told):
    head = '<?xml version="1.0" encoding="UTF-8"?><PIES><Header><PIESVersion>7.2</PIESVersion></Header><PriceSheets>'
    head += "<PriceSheet><PriceSheetNumber>S1</PriceSheetNumber><CurrencyCode>EUR</CurrencyCode></PriceSheet>"
    tail = f"</Items><Trailer><ItemCount>{len(told)}</ItemCount></Trailer></PIES>"
    return f"{head}</PriceSheets><Items>{''.join(told)}{tail}".encode()


def compare(source, profile, data):
    """Every record is told alike both ways; how many came by column."""
    options, stream = profile.options, io.BytesIO(data)
    alone = {record.line: record for record in source.records(stream, options)}
    seen, by_column = [], 0
    for found in source.stretches(stream, options):
        others = {record.line: record for record in found.others.values() if record is not None}
        assert all(alone[line] == record for line, record in others.items())
        seen += others
        block = found.block
        if block is None:
            continue
        seen += block.lines
        by_column += sum(len(b) for b in getattr(block, "_blocks", [block]) if isinstance(b, Told))
        columns = {name: block.texts(name) for line in block.lines for name in alone[line].fields}
        for place, (line, own) in enumerate(zip(block.lines, block.data(), strict=True)):
            assert {name: column[place] for name, column in columns.items()} == {
                **dict.fromkeys(columns, ""),
                **alone[line].fields,
            }
            assert own == data_of(alone[line])
            assert block.record(place) == alone[line]
    assert sorted(seen) == sorted(alone)
    return by_column


@settings(max_examples=20, deadline=None)
@given(told=st.lists(products(), min_size=1, max_size=8))
def test_products_told_by_column(told):
    compare(BmecatSource(), load_profile("sample_bmecat"), catalogue(told * 6))


@settings(max_examples=20, deadline=None)
@given(told=st.lists(items(), min_size=1, max_size=8))
def test_items_told_by_column(told):
    compare(PiesSource(), load_profile("sample_pies"), delivery(told * 6))


def usual_products(count):
    return [
        f'<PRODUCT mode="new"><SUPPLIER_PID>FILT:{number}</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT lang="deu">'
        f"Filter {number}</DESCRIPTION_SHORT><MANUFACTURER_PID>{number}</MANUFACTURER_PID><MANUFACTURER_NAME>Filtrax"
        f"</MANUFACTURER_NAME><KEYWORD>OE {number}</KEYWORD></PRODUCT_DETAILS><PRODUCT_FEATURES><FEATURE><FNAME>HSN/TSN"
        f"</FNAME><FVALUE>0991/A{number % 90 + 10}</FVALUE></FEATURE></PRODUCT_FEATURES><ORDER_UNIT>C62</ORDER_UNIT>"
        f'<PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="nrp"><PRICE_AMOUNT>{number}.50</PRICE_AMOUNT>'
        "<TAX>0.19</TAX></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS><MIME_INFO><MIME><MIME_TYPE>image/jpeg"
        f"</MIME_TYPE><MIME_SOURCE>bilder/{number}.jpg"
        f"</MIME_SOURCE></MIME></MIME_INFO><LENGTH>0.{number % 900 + 100}</LENGTH><WIDTH>0.100</WIDTH><DEPTH>0.050"
        "</DEPTH></PRODUCT>\n"
        for number in range(1, count + 1)
    ]


def usual_items(count):
    return [
        f'<Item MaintenanceType="A"><ItemLevelGTIN>02000000000008</ItemLevelGTIN><PartNumber>{number}</PartNumber>'
        f'<BrandLabel>Filtrax</BrandLabel><Description DescriptionCode="SHO" LanguageCode="DE">Filter {number}'
        f'</Description><Pricing PriceType="LST"><CurrencyCode>EUR</CurrencyCode><Price>{number}.50</Price></Pricing>'
        f'<Package><Dimensions UOM="CM"><ShippingHeight>{number}</ShippingHeight><ShippingWidth>2</ShippingWidth>'
        f'<ShippingLength>3</ShippingLength></Dimensions><Weights UOM="KG"><Weight>0.{number}</Weight></Weights>'
        f"</Package><FileName>{number}.jpg</FileName></Item>\n"
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("source", "profile", "data"),
    [
        (BmecatSource(), "sample_bmecat", catalogue(usual_products(400))),
        (PiesSource(), "sample_pies", delivery(usual_items(400))),
    ],
)
def test_usual_records_come_by_column(source, profile, data, monkeypatch):
    """Were they not, all would still be right, but slow."""
    monkeypatch.setattr("dealer_import.sources.xml_stream.CHUNK", 20_000)
    assert compare(source, load_profile(profile), data) > 300


@pytest.mark.parametrize(
    ("source", "profile", "data"),
    [
        (BmecatSource(), "sample_bmecat", catalogue(usual_products(400))),
        (PiesSource(), "sample_pies", delivery(usual_items(400))),
    ],
)
def test_records_come_together_and_are_let_go(source, profile, data, monkeypatch):
    """A record that a chunk cuts comes with the next ones; no block waits for the collector of cycles."""
    monkeypatch.setattr("dealer_import.sources.xml_stream.CHUNK", 20_000)
    sizes, blocks = [], []
    gc.disable()
    try:
        for found in source.stretches(io.BytesIO(data), load_profile(profile).options):
            if found.block is not None:
                found.told()
                sizes.append(len(found.places))
                blocks.append(weakref.ref(found.block))
            del found
        alive = [block for block in blocks[:-1] if block() is not None]
    finally:
        gc.enable()
    assert sum(sizes) == 400
    assert min(sizes[:-1]) > 1
    assert alive == []


def test_an_import_by_column_is_one_record_by_record(monkeypatch):
    profile, told = load_profile("sample_bmecat"), usual_products(60)
    told[40] = told[40].replace("40.50", "-1").replace("41.50", "x")
    told[50] = told[10]
    told[::3] = [product.replace("<WIDTH>0.100</WIDTH>", "") for product in told[::3]]
    data = catalogue(told)

    def read():
        reading = Reading(profile, BmecatSource(), io.BytesIO(data))
        return list(reading.parts()), reading.findings, (reading.accepted, reading.rejected, reading.skipped)

    by_column = read()
    monkeypatch.delattr(BmecatSource, "stretches")
    assert read() == by_column
    assert by_column[2] == (58, 1, 1)
