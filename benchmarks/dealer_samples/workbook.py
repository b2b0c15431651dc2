# ruff: noqa: E501, RUF059, DTZ001
"""The same parts as a workbook with a cover sheet, an error cell, a formula and numbers that lost their zeros."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape as xesc

from benchmarks.dealer_samples.records import succ_text
from benchmarks.dealer_samples.table import fitment

EPOCH = dt.date(1899, 12, 30)


class XlsxWriter:
    COLS = [
        "Teile-Nr",
        "Fabrikat",
        "Bezeichnung",
        "Warengruppe",
        "EAN",
        "ME",
        "VE",
        "Preiseinheit",
        "UPE netto",
        "EK netto",
        "Rabattgruppe",
        "Altteilpfand",
        "Bestand",
        "Ersetzt durch",
        "HSN/TSN",
        "gültig ab",
        "Status",
    ]

    def __init__(self, out: Path, n: int):
        self.n, self.k, self.s, self.r = n, 0, 0, 0
        self.path = out / "teile.xlsx"
        self.z = zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.shared, self.sidx = [], {}
        self.bad = {"error_cell_price": 0, "number_cell_as_number": 0}
        fixed = dt.datetime(2026, 11, 21, 5, 30)
        self.zi = lambda name: zipfile.ZipInfo(name, fixed.timetuple()[:6])
        self.put(
            "[Content_Types].xml",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            '<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
            '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        )
        self.put(
            "_rels/.rels",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        self.put(
            "xl/workbook.xml",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="Deckblatt" sheetId="1" r:id="rId1"/><sheet name="Teilestamm" sheetId="2" r:id="rId2"/></sheets></workbook>',
        )
        self.put(
            "xl/_rels/workbook.xml.rels",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/>'
            '<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
            '<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        self.put(
            "xl/styles.xml",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
            '<fonts count="1"><font><sz val="10"/><name val="Arial"/></font></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
            '<cellXfs count="3"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/>'
            '<xf numFmtId="4" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>',
        )
        self.put(
            "xl/worksheets/sheet1.xml",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Preisliste Herbst 2026 - Daten im Blatt Teilestamm</t></is></c></row>'
            "</sheetData></worksheet>",
        )
        self.f = self.z.open(self._zinfo("xl/worksheets/sheet2.xml"), "w", force_zip64=True)
        self.f.write(
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        )
        self.r = 1
        self.f.write(b'<row r="1"><c r="A1" t="inlineStr"><is><t>Teilestamm Stand 21.11.2026</t></is></c></row>')
        self.r = 3  # row 2 left out, as Excel does for empty rows
        self.f.write(('<row r="3">' + "".join(self.t(k, c) for k, c in enumerate(self.COLS)) + "</row>").encode())

    def _zinfo(self, name):
        zi = self.zi(name)
        zi.compress_type = zipfile.ZIP_DEFLATED
        return zi

    def put(self, name, text):
        self.z.writestr(self._zinfo(name), text)

    @staticmethod
    def col(k):
        return chr(65 + k) if k < 26 else "A" + chr(65 + k - 26)

    def t(self, k, s):
        return (
            f'<c r="{self.col(k)}{self.r}" t="inlineStr"><is><t xml:space="preserve">{xesc(s)}</t></is></c>'
            if s
            else ""
        )

    def sh(self, k, s):
        i = self.sidx.get(s)
        if i is None:
            i = self.sidx[s] = len(self.shared)
            self.shared.append(s)
        return f'<c r="{self.col(k)}{self.r}" t="s"><v>{i}</v></c>'

    def num(self, k, cents):
        return f'<c r="{self.col(k)}{self.r}" s="2"><v>{cents / 100!r}</v></c>'

    def add(self, d: dict):
        self.r += 1
        a, _ = fitment(d)
        st, sk = succ_text(d, self.n)
        serial = (d["valid"] - EPOCH).days
        ok = True
        pr = self.num(8, d["upe"])
        if d["i"] % 4001 == 17:
            pr = f'<c r="I{self.r}" t="e"><v>#N/A</v></c>'
            self.bad["error_cell_price"] += 1
            ok = False
        no = self.t(0, d["no"])
        if d["brand"] == "LMOT" and d["i"] % 37 == 0:
            # Excel user typed the number: leading zeros are gone, cell is numeric
            no = f'<c r="A{self.r}"><v>{int(d["no"])}</v></c>'
            self.bad["number_cell_as_number"] += 1
        cells = [
            no,
            self.sh(1, d["label"]),
            self.t(2, d["short"]),
            self.sh(3, d["cat"]),
            f'<c r="E{self.r}"><v>{d["gtin"]}</v></c>',
            self.sh(5, d["unit"]),
            f'<c r="G{self.r}"><v>{d["pack"]}</v></c>',
            f'<c r="H{self.r}"><v>{d["per"]}</v></c>',
            pr,
            self.num(9, d["cost"]),
            self.sh(10, d["rg"]),
            self.num(11, d["core"]) if d["core"] else "",
            f'<c r="M{self.r}"><f>N{self.r}*0+{(d["s1"] + d["s2"]) / 100!r}</f><v>{(d["s1"] + d["s2"]) / 100!r}</v></c>'
            if d["i"] % 50 == 0
            else self.num(12, d["s1"] + d["s2"]),
            self.t(13, st),
            self.t(14, a),
            f'<c r="P{self.r}" s="1"><v>{serial}</v></c>',
            self.sh(16, d["status"]),
        ]
        self.f.write((f'<row r="{self.r}">' + "".join(cells) + "</row>").encode())
        if ok:
            self.k += 1
            self.s += d["upe"]

    def close(self):
        self.f.write(b"</sheetData></worksheet>")
        self.f.close()
        self.put(
            "xl/sharedStrings.xml",
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + "".join(f"<si><t>{xesc(s)}</t></si>" for s in self.shared)
            + "</sst>",
        )
        self.z.close()
        b = self.path.read_bytes()
        return {
            "file": self.path.name,
            "bytes": len(b),
            "sha256": hashlib.sha256(b).hexdigest(),
            "sheet": "Teilestamm",
            "header_row": 3,
            "rows_ok": self.k,
            "sum_upe_cents_ok": self.s,
            "seeded": self.bad,
            "rejected": self.bad["error_cell_price"],
            "note": "number_cell_as_number rows are accepted only if the leading zeros can be "
            "restored from a known part of the same brand; otherwise warn",
        }
