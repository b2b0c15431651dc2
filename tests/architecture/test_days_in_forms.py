"""Browsers take a day into a field of days only as 2026-11-22, whatever the language of the page: else it is empty."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIELD = re.compile(r"DateInput\(([^)]*\"date\"[^)]*)\)")


def test_each_field_of_a_day_writes_it_as_browsers_read_it():
    paths = [path for room in ("shopflow", "oscar_ext", "dealer_import") for path in (ROOT / room).rglob("*.py")]
    found = [(path.relative_to(ROOT), said) for path in paths for said in FIELD.findall(path.read_text())]

    assert len(found) > 8
    assert [str(path) for path, said in found if 'format="%Y-%m-%d"' not in said] == []
