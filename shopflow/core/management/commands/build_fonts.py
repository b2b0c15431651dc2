"""Make the shop's font files from the font package: a small one for browsers, one of each weight for documents."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from shopflow.core import fonts

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
        built = [fonts.PAGES, *fonts.DOCUMENTS.values()]
        if not force and all(is_fresh(path) for path in built):
            self.stdout.write("The fonts are up to date.")
            return
        fonts.PAGES.parent.mkdir(parents=True, exist_ok=True)
        for_pages(fonts.PAGES)
        for_documents(fonts.DOCUMENTS)
        for path in built:
            self.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB")


def is_fresh(path: Path) -> bool:
    """Whether ``path`` exists and is newer than the font package and this recipe."""
    if not path.exists():
        return False
    newest = max(float(fonts.SOURCE.stat().st_mtime), Path(__file__).stat().st_mtime)
    return path.stat().st_mtime >= newest


def for_pages(target: Path) -> None:
    """Write the characters and features that pages need, with the weight axis, as woff2."""
    options = wanted()
    options.flavor = "woff2"
    font = subset(options, CHARACTERS)
    unfinished = target.with_suffix(".part")
    save_font(font, str(unfinished), options)
    unfinished.replace(target)


def for_documents(targets: Mapping[int, Path]) -> None:
    """Write a file of each weight with all characters, as names and addresses on a document may be from anywhere."""
    options = wanted()
    whole = io.BytesIO()
    everything = load_font(str(fonts.SOURCE), options).getBestCmap()
    subset(options, everything).save(whole)
    for weight, target in targets.items():
        font = instantiateVariableFont(TTFont(whole), {"wght": weight}, inplace=True, optimize=False)
        unfinished = target.with_suffix(".part")
        font.save(unfinished)
        unfinished.replace(target)


def wanted() -> Options:
    """What is kept of the font besides its characters."""
    options = Options()
    options.layout_features = FEATURES
    options.notdef_outline = True
    options.name_IDs = ["*"]
    return options


def subset(options: Options, characters: Iterable[int]) -> TTFont:
    """The package's font, reduced to ``characters`` and what ``options`` want."""
    font = load_font(str(fonts.SOURCE), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(characters))
    subsetter.subset(font)
    return font
