"""What staff edit in the shop becomes the shop's: noticed when the product is saved."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from oscar.core.loading import get_model

from dealer_import.services.owning import note_edit
from shopflow.parts.models import PartRecord


def _product_saved(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if created or raw:
        return
    part = PartRecord.objects.filter(product_id=instance.pk).exclude(imported_title="").first()
    if part is None:
        return
    for field in ("title", "description"):
        if getattr(instance, field) != getattr(part, f"imported_{field}"):
            note_edit(part=part, field=field)


def connect() -> None:
    """Listen to Oscar's products; called once at start."""
    product = get_model("catalogue", "Product")
    post_save.connect(_product_saved, sender=product, dispatch_uid="dealer_import.product_edited")
