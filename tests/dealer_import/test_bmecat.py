"""BMEcat: the sample to the cent, both generations, updates, languages, prices, references. No database."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealer_import.profiles import load_profile, resolve_profile
from dealer_import.reading import Reading
from dealer_import.sources.bmecat import BmecatSource, read_assignments
from dealer_import.sources.bmecat_groups import Assignments, GroupTree
from dealer_import.sources.bmecat_names import tell_dimensions
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem
from shopflow.contracts.testing import check_import_source

SAMPLES = Path(__file__).parent / "xml_samples"
FILE = SAMPLES / "bmecat2005.xml"
TRUTH = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
NAMESPACES = ["2005", "2005fd", "2005.1", "2005.2", ""]


def reading(data: bytes, profile) -> tuple[Reading, list]:
    read = Reading(profile, BmecatSource(), io.BytesIO(data))
    return read, [accepted.part for accepted in read.parts()]


def records(data: bytes, **options) -> list:
    profile = resolve_profile("b", {"b": {"format": "bmecat", **options}})
    return list(BmecatSource().records(io.BytesIO(data), profile.options))


@pytest.fixture(params=["shipped", "of the dealer"])
def profile(request):
    if request.param == "shipped":
        return load_profile("sample_bmecat")
    return resolve_profile("bmecat", {"bmecat": {"format": "bmecat", "price_type": "nrp"}})


def test_the_sample_gives_exactly_the_totals_of_its_generator(profile):
    truth, clean = TRUTH["files"]["bmecat"], TRUTH["clean_catalogue"]
    read, parts = reading(FILE.read_bytes(), profile)
    assert (read.accepted, read.rejected, read.skipped) == (truth["products_ok"], truth["rejected"], 0)
    assert dict(read.errors) == {"price": 1, "number_missing": 1}
    assert dict(read.warnings) == {}
    assert sum(part.list_price_cents for part in parts) == truth["sum_nrp_cents_ok"]
    assert len({part.category for part in parts}) == len(clean["categories"])
    assert {" > ".join(part.category) for part in parts} == set(clean["categories"])
    assert sum(part.price_per == 100 for part in parts) == clean["price_per_100"]
    assert sum(bool(part.battery_deposit_cents) for part in parts) == clean["battery_deposits"]
    assert sum("tyre" in part.attributes for part in parts) == clean["tyres"]
    assert all(part.gtin and part.image and part.weight_g and part.dimensions_mm for part in parts)


def test_what_the_two_bad_products_leave_out_is_all_that_is_missing(profile):
    """The clean catalogue's totals, less the two products that the generator has spoilt."""
    _read, parts = reading(FILE.read_bytes(), profile)
    fixed = FILE.read_bytes().replace(b">auf Anfrage<", b">1.00<")
    fixed = fixed.replace(b"<SUPPLIER_PID></SUPPLIER_PID>", b"<SUPPLIER_PID>X</SUPPLIER_PID>")
    fixed = fixed.replace(b'<SUPPLIER_PID type="supplier_specific"></SUPPLIER_PID>', b"<SUPPLIER_PID>X</SUPPLIER_PID>")
    _read, whole = reading(fixed, profile)
    clean = TRUTH["clean_catalogue"]
    assert (len(parts), len(whole)) == (58, 60)
    assert sum(part.cost_cents or 0 for part in whole) == clean["sum_cost_cents"]
    assert sum(part.core_deposit_cents or 0 for part in whole) == clean["sum_core_cents"]
    assert sum(bool(part.un_number) for part in whole) == clean["dangerous_goods"]
    assert sum(len({(f.hsn, f.tsn) for f in part.fitments}) for part in whole) == clean["fitment_pairs"]
    assert sum(len(part.references) for part in whole) == clean["oe_numbers"]
    assert sum(len(part.successors) == 1 for part in whole) == clean["superseded_1to1"]
    assert sum(part.status == "runout" for part in whole) == clean["runout"]


