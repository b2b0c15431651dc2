from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oscar.core.loading import get_model

from dealer_import.models import FieldOwner, ImportRun
from dealer_import.profiles import BadProfile, Profile
from dealer_import.queries.delivered import delivered_values
from dealer_import.scope import PARTNER_CODE, Scope
from dealer_import.services.owning import UNLOCKABLE
from dealer_import.services.records import profile_of
from dealer_import.wizard.wording import groups, label_of
from shopflow.parts.models import PartRecord


@dataclass(frozen=True)
class OwnedField:
    """One field of a part for staff: ``owner`` is ``dms``, ``shop``, ``pim`` or ``locked``; ``delivered`` is what the
    last import brought, where the shop has another value.
    """

    name: str
    label: str
    owner: str
    anchor: str = ""
    by: str = ""
    since: datetime | None = None
    delivered: str = ""

    @property
    def is_locked(self) -> bool:
        return self.owner == "locked"


ANCHORS = {"title": "id_title", "description": "id_description", "gtin": "id_upc"}
"""Where a field stands in Oscar's product form."""


@dataclass(frozen=True)
class OwnedPart:
    """The fields of a part, and the key of the stock record that its imports write."""

    fields: Sequence[OwnedField] = ()
    stock_record: int | None = None


def owned_fields(product_id: int) -> list[OwnedField]:
    """The fields of :func:`owned_part`."""
    return list(owned_part(product_id).fields)


def owned_part(product_id: int) -> OwnedPart:
    """Who each field of the part belongs to, delivered fields only and those that somebody has claimed; empty for
    products that no import keeps. Five queries.
    """
    related = ("product", "imported_category")
    part = PartRecord.objects.select_related(*related).filter(product_id=product_id).exclude(source="").first()
    if part is None:
        return OwnedPart()
    rows = {row.field: row for row in FieldOwner.objects.filter(part=part).select_related("set_by")}
    profile = _profile(part.source)
    code = Scope(profile, profile.mode).partner_code if profile is not None else PARTNER_CODE
    record = get_model("partner", "StockRecord").objects.filter(product_id=product_id, partner__code=code).first()
    categories = list(part.product.categories.order_by("pk").values_list("pk", flat=True))
    delivered = delivered_values(part, profile, categories=categories, record=record)
    found = []
    for _code, _label, fields in groups():
        for name in fields:
            is_delivered = profile is None or name in profile.columns
            if name in UNLOCKABLE and (is_delivered or name in rows):
                found.append(_owned(name, part, rows.get(name), profile, delivered))
    return OwnedPart(tuple(found), record.pk if record is not None else None)


def _owned(
    name: str, part: PartRecord, row: FieldOwner | None, profile: Profile | None, delivered: Mapping[str, str]
) -> OwnedField:
    about: dict[str, Any] = {"name": name, "label": label_of(name), "anchor": ANCHORS.get(name, "")}
    about["delivered"] = delivered.get(name, "")
    if row is not None:
        by = row.set_by.email if row.set_by else row.source
        return OwnedField(owner=row.owner, by=by, since=row.set_at, **about)
    column = profile.columns.get(name) if profile else None
    declared = column.owner if column else "dms"
    if declared == "shop_once_edited":
        return OwnedField(owner="shop" if _edited(part, name, delivered) else "dms", **about)
    return OwnedField(owner=declared, **about)


def _edited(part: PartRecord, name: str, delivered: Mapping[str, str]) -> bool:
    if name == "title":
        return bool(part.imported_title) and part.product.title != part.imported_title
    if name == "description":
        return (part.product.description or "") != part.imported_description
    return name == "category" and name in delivered


def _profile(source: str) -> Profile | None:
    """The profile that the source was last read by; None if it does not hold any more."""
    run = ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    last = run.exclude(profile_tables={}).only("profile", "profile_tables").first()
    try:
        return profile_of(last) if last else None
    except BadProfile:
        return None
