"""A folder on this machine that the dealer's system writes to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, BinaryIO

from django import forms
from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.limits import TriedAgain, copy
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".ok")
SETTLED_SECONDS = 20
"""A file must have rested this long before it counts as whole."""


def allowed_roots() -> list[Path]:
    """Folders that origins may name, from ``SHOPFLOW_IMPORT_FOLDERS``."""
    return [Path(name).resolve() for name in getattr(django_settings, "SHOPFLOW_IMPORT_FOLDERS", ())]


def checked_folder(name: str) -> Path:
    """The folder, if it lies in one of the allowed ones. Raises :class:`TransportFailed`."""
    folder = Path(name).resolve()
    if not any(folder == root or root in folder.parents for root in allowed_roots()):
        told = _("The folder must lie in %(roots)s; more are allowed by SHOPFLOW_IMPORT_FOLDERS.")
        raise TransportFailed(told % {"roots": ", ".join(str(root) for root in allowed_roots()) or "–"})
    return folder


def named_like(name: str, pattern: str) -> bool:
    """Whether a file's name fits the pattern; capitals do not matter, as the systems of dealers write either."""
    return fnmatch(name.lower(), pattern.lower())


class FolderForm(forms.Form):
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=300)
    pattern = forms.CharField(
        label=gettext_lazy("File name"), max_length=120, initial="*.csv", help_text=gettext_lazy("Such as teile_*.csv.")
    )
    needs_mark = forms.BooleanField(
        label=gettext_lazy("Wait for a file of the same name with .ok at its end"), required=False
    )

    def clean_folder(self) -> str:
        try:
            return str(checked_folder(self.cleaned_data["folder"]))
        except TransportFailed as error:
            raise forms.ValidationError(str(error)) from error


class FolderTransport(ImportTransport):
    """Takes files once they have stopped growing, and leaves them where they lie."""

    code = "folder"
    label = gettext_lazy("Folder on this server")
    form_class = FolderForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        folder = checked_folder(str(settings["folder"]))
        if not folder.is_dir():
            raise TransportFailed(_("There is no folder %(path)s. Create it, or correct the name.") % {"path": folder})
        return sorted(self._files(folder, settings), key=lambda file: file.fingerprint)

    def _files(self, folder: Path, settings: Mapping[str, Any]) -> Iterator[RemoteFile]:
        try:
            paths = list(folder.iterdir())
        except OSError as error:
            told = _("%(name)s cannot be read: %(error)s") % {"name": folder, "error": error.strerror or error}
            raise TransportFailed(told) from error
        for path in paths:
            name = path.name
            if (
                name.startswith(".")
                or name.lower().endswith(UNFINISHED)
                or not named_like(name, str(settings["pattern"]))
            ):
                continue
            if path.is_symlink() or not path.is_file():
                continue
            try:
                state = path.stat()
            except FileNotFoundError:
                continue  # renamed or taken away just now; under its new name it is found by the next look
            marked = not settings.get("needs_mark") or path.with_name(f"{name}.ok").exists()
            rested = abs(time.time() - state.st_mtime) >= SETTLED_SECONDS  # also where the other clock is ahead
            growing = path.with_name(f"{name}.part").exists()
            yield RemoteFile(
                key=name,
                name=name,
                fingerprint=f"{state.st_mtime_ns:020d}-{state.st_size}",
                size=state.st_size,
                settled=marked and not growing and (rested or bool(settings.get("needs_mark"))),
            )

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        folder = checked_folder(str(settings["folder"]))
        path = folder / Path(file.key).name
        try:
            with path.open("rb") as stream:
                copied = copy(stream, target)
                state = path.stat()
        except OSError as error:
            told = _("%(name)s cannot be read: %(error)s") % {"name": file.name, "error": error}
            raise TransportFailed(told) from error
        if (copied, f"{state.st_mtime_ns:020d}-{state.st_size}") != (file.size, file.fingerprint):
            raise TriedAgain(_("%(name)s changed while it was read; it is tried again.") % {"name": file.name})