def test_brands_get_their_codes_and_successors_the_keys_of_parts():
    _read, parts = reading(FILE.read_bytes(), load_profile("sample_bmecat"))
    assert set(Counter(part.brand_code for part in parts)) <= set(TRUTH["clean_catalogue"]["brands"])
    keys = {(part.brand_code, part.number_key) for part in parts}
    followed = [(part.brand_code, key) for part in parts for key in part.successors]
    assert followed
    assert set(followed) <= keys


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_namespace_and_none_give_the_same(profile, namespace):
    old = b' xmlns="http://www.bmecat.org/bmecat/2005"'
    told = f' xmlns="http://www.bmecat.org/bmecat/{namespace}"'.encode() if namespace else b""
    _read, wanted = reading(FILE.read_bytes(), profile)
    _read, parts = reading(FILE.read_bytes().replace(old, told), profile)
    assert parts == wanted


def test_a_prefix_changes_nothing(profile):
    data = FILE.read_bytes().replace(b' xmlns="', b' xmlns:b="').replace(b"</", b"</b:").replace(b"<", b"<b:")
    data = data.replace(b"<b:/b:", b"</b:").replace(b"<b:?", b"<?")
    _read, wanted = reading(FILE.read_bytes(), profile)
    _read, parts = reading(data, profile)
    assert [part.number_key for part in parts] == [part.number_key for part in wanted]
    assert [part.row_hash() for part in parts] == [part.row_hash() for part in wanted]


def as_old(data: bytes) -> bytes:
    """The sample as BMEcat 1.2, with a DTD as real files have it."""
    data = data.replace(b' xmlns="http://www.bmecat.org/bmecat/2005" version="2005"', b' version="1.2"')
    for new, old in ((b"PRODUCT", b"ARTICLE"), (b"_PID", b"_AID"), (b"PROD_ID", b"ART_ID")):
        data = data.replace(new, old)
    data = data.replace(b'<INTERNATIONAL_AID type="gtin">', b"<EAN>").replace(b"</INTERNATIONAL_AID>", b"</EAN>")
    subset = b'<!DOCTYPE BMECAT SYSTEM "bmecat_new_catalog_1_2.dtd" [<!ENTITY % x "y"> %x;]>'
    return data.replace(b"<BMECAT", subset + b"<BMECAT", 1)


def test_version_1_2_gives_the_same_parts(profile):
    _read, wanted = reading(FILE.read_bytes(), profile)
    read, parts = reading(as_old(FILE.read_bytes()), profile)
    assert [part.row_hash() for part in parts] == [part.row_hash() for part in wanted]
    assert read.evidence.notes == ("BMEcat 1.2", "T_NEW_CATALOG")


def test_the_evidence_says_what_the_file_is(profile):
    with FILE.open("rb") as stream:
        evidence = BmecatSource().inspect(stream, profile.options)
    assert (evidence.mode, evidence.notes) == ("full", ("BMEcat 2005", "T_NEW_CATALOG"))
    assert evidence.stamp is not None
    assert evidence.stamp.isoformat() == "2026-11-21T05:30:00+01:00"
    assert {"supplier_pid", "price:nrp", "feature:hsn/tsn", "udx.shopflow.core_deposit"} <= set(evidence.columns)


@pytest.mark.parametrize(("transaction", "mode"), [("T_UPDATE_PRODUCTS", "delta"), ("T_UPDATE_PRICES", "prices")])
def test_an_update_says_that_it_is_one(transaction, mode):
    data = FILE.read_bytes().replace(b"T_NEW_CATALOG", transaction.encode())
    with io.BytesIO(data) as stream:
        assert BmecatSource().inspect(stream, {}).mode == mode


