"""Packed deliveries: ZIP and GZ, with limits, and the one member that a profile wants."""

from __future__ import annotations

import gzip
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused, ImportSource

CHUNK = 1 << 20
SMALL = 16 << 20
"""Bytes below which any ratio is harmless."""
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_OTHERS = (b"7z\xbc\xaf", b"Rar!", b"\xfd7zX", b"\x28\xb5\x2f\xfd")
"""How 7z, RAR, XZ and Zstandard begin."""
_TAR_MARK = 257
"""Where a tape archive says what it is."""
_PACKED = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".lzh", ".arj", ".cab")
_NOISE = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError)
"""What reading a damaged archive raises; reading its directory may also seek before its start, an OSError."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to. ``ratio`` counts for members above :data:`SMALL`."""

    files: int = 100
    size: int = 4 << 30
    ratio: int = 200

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> Limits:
        """Those of the profile's ``archive = { max_files, max_mb, max_ratio }``, or the usual ones."""
        rule = profile.get("archive", {})
        return cls(
            int(rule.get("max_files", cls.files)), int(rule.get("max_mb", cls.size >> 20)) << 20,
            int(rule.get("max_ratio", cls.ratio)),
        )  # fmt: skip


@contextmanager
def unpacked(path: Path, profile: Mapping[str, Any], source: ImportSource) -> Iterator[BinaryIO]:
    """The file at ``path`` as a stream, or if it is packed, the member that the profile wants.

    Members lie side by side in a folder of their own while the stream is open, so that a format of several files finds
    them. Raises :class:`FileRefused` with the reasons ``archive_limits``, ``archive_path``, ``archive_nested`` and
    ``archive_encrypted``, and ``incomplete_file`` for a damaged archive.
    """
    limits = Limits.of(profile)
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(0)
        packed = start in (ZIP, _EMPTY_ZIP) and not is_workbook(stream)
        if not packed and not start.startswith(GZIP):
            yield stream
            return
        with tempfile.TemporaryDirectory(prefix="shopflow-import-") as folder:
            if packed:
                main = _unzip(stream, Path(folder), limits, str(profile.get("member", "")), source)
            else:
                main = _gunzip(stream, Path(folder) / (path.stem or "delivery"), limits)
            with main.open("rb") as member:
                yield member


def is_workbook(stream: BinaryIO) -> bool:
    """Whether a ZIP file is a spreadsheet and not an archive with files in it."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (*_DAMAGE, OSError):
        return False
    finally:
        stream.seek(0)


@contextmanager
def checked_zip(stream: BinaryIO, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """A ZIP file whose directory keeps to ``limits``; nothing is unpacked yet."""
    try:
        archive = zipfile.ZipFile(stream)
    except (*_DAMAGE, OSError):
        raise _damaged() from None
    with archive:
        _check_directory(archive.infolist(), limits)
        yield archive


def copy_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: IO[bytes] | None, limits: Limits) -> int:
    """Unpack one member to ``target``, or only read it through; its true size, whatever the directory says."""
    total = 0
    for chunk in member_chunks(archive, member, limits):
        total += len(chunk)
        if target is not None:
            target.write(chunk)
    return total


def member_chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """The content of one member, for as long as it keeps to ``limits``."""
    try:
        packed = archive.open(member)
    except (*_DAMAGE, OSError, RuntimeError):
        raise _damaged() from None
    with packed:
        yield from _chunks(packed, limits, member.compress_size)


class MemberStream:
    """One member as a stream that can be read again from its beginning, for as long as it keeps to ``limits``."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> None:
        self._archive, self._member, self._limits = archive, member, limits
        self._chunks: Iterator[bytes] = iter(())
        self._rest = b""

    def seek(self, position: int, whence: int = 0) -> int:
        """Only the beginning can be gone to."""
        if position or whence:
            raise ValueError(position)
        self._chunks, self._rest = member_chunks(self._archive, self._member, self._limits), b""
        return 0

    def read(self, size: int) -> bytes:
        data = self._rest or next(self._chunks, b"")
        self._rest = data[size:]
        return data[:size]


