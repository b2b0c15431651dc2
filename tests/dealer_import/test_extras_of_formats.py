"""Fields that few rows have, in the standard formats that know them: as far as the part. No database."""

from __future__ import annotations

import io
import json

import pytest

from dealer_import.profiles import BadProfile, resolve_profile
from dealer_import.reading import Reading
from dealer_import.sources import source_class

NAMESPACE = "http://www.bmecat.org/bmecat/2005"
PARTY = """<PARTIES><PARTY><PARTY_ID type="supplier_specific">M1</PARTY_ID><PARTY_ROLE>manufacturer</PARTY_ROLE>
<ADDRESS><NAME lang="deu">Filtrax Werke AG</NAME><STREET>Siebweg 11</STREET><ZIP>12347</ZIP><CITY>Musterstadt</CITY>
<COUNTRY>Schweiz</COUNTRY><COUNTRY_CODED>CH</COUNTRY_CODED><EMAIL>post@filtrax.example</EMAIL></ADDRESS></PARTY>
</PARTIES>"""
PRODUCT = """<PRODUCT><SUPPLIER_PID>4711</SUPPLIER_PID><PRODUCT_DETAILS>
<DESCRIPTION_SHORT lang="deu">Kanister Öl</DESCRIPTION_SHORT>{details}</PRODUCT_DETAILS>
<PRODUCT_FEATURES>{features}</PRODUCT_FEATURES>
<PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT><CONTENT_UNIT>LTR</CONTENT_UNIT><NO_CU_PER_OU>5</NO_CU_PER_OU>
</PRODUCT_ORDER_DETAILS><PRODUCT_PRICE_DETAILS><DATETIME type="valid_start_date"><DATE>2026-01-01</DATE></DATETIME>
<DATETIME type="valid_end_date"><DATE>2026-12-31</DATE></DATETIME>{prices}</PRODUCT_PRICE_DETAILS>{rest}</PRODUCT>"""
PRICE = """<PRODUCT_PRICE price_type="{kind}"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY>
<LOWER_BOUND>{lower}</LOWER_BOUND></PRODUCT_PRICE>"""


def part_of(form: str, data: bytes, **options):
    profile = resolve_profile("p", {"p": {"format": form, **options}})
    reading = Reading(profile, source_class(form)(), io.BytesIO(data))
    (accepted,) = list(reading.parts())
    return accepted.part, dict(reading.warnings)


def bmecat(**texts: str) -> bytes:
    filled = {"details": "", "features": "", "prices": "", "rest": "", **texts}
    return f"""<?xml version="1.0" encoding="UTF-8"?><BMECAT version="2005" xmlns="{NAMESPACE}"><HEADER><CATALOG>
<LANGUAGE default="true">deu</LANGUAGE><CATALOG_ID>1</CATALOG_ID></CATALOG><SUPPLIER><SUPPLIER_NAME>Groß
</SUPPLIER_NAME></SUPPLIER>{PARTY}</HEADER><T_NEW_CATALOG>{PRODUCT.format(**filled)}</T_NEW_CATALOG></BMECAT>
""".encode()


