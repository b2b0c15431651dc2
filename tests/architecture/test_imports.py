"""Who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("shopflow", "oscar_ext", "dealer_import")


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything that the file imports, wherever the statement stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_only_go_down_the_stairs():
    program = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert found.returncode == 0, found.stdout + found.stderr


def test_services_wake_workers_by_name_and_never_import_tasks():
    guilty = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if "services" in path.parts or path.name == "services.py"
        for name in imported(path)
        if name.split(".")[0] in PACKAGES and "tasks" in name.split(".")
    ]

    assert guilty == []


def test_contracts_know_neither_models_nor_the_database():
    forbidden = ("django.db", "shopflow.core", "shopflow.addon", "oscar_ext", "dealer_import")
    guilty = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if path.is_relative_to(ROOT / "shopflow" / "contracts")
        for name in imported(path)
        if name.startswith(forbidden)
    ]

    assert guilty == []


def test_the_web_server_starts_without_what_it_does_not_need():
    program = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
print(*{"weasyprint", "openpyxl", "holidays.countries", "playwright", "hypothesis"}.intersection(sys.modules))
"""
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert found.returncode == 0, found.stderr[-2000:]
    assert found.stdout.split() == []
