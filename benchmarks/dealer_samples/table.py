# ruff: noqa: C901, SIM115, C408, RUF059, FURB171
"""The dealer's own export: a table in cp1252 with junk above the header, a closing line, and seeded bad rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from benchmarks.dealer_samples.records import (
    de_date,
    euro,
    norm_no,
    rec,
    succ_text,
)

# ---------------------------------------------------------------- CSV export
CSV_HEAD = [
    "Teile-Nr",
    "Fabrikat",
    "Bezeichnung",
    "Zusatztext",
    "Warengruppe",
    "EAN",
    "ME",
    "VE",
    "Preiseinheit",
    "UPE netto",
    "EK netto",
    "Rabattgruppe",
    "MwSt",
    "Altteilpfand",
    "Batteriepfand",
    "Bestand Lager 1",
    "Bestand Lager 2",
    "Reserviert",
    "Lieferzeit Tage",
    "Ersetzt durch",
    "ErsArt",
    "OE-Nummern",
    "HSN/TSN",
    "Modelle",
    "Gefahrgut",
    "Gewicht kg",
    "LxBxH mm",
    "Zolltarif",
    "Ursprung",
    "Bild",
    "Dokument",
    "Reifenlabel",
    "gültig ab",
    "Status",
]
NC = len(CSV_HEAD)
C = {n: k for k, n in enumerate(CSV_HEAD)}


def q(s: str) -> str:
    return '"' + s.replace('"', '""') + '"' if any(c in s for c in ';"\n\r') else s


def fitment(d: dict) -> tuple[str, str]:
    a = ",".join(f"{f[0]}/{f[1]}" for f in d["fit"])
    b = "|".join(f"{f[2]} {f[3]} ({f[4]}-{f[5] or ''})" for f in d["fit"])
    return a, b


def label(d: dict) -> str:
    t = d["tyre"]
    if not t:
        return ""
    return f"{t['rr']};{t['wet']};{t['db']};{t['nc']};{'3PMSF' if t['snow'] else ''};EPREL {t['eprel']}"


def csv_row(d: dict, n: int) -> list[str]:
    a, b = fitment(d)
    st, sk = succ_text(d, n)
    return [
        d["no"],
        d["label"],
        d["short"],
        d["long"],
        d["cat"],
        d["gtin"],
        d["unit"],
        str(d["pack"]),
        str(d["per"]),
        euro(d["upe"], d["i"] % 3 == 0),
        euro(d["cost"], d["i"] % 3 == 0),
        d["rg"],
        "19,00",
        euro(d["core"]) if d["core"] else "",
        euro(d["bat"]) if d["bat"] else "",
        euro(d["s1"]),
        euro(d["s2"]),
        euro(d["res"]),
        str(d["lead"]),
        st,
        sk,
        ",".join(d["oe"]),
        a,
        b,
        d["un"],
        f"{d['wgt'] // 1000},{d['wgt'] % 1000:03d}",
        "x".join(map(str, d["dim"])),
        d["hs"],
        d["coo"],
        d["img"],
        d["doc"],
        label(d),
        de_date(d["valid"]),
        d["status"],
    ]


# Seeded trouble.  outcome: reject = the row must not reach the shop, the rest
# of the file must; warn = accepted, a warning naming row and field is logged.
BAD_KINDS = {
    "missing_part_number": "reject",
    "missing_title": "reject",
    "duplicate_identical": "skip",
    "duplicate_conflicting": "reject",
    "price_text": "reject",
    "price_negative": "reject",
    "price_zero": "reject",
    "price_two_commas": "reject",
    "number_excel_exponent": "reject",
    "too_few_columns": "reject",
    "unquoted_semicolon": "reject",
    "ean_check_digit": "warn",
    "unit_unknown": "reject",
    "date_impossible": "warn",
    "number_too_long": "reject",
    "html_script": "warn",
    "formula": "warn",
    "stock_negative": "warn",
    "stock_fraction_of_piece": "warn",
    "byte_undefined_cp1252": "reject",
    "mojibake": "warn",
    "nul_byte": "reject",
    "newline_in_quotes": "ok",
    "nbsp_padded_number": "ok",
    "fitment_key_bad": "warn",
    "succ_self": "warn",
    "succ_unknown_target": "warn",
    "succ_loop_pair": "warn",
    "tax_unknown": "reject",
    "pfand_on_free_text": "reject",
}


def bad_rows(n: int, seed: int, per_kind: int):
    """Yield (after_index, kind, [raw byte lines], accepted record dicts)."""
    extra = n + 10  # index space of its own
    count = 0
    kinds = list(BAD_KINDS)
    total = per_kind * len(kinds)
    for _k in range(per_kind):
        for kind in kinds:
            pos = (count * max(1, n // (total + 1)) + 7) % max(1, n)
            count += 1
            d = rec(extra, seed)
            extra += 1
            while d["succ"] or d["brand"] in ("PNEU",) or (extra > 1000 and (extra - 1) % 997 == 5):
                d = rec(extra, seed)
                extra += 1
            row = csv_row(d, 0)
            acc = [d] if BAD_KINDS[kind] in ("warn", "ok") else []
            lines = None
            if kind == "missing_part_number":
                row[C["Teile-Nr"]] = "   "
            elif kind == "missing_title":
                row[C["Bezeichnung"]] = ""
                row[C["Zusatztext"]] = ""
            elif kind == "duplicate_identical":
                row = csv_row(rec(pos, seed), n)
            elif kind == "duplicate_conflicting":
                b = rec(pos, seed)
                row = csv_row(b, n)
                row[C["Teile-Nr"]] = b["key"].lower()  # same key, other spelling
                row[C["UPE netto"]] = euro(b["upe"] + 777)
            elif kind == "price_text":
                row[C["UPE netto"]] = "auf Anfrage"
            elif kind == "price_negative":
                row[C["UPE netto"]] = euro(-d["upe"])
            elif kind == "price_zero":
                row[C["UPE netto"]] = "0,00"
            elif kind == "price_two_commas":
                row[C["UPE netto"]] = "12,50,00"
            elif kind == "number_excel_exponent":
                row[C["Teile-Nr"]] = "1,23457E+11"
            elif kind == "too_few_columns":
                row = row[:9]
            elif kind == "unquoted_semicolon":
                row[C["Zusatztext"]] = "Satz; inkl. Schrauben"
                lines = [";".join(row)]
            elif kind == "ean_check_digit":
                g = row[C["EAN"]]
                row[C["EAN"]] = g[:-1] + str((int(g[-1]) + 1) % 10)
            elif kind == "unit_unknown":
                row[C["ME"]] = "KANNE"
            elif kind == "date_impossible":
                row[C["gültig ab"]] = "31.02.2026"
            elif kind == "number_too_long":
                row[C["Teile-Nr"]] = "X" * 65
            elif kind == "html_script":
                row[C["Zusatztext"]] = "<b>Top</b><script>alert(1)</script> Qualität"
            elif kind == "formula":
                row[C["Zusatztext"]] = '=HYPERLINK("http://example.invalid","x")'
            elif kind == "stock_negative":
                row[C["Bestand Lager 1"]] = "-3,00"
                d["s1"] = 0
            elif kind == "stock_fraction_of_piece":
                row[C["ME"]] = "STK"
                d["unit"] = "STK"
                row[C["Bestand Lager 1"]] = "2,50"
                d["s1"] = 200
            elif kind == "byte_undefined_cp1252":
                row[C["Zusatztext"]] = "Pr\x00fteil"  # replaced below
            elif kind == "mojibake":
                row[C["Zusatztext"]] = (
                    "Bremsbeläge für Größe".encode().decode("cp1252", "replace").replace("\ufffd", "?")
                )
            elif kind == "nul_byte":
                row[C["Zusatztext"]] = "abc\x00def"
            elif kind == "newline_in_quotes":
                row[C["Zusatztext"]] = "Zeile eins\r\nZeile zwei"
            elif kind == "nbsp_padded_number":
                row[C["Teile-Nr"]] = "\u00a0\u00a0" + row[C["Teile-Nr"]] + " "
            elif kind == "fitment_key_bad":
                row[C["HSN/TSN"]] = "99A1/ABC,0991/A"
                d["fit"] = ()
            elif kind == "succ_self":
                row[C["Ersetzt durch"]], row[C["ErsArt"]] = row[0], "1"
            elif kind == "succ_unknown_target":
                row[C["Ersetzt durch"]], row[C["ErsArt"]] = "ZZ 999 999 999", "1"
            elif kind == "succ_loop_pair":
                b = rec(extra, seed)
                extra += 1
                while b["brand"] != d["brand"] or b["succ"] or b["i"] % 997 == 5:
                    b = rec(extra, seed)
                    extra += 1
                row[C["Ersetzt durch"]], row[C["ErsArt"]] = b["no"], "1"
                row2 = csv_row(b, 0)
                row2[C["Ersetzt durch"]], row2[C["ErsArt"]] = d["no"], "1"
                acc = [d, b]
                lines = [";".join(map(q, row)), ";".join(map(q, row2))]
            elif kind == "tax_unknown":
                row[C["MwSt"]] = "77,00"
            elif kind == "pfand_on_free_text":
                row[C["Altteilpfand"]] = "siehe Liste"
            if lines is None:
                lines = [";".join(map(q, row))]
            raw = [s.encode("cp1252") for s in lines]
            if kind == "byte_undefined_cp1252":
                raw = [raw[0].replace(b"Pr\x00fteil", b"Pr\x81fteil")]
            yield pos, kind, raw, acc


class Totals:
    def __init__(self):
        self.t = dict(
            parts=0,
            sum_upe_cents=0,
            sum_cost_cents=0,
            sum_stock1_x100=0,
            sum_stock2_x100=0,
            sum_reserved_x100=0,
            core_deposits=0,
            sum_core_cents=0,
            battery_deposits=0,
            dangerous_goods=0,
            tyres=0,
            fitment_pairs=0,
            oe_numbers=0,
            superseded_1to1=0,
            superseded_kit=0,
            price_per_100=0,
            runout=0,
            documents=0,
        )
        self.brands, self.cats = {}, {}

    def add(self, d: dict, n: int):
        t = self.t
        t["parts"] += 1
        t["sum_upe_cents"] += d["upe"]
        t["sum_cost_cents"] += d["cost"]
        t["sum_stock1_x100"] += d["s1"]
        t["sum_stock2_x100"] += d["s2"]
        t["sum_reserved_x100"] += d["res"]
        t["core_deposits"] += bool(d["core"])
        t["sum_core_cents"] += d["core"]
        t["battery_deposits"] += bool(d["bat"])
        t["dangerous_goods"] += bool(d["un"])
        t["tyres"] += bool(d["tyre"])
        t["fitment_pairs"] += len({(f[0], f[1]) for f in d["fit"]})
        t["oe_numbers"] += len({norm_no(x) for x in d["oe"]})
        st, sk = succ_text(d, n)
        t["superseded_1to1"] += sk in ("1", "2")
        t["superseded_kit"] += sk == "3"
        t["price_per_100"] += d["per"] == 100
        t["runout"] += d["status"] == "X"
        t["documents"] += bool(d["doc"])
        self.brands[d["brand"]] = self.brands.get(d["brand"], 0) + 1
        self.cats[d["cat"]] = self.cats.get(d["cat"], 0) + 1

    def out(self):
        return {**self.t, "brands": dict(sorted(self.brands.items())), "categories": dict(sorted(self.cats.items()))}


class Out:
    """A file that hashes and counts what it writes."""

    def __init__(self, path: Path):
        self.path, self.f, self.h, self.n = path, open(path, "wb", 1 << 20), hashlib.sha256(), 0

    def w(self, b: bytes):
        self.f.write(b)
        self.h.update(b)
        self.n += len(b)

    def close(self):
        self.f.close()
        return {"file": self.path.name, "bytes": self.n, "sha256": self.h.hexdigest()}


# ------------------------------------------------------------------ writers
class CsvWriter:
    def __init__(self, out: Path, n: int, seed: int, per_kind: int):
        self.n, self.o, self.tot = n, Out(out / "dms.csv"), Totals()
        self.bad, self.seen = {}, dict.fromkeys(BAD_KINDS, 0)
        for pos, kind, raw, acc in bad_rows(n, seed, per_kind):
            self.bad.setdefault(pos, []).append((kind, raw, acc))
        self.rows = self.phys = 0
        self.bad_line_of = {}
        self.o.w(
            ("Teilestammexport;Autohaus Beispiel GmbH;;;\r\nStand:;21.11.2026 05:30;;;\r\n;;;;\r\n").encode("cp1252")
        )
        self.phys = 3
        self._line(";".join(map(q, CSV_HEAD)).encode("cp1252"))

    def _line(self, b: bytes):
        self.o.w(b + b"\r\n")
        self.phys += 1 + b.count(b"\n")

    def add(self, d: dict):
        self._line(";".join(map(q, csv_row(d, self.n))).encode("cp1252"))
        self.rows += 1
        self.tot.add(d, self.n)
        for kind, raw, acc in self.bad.get(d["i"], ()):
            for b in raw:
                self.bad_line_of.setdefault(kind, []).append(self.phys + 1)
                self._line(b)
                self.rows += 1
            self.seen[kind] += 1
            for a in acc:
                self.tot.add(a, 0)

    def close(self):
        self.o.w(f"*** Ende;Anzahl Datensätze:;{self.rows};;\r\n".encode("cp1252"))
        r = self.o.close()

        def rows_of(oc):
            return sum(v * (2 if k == "succ_loop_pair" else 1) for k, v in self.seen.items() if BAD_KINDS[k] == oc)

        r.update(
            encoding="cp1252",
            delimiter=";",
            quote='"',
            newline="\\r\\n",
            decimal=",",
            thousands=".",
            skip_lines_before_header=3,
            header_line=4,
            footer="*** Ende",
            footer_row_count=self.rows,
            data_rows=self.rows,
            physical_lines=self.phys + 1,
            seeded=self.seen,
            outcome_of_kind=BAD_KINDS,
            rows_rejected=rows_of("reject"),
            rows_skipped_as_identical=rows_of("skip"),
            rows_with_warning=rows_of("warn"),
            rows_special_but_ok=rows_of("ok"),
            lines_of_kind={k: v[:50] for k, v in self.bad_line_of.items()},
            accepted=self.tot.out(),
        )
        return r
