from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dealer_import.models import FieldOwner, ImportRun
from dealer_import.profiles import BadProfile, Profile
from dealer_import.services.owning import UNLOCKABLE
from dealer_import.services.records import profile_of
from dealer_import.wizard.wording import groups, label_of
from shopflow.parts.models import PartRecord


@dataclass(frozen=True)
class OwnedField:
    """One field of a part for staff: ``owner`` is ``dms``, ``shop``, ``pim``, ``locked`` or ``nobody`` delivers it."""

    name: str
    label: str
    owner: str
    anchor: str = ""
    by: str = ""
    since: datetime | None = None

    @property
    def is_locked(self) -> bool:
        return self.owner == "locked"


ANCHORS = {"title": "id_title", "description": "id_description", "gtin": "id_upc"}
"""Where a field stands in Oscar's product form."""


def owned_fields(product_id: int) -> list[OwnedField]:
    """Who each field of the part belongs to, delivered fields only and those that somebody has claimed; empty for
    products that no import keeps. Four queries.
    """
    part = PartRecord.objects.select_related("product").filter(product_id=product_id).exclude(source="").first()
    if part is None:
        return []
    rows = {row.field: row for row in FieldOwner.objects.filter(part=part).select_related("set_by")}
    profile = _profile(part.source)
    found = []
    for _code, _label, fields in groups():
        for name in fields:
            delivered = profile is None or name in profile.columns
            if name in UNLOCKABLE and (delivered or name in rows):
                found.append(_owned(name, part, rows.get(name), profile))
    return found


def _owned(name: str, part: PartRecord, row: FieldOwner | None, profile: Profile | None) -> OwnedField:
    about: dict[str, Any] = {"name": name, "label": label_of(name), "anchor": ANCHORS.get(name, "")}
    if row is not None:
        by = row.set_by.email if row.set_by else row.source
        return OwnedField(owner=row.owner, by=by, since=row.set_at, **about)
    column = profile.columns.get(name) if profile else None
    declared = column.owner if column else "dms"
    if declared == "shop_once_edited":
        return OwnedField(owner="shop" if _edited(part, name) else "dms", **about)
    return OwnedField(owner=declared, **about)


def _edited(part: PartRecord, name: str) -> bool:
    if name == "title":
        return bool(part.imported_title) and part.product.title != part.imported_title
    if name == "description":
        return (part.product.description or "") != part.imported_description
    return False


def _profile(source: str) -> Profile | None:
    """The profile that the source was last read by; None if it does not hold any more."""
    run = ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    last = run.exclude(profile_tables={}).only("profile", "profile_tables").first()
    try:
        return profile_of(last) if last else None
    except BadProfile:
        return None
