"""Pictures that a delivery names and the folder does not hold: staff hear of them with the run."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db import connection
from django.utils.translation import gettext as _

from dealer_import.findings import Finding, Severity
from dealer_import.media import PICTURES, files_in, media_folder
from dealer_import.reading import MAX_FINDINGS
from shopflow.parts.models import PartFile, PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import TOUCHED


def missing_pictures(stage: Stage, provided: Collection[str], label: Callable[[str], str]) -> list[Finding]:
    """One finding per new or changed part with a picture that is not there; none in a shop without such a folder.

    ``label`` names a field's column in the file.
    """
    folder = media_folder()
    if folder is None or not {"image", "images"} & set(provided):
        return []
    there = files_in(folder, PICTURES)
    if not there:
        return []
    hint = _("The picture is not in the picture folder. Lay it there; it is found by itself then.")
    found: dict[int, Finding] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.line, 'image', s.image_name FROM {stage.rows} s
                WHERE s.kind IN ('new', 'changed') AND s.image_name <> ''
                UNION ALL
                SELECT q.line, 'image', r.image_name FROM {stage.plan} q
                JOIN {PartRecord._meta.db_table} r ON r.id = q.part_id WHERE q.kind = 'trade' AND r.image_name <> ''
                UNION ALL
                SELECT q.line, 'images', f.name FROM {stage.plan} q
                JOIN {PartFile._meta.db_table} f ON f.part_id = q.part_id WHERE q.{TOUCHED} AND f.kind = 'picture'"""
        )
        for line, field, name in cursor:
            if name.casefold() not in there and len(found) < MAX_FINDINGS:
                found.setdefault(line, Finding("image_missing", Severity.WARNING, line, label(field), name, hint))
    return sorted(found.values(), key=lambda finding: finding.line)