def test_bmecat_says_tiers_content_maker_features_and_relations():
    features = "".join(
        f"<FEATURE><FNAME>{name}</FNAME><FVALUE>{value}</FVALUE>{unit}</FEATURE>"
        for name, value, unit in (
            ("Viskosität", "5W-30", ""),
            ("Flammpunkt", "230", "<FUNIT>°C</FUNIT>"),
            ("Gefahrgutklasse", "9", ""),
            ("HSN/TSN", "0603/BPH", ""),
        )
    )
    rest = (
        "<MIME_INFO>"
        + "".join(
            f"<MIME><MIME_TYPE>{kind}</MIME_TYPE><MIME_SOURCE>{name}</MIME_SOURCE></MIME>"
            for kind, name in (("image/jpeg", "a.jpg"), ("image/jpeg", "b.jpg"), ("application/pdf", "sdb.pdf"))
        )
        + '</MIME_INFO><PRODUCT_REFERENCE type="consists_of" quantity="4"><PROD_ID_TO>8</PROD_ID_TO>'
        '</PRODUCT_REFERENCE><PRODUCT_REFERENCE type="similar"><PROD_ID_TO>9</PROD_ID_TO></PRODUCT_REFERENCE>'
    )
    prices = "".join(
        PRICE.format(kind="net_list", amount=amount, lower=lower)
        for amount, lower in (("20.00", "1"), ("18.505", "10"), ("17.00", "50"))
    )
    data = bmecat(details="<MANUFACTURER_IDREF>M1</MANUFACTURER_IDREF>", features=features, prices=prices, rest=rest)
    part, warnings = part_of("bmecat", data)
    assert warnings == {}
    assert (part.brand_name, part.list_price_cents, part.image, part.document) == (
        "Filtrax Werke AG", 2000, "a.jpg", "sdb.pdf",
    )  # fmt: skip
    assert [(fit.hsn, fit.tsn) for fit in part.fitments] == [("0603", "BPH")]
    assert part.extras == {
        "alternatives": [["FILTRAX-WERKE-AG", "9", 1]],
        "content_milli": 5000,
        "content_unit": "LTR",
        "features": [["Viskosität", "5W-30"], ["Flammpunkt", "230 °C"]],
        "hazard_class": "9",
        "kit": [["FILTRAX-WERKE-AG", "8", 4]],
        "manufacturer": "Filtrax Werke AG",
        "manufacturer_address": "Siebweg 11\n12347 Musterstadt\nSchweiz",
        "manufacturer_contact": "post@filtrax.example",
        "manufacturer_in_eu": False,
        "pictures": ["b.jpg"],
        "price_tiers": [[1, 2000], [10, 1851], [50, 1700]],
        "price_valid_to": "2026-12-31",
    }


def test_another_address_of_the_maker_makes_another_row():
    data = bmecat(
        details="<MANUFACTURER_IDREF>M1</MANUFACTURER_IDREF>", prices=PRICE.format(kind="net_list", amount=1, lower=1)
    )
    raws = []
    for text in (data, data.replace(b"Siebweg 11", b"Siebweg 12")):
        profile = resolve_profile("p", {"p": {"format": "bmecat"}})
        raws.append([record.raw for record in source_class("bmecat")().records(io.BytesIO(text), profile.options)])
    assert raws[0] != raws[1]


def test_bmecat_says_that_a_price_is_told_on_request():
    part, warnings = part_of("bmecat", bmecat(prices=PRICE.format(kind="on_request", amount="0", lower="1")))
    assert (part.list_price_cents, warnings) == (0, {})


PIES = """<?xml version="1.0" encoding="UTF-8"?><PIES xmlns="http://www.autocare.org"><Header><PIESVersion>7.2
</PIESVersion><SubmissionType>FULL</SubmissionType><BlanketEffectiveDate>2026-11-01</BlanketEffectiveDate>
<CurrencyCode>EUR</CurrencyCode></Header><Items><Item MaintenanceType="A"><PartNumber>K 1</PartNumber>
<BrandAAIAID>FLTX</BrandAAIAID><BrandLabel>Filtrax</BrandLabel><Descriptions><Description MaintenanceType="A"
DescriptionCode="SHO" LanguageCode="DE">Satz</Description></Descriptions><Prices>{prices}</Prices><ProductAttributes>
<ProductAttribute MaintenanceType="A" AttributeID="Material">Stahl</ProductAttribute><ProductAttribute
MaintenanceType="A" AttributeID="Weite" AttributeUOM="MM">12</ProductAttribute></ProductAttributes><Kits><KitComponent
MaintenanceType="A"><ComponentPartNumber>8</ComponentPartNumber><QuantityInKit UOM="EA">2</QuantityInKit></KitComponent>
</Kits><HazardousMaterials><HazardousMaterial MaintenanceType="A"><UNNAIDCode>1950</UNNAIDCode>
<PackingGroupCode>II</PackingGroupCode></HazardousMaterial></HazardousMaterials><DigitalAssets>{files}</DigitalAssets>
</Item></Items><Trailer><ItemCount>1</ItemCount><TransactionDate>2026-11-02</TransactionDate></Trailer></PIES>"""


