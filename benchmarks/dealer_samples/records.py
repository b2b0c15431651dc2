# ruff: noqa: C901
"""One fictional part after the other, made from its number and the seed alone. All names are invented.

GTINs begin with 20 (restricted circulation, never issued to a trade item). Money is whole cents, stock hundredths.
"""

from __future__ import annotations

import datetime as dt
import random

# ---------------------------------------------------------------- vocabulary
# code, label, part-number style, weight, share of superseded parts
BRANDS = [
    ("NWAG", "Nordwagen Originalteile", "vw", 22),
    ("HALD", "Haldenau Original", "mb", 12),
    ("LMOT", "Lünemotor", "num10", 12),
    ("BREH", "Brehmer Bremsen", "dot", 12),
    ("FLTX", "Filtrax", "slash", 12),
    ("VOLT", "Voltano", "bat", 5),
    ("PNEU", "Pneura", "tyre", 8),
    ("OELW", "Ölwerk Ost", "fluid", 5),
    ("SCHK", "Schraubkontor Nord", "norm", 7),
    ("ANHZ", "Anhalt Zubehör", "acc", 5),
]
BRAND_BY_CODE = {b[0]: b for b in BRANDS}
WHEEL = [b[0] for b in BRANDS for _ in range(b[3])]  # 100 slots

