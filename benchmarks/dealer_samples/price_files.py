from __future__ import annotations

from pathlib import Path

from benchmarks.dealer_samples.records import GROUPS, UNIT_DN, norm_no, succ_text
from benchmarks.dealer_samples.table import Out


class FixedWriter:
    """Record = 130 bytes + CRLF, CP850; H header, A part, T trailer with totals."""

    def __init__(self, out: Path, n: int):
        self.n, self.o, self.k, self.s = n, Out(out / "oem_price.txt"), 0, 0
        self.o.w(("H" + "NORDWAGEN PREISLISTE".ljust(40) + "20261121" + "EUR").ljust(130).encode("cp850") + b"\r\n")

    def add(self, d: dict):
        st, sk = succ_text(d, self.n)
        first = st.split("+")[0] if st else ""
        # str.upper() turns ß into SS and may lengthen the text: cut to the field
        line = (
            "A"
            + norm_no(d["no"]).ljust(20)
            + d["short"].upper()[:32].ljust(32)
            + f"{d['upe']:09d}"
            + ("2" if d["per"] == 100 else "0")
            + d["rg"].ljust(4)
            + f"{d['pack']:05d}"
            + norm_no(first).ljust(20)
            + (sk or " ")
            + f"{d['core']:07d}"
            + d["valid"].strftime("%Y%m%d")
            + f"{d['wgt']:07d}"
            + d["brand"]
        )
        line = line.ljust(130)
        assert len(line) == 130, len(line)
        self.o.w(line.encode("cp850") + b"\r\n")
        self.k += 1
        self.s += d["upe"]

    def close(self):
        self.o.w(("T" + f"{self.k:09d}{self.s:015d}").ljust(130).encode("cp850") + b"\r\n")
        r = self.o.close()
        r.update(
            encoding="cp850",
            record_length=130,
            newline="\\r\\n",
            parts=self.k,
            sum_upe_cents=self.s,
            fields=[
                ["type", 1, 1],
                ["number", 2, 20],
                ["short", 22, 32],
                ["price_cents", 54, 9],
                ["price_unit 0=1 2=100", 63, 1],
                ["discount_group", 64, 4],
                ["pack", 68, 5],
                ["successor", 73, 20],
                ["succ_kind", 93, 1],
                ["core_cents", 94, 7],
                ["valid_from", 101, 8],
                ["weight_g", 109, 7],
                ["brand", 116, 4],
            ],
        )
        return r


class DatanormWriter:
    """DATANORM 4; no quoting exists, so ';' never occurs in a field."""

    def __init__(self, out: Path, n: int):
        self.n, self.k, self.s, self.dele, self.text = n, 0, 0, 0, 0
        self.o = Out(out / "DATANORM.001")
        self.p = Out(out / "DATPREIS.001")
        self.wrg = Out(out / "DATANORM.WRG")
        self.rab = Out(out / "DATANORM.RAB")
        self.groups = {}
        self.pend = []
        for o, t in ((self.o, "ARTIKEL"), (self.p, "PREISE"), (self.wrg, "WARENGRP"), (self.rab, "RABATTE")):
            head = "V 211126" + "Autohaus Beispiel GmbH".ljust(40) + f"DATANORM {t}".ljust(40) + " " * 35 + "04EUR"
            o.w(head.encode("cp850") + b"\r\n")
        for g, pm in GROUPS.items():
            self.rab.w(f"R;;{g};1;{pm * 10};Rabattgruppe {g};;\r\n".encode("cp850"))

    @staticmethod
    def cl(s: str, k: int) -> str:
        return s.replace(";", ",")[:k].rstrip()

    def add(self, d: dict):
        main = d["cat"].split(" > ")[0]
        hg = self.groups.setdefault(main, f"{len(self.groups) + 1:02d}")
        no = d["no"] if len(d["no"]) <= 15 else d["key"]
        per = {1: "0", 100: "2"}[d["per"]]
        lt = ""
        lines = []
        if d["i"] % 5 == 0:  # long text block, referenced by key
            lt = f"T{d['i']:07d}"[:8]
            a, b = self.cl(d["long"], 40), self.cl(d["long"][40:], 40)
            lines.append(f"T;N;{lt};;1;;{a};2;;{b};")
            self.text += 1
        lines.append(
            f"A;N;{no};{'10' if lt else '00'};{self.cl(d['short'], 40)};{self.cl(d['label'], 40)};1;{per};"
            f"{UNIT_DN[d['unit']]};{d['upe']};{d['rg']};{hg};{lt};"
        )
        lines.append(
            f"B;N;{no};{self.cl(d['short'].upper(), 15)};{d['key'][:15]};0;0;0;0;{d['gtin']};;{hg};0;{d['pack']};;;"
        )
        if d["i"] % 500 == 499:  # a deletion record: product left the range
            lines.append(f"A;L;WEG{d['i']};00;Entfallen;;1;0;Stck;0;;;;")
            self.dele += 1
        self.o.w(("\r\n".join(lines) + "\r\n").encode("cp850"))
        self.pend.append(f"{no};1;{d['upe']};1;{GROUPS[d['rg']] * 10};;;;")
        if len(self.pend) == 3:  # up to three prices share one P line
            self._flush()
        self.k += 1
        self.s += d["upe"]

    def _flush(self):
        if self.pend:
            self.p.w(("P;A;" + ";".join(self.pend) + ";\r\n").encode("cp850"))
            self.pend = []

    def close(self):
        self._flush()
        for name, hg in self.groups.items():
            self.wrg.w(f"S;;{hg};{self.cl(name, 40)};;;\r\n".encode("cp850"))
        r = self.o.close()
        r.update(
            encoding="cp850",
            newline="\\r\\n",
            version=4,
            articles=self.k,
            deletions=self.dele,
            text_blocks=self.text,
            sum_price_cents=self.s,
            note="price is for 10**(0,1,2,3)[code] units: code 0 -> per 1, 2 -> per 100",
            also=[self.p.close(), self.wrg.close(), self.rab.close()],
        )
        return r
