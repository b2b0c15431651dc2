"""The folder in which a dealer lays pictures and papers that deliveries name: what lies there, and what it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from shopflow.parts.numbers import possible_keys

PICTURES = frozenset([".jpg", ".jpeg", ".png", ".webp", ".gif"])
PAPERS = frozenset([".pdf"])
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_BYTES = 20_000_000
MAX_PIXELS = 60_000_000
KINDS: tuple[tuple[str, str], ...] = (
    (r"\babe\b", "abe"),
    (r"gutachten|\btga\b", "report"),
    (r"genehmigung|\bece\b", "ece"),
    (r"sicherheitsdatenblatt|\bs[ds]b\b|\bmsds\b", "sds"),
    (r"reifenlabel|eprel", "tyre"),
    (r"anleitung|einbau|montage|manual", "manual"),
)
"""Words in a file's name → kind of paper."""
_SERIES = re.compile(r"(.+)_([0-9]{1,2})\Z", re.ASCII | re.DOTALL)


def media_folder() -> Path | None:
    """The folder, from ``SHOPFLOW_IMPORT_PICTURES``; None if there is none."""
    name = getattr(settings, "SHOPFLOW_IMPORT_PICTURES", "")
    folder = Path(name) if name else None
    return folder if folder is not None and folder.is_dir() else None


def files_in(folder: Path, suffixes: frozenset[str]) -> dict[str, Path]:
    """Files of these kinds by their names without regard to letter case; links and folders are passed over."""
    found: dict[str, Path] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if path.suffix.lower() in suffixes and entry.is_file(follow_symlinks=False):
                found.setdefault(entry.name.casefold(), path)
    return found


def is_picture(path: Path) -> bool:
    """Whether the file is a picture of a kind, size and number of pixels that the shop can show."""
    if not 0 < path.stat().st_size <= MAX_BYTES:
        return False
    try:
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if not 0 < width * height <= MAX_PIXELS:
                return False
            image.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True


def picture_numbers(stem: str) -> list[tuple[int, set[str]]]:
    """What a picture's name without its ending may mean: its place among the part's pictures, and keys of the part.

    ``1K0 615 301_2`` is the second picture of ``1K0615301``, unless there is a part that is called like that as a
    whole, which comes first.
    """
    found = [(1, possible_keys(stem))]
    series = _SERIES.match(stem)
    if series is not None:
        found.append((int(series.group(2)), possible_keys(series.group(1))))
    return found


def paper_kind(name: str) -> str:
    """What a paper probably is, by its name; ``other`` if the name does not tell."""
    words = re.sub(r"[^a-zäöüß0-9]+", " ", name.casefold())
    return next((kind for pattern, kind in KINDS if re.search(pattern, words)), "other")
