"""Damaged deliveries for every reader: ``python -m benchmarks.fuzzing --seconds 600`` looks for one that breaks it.

Each turn takes a sound delivery of one format, damages it as transfers, editors and ill will do, and reads it to its
end. That must give a report or a refusal with a reason, never another error; what was read must hold together. The
tests take a few turns of the same with a fixed chance; what is found here becomes a test of its own.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dealer_import.archives import unpacked
from dealer_import.profiles import Profile, load_profile, resolve_profile
from dealer_import.reading import Reading
from dealer_import.sources import source_class
from shopflow.contracts.imports import FileRefused

ROWS = 30
TOKENS = (
    b'"',
    b"'",
    b";",
    b"|",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1a",
    b"\x1f",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?x",
    b"?>",
    b"&",
    b"&amp;",
    b"&#0;",
    b"&#xD800;",
    b"&#99999999999;",
    b"&auml;",
    b"&x;",
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b' xmlns:x="y"',
    b"x:",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"NaN",
    b"0",
    b"9" * 40,
    b"9" * 5000,
    b"0" * 5000,
    b"-0",
    b"0,005",
    b"1.234.567,89",
    b"=1+1",
    b"  ",
    b"\xa0",
    b"A" * 3000,
    "\u0663\u2028\U0001d7d8".encode(),
    "\ud800".encode("utf-8", "surrogatepass"),
    b"00.00.0000",
    b"31.02.2026",
    b"(((((" * 20,
)


class Delivery(NamedTuple):
    """A sound file: its profile, its name, its bytes, and what lies beside it."""

    profile: Profile
    name: str
    data: bytes
    beside: Mapping[str, bytes] = {}


def deliveries(folder: Path) -> dict[str, Delivery]:
    """One small delivery for every reader, written into ``folder`` on the way."""
    from benchmarks.dealer_samples import write_samples

    write_samples(folder, rows=ROWS, seed=5, bad_per_kind=0, second_day=False)
    given = {path.name: path.read_bytes() for path in folder.iterdir()}
    csv, book, names = given["dms.csv"], given["teile.xlsx"], ("DATPREIS.001", "DATANORM.WRG", "DATANORM.RAB")
    beside = {name: given[name] for name in names}
    sample = {form: load_profile(f"sample_{form}") for form in ("csv", "fixed", "xlsx", "bmecat", "pies", "datanorm")}
    bmecat, pies = given["bmecat2005.xml"], given["pies72.xml"]
    old = bmecat.replace(b"PRODUCT", b"ARTICLE").replace(b"_PID", b"_AID").replace(b'version="2005"', b'version="1.2"')
    return {
        "csv": Delivery(sample["csv"], "dms.csv", csv),
        "csv in utf-16": Delivery(sample["csv"], "dms.csv", csv.decode("cp1252").encode("utf-16")),
        "csv in a zip": Delivery(sample["csv"], "dms.zip", packed({"dms.csv": csv})),
        "csv in a gz": Delivery(sample["csv"], "dms.csv.gz", gzip.compress(csv)),
        "fixed": Delivery(sample["fixed"], "oem_price.txt", given["oem_price.txt"]),
        "xlsx": Delivery(sample["xlsx"], "teile.xlsx", book),
        "xlsx with shared strings": Delivery(sample["xlsx"], "teile.xlsx", shared(book)),
        "bmecat 2005": Delivery(sample["bmecat"], "bmecat.xml", bmecat),
        "bmecat 1.2": Delivery(sample["bmecat"], "bmecat.xml", old),
        "pies 7.2": Delivery(sample["pies"], "pies.xml", pies),
        "pies 8.0": Delivery(
            sample["pies"], "pies.xml", pies.replace(b"BrandAAIAID", b"BrandID").replace(b">7.2<", b">8.0<")
        ),
        "datanorm 4": Delivery(sample["datanorm"], "DATANORM.001", given["DATANORM.001"], beside),
        "datanorm prices": Delivery(
            sample["datanorm"], "DATANORM.001", beside["DATPREIS.001"], {"DATPREIS.001": given["DATANORM.001"]}
        ),
        "datanorm in a zip": Delivery(
            sample["datanorm"], "d.zip", packed({"DATANORM.001": given["DATANORM.001"], **beside})
        ),
        "datanorm 5": Delivery(sample["datanorm"], "DATANORM.001", DATANORM_5),
        "teccom": Delivery(load_profile("teccom"), "article.csv", TECCOM),
        "json": Delivery(resolve_profile("j", {"j": JSON_PROFILE}), "parts.json", JSON),
        "loco-soft": Delivery(resolve_profile("l", {"l": LOCO_PROFILE}), "parts.ndjson", LOCO),
    }


def packed(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def shared(book: bytes) -> bytes:
    """The same spreadsheet as office programs save it: texts in a table of their own."""
    import openpyxl

    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(book)).save(stream)
    return stream.getvalue()


def damaged(delivery: Delivery, chance: random.Random) -> Delivery:
    """The delivery with some of its bytes changed; an archive may be damaged within."""
    data = delivery.data
    if data.startswith(b"PK") and chance.random() < 0.85:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        hurt = chance.choice([name for name in members if not name.startswith("docProps")])
        return delivery._replace(data=packed({**members, hurt: mutated(members[hurt], chance)}))
    if data.startswith(b"\x1f\x8b") and chance.random() < 0.85:
        return delivery._replace(data=gzip.compress(mutated(gzip.decompress(data), chance)))
    if delivery.beside and chance.random() < 0.3:
        name = chance.choice(sorted(delivery.beside))
        return delivery._replace(beside={**delivery.beside, name: mutated(delivery.beside[name], chance)})
    return delivery._replace(data=mutated(data, chance))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _time in range(chance.choice((1, 1, 1, 2, 3, 5, 12))):
        _mutate(changed, chance)
    return bytes(changed)


def _mutate(data: bytearray, chance: random.Random) -> None:
    place, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 2, 7, 40, 400))
    kind = chance.randrange(8)
    if kind < 2 and place < len(data):
        data[place] = chance.randrange(256)
    elif kind < 4:
        data[place:place] = chance.choice(TOKENS)
    elif kind == 4:
        data[place : place + length] = chance.choice(TOKENS)
    elif kind == 5:
        del data[place : place + length]
    elif kind == 6:
        other = chance.randrange(len(data) + 1)
        data[place:place] = data[other : other + length]
    elif chance.random() < 0.3:
        del data[place:]


def wrong_about(delivery: Delivery, folder: Path) -> str:
    """What is wrong with how ``delivery`` is read; empty if nothing is. Other errors than refusals are not caught."""
    for path in folder.iterdir():
        path.unlink()
    for name, data in {**delivery.beside, delivery.name: delivery.data}.items():
        (folder / name).write_bytes(data)
    profile = delivery.profile
    made = source_class(profile.format)
    source = made() if made is not None else None
    try:
        with unpacked(folder / delivery.name, profile.options, source) as stream:
            reading = Reading(profile, source, stream)
            parts = [accepted.part for accepted in reading.parts()]
    except FileRefused as refusal:
        return "" if refusal.reason and refusal.hint else "a refusal without a reason"
    return _inconsistent(profile, reading, parts)


def _inconsistent(profile: Profile, reading: Reading, parts: Sequence[Any]) -> str:
    for finding in reading.findings:
        if not finding.code or not "".join((finding.column, finding.raw, finding.hint)).isprintable():
            return f"a finding that cannot be shown: {finding!r:.300}"
    if reading.accepted != len(parts):
        return f"{reading.accepted} accepted, {len(parts)} parts"
    if len({part.identity for part in parts}) != len(parts):
        return "a part came twice"
    if len({part.line for part in parts}) != len(parts):
        return "two parts on one line"
    for part in parts:
        lacks_title = not part.title and "title" in profile.columns
        if lacks_title or not (part.number_key and part.brand_code) or part.list_price_cents < 0:
            return f"a part that lacks something: {part!r:.300}"
        for text in (part.title, part.number_display, part.description):
            text.encode("utf-8")
            if "\0" in text:
                return "a NUL in a text"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzzing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of processor time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="readers whose name begins so")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "shopflow-fuzzing")
    asked = parser.parse_args()
    _set_up()
    asked.keep.mkdir(exist_ok=True)
    turns, found = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        sound = {name: given for name, given in deliveries(Path(one)).items() if name.startswith(asked.only)}
        begin, turn = time.process_time(), 0
        while time.process_time() - begin < asked.seconds:
            turn += 1
            for name, delivery in sound.items():
                turns[name] += 1
                told = _tried(damaged(delivery, random.Random(f"{asked.seed}/{turn}/{name}")), Path(other))
                if told and not found[f"{name}: {told.splitlines()[-1]}"]:
                    print(f"== {name}, seed {asked.seed}, turn {turn}\n{told}", flush=True)
                if told:
                    found[f"{name}: {told.splitlines()[-1]}"] += 1
    print(json.dumps({"turns": turns, "found": found}, indent=1))
    return 1 if found else 0


def _tried(delivery: Delivery, folder: Path) -> str:
    begin = time.process_time()
    try:
        wrong = wrong_about(delivery, folder)
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        return traceback.format_exc(limit=-6)
    return wrong or ("more than five seconds" if time.process_time() - begin > SLOW else "")


def _set_up() -> None:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(INSTALLED_APPS=[], USE_I18N=False)
        django.setup()


SLOW = 5.0
DATANORM_5 = "\r\n".join(
    [
        "V;050;A;20261121;EUR;Beispiel GmbH;Produktdaten;;;;",
        "T;N;TX;1;02;zweite;",
        "T;N;TX;1;01;erste;",
        *(
            f"A;N;5-{n};Teil {n};lang;PCE;{1 + 8 * (n % 7 == 6)};100;{n + 1}50;RG;HL;NB"
            ";;;;;;;2000000000008;;1;;3;TX;;;;;;"
            for n in range(ROWS)
        ),
        *(f"P;5-{n};1;100;{n + 1}99;RG;;" for n in range(0, ROWS, 3)),
        "",
    ]
).encode("cp850")
TECCOM = "\n".join(
    [
        "article_number|brand|identifier_qualifier|identifier_number|identifier_brand",
        *(
            f"A {n}|Filtrax|{kind}|{n}|"
            for n in range(ROWS)
            for kind in ("Ean", "OENumber", "TradeNumber", "Alias", "")
        ),
        "",
    ]
).encode()
JSON_PROFILE: dict[str, Any] = {
    "format": "json",
    "decimal": ".",
    "thousands": "",
    "columns": {
        "number": {"from": "no", "required": True},
        "brand": {"from": "brand", "required": True},
        "title": {"from": "name", "required": True},
        "list_price": {"from": "price.net", "required": True, "type": "money"},
        "stock": {"from": "stock"},
        "oe_numbers": {"from": "oe", "split": "\x1f"},
    },
}
JSON = json.dumps(
    {
        "items": [
            {
                "no": f"J {n}",
                "brand": "Füllmax",
                "name": f"Teil {n}",
                "price": {"net": n + 0.5},
                "stock": n,
                "oe": ["1", "2"],
            }
            for n in range(ROWS)
        ],
        "count": ROWS,
    },
    ensure_ascii=False,
    indent=1,
).encode()
LOCO_PROFILE: dict[str, Any] = {"format": "locosoft", "brand": {"const": "Lünemotor"}}
LOCO = "".join(
    json.dumps(
        {
            "part_number": f"\u00a0 04 {n}",
            "description": f"Ölfilter {n}",
            "rr_price": f"{n}.345",
            "parts_type": n % 3,
            "stock_level": "5.00",
            "stock_allocated": "1.00",
            "stocks": [{"stock_no": 1, "level": n - 9, "place": None}],
            "offer": {"price": "9.90", "valid_from": "2026-11-01", "valid_until": None},
            "external_numbers": ["a", "b"],
            "vehicles": [{"vin": "WVW%", "model": "Golf", "from": "2004-01-01", "until": None}],
        },
        ensure_ascii=False,
    )
    + "\n"
    for n in range(1, ROWS)
).encode()


if __name__ == "__main__":
    sys.exit(main())
