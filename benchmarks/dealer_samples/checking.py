"""Whether the importer reaches exactly what the truth says: read file by file, and brought into a shop day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.dealer_samples.writing import changes_of, second_day
from dealer_import.archives import unpacked
from dealer_import.profiles import load_profile
from dealer_import.reading import Reading
from dealer_import.sources import source_class

FILES: Mapping[str, str] = {
    "csv": "dms.csv",
    "fixed": "oem_price.txt",
    "bmecat": "bmecat2005.xml",
    "pies": "pies72.xml",
    "datanorm": "DATANORM.001",
    "xlsx": "teile.xlsx",
}
"""Each format's file; the profile is called ``sample_<format>``."""
TOLD: Mapping[str, frozenset[str]] = {
    "csv": frozenset(["price", "stock", "title"]),
    "xlsx": frozenset(["price", "stock", "title"]),
    **dict.fromkeys(("fixed", "bmecat", "pies", "datanorm"), frozenset(["price", "title"])),
}
"""What of the second day's changes a format can say at all."""
SAYS: Mapping[str, Mapping[str, str]] = {
    "fixed": {"parts": "parts", "sum_upe_cents": "sum_upe_cents"},
    "bmecat": {"products_ok": "parts", "sum_nrp_cents_ok": "sum_upe_cents", "rejected": "rejected"},
    "pies": {"items": "parts", "sum_lst_cents": "sum_upe_cents"},
    "datanorm": {"articles": "parts", "sum_price_cents": "sum_upe_cents", "deletions": "gone"},
    "xlsx": {"rows_ok": "parts", "sum_upe_cents_ok": "sum_upe_cents", "rejected": "rejected"},
}
"""The truth's words for what is counted here."""
REFUSED: Mapping[str, Callable[[int], bool]] = {
    "bmecat": lambda index: index % 4001 == 17 or index % 4003 == 19,
    "xlsx": lambda index: index % 4001 == 17,
}
"""Parts that a format's writer makes unreadable, on either day."""


@dataclass
class Totals:
    """Sums over the parts that were read, in the truth's own words."""

    counts: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)

    def add(self, part: Any) -> None:
        stock = [place.milli // 10 for place in part.stock]
        self.counts.update(
            parts=1,
            sum_upe_cents=part.list_price_cents,
            sum_cost_cents=part.cost_cents or 0,
            sum_stock1_x100=stock[0] if stock else 0,
            sum_stock2_x100=stock[1] if len(stock) > 1 else 0,
            sum_reserved_x100=part.reserved_milli // 10,
            core_deposits=bool(part.core_deposit_cents),
            sum_core_cents=part.core_deposit_cents or 0,
            battery_deposits=part.battery_deposit_cents == 750,
            dangerous_goods=bool(part.un_number),
            tyres="tyre" in part.attributes,
            fitment_pairs=len({(vehicle.hsn, vehicle.tsn) for vehicle in part.fitments}),
            oe_numbers=len(part.references),
            price_per_100=part.price_per == 100,
            runout=part.status == "runout",
            documents=bool(part.document),
        )
        self.brands[part.brand_code] += 1
        self.categories[" > ".join(part.category)] += 1


def read(path: Path, form: str) -> tuple[Reading, Totals]:
    """Read a file to its end and add up what it holds."""
    profile, totals = load_profile(f"sample_{form}"), Totals()
    source = source_class(profile.format)()
    with unpacked(path, profile.options, source) as stream:
        reading = Reading(profile, source, stream)
        for accepted in reading.parts():
            totals.add(accepted.part)
    return reading, totals


def wrong_in_file(folder: Path, form: str, truth: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs from the truth of one file: name → (is, should be); empty if nothing does."""
    reading, totals = read(folder / FILES[form], form)
    told = truth["files"][form]
    if form == "csv":
        accepted = told["accepted"]
        skips = ("superseded_1to1", "superseded_kit")
        wanted = {name: value for name, value in accepted.items() if name not in skips}
        wanted |= {"rejected": told["rows_rejected"], "skipped": told["rows_skipped_as_identical"]}
        found: dict[str, Any] = {**totals.counts, "brands": totals.brands, "categories": totals.categories}
    else:
        wanted = {ours: told[theirs] for theirs, ours in SAYS[form].items()}
        found = dict(totals.counts)
    found |= {"rejected": reading.rejected, "skipped": reading.skipped}
    if form == "datanorm":
        found["gone"] = reading.left_out
    wanted = {"rejected": 0, "skipped": 0, **wanted}
    return {name: (found.get(name), value) for name, value in wanted.items() if found.get(name, 0) != value}


def second_day_counts(form: str, *, rows: int, seed: int) -> dict[str, int]:
    """What the second day's delivery must change in a shop that holds the first."""
    counts: Counter[str] = Counter(created=0, changed=0, unchanged=0, hidden=0)
    words = {"gone": "hidden", "new": "created", "unchanged": "unchanged"}
    is_refused = REFUSED.get(form, lambda index: False)
    for place, (what, record) in enumerate(second_day(rows, seed)):
        if is_refused(record["i"] if record else place):
            continue
        counts[words.get(what) or ("changed" if changes_of(place) & TOLD[form] else "unchanged")] += 1
    return dict(counts)
