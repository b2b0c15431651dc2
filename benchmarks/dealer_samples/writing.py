from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.dealer_samples.markup import BmecatWriter, PiesWriter
from benchmarks.dealer_samples.price_files import DatanormWriter, FixedWriter
from benchmarks.dealer_samples.records import rec
from benchmarks.dealer_samples.table import CSV_HEAD, CsvWriter, Out, Totals, csv_row, q
from benchmarks.dealer_samples.workbook import XlsxWriter

WRITERS: dict[str, Any] = {
    "fixed": FixedWriter,
    "bmecat": BmecatWriter,
    "pies": PiesWriter,
    "datanorm": DatanormWriter,
    "xlsx": XlsxWriter,
}
FORMATS = ("csv", *WRITERS)


def write_samples(
    folder: Path,
    *,
    rows: int = 1000,
    seed: int = 20261121,
    formats: Sequence[str] = FORMATS,
    bad_per_kind: int | None = None,
    second_day: bool = True,
) -> dict[str, Any]:
    """Write the catalogue in ``formats`` into ``folder`` and return the truth, which is also in its ``truth.json``.

    ``bad_per_kind`` is the number of rows of each of thirty kinds of mistakes in dms.csv; 0 gives a clean file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bad = max(2, rows // 1000) if bad_per_kind is None else bad_per_kind
    writers = {name: _writer(name, folder, rows, seed, bad) for name in formats}
    totals, keys = Totals(), set()
    for index in range(rows):
        record = rec(index, seed)
        totals.add(record, rows)
        keys.add((record["brand"], record["key"]))
        for writer in writers.values():
            writer.add(record)
    if len(keys) != rows:
        raise RuntimeError("part keys collide")
    truth = {
        "seed": seed,
        "rows": rows,
        "clean_catalogue": totals.out(),
        "files": {name: writer.close() for name, writer in writers.items()},
        "distinct_numbers_ignoring_brand": len({key for _brand, key in keys}),
    }
    if "csv" in writers:
        if second_day:
            truth["files"]["day2"] = write_second_day(folder, "csv", rows=rows, seed=seed)
        truth["files"]["truncated"] = _truncated(folder)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False), "utf-8")
    return truth


def _writer(name: str, folder: Path, rows: int, seed: int, bad: int) -> Any:
    return CsvWriter(folder, rows, seed, bad) if name == "csv" else WRITERS[name](folder, rows)


def changes_of(index: int) -> frozenset[str]:
    """What of a part changes on the second day; the generator's own word for it names two of them at most."""
    holds = {"price": index % 50 == 0, "stock": index % 33 == 0, "title": index % 301 == 3}
    return frozenset(word for word, changes in holds.items() if changes)


def second_day(rows: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The next day's catalogue: what has become of each part, and the part; nothing for ``gone`` ones."""
    for index in range(rows):
        if index % 200 == 7:
            yield "gone", {}
            continue
        record = rec(index, seed)
        changes = changes_of(index)
        price, stock, title = (word in changes for word in ("price", "stock", "title"))
        if price:
            record["upe"] += 100
        if stock:
            record["s1"] += 100
        if title:
            record["short"] = record["short"][:28] + " NEU"
        named = {"price_and_stock": price and stock, "price": price, "stock": stock, "title": title}
        what = next((f"{name}_changed" for name, holds in named.items() if holds), "unchanged")
        yield what, record
    first = 2 * rows + 5000
    for index in range(first, first + max(2, rows // 500)):
        if index % 997 != 5:
            yield "new", rec(index, seed)


def write_second_day(folder: Path, form: str, *, rows: int, seed: int) -> dict[str, Any]:
    """Write the next day's whole catalogue in one format, and return how it differs from the clean one."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    if form == "csv":
        return _second_csv(folder, rows, seed, counts)
    writer = WRITERS[form](folder, rows)
    for what, record in second_day(rows, seed):
        counts[what] += 1
        if record:
            writer.add({**record, "succ": ()} if what == "new" else record)
    return {**writer.close(), "diff_against_clean_catalogue": dict(counts)}


def _second_csv(folder: Path, rows: int, seed: int, counts: Counter[str]) -> dict[str, Any]:
    out, totals = Out(folder / "dms_day2.csv"), Totals()
    out.w("Teilestammexport;Autohaus Beispiel GmbH;;;\r\nStand:;22.11.2026 05:30;;;\r\n;;;;\r\n".encode("cp1252"))
    out.w((";".join(map(q, CSV_HEAD)) + "\r\n").encode("cp1252"))
    for what, record in second_day(rows, seed):
        counts[what] += 1
        if record:
            known = 0 if what == "new" else rows
            out.w((";".join(map(q, csv_row(record, known))) + "\r\n").encode("cp1252"))
            totals.add(record, known)
    number = sum(counts.values()) - counts["gone"]
    out.w(f"*** Ende;Anzahl Datensätze:;{number};;\r\n".encode("cp1252"))
    told = {"data_rows": number, "diff_against_clean_catalogue": dict(counts), "accepted": totals.out()}
    return {**out.close(), **told}


def _truncated(folder: Path) -> dict[str, Any]:
    data = (folder / "dms.csv").read_bytes()
    cut = int(len(data) * 0.35)
    while data[cut - 1 : cut] in (b"\n", b"\r", b";"):
        cut += 1
    (folder / "dms_truncated.csv").write_bytes(data[:cut])
    return {"file": "dms_truncated.csv", "bytes": cut, "complete": False}
