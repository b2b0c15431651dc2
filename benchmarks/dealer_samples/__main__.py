from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.dealer_samples import FORMATS, write_samples


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Write one fictional catalogue in many dealer formats, plus the truth."
    )
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument(
        "--bad-per-kind", type=int, help="rows of each kind of mistake in dms.csv; 0 gives a clean file"
    )
    parser.add_argument("--no-day2", action="store_true")
    asked = parser.parse_args()
    if not 50 <= asked.rows <= 450_000:
        parser.error("--rows must lie between 50 and 450000")
    formats = [name for name in asked.formats.split(",") if name]
    write_samples(
        asked.out, rows=asked.rows, seed=asked.seed, formats=formats, bad_per_kind=asked.bad_per_kind,
        second_day=not asked.no_day2,
    )  # fmt: skip
    print(f"{asked.rows} parts in {', '.join(formats)}: {asked.out}")


if __name__ == "__main__":
    main()
