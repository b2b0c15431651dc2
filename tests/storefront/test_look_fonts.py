"""The font files: small, complete for German, and built only when needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

from shopflow.core import fonts
from shopflow.core.management.commands import build_fonts

NAMES = ["source-sans-3-600.ttf", "source-sans-3.woff2"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fonts, "PAGES", tmp_path / fonts.PAGES.name)
    monkeypatch.setattr(fonts, "DOCUMENTS", {600: tmp_path / fonts.DOCUMENTS[600].name})  # each takes seconds
    return tmp_path


def features(font: TTFont) -> set[str]:
    return {record.FeatureTag for table in ("GSUB", "GPOS") for record in font[table].table.FeatureList.FeatureRecord}


def test_fonts_hold_what_the_shop_writes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_fonts")
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    small = folder / "source-sans-3.woff2"
    assert small.stat().st_size < 50_000
    for path in folder.iterdir():
        font = TTFont(path)
        assert {ord(character) for character in "äöüÄÖÜß€§–„“×−ẞ →✓"} <= set(font.getBestCmap())
        assert {"kern", "zero", "pnum"} <= features(font)
    axes = TTFont(small)["fvar"].axes
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in axes] == [("wght", 200, 900)]
    for weight, path in fonts.DOCUMENTS.items():
        font = TTFont(path)
        assert "fvar" not in font
        assert font["OS/2"].usWeightClass == weight
        assert {ord(character) for character in "ŁőșЖΩễ"} <= set(font.getBestCmap())

    written = small.stat().st_mtime_ns
    capsys.readouterr()
    call_command("build_fonts")
    assert capsys.readouterr().out == "The fonts are up to date.\n"
    assert small.stat().st_mtime_ns == written


@pytest.mark.parametrize("missing", NAMES)
def test_a_missing_file_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    made: list[Any] = []

    def write(*paths: Path) -> None:
        for path in paths:
            made.append(path.name)
            path.touch()

    monkeypatch.setattr(build_fonts, "for_pages", write)
    monkeypatch.setattr(build_fonts, "for_documents", lambda targets: write(*targets.values()))
    call_command("build_fonts")
    (folder / missing).unlink()
    call_command("build_fonts")
    assert sorted(made) == sorted(NAMES * 2)


def test_documents_are_set_in_the_variable_font_while_none_is_built(folder: Path) -> None:
    fonts.document_faces.cache_clear()
    try:
        assert fonts.document_faces() == (fonts.Face(fonts.SOURCE, "normal"),)
        assert fonts.document_faces()[0].url.endswith("/SourceSans3%5Bwght%5D.ttf")
    finally:
        fonts.document_faces.cache_clear()