def test_pies_says_attributes_kits_packing_group_files_and_price_breaks():
    prices = "".join(
        f'<Pricing MaintenanceType="A" PriceType="LST"><EffectiveDate>2026-01-01</EffectiveDate><ExpirationDate>'
        f'2026-12-31</ExpirationDate><Price UOM="PE">{amount}</Price>{lower}</Pricing>'
        for amount, lower in (("9.00", '<PriceBreak UOM="EA">10</PriceBreak>'), ("10.00", ""))
    )
    files = "".join(
        f'<DigitalFileInformation MaintenanceType="A"><FileName>{name}</FileName></DigitalFileInformation>'
        for name in ("1.jpg", "2.jpg", "x.pdf", "y.pdf")
    )
    part, warnings = part_of("pies", PIES.format(prices=prices, files=files).encode())
    assert (part.list_price_cents, part.un_number, part.image, warnings) == (1000, "UN1950", "1.jpg", {})
    assert part.extras == {
        "documents": ["y.pdf"],
        "features": [["Material", "Stahl"], ["Weite", "12 MM"]],
        "kit": [["FILTRAX", "8", 2]],
        "packing_group": "II",
        "pictures": ["2.jpg"],
        "price_tiers": [[10, 900]],
        "price_valid_to": "2026-12-31",
    }


def test_loco_soft_says_vins_and_models():
    vehicles = [
        {"vin": "WVWZZZ1K%", "model": "Golf%", "from": "2004-05-01", "until": "2008-12-31"},
        {"vin": "", "model": "PASSAT%", "from": "2005-01-01", "until": None},
        {"vin": "%", "model": "%", "from": None, "until": None},
    ]
    row = {"part_number": "1", "description": "Filter", "rr_price": "10.00", "vehicles": vehicles}
    part, warnings = part_of("locosoft", json.dumps(row).encode() + b"\n", columns={"brand": {"const": "Lünemotor"}})
    assert warnings == {}
    assert part.extras == {
        "model_patterns": [["PASSAT", 2005, 0]],
        "vin_patterns": [["WVWZZZ1K", "Golf", 2004, 2008]],
    }


def test_datanorm_says_that_a_price_is_told_on_request():
    head = "V 211126Test" + " " * 112 + "04EUR"
    article = "A;N;4711;00;Motorblock;;9;0;Stk;;21;;;"
    part, warnings = part_of(
        "datanorm", f"{head}\r\n{article}\r\n".encode("cp850"), columns={"brand": {"const": "Motorenwerk"}}
    )
    assert (part.number_key, part.list_price_cents, warnings) == ("4711", 0, {})


@pytest.mark.parametrize("form", ["bmecat", "pies"])
def test_a_row_without_such_fields_has_none(form):
    if form == "bmecat":
        data = bmecat(prices=PRICE.format(kind="net_list", amount=1, lower=1))
        data = data.replace(b"<CONTENT_UNIT>LTR", b"<CONTENT_UNIT>C62").replace(b"valid_end_date", b"other")
    else:
        price = '<Pricing MaintenanceType="A" PriceType="LST"><Price UOM="PE">1</Price></Pricing>'
        data = PIES.format(prices=price, files="").encode()
        for name in (b"ProductAttributes", b"Kits", b"HazardousMaterials"):
            start, end = data.index(b"<" + name), data.index(b"</" + name + b">")
            data = data[:start] + data[end + len(name) + 3 :]
    part, _warnings = part_of(form, data)
    assert part.extras is None


def test_data_of_a_maker_without_a_name_belong_to_the_brand():
    row = {"number": "1", "title": "Filter", "price": "1.00", "contact": "post@filtrax.example"}
    columns = {
        "number": {"from": "number"}, "brand": {"const": "Filtrax"}, "title": {"from": "title"},
        "list_price": {"from": "price"}, "manufacturer_contact": {"from": "contact"},
    }  # fmt: skip
    part, _warnings = part_of("json", json.dumps([row]).encode(), columns=columns)
    assert part.extras == {"manufacturer": "Filtrax", "manufacturer_contact": "post@filtrax.example"}


def test_a_fixed_value_that_means_nothing_refuses_the_profile():
    with pytest.raises(BadProfile, match="packing_group"):
        part_of("bmecat", bmecat(), columns={"packing_group": {"const": "IX"}})