def test_an_unknown_transaction_is_told_and_hides_nothing():
    data = FILE.read_bytes().replace(b"T_NEW_CATALOG", b"T_NEW_PRICELIST")
    with io.BytesIO(data) as stream:
        evidence = BmecatSource().inspect(stream, {})
    [warning] = evidence.warnings
    assert (evidence.mode, warning.code, warning.line, warning.raw) == ("delta", "transaction", 0, "T_NEW_PRICELIST")
    assert "T_NEW_CATALOG, T_UPDATE_PRODUCTS, T_UPDATE_PRICES" in warning.hint


def test_the_reader_keeps_the_contract(profile):
    check_import_source(BmecatSource(), sample=lambda: FILE.open("rb"), profile=profile.options)


# -- single products ---------------------------------------------------------------------------------------------


def catalogue(inside: str, *, header: str = "", behind: str = "", transaction: str = "T_NEW_CATALOG") -> bytes:
    return (
        f"<BMECAT version='2005'><HEADER>{header}</HEADER><{transaction}>{inside}{behind}</{transaction}></BMECAT>"
    ).encode()


def product(details: str = "", rest: str = "", *, pid: str = "A1", mode: str = "new") -> str:
    return (
        f'<PRODUCT mode="{mode}"><SUPPLIER_PID>{pid}</SUPPLIER_PID><PRODUCT_DETAILS>{details}</PRODUCT_DETAILS>'
        f"{rest}</PRODUCT>"
    )


def price(kind: str, amount: str, more: str = "") -> str:
    return f'<PRODUCT_PRICE price_type="{kind}"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>{more}</PRODUCT_PRICE>'


def fields(inside: str, header: str = "", **options) -> dict:
    (record,) = records(catalogue(inside, header=header), **options)
    assert isinstance(record, RawRecord)
    return dict(record.fields)


def test_german_comes_first_then_the_catalogues_language_then_any():
    english = '<DESCRIPTION_SHORT lang="eng">Filter</DESCRIPTION_SHORT>'
    german = '<DESCRIPTION_SHORT lang="deu">Luftfilter</DESCRIPTION_SHORT>'
    plain = "<DESCRIPTION_SHORT>Filtre</DESCRIPTION_SHORT>"
    assert fields(product(english + german + plain))["title"] == "Luftfilter"
    assert fields(product(german + english))["title"] == "Luftfilter"
    assert fields(product(english + plain), '<LANGUAGE default="true">fra</LANGUAGE>')["title"] == "Filtre"
    assert fields(product(plain + english), '<LANGUAGE default="true">deu</LANGUAGE>')["title"] == "Filtre"
    assert fields(product(english))["title"] == "Filter"


def test_the_profile_chooses_the_price():
    prices = f"<PRODUCT_PRICE_DETAILS>{price('nrp', '20.00')}{price('net_list', '10.00', '<TAX>0.07</TAX>')}"
    prices += f"{price('net_customer', '7.00', '<PRICE_FACTOR>0.9</PRICE_FACTOR>')}</PRODUCT_PRICE_DETAILS>"
    listed = fields(product(rest=prices))
    assert (listed["price"], listed["tax"], listed["cost"]) == ("10.00", "7", "6.300")
    assert fields(product(rest=prices), price_type="nrp")["price"] == "20.00"
    assert fields(product(rest=prices), price_type="net_list", currency="CHF")["price"] == "10.00"


def test_a_product_that_names_no_rate_has_the_profiles():
    prices = f"<PRODUCT_PRICE_DETAILS>{price('net_list', '10.00')}</PRODUCT_PRICE_DETAILS>"
    assert fields(product(rest=prices))["tax"] == "19"
    assert fields(product(rest=prices), default_tax="7")["tax"] == "7"


def test_a_foreign_currency_is_no_price():
    dollars = price("net_list", "10.00", "<PRICE_CURRENCY>USD</PRICE_CURRENCY>")
    told = fields(product(rest=f"<PRODUCT_PRICE_DETAILS>{dollars}</PRODUCT_PRICE_DETAILS>"))
    assert (told["price"], told["foreign_currency"]) == ("", "USD")


