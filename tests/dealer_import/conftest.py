from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.utils import translation

from dealer_import.archives import unpacked
from dealer_import.profiles import Profile, load_profile
from dealer_import.reading import Reading
from dealer_import.services import run_import
from dealer_import.sources import source_class
from shopflow.project.demo.catalogue import FILE
from tests.dealer_import.extra_rows import NAMES, profile_of

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


SAMPLES = Path(__file__).with_name("samples")
"""One fictional catalogue per seed in the formats of dealers, and what a correct importer must make of it."""


@pytest.fixture(params=["seed7", "seed11"])
def sample(request) -> Path:
    return SAMPLES / request.param


@pytest.fixture
def truth(sample) -> dict:
    return json.loads((sample / "truth.json").read_text("utf-8"))


@pytest.fixture
def read_all():
    """Read a file (or bytes) by a profile, as far as the parts: the reading with its findings, and the parts."""

    def read(what: Path | bytes, profile: Profile | str, **options):
        profile = load_profile(profile) if isinstance(profile, str) else profile
        source = source_class(profile.format)()
        if isinstance(what, bytes):
            reading = Reading(profile, source, io.BytesIO(what), **options)
            return reading, [accepted.part for accepted in reading.parts()]
        with unpacked(what, profile.options, source) as stream:
            reading = Reading(profile, source, stream, **options)
            return reading, [accepted.part for accepted in reading.parts()]

    return read


@pytest.fixture
def deliver(tmp_path):
    """Import rows given as dicts of texts; every file has all columns."""
    made = iter(range(1000))

    def run(*rows, profile=None, **options):
        path = tmp_path / f"{next(made)}.csv"
        full = [{"list_price": "10,00", **row} for row in rows]
        lines = [";".join(NAMES), *(";".join(row.get(name, "") for name in NAMES) for row in full)]
        path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
        return run_import(path=path, profile=profile or profile_of(), **options)

    return run
