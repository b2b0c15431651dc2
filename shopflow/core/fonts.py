"""The shop's font: the package's variable file, and where ``manage.py build_fonts`` puts what it makes of it.

A variable font in a document is reduced to each weight that the document uses, again for every document, which takes
three times as long as the rest of it. So documents are set in files of one weight each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import fontpkg_source_sans_3

import shopflow

SOURCE: Path = fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf"
FOLDER = Path(shopflow.__file__).resolve().parent / "storefront" / "static" / "shopflow" / "fonts"
PAGES = FOLDER / "source-sans-3.woff2"
DOCUMENTS = {weight: FOLDER / f"source-sans-3-{weight}.ttf" for weight in (400, 600, 700)}
"""By CSS weight; documents use no others."""


@dataclass(frozen=True, slots=True)
class Face:
    """One ``@font-face`` of a document."""

    path: Path
    weight: str

    @property
    def url(self) -> str:
        """The file's address, as style sheets write it."""
        return "file://" + quote(str(self.path))


@cache
def document_faces() -> tuple[Face, ...]:
    """The faces that documents are set in: a file for each weight, or the variable file while they are not built."""
    return tuple(_built()) or (Face(SOURCE, "normal"),)


def _built() -> Iterator[Face]:
    if all(path.exists() for path in DOCUMENTS.values()):
        for weight, path in DOCUMENTS.items():
            yield Face(path, str(weight))