def test_a_row_without_a_price_in_the_shops_currency_says_so(read_all, profile):
    dollars = price("nrp", "10.00", "<PRICE_CURRENCY>USD</PRICE_CURRENCY>")
    euros, other = price("nrp", "9.00"), price("net_customer", "7.00")
    rows = [
        product(
            f"<MANUFACTURER_PID>{pid}</MANUFACTURER_PID><MANUFACTURER_NAME>Bosch</MANUFACTURER_NAME>"
            f"<DESCRIPTION_SHORT>Teil</DESCRIPTION_SHORT>",
            f"<PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT></PRODUCT_ORDER_DETAILS>"
            f"<PRODUCT_PRICE_DETAILS>{told}</PRODUCT_PRICE_DETAILS>",
            pid=pid,
        )
        for pid, told in (("A1", dollars), ("A2", euros + dollars), ("A3", euros), ("A4", other + dollars))
    ]
    reading, parts = read_all(catalogue("".join(rows)), profile)
    assert [part.number_key for part in parts] == ["A2", "A3"]
    said = "There is no price in EUR, only one in USD. Have it delivered in EUR."
    assert [(found.code, found.raw, found.hint) for found in reading.findings] == [("price", "USD", said)] * 2


def test_on_request_is_a_kind_of_price():
    prices = f"<PRODUCT_PRICE_DETAILS>{price('on_request', '0')}</PRODUCT_PRICE_DETAILS>"
    told = fields(product(rest=prices))
    assert (told["price"], told["price_kind"]) == ("", "on_request")


def test_the_price_of_the_smallest_quantity_counts_and_all_are_told():
    tiers = "".join(
        price("net_list", amount, f"<LOWER_BOUND>{lower}</LOWER_BOUND>")
        for amount, lower in (("9.00", 10), ("10.00", 1), ("8.00", 100))
    )
    told = fields(product(rest=f"<PRODUCT_PRICE_DETAILS>{tiers}</PRODUCT_PRICE_DETAILS>"))
    assert told["price"] == "10.00"
    assert told["price_tiers"].split("\x1f") == ["1=10.00", "10=9.00", "100=8.00"]


def dated(start: str, amount: str, end: str = "") -> str:
    until = f'<DATETIME type="valid_end_date"><DATE>{end}</DATE></DATETIME>' if end else ""
    begins = f'<DATETIME type="valid_start_date"><DATE>{start}</DATE></DATETIME>'
    return f"<PRODUCT_PRICE_DETAILS>{begins}{until}{price('net_list', amount)}</PRODUCT_PRICE_DETAILS>"


def test_of_several_periods_the_one_that_holds_when_the_file_was_made_counts():
    made = '<CATALOG><DATETIME type="generation_date"><DATE>2026-06-15</DATE></DATETIME></CATALOG>'
    periods = dated("2026-01-01", "1.00", "2026-05-31") + dated("2026-06-01", "2.00") + dated("2027-01-01", "3.00")
    told = fields(product(rest=periods), made)
    assert (told["price"], told["valid_from"], told["valid_to"]) == ("2.00", "2026-06-01", "")
    assert fields(product(rest=dated("2027-01-01", "3.00")), made)["valid_from"] == "2027-01-01"