POS = ["vorne", "hinten", "vorne links", "vorne rechts", "hinten links", "hinten rechts", "außen", "innen", ""]
# noun, category path, min/max list price in cents, unit, core deposit, un, weight g
WEAR = [
    ("Bremsbelagsatz", "Verschleiß > Bremsen > Bremsbeläge", 2490, 18900, "SATZ", 0, "", 1800),
    ("Bremsscheibe", "Verschleiß > Bremsen > Bremsscheiben", 3290, 28900, "STK", 0, "", 8200),
    ("Bremssattel", "Verschleiß > Bremsen > Bremssättel", 8900, 49900, "STK", 6000, "", 4600),
    ("Ölfilter", "Verschleiß > Filter > Ölfilter", 490, 3490, "STK", 0, "", 320),
    ("Luftfilter", "Verschleiß > Filter > Luftfilter", 790, 5990, "STK", 0, "", 450),
    ("Innenraumfilter", "Verschleiß > Filter > Innenraumfilter", 990, 6990, "STK", 0, "", 280),
    ("Zündkerze", "Motor > Zündung", 390, 2890, "STK", 0, "", 60),
    ("Querlenker", "Fahrwerk > Lenker & Streben", 5490, 39900, "STK", 0, "", 3900),
    ("Stoßdämpfer", "Fahrwerk > Federung & Dämpfung", 4990, 59900, "STK", 0, "", 3100),
    ("Lichtmaschine", "Elektrik > Generator", 18900, 89900, "STK", 12500, "", 6800),
    ("Anlasser", "Elektrik > Anlasser", 14900, 69900, "STK", 8000, "", 4300),
    ("Turbolader", "Motor > Aufladung", 49900, 249900, "STK", 25000, "", 7400),
    ("Scheinwerfer", "Karosserie > Beleuchtung", 12900, 159900, "STK", 0, "", 2700),
    ("Türgriff", "Karosserie > Türen & Schlösser", 1990, 14900, "STK", 0, "", 310),
    ("Gurtstraffer", "Innenraum > Sicherheit", 19900, 69900, "STK", 0, "UN3268", 900),
    ("Kühlmittelpumpe", "Motor > Kühlung", 3990, 29900, "STK", 0, "", 1500),
    ("Dichtung Ölwanne", "Motor > Dichtungen", 290, 4990, "STK", 0, "", 90),
    ("Schlauch, gebogen", "Motor > Kühlung > Schläuche", 990, 8990, "STK", 0, "", 410),
]
BATT = ("Starterbatterie", "Elektrik > Batterien", 6990, 32900, "STK", 0, "UN2794", 18500)
FLUID = [
    ("Motoröl 5W-30", "Betriebsstoffe > Motoröl", 690, 1890, "LTR", 0, "", 870),
    ("Getriebeöl", "Betriebsstoffe > Getriebeöl", 990, 2490, "LTR", 0, "", 880),
    ("Kühlerfrostschutz", "Betriebsstoffe > Kühlmittel", 490, 1290, "LTR", 0, "", 1110),
    ("Bremsenreiniger Spray", "Betriebsstoffe > Reiniger", 390, 990, "STK", 0, "UN1950", 420),
]
NORM = [
    ("Sechskantschraube M8x25", "Normteile > Schrauben", 890, 9900, "STK", 0, "", 1600),
    ("Blindniet 4,0x10", "Normteile > Nieten", 490, 4900, "STK", 0, "", 300),
    ("Schlauchschelle 16-27", "Normteile > Schellen", 1990, 14900, "STK", 0, "", 2100),
    ("Dichtring A14x18", "Normteile > Dichtringe", 290, 3900, "STK", 0, "", 400),
]
ACC = [
    ("Gummifußmatten-Set", "Zubehör > Innenraum > Fußmatten", 2990, 9990, "SATZ", 0, "", 3200),
    ("Dachgrundträger", "Zubehör > Transport", 12900, 34900, "PAAR", 0, "", 5200),
    ("Kofferraumwanne", "Zubehör > Innenraum > Laderaum", 3990, 11900, "STK", 0, "", 2100),
    ("Schutzhülle größenverstellbar", "Zubehör > Pflege", 1990, 7990, "STK", 0, "", 1500),
    ("Modellauto 1:43", "Zubehör > Lifestyle", 1990, 5990, "STK", 0, "", 250),
]
MODELS = [
    ("Alster", 2008, 2015),
    ("Brocken", 2012, 2019),
    ("Celle", 2015, 2022),
    ("Darß", 2017, 2026),
    ("Eider", 2019, 2026),
    ("Fehmarn", 2021, 2026),
]
ENG = ["1.2 TSN 66 kW", "1.6 D 85 kW", "2.0 D 110 kW", "1.5 eH 96 kW", "E 150 kW"]
GROUPS = {  # Rabattgruppe -> trade discount in per mille
    "01A": 100,
    "02B": 180,
    "03C": 220,
    "05": 300,
    "H3": 350,
    "N1": 420,
    "R7": 150,
}
GKEYS = list(GROUPS)
UNIT_REC20 = {"STK": "C62", "SATZ": "SET", "PAAR": "PR", "LTR": "LTR", "MTR": "MTR"}
UNIT_PIES = {"STK": "EA", "SATZ": "SE", "PAAR": "PR", "LTR": "LT", "MTR": "MR"}
UNIT_DN = {"STK": "Stck", "SATZ": "Satz", "PAAR": "Paar", "LTR": "Ltr", "MTR": "Mtr"}
HSN = ["0991", "0992", "0993", "9811", "9812"]

STRIDE = 1_000_000  # part numbers are a bijection on [0, STRIDE)


# ---------------------------------------------------------------- primitives
def norm_no(s: str) -> str:
    """Part-number key: upper-case letters and digits only, zeros kept."""
    return "".join(c for c in s.upper() if c.isascii() and c.isalnum())


def gtin13(n: int) -> str:
    base = "20" + f"{n % 10**10:010d}"
    s = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(base))
    return base + str((10 - s % 10) % 10)


def euro(c: int, thousands: bool = False) -> str:
    sign = "-" if c < 0 else ""
    c = abs(c)
    i, f = divmod(c, 100)
    txt = f"{i:,}".replace(",", ".") if thousands else str(i)
    return f"{sign}{txt},{f:02d}"


def dot(c: int) -> str:
    return f"{c // 100}.{c % 100:02d}"


