"""A stranger's format, as docs/extend/import-source.md tells it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dealer_import.profiles import BadProfile, resolve_profile
from dealer_import.services import run_import
from shopflow.contracts.imports import import_sources
from shopflow.parts.models import PartRecord

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extend" / "import-source.md"


@pytest.fixture
def example():
    """The class and the profile that the page shows."""
    code, profile = re.findall(r"```(?:python|toml)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[:2]
    namespace: dict = {}
    with import_sources.registered():
        exec(compile(code, str(PAGE), "exec"), namespace)
        yield profile


@pytest.mark.django_db
def test_the_example_of_the_page_imports_a_file(example, tmp_path):
    import tomllib

    path = tmp_path / "parts.jsonl"
    path.write_text('{"no": "AB 1", "brand": "Filtrax", "name": "Filter", "price": "12,50"}\nnot json\n', "utf-8")
    report = run_import(path=path, profile=resolve_profile("supplier", tomllib.loads(example)))
    assert (report.outcome, report.accepted, report.rejected) == ("applied", 1, 1)
    assert [(finding.code, finding.line) for finding in report.findings] == [("columns", 2)]
    assert PartRecord.objects.get().list_price_cents == 1250


def test_a_profile_with_an_unknown_format_is_named(tmp_path):
    columns = {name: {"from": name} for name in ("number", "brand", "title", "list_price")}
    profile = resolve_profile("p", {"p": {"format": "papyrus", "columns": columns}})
    with pytest.raises(BadProfile, match="papyrus"):
        run_import(path=tmp_path / "any", profile=profile)
