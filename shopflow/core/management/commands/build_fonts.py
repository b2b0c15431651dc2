"""Make the shop's font files from the font package: small for browsers (woff2), whole weights for PDFs (ttf)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import fontpkg_source_sans_3
from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter, load_font, save_font

import shopflow

FOLDER = Path(shopflow.__file__).resolve().parent / "storefront" / "static" / "shopflow" / "fonts"
SOURCE = fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf"
NAME = "source-sans-3"

CHARACTERS = [
    *range(0x0020, 0x007F),
    *range(0x00A0, 0x0180),
    *range(0x0218, 0x021C),
    0x1E9E,
    *range(0x2010, 0x2028),
    0x202F,
    0x2030,
    *range(0x2032, 0x2034),
    *range(0x2039, 0x203B),
    0x20AC,
    0x2122,
    *range(0x2190, 0x2194),
    0x2212,
    0x2248,
    0x2264,
    0x2265,
    0x2713,
]
"""Latin and Latin Extended-A with the punctuation, currency and arrows that shops use."""

FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern", "liga", "case", "lnum", "tnum", "pnum", "zero", "frac", "sups"]


class Command(BaseCommand):
    help = "Subset the shop's font for browsers and for PDFs; does nothing when the files are newer than the source."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even if the files are up to date")

    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        built = [FOLDER / f"{NAME}.woff2", FOLDER / f"{NAME}.ttf"]
        if not force and all(is_fresh(path) for path in built):
            self.stdout.write("The fonts are up to date.")
            return
        for path in built:
            subset(path)
            self.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB")


def is_fresh(path: Path) -> bool:
    """Whether ``path`` exists and is newer than the font package and this recipe."""
    if not path.exists():
        return False
    newest = max(float(SOURCE.stat().st_mtime), Path(__file__).stat().st_mtime)
    return path.stat().st_mtime >= newest


def subset(target: Path) -> None:
    """Write the characters and features that the shop needs, with the weight axis, in the format of the suffix."""
    options = Options()
    options.layout_features = FEATURES
    options.flavor = "woff2" if target.suffix == ".woff2" else None
    options.notdef_outline = True
    options.name_IDs = ["*"]
    font = load_font(str(SOURCE), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    unfinished = target.with_suffix(".part")
    save_font(font, str(unfinished), options)
    unfinished.replace(target)