def de_date(d: dt.date) -> str:
    return d.strftime("%d.%m.%Y")


def brand_of(i: int) -> str:
    return WHEEL[(i * 37 + i // 100) % 100]


def part_no(i: int, style: str) -> str:
    hi, lo = divmod(i, STRIDE)
    j = (lo * 7919 + 13) % STRIDE
    if style == "vw":
        g = ["1N0", "5N0", "0N1", "3N7", "8N5"][hi % 5]
        suf = ["", "A", "B", "AC", "D"][j % 5]
        return f"{g} {j // 1000:03d} {j % 1000:03d}{' ' + suf if suf else ''}"
    if style == "mb":
        return f"A {hi:03d} {j // 1000:03d} {j % 1000 // 10:02d} {j % 10:02d}"
    if style == "num10":
        return f"{hi:03d}{j:07d}"
    if style == "dot":
        return f"BB.{hi}{j // 100:04d}-{j % 100:02d}"
    if style == "slash":
        return f"FX {hi}{j // 10:05d}/{j % 10}"
    if style == "bat":
        return f"VB {hi}{j // 1000:03d} {j % 1000:03d}"
    if style == "tyre":
        return f"PN{hi}{j:06d}"
    if style == "fluid":
        return f"OW-{hi}{j:06d}"
    if style == "norm":
        return f"N {hi}{j // 1000:03d}.{j % 1000:03d}"
    return f"AZ{hi}{j:06d}"


def rec(i: int, seed: int) -> dict:
    """Record number i of the catalogue; pure function of (i, seed)."""
    r = random.Random(seed * 1_000_003 + i)
    bc = brand_of(i)
    clash = i >= 1000 and i % 997 == 5 and bc != "LMOT"
    style = BRAND_BY_CODE[bc][2]
    no = part_no(i, style)
    if clash:  # same number string, other brand: legal
        k = i - 1
        while brand_of(k) != "LMOT":
            k -= 1
        no = part_no(k, "num10")
    if style == "bat":
        t = BATT
    elif style == "tyre":
        t = ("Reifen", "Räder & Reifen > Reifen", 4990, 28900, "STK", 0, "", 9500)
    elif style == "fluid":
        t = FLUID[r.randrange(4)]
    elif style == "norm":
        t = NORM[r.randrange(4)]
    elif style == "acc":
        t = ACC[r.randrange(5)]
    else:
        t = WEAR[r.randrange(len(WEAR))]
    noun, cat, lo, hi_, unit, core, un, wgt = t
    price = r.randrange(lo, hi_)
    per = 100 if style == "norm" else 1
    rg = GKEYS[r.randrange(len(GKEYS))]
    cost = price * (1000 - GROUPS[rg]) // 1000
    d = {
        "i": i,
        "brand": bc,
        "label": BRAND_BY_CODE[bc][1],
        "no": no,
        "key": norm_no(no),
        "cat": cat,
        "unit": unit,
        "upe": price,
        "per": per,
        "rg": rg,
        "cost": cost,
        "core": core,
        "bat": 750 if style == "bat" else 0,
        "un": un,
        "pack": {"norm": 100, "fluid": 1, "tyre": 1}.get(style, 1),
        "gtin": gtin13(i),
        "tyre": None,
        "fit": (),
        "oe": (),
        "succ": (),
        "succ_kind": "",
    }
    if style == "tyre":
        w, h, z = r.choice([(195, 65, 15), (205, 55, 16), (225, 45, 17), (235, 35, 19)])
        li, si = r.choice([("91", "H"), ("94", "V"), ("98", "W"), ("95", "T")])
        season = r.choice(["S", "W", "G"])
        snow = season != "S" and r.random() < 0.9
        d["tyre"] = {
            "size": f"{w}/{h} R{z}",
            "li": li,
            "si": si,
            "season": season,
            "rr": r.choice("ABCDE"),
            "wet": r.choice("ABCDE"),
            "db": r.randrange(67, 75),
            "nc": r.choice("ABC"),
            "snow": snow,
            "eprel": 900000 + i,
        }
        short = f"{w}/{h} R{z} {li}{si} {['Sommer', 'Winter', 'Ganzjahr']['SWG'.index(season)]}"
    else:
        p = r.choice(POS)
        short = noun + (" " + p if p and style not in ("norm", "fluid", "acc", "bat") else "")
    d["short"] = short[:32]
    d["long"] = (
        f"{short} von {d['label']}. Geprüft für gewerbliche Montage; "
        f"Anzugsmomente laut Hersteller beachten (Größe {r.randrange(1, 99)})."
    )
    q = r.random()
    s1 = 0 if q < 0.35 else r.randrange(1, 40)
    s2 = 0 if q < 0.60 else r.randrange(0, 12)
    res = r.randrange(0, s1 + 1) if s1 and r.random() < 0.15 else 0
    frac = 50 if unit == "LTR" and r.random() < 0.5 else 0  # half litres on hand
    d.update(
        s1=s1 * 100 + (frac if s1 else 0), s2=s2 * 100, res=res * 100, lead=0 if s1 else r.choice([1, 2, 3, 5, 10, 21])
    )
    d["wgt"] = wgt + r.randrange(0, 200)
    d["dim"] = (r.randrange(40, 900), r.randrange(30, 600), r.randrange(10, 400))
    d["hs"] = f"8708{r.randrange(1000, 9999)}"
    d["coo"] = r.choice(["DE", "DE", "CZ", "PL", "CN", "IT", "JP"])
    d["valid"] = dt.date(2026, r.randrange(1, 12), r.randrange(1, 28))
    d["status"] = "A" if r.random() > 0.03 else "X"  # X = Auslauf
    if style not in ("norm", "fluid", "acc", "bat"):
        fit = []
        for _ in range(r.randrange(1, 6)):
            m = MODELS[r.randrange(len(MODELS))]
            y0 = r.randrange(m[1], m[2])
            y1 = r.randrange(y0, m[2]) if r.random() < 0.7 else None
            fit.append(
                (
                    r.choice(HSN),
                    "".join(r.choice("ABCDEFGHKLMNPRTUVWXYZ0123456789") for _ in range(3)),
                    m[0],
                    ENG[r.randrange(len(ENG))],
                    y0,
                    y1,
                )
            )
        d["fit"] = tuple(dict.fromkeys(fit))
        if style in ("dot", "slash"):
            d["oe"] = tuple(part_no(r.randrange(0, STRIDE), "vw") for _ in range(r.randrange(1, 4)))
    d["img"] = f"{d['brand'].lower()}_{d['key'].lower()}.jpg"
    d["doc"] = f"ABE_{47000 + i % 999}.pdf" if style == "acc" and i % 4 == 0 else ""
    # supersession: 4 % 1:1 forward chains, 0.4 % 1:2 kits; always a later index, same brand
    if r.random() < 0.044 and not clash:
        t1 = _next_same(i, bc)
        if r.random() < 0.09:
            d["succ"], d["succ_kind"] = (t1, _next_same(t1, bc)), "3"  # AND kit
        else:
            d["succ"], d["succ_kind"] = (t1,), "1" if r.random() < 0.7 else "2"
    return d


def _next_same(i: int, bc: str) -> int:
    k = i + 1
    while brand_of(k) != bc or (k >= 1000 and k % 997 == 5):
        k += 1
    return k


def succ_text(d: dict, n: int) -> tuple[str, str]:
    """Replacement column of record d; targets past the file end are dropped."""
    t = [x for x in d["succ"] if x < n]
    if not t or len(t) != len(d["succ"]):
        return "", ""
    st = BRAND_BY_CODE[d["brand"]][2]
    return "+".join(part_no(x, st) for x in t), d["succ_kind"]
