"""The invented export of :mod:`benchmarks.import_data` in the other formats, in the layouts of the sample profiles."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks import import_data

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COLUMNS = (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13)
"""Places of the spreadsheet's columns among the cells of the export."""
HEADER = ["Teile-Nr", "Fabrikat", "Bezeichnung", "Warengruppe", "EAN", "ME", "VE", "Preiseinheit", "UPE netto"]
HEADER += ["EK netto", "Rabattgruppe", "Altteilpfand"]


def csv(path: Path, rows: int) -> None:
    """Profile ``sample_csv``: 34 columns."""
    import_data.write(path, rows, day=1)


def xlsx(path: Path, rows: int) -> None:
    """Profile ``sample_xlsx``: texts within the cells, amounts as numbers."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", _workbook())
        relation = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PARTS}">{relation}</Relationships>')
        relation = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PARTS}">{relation}</Relationships>')
        archive.writestr("[Content_Types].xml", _types())
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f"<worksheet {SHEET}><sheetData>{_sheet_row(1, HEADER, ())}".encode())
            for number, cells in enumerate(_rows(rows), start=2):
                chosen = [cells[place] for place in COLUMNS]
                sheet.write(_sheet_row(number, chosen, range(6, 10)).encode())
            sheet.write(b"</sheetData></worksheet>")


def bmecat(path: Path, rows: int) -> None:
    """Profile ``sample_bmecat``."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<BMECAT version="2005"><HEADER><CATALOG><LANGUAGE>deu</LANGUAGE>'
    head += "<CURRENCY>EUR</CURRENCY></CATALOG></HEADER><T_NEW_CATALOG>\n"
    _write(path, head, map(_product, _rows(rows)), "</T_NEW_CATALOG></BMECAT>\n")


def pies(path: Path, rows: int) -> None:
    """Profile ``sample_pies``."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<PIES xmlns="http://www.autocare.org"><Header><PIESVersion>7.2'
    head += "</PIESVersion><SubmissionType>FULL</SubmissionType><CurrencyCode>EUR</CurrencyCode></Header><Items>\n"
    tail = f"</Items><Trailer><ItemCount>{rows}</ItemCount></Trailer></PIES>\n"
    _write(path, head, map(_item, _rows(rows)), tail)


def fixed(path: Path, rows: int) -> None:
    """Profile ``sample_fixed``: 130 characters a record."""
    total = 0
    with path.open("w", encoding="cp850", newline="") as target:
        target.write("HPREISLISTE".ljust(41) + "20261121EUR".ljust(89) + "\r\n")
        for cells in _rows(rows):
            cents = int(cells[9].replace(",", ""))
            total += cents
            body = f"A{cells[0]:<20}{cells[2].upper()[:32]:<32}{cents:09d}0{cells[11]:<4}00001{'':<21}{0:07d}20260301"
            target.write(f"{body}{500:07d}NWAG".ljust(130) + "\r\n")
        target.write(f"T{rows:09d}{total:015d}".ljust(130) + "\r\n")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "csv": csv,
    "fixed": fixed,
    "xlsx": xlsx,
    "bmecat": bmecat,
    "pies": pies,
}


def _rows(rows: int) -> Iterator[list[str]]:
    for n in range(rows):
        yield import_data.row(n, 1).split(";")


def _write(path: Path, head: str, records: Iterator[str], tail: str) -> None:
    with path.open("w", encoding="utf-8") as target:
        target.write(head)
        target.writelines(records)
        target.write(tail)


def _workbook() -> str:
    return f"""<workbook {SHEET} xmlns:r="{OFFICE}"><sheets>
        <sheet name="Teilestamm" sheetId="1" r:id="rId1"/></sheets></workbook>"""


def _types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>"""


