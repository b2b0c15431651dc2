"""Packed deliveries: what is unpacked, and what is refused before it can do harm."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile

import pytest

from dealer_import.archives import Limits, unpacked
from dealer_import.profiles import load_profile, resolve_profile
from dealer_import.sources.csv import CsvSource
from shopflow.contracts.imports import FileRefused
from shopflow.project.demo.catalogue import FILE


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def link() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        member = zipfile.ZipInfo("teile.csv")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed(**{"teile.csv": b"Nr"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    """An archive that says its member is small."""
    data = bytearray(packed(**{"teile.csv": b"\0" * (40 << 20)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("name", ["dms.zip", "dms.csv.gz", "dms.csv"])
def test_packed_or_not_gives_the_same(tmp_path, read_all, name):
    data = FILE.read_bytes()
    content = {
        "dms.zip": packed(
            **{"export/": b"", "export/dms.csv": data, "__MACOSX/._dms.csv": b"x", "liesmich.txt.md": b"x"}
        ),
        "dms.csv.gz": gzip.compress(data, mtime=0),
        "dms.csv": data,
    }[name]
    (tmp_path / name).write_bytes(content)
    assert read_all(tmp_path / name, "sample_csv")[0].accepted == 1028


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: packed(**{"teile.csv": b"\0" * (64 << 20)}), "archive_limits"),
        (packed(**{f"{number}.csv": b"" for number in range(101)}), "archive_limits"),
        (lambda: gzip.compress(b"\0" * (64 << 20), mtime=0), "archive_limits"),
        (packed(**{"../teile.csv": b"Nr"}), "archive_path"),
        (packed(**{"/etc/teile.csv": b"Nr"}), "archive_path"),
        (packed(**{"C:\\teile.csv": b"Nr"}), "archive_path"),
        (packed(**{"a/teile.csv": b"Nr", "b/TEILE.CSV": b"Nr"}), "archive_path"),
        (packed(**{"teile.csv": b"Nr", "preise.csv": b"Nr"}), "archive_path"),
        (link(), "archive_path"),
        (packed(**{"innen.zip": packed(**{"teile.csv": b"Nr"})}), "archive_nested"),
        (packed(**{"teile.csv": gzip.compress(b"Nr", mtime=0)}), "archive_nested"),
        (gzip.compress(gzip.compress(b"Nr", mtime=0), mtime=0), "archive_nested"),
        (encrypted(), "archive_encrypted"),
        (lying, "incomplete_file"),
        (packed(**{"teile.csv": b"Nr;Name\n" * 4000})[:-30], "incomplete_file"),
        (gzip.compress(b"Nr;Name\n" * 4000, mtime=0)[:-30], "incomplete_file"),
        (packed(), "not_a_table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_refused(tmp_path, data, reason):
    path = tmp_path / "delivery.bin"
    path.write_bytes(data() if callable(data) else data)  # what is large is packed by its test alone
    profile = load_profile("sample_csv").options
    with pytest.raises(FileRefused) as refused, unpacked(path, profile, CsvSource()):
        pytest.fail("it was opened")
    assert refused.value.reason == reason, refused.value.hint
    assert refused.value.hint


def test_the_profile_names_the_member_and_the_limits(tmp_path):
    path = tmp_path / "delivery.zip"
    path.write_bytes(packed(**{"teile.csv": b"T" * 100, "preise.csv": b"P" * 100, "bild.jpg": b"J"}))
    with unpacked(path, {"member": "PREISE.*"}, CsvSource()) as stream:
        assert stream.read(1) == b"P"
    with pytest.raises(FileRefused) as refused, unpacked(path, {"member": "x"}, CsvSource()):
        pytest.fail("it was opened")
    assert refused.value.reason == "not_a_table"
    assert Limits.of({"archive": {"max_files": 2, "max_mb": 1, "max_ratio": 5}}) == Limits(2, 1 << 20, 5)
    with pytest.raises(FileRefused) as refused, unpacked(path, {"archive": {"max_files": 2}}, CsvSource()):
        pytest.fail("it was opened")
    assert refused.value.reason == "archive_limits"


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "delivery.zip"
    path.write_bytes(packed(**{"teile.csv": b"Nr"}))
    with unpacked(path, resolve_options(), CsvSource()):
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == [path]


def resolve_options():
    return resolve_profile("p", {"p": dict(load_profile("sample_csv").options)}).options
