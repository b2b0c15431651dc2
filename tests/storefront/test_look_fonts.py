"""The font files: small, complete for German, with the weight axis, and built only when needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

from shopflow.core.management.commands import build_fonts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build_fonts, "FOLDER", tmp_path)
    return tmp_path


def test_fonts_hold_what_the_shop_writes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_fonts")
    small, whole = folder / "source-sans-3.woff2", folder / "source-sans-3.ttf"
    assert sorted(path.name for path in folder.iterdir()) == [whole.name, small.name]
    assert small.stat().st_size < 50_000
    for path in (small, whole):
        font = TTFont(path)
        assert {ord(character) for character in "äöüÄÖÜß€§–„“×−ẞ →✓"} <= set(font.getBestCmap())
        assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [("wght", 200, 900)]
        assert {"kern", "zero", "pnum"} <= {
            record.FeatureTag for table in ("GSUB", "GPOS") for record in font[table].table.FeatureList.FeatureRecord
        }

    written = small.stat().st_mtime_ns
    capsys.readouterr()
    call_command("build_fonts")
    assert capsys.readouterr().out == "The fonts are up to date.\n"
    assert small.stat().st_mtime_ns == written


def test_a_missing_file_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(build_fonts, "subset", lambda path: (made.append(path.name), path.touch()))
    call_command("build_fonts")
    (folder / "source-sans-3.ttf").unlink()
    call_command("build_fonts")
    assert made == ["source-sans-3.woff2", "source-sans-3.ttf"] * 2