def _sheet_row(number: int, texts: list[str], amounts: range | tuple[()]) -> str:
    cells = []
    for place, text in enumerate(texts):
        name = f"{chr(65 + place)}{number}"
        if place in amounts:
            cells.append(f'<c r="{name}"><v>{text.replace(",", ".")}</v></c>')
        elif text:
            cells.append(f'<c r="{name}" t="inlineStr"><is><t>{escape(text)}</t></is></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _product(cells: list[str]) -> str:
    number, brand, title, text = map(escape, cells[:4])
    vehicles = "".join(f"<FVALUE>{key}</FVALUE>" for key in cells[22].split(",") if key)
    feature = f"<FEATURE><FNAME>HSN/TSN</FNAME>{vehicles}</FEATURE>" if vehicles else ""
    prices = "".join(
        f'<PRODUCT_PRICE price_type="{kind}"><PRICE_AMOUNT>{amount.replace(",", ".")}</PRICE_AMOUNT>'
        "<PRICE_CURRENCY>EUR</PRICE_CURRENCY><TAX>0.19</TAX><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE>"
        for kind, amount in (("nrp", cells[9]), ("net_customer", cells[10]))
    )
    return (
        f'<PRODUCT mode="new"><SUPPLIER_PID>{escape(cells[1][:4])}:{number}</SUPPLIER_PID><PRODUCT_DETAILS>'
        f'<DESCRIPTION_SHORT lang="deu">{title}</DESCRIPTION_SHORT><DESCRIPTION_LONG lang="deu">{text}'
        f'</DESCRIPTION_LONG><INTERNATIONAL_PID type="gtin">{cells[5]}</INTERNATIONAL_PID><MANUFACTURER_PID>{number}'
        f"</MANUFACTURER_PID><MANUFACTURER_NAME>{brand}</MANUFACTURER_NAME><DELIVERY_TIME>{cells[18]}</DELIVERY_TIME>"
        f"</PRODUCT_DETAILS><PRODUCT_FEATURES>{feature}</PRODUCT_FEATURES><PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62"
        "</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>1</NO_CU_PER_OU><PRICE_QUANTITY>1</PRICE_QUANTITY>"
        "<QUANTITY_MIN>1</QUANTITY_MIN><QUANTITY_INTERVAL>1</QUANTITY_INTERVAL></PRODUCT_ORDER_DETAILS>"
        f'<PRODUCT_PRICE_DETAILS><DATETIME type="valid_start_date"><DATE>2026-03-01</DATE></DATETIME>{prices}'
        f"</PRODUCT_PRICE_DETAILS><MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE><MIME_SOURCE>{cells[29]}"
        "</MIME_SOURCE><MIME_PURPOSE>normal</MIME_PURPOSE></MIME></MIME_INFO><PRODUCT_LOGISTIC_DETAILS>"
        f"<CUSTOMS_NUMBER>{cells[27]}</CUSTOMS_NUMBER><COUNTRY_OF_ORIGIN>{cells[28]}</COUNTRY_OF_ORIGIN>"
        f"<PRODUCT_DIMENSIONS><WEIGHT>{cells[25].replace(',', '.')}</WEIGHT></PRODUCT_DIMENSIONS>"
        "</PRODUCT_LOGISTIC_DETAILS></PRODUCT>\n"
    )


def _item(cells: list[str]) -> str:
    number, brand, title, text = map(escape, cells[:4])
    prices = "".join(
        f'<Pricing MaintenanceType="A" PriceType="{kind}"><CurrencyCode>EUR</CurrencyCode>'
        f'<EffectiveDate>2026-03-01</EffectiveDate><Price UOM="PE">{amount.replace(",", ".")}</Price></Pricing>'
        for kind, amount in (("LST", cells[9]), ("JBR", cells[10]))
    )
    texts = "".join(
        f'<Description MaintenanceType="A" DescriptionCode="{code}" LanguageCode="DE">{told}</Description>'
        for code, told in (("SHO", title), ("EXT", text))
    )
    return (
        f'<Item MaintenanceType="A"><HazardousMaterialCode>N</HazardousMaterialCode><ItemLevelGTIN GTINQualifier="EN">'
        f"0{cells[5]}</ItemLevelGTIN><PartNumber>{number}</PartNumber><BrandLabel>{brand}</BrandLabel>"
        '<ItemQuantitySize UOM="EA">1</ItemQuantitySize><MinimumOrderQuantity UOM="EA">1</MinimumOrderQuantity>'
        f"<PartTerminologyID>1027</PartTerminologyID><Descriptions>{texts}</Descriptions><Prices>{prices}</Prices>"
        '<ExtendedInformation><ExtendedProductInformation MaintenanceType="A" EXPICode="CTO">'
        f'{cells[28]}</ExtendedProductInformation></ExtendedInformation><Packages><Package MaintenanceType="A">'
        '<QuantityofEaches>1</QuantityofEaches><Weights UOM="KG"><Weight>'
        f"{cells[25].replace(',', '.')}</Weight></Weights></Package></Packages><DigitalAssets>"
        f'<DigitalFileInformation MaintenanceType="A"><FileName>{cells[29]}</FileName></DigitalFileInformation>'
        "</DigitalAssets></Item>\n"
    )
