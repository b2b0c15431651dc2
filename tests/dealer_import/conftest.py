from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from dealer_import.profiles import load_profile
from dealer_import.services import run_import
from shopflow.project.demo.catalogue import FILE

HEADER = FILE.read_bytes().split(b"\r\n")[:4]


@pytest.fixture(autouse=True)
def _english():
    """Sentences as they stand in the code, whether translations are compiled or not."""
    with translation.override("en"):
        yield


@pytest.fixture
def profile():
    return load_profile("sample_csv")


class Export:
    """A small dealer export, written as the dealer's system writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.good = [line for line in FILE.read_bytes().split(b"\r\n")[4:12] if line.count(b";") >= 33]

    def write(self, rows: list[bytes], *, stamp: str = "21.11.2026 05:30", footer: int | None = -1) -> Path:
        """``footer`` is the count in the closing line; None leaves the line out, -1 counts."""
        self.count += 1
        head = [HEADER[0], f"Stand:;{stamp};;;".encode(), HEADER[2], HEADER[3]]
        lines = [*head, *rows]
        if footer is not None:
            told = len(rows) if footer == -1 else footer
            lines.append(f"*** Ende;Anzahl Datensätze:;{told};;".encode("cp1252"))
        path = self.folder / f"export-{self.count}.csv"
        path.write_bytes(b"\r\n".join(lines) + b"\r\n")
        return path


@pytest.fixture
def export(tmp_path) -> Export:
    return Export(tmp_path)


@pytest.fixture
def bring_in(profile):
    """Import a file by the sample profile and return the report."""

    def run(path, **options):
        return run_import(path=path, profile=profile, **options)

    return run
