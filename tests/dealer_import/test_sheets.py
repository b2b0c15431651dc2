"""A sheet's rows as another reader of spreadsheets (calamine) finds them."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from python_calamine import CalamineWorkbook

from dealer_import.archives import Limits
from dealer_import.sources.sheet_cells import is_shown_as
from dealer_import.sources.sheet_rows import SheetRows
from dealer_import.sources.sheet_strings import BLOCK, SharedStrings
from dealer_import.sources.xlsx_parts import Parts
from shopflow.contracts.imports import FileRefused

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FORMATS = {164: "dd.mm.yyyy", 165: "0000000000", 166: "[hh]:mm", 167: '"Tag" 0', 168: "#,##0.00 [$€-407]", 169: "yy"}
STYLES = [0, 14, 22, 46, 20, *FORMATS]


def book(rows: str, strings: str = "") -> bytes:
    stream = io.BytesIO()
    relations = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    relations += f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    relations += f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/>'
    formats = "".join(
        f'<numFmt numFmtId="{key}" formatCode="{code.replace(chr(34), "&quot;")}"/>' for key, code in FORMATS.items()
    )
    styles = "".join(f'<xf numFmtId="{key}"/>' for key in STYLES)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f"""<Types xmlns="{PACKAGE}/content-types">
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/></Types>""",
        )
        archive.writestr(
            "_rels/.rels",
            f"""<Relationships xmlns="{PACKAGE}/relationships">
            <Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
        )
        archive.writestr(
            "xl/workbook.xml",
            f"""<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>
            <sheet name="T" sheetId="1" r:id="rId1"/></sheets></workbook>""",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
        )
        archive.writestr(
            "xl/styles.xml", f"<styleSheet {MAIN}><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{strings}</sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")
    return stream.getvalue()


def ours(data: bytes) -> dict[tuple[int, int], object]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = Parts(archive, Limits())
        values = parts.values(parts.number_formats())
        return {
            (number - 1, cell.column): value
            for number, shape, texts in SheetRows(parts.rows_of(parts.sheets[0])).rows()
            for cell, text in zip(shape.cells, texts, strict=True)
            if text and (value := values.of(cell, text)) != ""
        }


def theirs(data: bytes) -> dict[tuple[int, int], object]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    first = sheet.start[1] if sheet.start else 0
    return {
        (number, first + place): cell
        for number, row in enumerate(sheet.iter_rows())
        for place, cell in enumerate(row)
        if cell != ""
    }


def test_values_of_every_kind():
    texts = ["a &lt;b&gt; &amp; c", "17&quot; Felge", "x_x0041_y", "Zeile&#10;zwei", " am Rand ", "", "Größe"]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    strings += '<si><r><t>fett</t></r><r><t xml:space="preserve"> und</t></r><rPh sb="0" eb="1"><t>nie</t></rPh></si>'
    numbers = [
        "0",
        "1",
        "12.5",
        "-3",
        "1E3",
        "0.1",
        "19.989999999999998",
        ".5",
        "45000",
        "45000.25",
        "60",
        "59.5",
    ]
    chance, rows = random.Random(7), []
    for number in range(1, 400):
        cells = ""
        for column in "ABCDEFG":
            place = f'r="{column}{number}"'
            cells += chance.choice(
                [
                    "",
                    f'<c {place} t="s"><v>{chance.randrange(8)}</v></c>',
                    f'<c {place} t="inlineStr"><is><t>{chance.choice(texts)}</t></is></c>',
                    f'<c {place} t="inlineStr"><is><t xml:space="preserve">{chance.choice(texts)}</t></is></c>',
                    f'<c {place} t="str"><f>A1&amp;"x"</f><v>{chance.choice(texts)}</v></c>',
                    f'<c {place} s="{chance.randrange(len(STYLES))}"><v>{chance.choice(numbers)}</v></c>',
                    f'<c {place} t="b"><v>{chance.randrange(2)}</v></c>',
                    f'<c {place} t="e"><v>#N/A</v></c>',
                    f'<c {place} s="1"/>',
                    f"<c {place}><f>SUM(B1:B2)</f><v>7</v></c>",
                ]
            )
        rows.append(f'<row r="{number}">{cells}</row>' if cells else f'<row r="{number}" ht="12"/>')
    data = book("".join(rows), strings)
    found, wanted = ours(data), theirs(data)
    assert len(wanted) > 1500
    assert {type(value) for value in wanted.values()} == {str, float, bool, date, datetime, time, timedelta}
    assert found == wanted


@pytest.mark.parametrize(
    "code",
    ["dd.mm.yy", "0.00", "[h]:mm", "[Red]0", '"d"0', "h:mm AM/PM", "General", "0;dd", "\\d0", "_d0", "[$-407]d/m"],
)
def test_formats_of_days_and_lengths(code):
    FORMATS[170] = code
    STYLES.append(170)
    try:
        data = book(f'<row r="1"><c r="A1" s="{len(STYLES) - 1}"><v>45000.5</v></c></row>')
        assert {"day": datetime, "span": timedelta, "": float}[is_shown_as(code)] is type(theirs(data)[0, 0])
        assert ours(data) == theirs(data)
    finally:
        STYLES.pop()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></v></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a&nope;</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a]]></t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>\x01</t></is></c></row>',
        "<row>" + "<c>" * 100,
    ],
)
def test_a_sheet_that_is_damaged_is_refused(rows):
    with pytest.raises(FileRefused):
        ours(book(rows))


def test_comments_sections_and_rows_without_numbers_are_read_by_a_parser():
    rows = "<row><c><v>1</v></c><!-- nichts --><c r='C1'><v><![CDATA[2]]></v></c></row><row><c><v>3</v></c></row>"
    assert ours(book(rows)) == {(0, 0): 1.0, (0, 2): 2.0, (1, 0): 3.0}


def test_a_nul_in_a_text_moves_no_other_text():
    strings = "".join(f"<si><t>{text}</t></si>" for text in ["null", "a_x0000_b", "zwei", "drei"])
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n}</v></c></row>' for n in (1, 2, 3))
    assert ours(book(rows, strings)) == {(0, 0): "a\0b", (1, 0): "zwei", (2, 0): "drei"}


@pytest.mark.parametrize(("text", "wanted"), [("a_xD83D__xDE00_b", "a\U0001f600b"), ("a_xD800_b", "a\ufffdb")])
def test_halves_of_characters_are_joined_or_replaced(text, wanted):
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c><c r="B1" t="s"><v>0</v></c></row>'
    assert ours(book(rows, f"<si><t>{text}</t></si>")) == {(0, 0): wanted, (0, 1): wanted}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_sheet_may_be_in_utf_16(encoding):
    data, target = book('<row r="1"><c r="A1" t="inlineStr"><is><t>Größe</t></is></c></row>'), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(target, "w") as changed:
        for name in given.namelist():
            text = given.read(name)
            changed.writestr(name, text.decode().encode(encoding) if "sheet1" in name else text)
    assert ours(target.getvalue()) == {(0, 0): "Größe"}


def test_strings_lie_in_blocks_and_come_back_by_number():
    strings = SharedStrings()
    texts = [f"Text {number} ä" * (number % 3) for number in range(5 * BLOCK + 3)]
    strings.extend(texts[:100])
    strings.extend(texts[100:])
    strings.close()
    assert [strings[number] for number in range(len(texts))] == texts
    assert strings[3] == texts[3]
    for number in (-1, len(texts)):
        with pytest.raises(IndexError):
            strings[number]
