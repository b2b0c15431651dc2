from __future__ import annotations

from collections.abc import Iterable

from whitenoise.storage import CompressedManifestStaticFilesStorage

ASKED_BY_NAME = ("oscar/js/tinymce/",)
"""The editor of Oscar's dashboard loads its parts by the names they have in its folder, and none without them."""


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Keeps files under their hashed names only, beside those that programs ask for by name."""

    def delete_files(self, files_to_delete: Iterable[str]) -> None:
        super().delete_files(name for name in files_to_delete if not name.startswith(ASKED_BY_NAME))
