"""What the documentation must cover."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import shopflow.contracts
from shopflow.contracts.registry import Registry

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS_PAGE = ROOT / "docs" / "operate" / "settings.md"


def registries() -> list[tuple[str, Registry]]:
    found = {}
    for info in pkgutil.iter_modules(shopflow.contracts.__path__):
        if info.name == "testing":
            continue
        module = importlib.import_module(f"shopflow.contracts.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Registry):
                found[id(value)] = (value.socket, value)
    return sorted(found.values())


SOCKETS = [socket for socket, _ in registries()]


def test_the_sockets_are_found():
    assert "event" in SOCKETS
    assert len(SOCKETS) >= 11


@pytest.mark.parametrize("socket", SOCKETS)
def test_every_socket_has_a_page_that_its_index_lists(socket):
    page = ROOT / "docs" / "extend" / f"{socket.replace(' ', '-')}.md"
    index = (ROOT / "docs" / "extend" / "README.md").read_text()

    assert page.exists(), f"docs/extend/{page.name} is missing"
    assert f"({page.name})" in index, f"docs/extend/README.md does not link {page.name}"


def test_every_environment_variable_is_documented():
    read = set()
    for path in (ROOT / "shopflow" / "project").glob("*.py"):
        text = path.read_text()
        read |= set(re.findall(r"env\.\w+\(\s*\"([A-Z][A-Z0-9_]+)\"", text))
        read |= set(re.findall(r"environ(?:\.get)?[\[(]\s*\"([A-Z][A-Z0-9_]+)\"", text))
    page = SETTINGS_PAGE.read_text()

    assert {"SECRET_KEY", "DATABASE_URL", "PORT", "WEB_WORKERS"} <= read
    missing = sorted(name for name in read - {"DJANGO_SETTINGS_MODULE"} if f"`{name}`" not in page)
    assert missing == []


def test_every_check_is_documented():
    written = set()
    for package in ("shopflow", "oscar_ext", "dealer_import"):
        for path in (ROOT / package).rglob("checks.py"):
            written |= set(re.findall(r"id=f?\"([a-z_.]+\.[EW]\d{3})\"", path.read_text()))
    page = SETTINGS_PAGE.read_text()

    assert "shopflow.E001" in written
    assert sorted(name for name in written if f"`{name}`" not in page) == []