def test_references_media_features_and_goods_reach_their_fields():
    told = fields(
        product(
            '<SPECIAL_TREATMENT_CLASS type="ADR">UN1950</SPECIAL_TREATMENT_CLASS><KEYWORD>Spray</KEYWORD>'
            '<KEYWORD>OE 1N0 123</KEYWORD><PRODUCT_STATUS type="refurbished">x</PRODUCT_STATUS>'
            '<PRODUCT_STATUS type="old_product">x</PRODUCT_STATUS>',
            '<PRODUCT_REFERENCE type="followup"><PROD_ID_TO>B2</PROD_ID_TO></PRODUCT_REFERENCE>'
            '<PRODUCT_REFERENCE type="sparepart"><PROD_ID_TO>S1</PROD_ID_TO></PRODUCT_REFERENCE>'
            '<PRODUCT_REFERENCE type="sparepart"><PROD_ID_TO>S2</PROD_ID_TO></PRODUCT_REFERENCE>'
            "<MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE><MIME_SOURCE>a\\b\\detail.jpg</MIME_SOURCE>"
            "<MIME_PURPOSE>detail</MIME_PURPOSE></MIME><MIME><MIME_TYPE>image/jpeg</MIME_TYPE>"
            "<MIME_SOURCE>../../main.jpg</MIME_SOURCE><MIME_PURPOSE>normal</MIME_PURPOSE></MIME><MIME>"
            "<MIME_TYPE>application/pdf</MIME_TYPE><MIME_SOURCE>docs/ABE.pdf</MIME_SOURCE></MIME></MIME_INFO>"
            "<PRODUCT_FEATURES><FEATURE><FNAME>Länge</FNAME><FVALUE>12</FVALUE><FUNIT>MMT</FUNIT></FEATURE>"
            "<FEATURE><FNAME>HSN/TSN</FNAME><FVALUE>0991/ABC</FVALUE><FVALUE>0992/DEF</FVALUE></FEATURE>"
            "</PRODUCT_FEATURES><USER_DEFINED_EXTENSIONS><UDX.HAUS.LAGER>7</UDX.HAUS.LAGER></USER_DEFINED_EXTENSIONS>",
        )
    )
    assert told["special_treatment"] == "UN1950"
    assert (told["oe_numbers"], told["condition"], told["status"]) == ("1N0 123", "refurbished", "old_product")
    assert (told["successor"], told["reference:sparepart"]) == ("B2", "S1\x1fS2")
    assert (told["image"], told["images"], told["document"]) == ("main.jpg", "main.jpg\x1fdetail.jpg", "ABE.pdf")
    assert told["features"].split("\x1f") == ["Länge=12 MMT"]
    assert (told["feature:hsn/tsn"], told["udx.haus.lager"]) == ("0991/ABC\x1f0992/DEF", "7")


def test_a_deleted_product_is_gone():
    (record,) = records(catalogue(product(mode="delete")))
    assert record.gone is True


def test_a_product_without_a_number_is_a_problem_with_its_line():
    (problem,) = records(catalogue(product(pid=" ")))
    assert isinstance(problem, RecordProblem)
    assert (problem.code, problem.line, problem.column) == ("number_missing", 1, "SUPPLIER_PID")


def test_the_supplier_stands_in_for_a_manufacturer_and_a_number_may_carry_the_brand():
    header = "<SUPPLIER><SUPPLIER_NAME>Teile Muster</SUPPLIER_NAME></SUPPLIER>"
    told = fields(product(pid="FLTX:FX 1"), header)
    assert (told["brand"], told["number"]) == ("Teile Muster", "FLTX:FX 1")
    told = fields(product(pid="FLTX:FX 1"), header, pid_separator=":")
    assert (told["brand"], told["number"]) == ("FLTX", "FX 1")


# -- groups ------------------------------------------------------------------------------------------------------

GROUPS = "".join(
    f'<CATALOG_STRUCTURE type="{kind}"><GROUP_ID>{number}</GROUP_ID><GROUP_NAME>{name}</GROUP_NAME>'
    f"<PARENT_ID>{parent}</PARENT_ID></CATALOG_STRUCTURE>"
    for kind, number, name, parent in (
        ("root", 1, "Katalog", 0),
        ("node", 2, "Räder &amp; Reifen", 1),
        ("leaf", 3, "Reifen", 2),
        ("leaf", 8, "Kreis", 9),
        ("leaf", 9, "Lauf", 8),
    )
)