def _check_directory(members: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.files or sum(member.file_size for member in members) > limits.size:
        raise _too_much()
    for member in members:
        if member.flag_bits & 1:
            raise FileRefused("archive_encrypted", _("The archive is protected by a password. Send it without one."))
        if member.file_size > SMALL and member.file_size > limits.ratio * max(1, member.compress_size):
            raise _too_much()


def _unzip(stream: BinaryIO, folder: Path, limits: Limits, wanted: str, source: ImportSource) -> Path:
    with checked_zip(stream, limits) as archive:
        names: dict[str, Path] = {}
        total = 0
        for member in archive.infolist():
            if (
                member.is_dir()
                or member.filename.lower().startswith(_NOISE)
                or member.filename.lower().endswith(_NOISE)
            ):
                continue
            name = _plain_name(member)
            if name.lower() in names:
                hint = _("The archive holds %(name)s twice. Pack only one delivery into it.")
                raise FileRefused("archive_path", hint % {"name": name})
            path = names[name.lower()] = folder / name
            with path.open("wb") as target:
                total += copy_member(archive, member, target, limits)
            if total > limits.size:
                raise _too_much()
            _check_nested(path)
    return _chosen(list(names.values()), wanted, source)


def _plain_name(member: zipfile.ZipInfo) -> str:
    """The member's own name; folders are left out, and any attempt to leave the folder is refused."""
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    plain = path.name
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in member.orig_filename or is_link or not plain:
        raise FileRefused("archive_path", _("The archive holds a file with a path that leads outside. Pack it anew."))
    if len(plain.encode()) > 200 or not plain.isprintable():
        raise FileRefused("archive_path", _("The archive holds a file with an unusable name. Pack it anew."))
    return plain


def _check_nested(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
        packed = start.startswith((GZIP, *_OTHERS)) or (start in (ZIP, _EMPTY_ZIP) and not is_workbook(stream))
        stream.seek(_TAR_MARK)
        packed = packed or stream.read(5) == b"ustar"
    if packed or path.name.lower().endswith(_PACKED):
        hint = _("The archive holds another archive (%(name)s). Pack the files themselves.")
        raise FileRefused("archive_nested", hint % {"name": path.name})


def _chosen(paths: Sequence[Path], wanted: str, source: ImportSource) -> Path:
    if wanted:
        fitting = [path for path in paths if fnmatch(path.name.lower(), wanted.lower())]
    else:
        fitting = [path for path in paths if path.name.lower().endswith(tuple(source.extensions))] or list(paths)
    fitting.sort(key=lambda path: path.name.lower())
    if not fitting:
        hint = _("The archive holds no file that fits the profile. Name it under “member” in the profile.")
        raise FileRefused("not_a_table", hint)
    first = fitting[0]
    if set(fitting) - {first} - set(source.companions(first)):
        hint = _("The archive holds several files: %(names)s. Name one under “member” in the profile.")
        raise FileRefused("archive_path", hint % {"names": ", ".join(path.name for path in fitting[:5])})
    return first


def _gunzip(stream: BinaryIO, path: Path, limits: Limits) -> Path:
    packed_size = stream.seek(0, 2)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream) as packed, path.open("wb") as target:
        for chunk in _chunks(packed, limits, packed_size):
            target.write(chunk)
    _check_nested(path)
    return path


def _chunks(packed: IO[bytes] | gzip.GzipFile, limits: Limits, packed_size: int) -> Iterator[bytes]:
    total = 0
    while chunk := _read(packed):
        total += len(chunk)
        if total > limits.size or (total > SMALL and total > limits.ratio * max(1, packed_size)):
            raise _too_much()
        yield chunk


def _read(packed: IO[bytes] | gzip.GzipFile) -> bytes:
    try:
        return packed.read(CHUNK)
    except _DAMAGE:
        raise _damaged() from None


def _too_much() -> FileRefused:
    hint = _(
        "The archive unpacks to more than it should. Check where it comes from, or raise “archive” in the profile."
    )
    return FileRefused("archive_limits", hint)


def _damaged() -> FileRefused:
    return FileRefused("incomplete_file", _("The archive is damaged or not whole. Transfer it again."))
