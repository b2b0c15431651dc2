from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dealer_import.apply.owners import EDITABLE
from dealer_import.models import FieldOwner
from dealer_import.profiles.fields import FIELDS
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.parts.extra_fields import EXTRAS, SCALARS
from shopflow.parts.models import PartRecord

UNLOCKABLE = FIELDS - {"number", "brand", "models", "content_unit"}
"""Fields that staff may keep from the import; number and brand are what a part is."""


@transaction.atomic
def lock_field(*, product_id: int, field: str, actor: Any) -> FieldOwner:
    """Keep a part's field as it is: no import writes it until staff unlock it. Raises ValueError for other fields."""
    part = _part(product_id, field)
    owner, _created = FieldOwner.objects.update_or_create(
        part=part,
        field=field,
        defaults={"owner": FieldOwner.Owner.LOCKED, "source": "", "set_by": actor, "set_at": clock.now()},
    )
    audit(actor=actor, action="import_field_locked", target=part.product, summary=f"{part}: {field}")
    return owner


@transaction.atomic
def unlock_field(*, product_id: int, field: str, actor: Any) -> None:
    """Give a field back to the source that delivers it: the next import that names the part writes it."""
    part = _part(product_id, field)
    FieldOwner.objects.filter(part=part, field=field).delete()
    values: dict[str, Any] = {"raw_hash": None, "row_hash": None}
    if field in ("title", "description"):
        values[f"imported_{field}"] = getattr(part.product, field)
    if field == "category":
        values["imported_category"] = part.product.categories.order_by("pk").first()
    if field in EXTRAS:
        values["imported_extras"] = _given_back(part, field)
    PartRecord.objects.filter(pk=part.pk).update(**values)
    audit(actor=actor, action="import_field_unlocked", target=part.product, summary=f"{part}: {field}")


def _given_back(part: PartRecord, field: str) -> dict[str, Any]:
    """What was delivered of the extra fields, so that the next delivery of ``field`` counts as a change."""
    remembered = {key: value for key, value in part.imported_extras.items() if key not in EXTRAS[field]}
    for key in SCALARS.get(field, ()):
        value = getattr(part, key)
        if value not in (None, "", [], False):
            remembered[key] = value.isoformat() if isinstance(value, date) else value
    return remembered


def note_edit(*, part: PartRecord, field: str, actor: Any = None) -> None:
    """Staff have edited a field in the shop: it belongs to the shop from now on. A higher owner stays."""
    if field not in EDITABLE:
        raise ValueError(field)
    FieldOwner.objects.get_or_create(
        part=part,
        field=field,
        defaults={"owner": FieldOwner.Owner.SHOP, "set_by": actor, "set_at": clock.now()},
    )


def _part(product_id: int, field: str) -> PartRecord:
    if field not in UNLOCKABLE:
        raise ValueError(_("“%(field)s” is no field that can be locked.") % {"field": field})
    return PartRecord.objects.select_related("product", "brand").get(product_id=product_id)