def mapped(number: str, group: int) -> str:
    return (
        f"<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>{number}</PROD_ID><CATALOG_GROUP_ID>{group}</CATALOG_GROUP_ID>"
        "</PRODUCT_TO_CATALOGGROUP_MAP>"
    )


@pytest.mark.parametrize(
    "arranged",
    [
        "{groups}{products}{maps}",
        "{groups}{maps}{products}",
        "{groups}{products}{maps}<!-- </PRODUCT> -->",
        "{groups}{products}<!-- between -->{maps}",
    ],
)
def test_a_category_is_found_wherever_the_assignments_stand(arranged):
    data = catalogue(
        arranged.format(
            groups=GROUPS,
            products=product(pid="A&amp;1") + product(pid="B1") + product(pid="C1"),
            maps=mapped("A&amp;1", 3) + mapped("A&amp;1", 2) + mapped("C1", 9),
        )
    )
    found = [record.fields["category"].split("\x1f") for record in records(data)]
    assert found == [["Räder & Reifen", "Reifen"], [""], ["Kreis", "Lauf"]]


def test_a_changed_category_changes_the_record():
    first = records(catalogue(GROUPS + product() + mapped("A1", 3)))
    second = records(catalogue(GROUPS + product() + mapped("A1", 2)))
    assert first[0].raw != second[0].raw


def test_assignments_are_compact_and_the_first_counts():
    found = Assignments()
    for number in range(120_000):
        found.add(f"P{number}", f"G{number % 7}")
        if number % 3 == 0:
            found.add(f"P{number}", "other")
    found.settle()
    assert [found.group_of(f"P{n}") for n in (0, 5, 119_999)] == ["G0", "G5", "G5"]
    assert found.group_of("absent") == ""


def test_a_loop_of_groups_ends():
    tree = GroupTree()
    tree.add("1", "A", "2", root=False)
    tree.add("2", "B", "1", root=False)
    assert tree.path("1") == ("B", "A")
    assert tree.path("absent") == ()


def test_assignments_come_from_the_end_of_the_file_without_reading_it_all():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    many = "".join(product(pid=f"P{n}", details="x" * 500) for n in range(10_000))
    stream = Counting(catalogue(GROUPS + many, behind=mapped("P7", 3)))
    assert read_assignments(stream).group_of("P7") == "3"
    assert stream.taken < 2_500_000


# -- damage ------------------------------------------------------------------------------------------------------

SMALL = FILE.read_bytes()[:30_000]
SMALL = SMALL[: SMALL.rindex(b"</PRODUCT>") + 10] + b"</T_NEW_CATALOG></BMECAT>"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, len(SMALL)),
)
def test_damaged_bytes_end_in_a_report_and_never_in_a_traceback(flips, cut):
    profile = load_profile("sample_bmecat")
    data = bytearray(SMALL)
    for position, value in flips:
        data[position] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            read, parts = reading(damaged, profile)
        except FileRefused:
            continue
        assert read.accepted == len(parts)
        assert all(part.number_key and part.title for part in parts)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_inside_is_told_as_it_is(text):
    from xml.sax.saxutils import escape

    clean = "".join(c for c in text if c in "\t\n" or (c >= " " and c.isprintable()))
    (record,) = records(catalogue(product(f"<DESCRIPTION_LONG>{escape(clean)}</DESCRIPTION_LONG>")))
    assert record.fields["description"] == clean


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        (("0.12", "0.08", "0.015"), "120x80x15"),
        (("0.12", "acht", "0.015"), "0.12 x acht x 0.015 m"),
        (("2.5", "", ""), None),
    ],
)
def test_a_size_is_reckoned_told_as_it_stands_or_not_there(sides, size):
    fields = dict(zip(("length", "width", "depth"), sides, strict=True))
    tell_dimensions(fields)
    assert fields.get("dimensions") == size
