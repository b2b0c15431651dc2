"""Staff's verbs for brands, manufacturers and single parts; every change is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.contracts.parts import number_rules
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.parts.models import Brand, Manufacturer, PartDocument, PartFitment, PartRecord, VehicleType
from shopflow.parts.services.publishing import review_products, review_publishing
from shopflow.parts.services.taxing import align_tax_classes

MAX_DOCUMENT_BYTES = 20_000_000
EDITABLE = (
    "goods_class",
    "content_milli",
    "content_unit",
    "order_multiple",
    "core_deposit_cents",
    "battery_deposit_gross_cents",
    "un_number",
    "hazard_class",
    "packing_group",
    "limited_quantity",
    "core_taxed",
    "features",
    "approval_kind",
    "approval_number",
    "approval_note",
    "sale_restriction",
    "pickup_only",
    "season_from",
    "season_to",
    "manufacturer",
    "safety_text",
    "status",
    "attributes",
)
"""Fields of a part that staff edit; the others belong to the dealer's system."""


@transaction.atomic
def save_manufacturer(
    *, actor: Any, manufacturer: Manufacturer | None = None, name: str, **fields: Any
) -> Manufacturer:
    """Create or change a manufacturer; an existing one is found by name. Raises ValidationError."""
    row = manufacturer or Manufacturer.objects.filter(name=name).first() or Manufacturer()
    row.name = name
    for field, value in fields.items():
        setattr(row, field, value)
    row.full_clean()
    row.save()
    audit(actor=actor, action="parts.manufacturer", target=row, summary=row.name)
    review_publishing()
    return row


@transaction.atomic
def save_brand(*, brand: Brand, actor: Any, **fields: Any) -> Brand:
    """Change a brand's name, number rule, manufacturer or warnings. Raises ValidationError.

    Another number rule changes the keys of the next import only: stored keys stay.
    """
    for field, value in fields.items():
        setattr(brand, field, value)
    if brand.number_rule and brand.number_rule not in number_rules:
        raise ValidationError({"number_rule": _("This number rule is not installed.")})
    brand.full_clean()
    brand.save()
    audit(actor=actor, action="parts.brand", target=brand, summary=brand.name)
    review_publishing()
    return brand


@transaction.atomic
def save_part(*, part: PartRecord, values: Mapping[str, Any], actor: Any) -> list[str]:
    """Change the fields of :data:`EDITABLE` that ``values`` holds; returns the names of those that changed.

    What the change publishes or hides happens at once, and the next delivery that changes the part is compared with it
    as a whole. Raises ValidationError, and KeyError for other fields.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    changed = [name for name, value in values.items() if getattr(part, name) != value]
    if not changed:
        return []
    old = {name: str(getattr(part, name)) for name in changed}
    for name in changed:
        setattr(part, name, values[name])
    part.full_clean(exclude={field.name for field in PartRecord._meta.fields} - set(EDITABLE))
    part.rest_text_hash = None
    part.save(update_fields=[*changed, "rest_text_hash"])
    align_tax_classes(product_ids=[part.product_id])
    review_products([part.product_id])
    new = {name: str(getattr(part, name)) for name in changed}
    audit(actor=actor, action="parts.part", target=part, summary=part.number_display, data={"old": old, "new": new})
    return changed


@transaction.atomic
def add_document(*, file: Any, name: str, kind: str, title: str, parts: list[PartRecord], actor: Any) -> PartDocument:
    """Keep a PDF for parts; one of the same name is replaced. Raises ValidationError for anything but a PDF."""
    if file.size > MAX_DOCUMENT_BYTES:
        raise ValidationError({"file": _("The file is larger than 20 MB. Please make it smaller.")})
    if file.read(5) != b"%PDF-":
        raise ValidationError({"file": _("This is no PDF. Please export the document as PDF.")})
    file.seek(0)
    row = PartDocument.objects.filter(name=name).first() or PartDocument(name=name)
    row.kind, row.title, row.size, row.added_at = kind, title, file.size, clock.now()
    row.file = file
    row.full_clean()
    row.save()
    row.parts.add(*parts)
    audit(actor=actor, action="parts.document", target=row, summary=name)
    return row


@transaction.atomic
def remove_document(*, document: PartDocument, part: PartRecord, actor: Any) -> None:
    """Take a document off a part; the file stays for the other parts that have it."""
    document.parts.remove(part)
    audit(actor=actor, action="parts.document_removed", target=document, summary=f"{document}: {part.number_display}")


@transaction.atomic
def set_fitments(*, part: PartRecord, rows: list[tuple[str, str, str, int, int]], actor: Any) -> int:
    """Make the part's vehicles exactly ``rows`` (HSN, TSN, model, first and last year; 0 for open).

    Returns how many were added or removed; the next import of a source that delivers vehicles decides anew.
    """
    names = ("hsn", "tsn", "model", "year_from", "year_to")
    known = {row[1:]: row[0] for row in part.fitments.values_list("pk", *names)}
    wanted = dict.fromkeys(rows)
    gone = [pk for row, pk in known.items() if row not in wanted]
    new = [dict(zip(names, row, strict=True)) for row in wanted if row not in known]
    if not gone and not new:
        return 0
    part.fitments.filter(pk__in=gone).delete()
    part.fitments.bulk_create([PartFitment(part=part, **fields) for fields in new])
    VehicleType.objects.bulk_create([VehicleType(**fields) for fields in new], ignore_conflicts=True)
    audit(
        actor=actor,
        action="parts.fitments",
        target=part,
        summary=f"{part.number_display}: +{len(new)} −{len(gone)}",
    )
    return len(gone) + len(new)
