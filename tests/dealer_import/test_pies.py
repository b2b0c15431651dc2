"""PIES: the sample to the cent, both generations, control total, deletions. No database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealer_import.profiles import load_profile, resolve_profile
from dealer_import.reading import Reading
from dealer_import.sources.pies import PiesSource
from shopflow.contracts.imports import FileRefused, RawRecord
from shopflow.contracts.testing import check_import_source

SAMPLES = Path(__file__).parent / "xml_samples"
FILE = SAMPLES / "pies72.xml"
TRUTH = json.loads((SAMPLES / "truth.json").read_text("utf-8"))


@pytest.fixture
def profile():
    return load_profile("sample_pies")


def reading(data: bytes, profile) -> tuple[Reading, list]:
    read = Reading(profile, PiesSource(), io.BytesIO(data))
    return read, [accepted.part for accepted in read.parts()]


def test_the_sample_gives_exactly_the_totals_of_its_generator(profile):
    truth, clean = TRUTH["files"]["pies"], TRUTH["clean_catalogue"]
    read, parts = reading(FILE.read_bytes(), profile)
    assert (read.accepted, read.rejected, read.skipped) == (truth["items"], 0, 0)
    assert (dict(read.warnings), dict(read.errors)) == ({}, {})
    assert sum(part.list_price_cents for part in parts) == truth["sum_lst_cents"]
    assert sum(part.cost_cents or 0 for part in parts) == clean["sum_cost_cents"]
    assert sum(len(part.references) for part in parts) == clean["oe_numbers"]
    assert sum(len(part.successors) == 1 for part in parts) == clean["superseded_1to1"]
    assert sum(part.price_per == 100 for part in parts) == clean["price_per_100"]
    brands = {code: sum(part.brand_code == code for part in parts) for code in clean["brands"]}
    assert brands == clean["brands"]
    assert all(part.gtin and part.image and part.weight_g and part.dimensions_mm and part.origin for part in parts)
    assert all(len(part.gtin) == 13 for part in parts)


def test_both_xml_samples_tell_the_same_parts(profile):
    """The same catalogue in two formats: number, price, size and weight of every part agree."""
    from dealer_import.sources.bmecat import BmecatSource

    with (SAMPLES / "bmecat2005.xml").open("rb") as stream:
        other = [a.part for a in Reading(load_profile("sample_bmecat"), BmecatSource(), stream).parts()]
    _read, parts = reading(FILE.read_bytes(), profile)
    mine = {part.identity: part for part in parts}
    assert len(other) == 58
    for part in other:
        twin = mine[part.identity]
        assert (twin.list_price_cents, twin.cost_cents, twin.title) == (
            part.list_price_cents,
            part.cost_cents,
            part.title,
        )
        assert (twin.weight_g, twin.dimensions_mm, twin.unit, twin.pack_qty, twin.successors) == (
            part.weight_g,
            part.dimensions_mm,
            part.unit,
            part.pack_qty,
            part.successors,
        )


def as_new(data: bytes) -> bytes:
    """The sample as PIES 8.0."""
    for old, new in (
        (b"<PIESVersion>7.2<", b"<PIESVersion>8.0<"),
        (b"BrandAAIAID", b"BrandID"),
        (b"PCdbVersionDate", b"PCdbPublicationDate"),
        (b"PAdbVersionDate", b"PAdbPublicationDate"),
        (b"</Weights>", b"</Weights><PackagingItems><PackagingItem MaintenanceType='A'/></PackagingItems>"),
        (b"</FileName>", b"</FileName><FileHash>0</FileHash>"),
    ):
        data = data.replace(old, new)
    return data


def test_version_8_gives_the_same_parts(profile):
    _read, wanted = reading(FILE.read_bytes(), profile)
    read, parts = reading(as_new(FILE.read_bytes()), profile)
    assert [part.row_hash() for part in parts] == [part.row_hash() for part in wanted]
    assert read.evidence.notes == ("PIES 8.0", "FULL")


def test_the_evidence_says_what_the_file_is(profile):
    with FILE.open("rb") as stream:
        evidence = PiesSource().inspect(stream, profile.options)
        assert (evidence.mode, evidence.notes) == ("full", ("PIES 7.2", "FULL"))
        assert evidence.stamp is not None
        assert evidence.stamp.date().isoformat() == "2026-11-21"
    update = FILE.read_bytes().replace(b">FULL<", b">UPDATE<")
    assert PiesSource().inspect(io.BytesIO(update), {}).mode == "delta"


def test_the_reader_keeps_the_contract(profile):
    check_import_source(PiesSource(), sample=lambda: FILE.open("rb"), profile=profile.options)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data.replace(b"<ItemCount>60<", b"<ItemCount>61<"), "control_total"),
        (lambda data: data.replace(b"<ItemCount>60</ItemCount>", b""), "incomplete_file"),
        (lambda data: data[: data.index(b"<Trailer>")] + b"</PIES>", "incomplete_file"),
        (lambda data: data[: len(data) // 2], "incomplete_file"),
        (lambda data: data[: data.index(b"<Trailer>")], "incomplete_file"),
        (lambda data: data.replace(b"<PIES", b"<BMECAT").replace(b"</PIES", b"</BMECAT"), "not_xml"),
        (lambda data: b'<!DOCTYPE PIES [<!ENTITY a "b">]>' + data.split(b"\n", 1)[1], "xml_entity"),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason(profile, change, reason):
    with pytest.raises(FileRefused) as refused:
        reading(change(FILE.read_bytes()), profile)
    assert refused.value.reason == reason
    assert refused.value.hint


# -- single items ------------------------------------------------------------------------------------------------


def delivery(*items: str, sheets: str = "") -> bytes:
    return (
        "<PIES xmlns='http://www.aftermarket.org'><Header><PIESVersion>7.2</PIESVersion>"
        "<BlanketEffectiveDate>2026-06-15</BlanketEffectiveDate><LanguageCode>EN</LanguageCode></Header>"
        f"<PriceSheets>{sheets}</PriceSheets><Items>{''.join(items)}</Items>"
        f"<Trailer><ItemCount>{len(items)}</ItemCount></Trailer></PIES>"
    ).encode()


def item(inside: str, kind: str = "A") -> str:
    return f'<Item MaintenanceType="{kind}"><PartNumber>A 1</PartNumber><BrandAAIAID>FLTX</BrandAAIAID>{inside}</Item>'


def told(inside: str, **options) -> RawRecord:
    sheets = options.pop("sheets", "")
    profile = resolve_profile("p", {"p": {"format": "pies", **options}})
    (record,) = PiesSource().records(io.BytesIO(delivery(item(inside), sheets=sheets)), profile.options)
    return record


def description(code: str, language: str, text: str, kind: str = "A") -> str:
    attributes = f'MaintenanceType="{kind}" DescriptionCode="{code}" LanguageCode="{language}"'
    return f"<Description {attributes}>{text}</Description>"


def pricing(kind: str, amount: str, more: str = "", maintenance: str = "A") -> str:
    return (
        f'<Pricing MaintenanceType="{maintenance}" PriceType="{kind}"><PriceSheetNumber>S1</PriceSheetNumber>{more}'
        f'<Price UOM="PE">{amount}</Price></Pricing>'
    )


def test_german_comes_first_and_deleted_texts_do_not_count():
    texts = description("SHO", "EN", "Filter") + description("SHO", "DE", "Luftfilter")
    texts += description("EXT", "DE", "Alt", "D") + description("MKT", "EN", "Good")
    fields = told(f"<Descriptions>{texts}</Descriptions>").fields
    assert (fields["title"], fields["description"]) == ("Luftfilter", "Good")
    assert fields["brand"] == "FLTX"


def test_the_price_that_holds_counts_and_a_sheet_stands_in_for_dates():
    prices = pricing("LST", "1.00", "<EffectiveDate>2026-01-01</EffectiveDate>")
    prices += pricing("LST", "2.00", "<EffectiveDate>2026-06-01</EffectiveDate>")
    prices += pricing("LST", "3.00", "<EffectiveDate>2027-01-01</EffectiveDate>")
    prices += pricing("LST", "9.00", "<EffectiveDate>2026-06-02</EffectiveDate>", "D")
    prices += pricing("JBR", "0.50") + pricing("RET", "5.00", "<CurrencyCode>USD</CurrencyCode>")
    fields = told(f"<Prices>{prices}</Prices>").fields
    assert (fields["price"], fields["valid_from"], fields["cost"]) == ("2.00", "2026-06-01", "0.50")
    assert "price:ret" not in fields
    sheet = (
        "<PriceSheet MaintenanceType='A'><PriceSheetNumber>S1</PriceSheetNumber><CurrencyCode>EUR</CurrencyCode>"
        "<EffectiveDate>2026-02-03</EffectiveDate></PriceSheet>"
    )
    fields = told(f"<Prices>{pricing('LST', '4.00')}</Prices>", sheets=sheet).fields
    assert (fields["price"], fields["valid_from"]) == ("4.00", "2026-02-03")


def asset(kind: str, name: str) -> str:
    return f"<DigitalFileInformation MaintenanceType='{kind}'><FileName>{name}</FileName></DigitalFileInformation>"


def test_numbers_of_other_segments_are_not_taken_for_the_items_own():
    fields = told(
        "<Packages><Package MaintenanceType='A'><Dimensions UOM='IN'><ShippingHeight>1</ShippingHeight>"
        "<ShippingWidth>2.5</ShippingWidth><ShippingLength>10</ShippingLength></Dimensions><Weights UOM='PG'>"
        "<Weight>2</Weight></Weights><HazardousMaterial MaintenanceType='A'><Description>Acid</Description>"
        "<UNNAIDCode>UN2794</UNNAIDCode></HazardousMaterial></Package></Packages>"
        "<Kits><KitComponent MaintenanceType='A'><ComponentPartNumber>K1</ComponentPartNumber>"
        "<Description DescriptionCode='SHO'>Kit</Description><QuantityInKit UOM='EA'>2</QuantityInKit></KitComponent>"
        "</Kits><PartInterchangeInfo><PartInterchange MaintenanceType='A' BrandAAIAID='NWAG'>"
        "<PartNumber>OE 1</PartNumber><PartNumber>OE 2</PartNumber></PartInterchange>"
        "<PartInterchange MaintenanceType='D'><PartNumber>OE 3</PartNumber></PartInterchange></PartInterchangeInfo>"
        f"<DigitalAssets>{asset('A', 'x/y/a.JPG')}{asset('A', 'sheet.pdf')}{asset('D', 'old.jpg')}</DigitalAssets>"
        "<ProductAttributes><ProductAttribute MaintenanceType='A' AttributeID='Width' AttributeUOM='MM'>12"
        "</ProductAttribute></ProductAttributes><ExtendedInformation>"
        "<ExtendedProductInformation MaintenanceType='A' EXPICode='LIS'>A</ExtendedProductInformation>"
        "</ExtendedInformation>"
    ).fields
    assert (fields["number"], fields["title"]) == ("A 1", "")
    assert (fields["dimensions"], fields["weight"], fields["un_number"]) == ("254x64x25", "0.90718474", "UN2794")
    assert (fields["oe_numbers"], fields["kit"]) == ("OE 1\x1fOE 2", "K1*2")
    assert (fields["image"], fields["document"], fields["images"]) == ("a.JPG", "sheet.pdf", "a.JPG")
    assert (fields["attribute:width"], fields["attributes"], fields["expi:lis"]) == ("12", "Width=12 MM", "A")


def test_a_deleted_item_is_gone():
    found = list(PiesSource().records(io.BytesIO(delivery(item("", "D"), item("", "C"))), {}))
    assert [record.gone for record in found] == [True, False]


def test_a_gtin_of_fourteen_digits_is_that_of_one_piece():
    assert told("<ItemLevelGTIN GTINQualifier='UP'>02000000000008</ItemLevelGTIN>").fields["gtin"] == "2000000000008"


SMALL = FILE.read_bytes()[:20_000]
SMALL = SMALL[: SMALL.rindex(b"</Item>") + 7]
SMALL += b"</Items><Trailer><ItemCount>%d</ItemCount></Trailer></PIES>" % SMALL.count(b"</Item>")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, len(SMALL)),
)
def test_damaged_bytes_end_in_a_report_and_never_in_a_traceback(profile, flips, cut):
    data = bytearray(SMALL)
    for position, value in flips:
        data[position] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            read, parts = reading(damaged, profile)
        except FileRefused:
            continue
        assert read.accepted == len(parts)


def test_sizes_and_weights_in_an_unknown_unit_stay_as_they_stand_so_that_the_part_is_told_of():
    fields = told(
        "<Packages><Package MaintenanceType='A'><Dimensions UOM='ELL'><ShippingHeight>1</ShippingHeight>"
        "<ShippingWidth>2</ShippingWidth><ShippingLength>3</ShippingLength></Dimensions>"
        "<Weights UOM='ST'><Weight>2</Weight></Weights></Package></Packages>"
    ).fields
    assert (fields["dimensions"], fields["weight"]) == ("3 x 2 x 1 ELL", "2 ST")
