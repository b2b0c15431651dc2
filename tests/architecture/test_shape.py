"""How the source is laid out: module names, lengths, and where business verbs may stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import oscar

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("shopflow", "oscar_ext", "dealer_import")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "tools", "stuff"}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def test_every_module_name_says_what_it_is_for():
    """An override of Oscar's must keep the name of what it overrides."""
    oscar_apps = Path(oscar.__file__).parent / "apps"
    guilty = [
        str(path.relative_to(ROOT))
        for path in sources()
        if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING
        and not (oscar_apps / path.relative_to(ROOT / path.relative_to(ROOT).parts[0])).exists()
    ]

    assert guilty == []


def test_no_file_is_longer_than_a_reader_can_hold():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in sources()}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen():
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert guilty == []


def test_models_hold_no_business_verbs():
    """``save()`` overrides hide effects from bulk writes; services are the only writers."""
    guilty = []
    for path in sources():
        if path.stem != "models" and path.parent.name != "models":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
                guilty += [f"{path.relative_to(ROOT)} {node.name}.{name}" for name in names & {"save", "delete"}]

    assert guilty == []


def test_every_module_starts_its_annotations_lazily():
    """``from __future__ import annotations`` wherever something is annotated."""
    guilty = []
    for path in sources():
        text = path.read_text()
        annotated = any(
            isinstance(node, ast.FunctionDef) and (node.returns or any(a.annotation for a in node.args.args))
            for node in ast.walk(ast.parse(text))
        )
        if annotated and path.name != "apps.py" and "from __future__ import annotations" not in text:
            guilty.append(str(path.relative_to(ROOT)))

    assert guilty == []


def test_lock_files_hold_hashes_and_no_addresses():
    for name in ("run", "test"):
        text = (ROOT / "constraints" / f"{name}.txt").read_text()
        pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, flags=re.MULTILINE)

        assert len(pinned) > 90
        assert "://" not in text
        assert not re.search(r"^--", text, flags=re.MULTILINE)
        assert text.count("==") <= text.count("--hash=sha256:")
