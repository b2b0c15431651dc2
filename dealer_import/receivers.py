"""What staff do to products beside the import: edits become the shop's, deleted stock records come back."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from oscar.core.loading import get_model

from dealer_import.models import FieldOwner
from dealer_import.services.owning import note_edit
from dealer_import.texts import is_same_text
from shopflow.parts.models import PartRecord


def _product_saved(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if created or raw:
        return
    part = PartRecord.objects.filter(product_id=instance.pk).first()
    if part is None:
        return
    _tell_as_a_whole(part)
    if not part.imported_title:
        return
    _undo_reformatting(sender, instance, part)
    for field in ("title", "description"):
        if getattr(instance, field) != getattr(part, f"imported_{field}"):
            note_edit(part=part, field=field)


def _tell_as_a_whole(part: PartRecord) -> None:
    """The next delivery that changes the part is compared with all that the shop holds, not with prices alone."""
    if part.rest_text_hash is not None:
        PartRecord.objects.filter(pk=part.pk).update(rest_text_hash=None)


def _undo_reformatting(sender: Any, instance: Any, part: PartRecord) -> None:
    """A text editor wraps a description that nobody has touched into paragraphs; that is no edit."""
    delivered, saved = part.imported_description, instance.description or ""
    if not delivered or saved == delivered or not is_same_text(saved, delivered):
        return
    if not FieldOwner.objects.filter(part=part, field="description").exists():
        sender.objects.filter(pk=instance.pk).update(description=delivered)
        instance.description = delivered


def _stock_record_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """The next delivery looks at the part again, and brings back what it is sold by."""
    PartRecord.objects.filter(product_id=instance.product_id).update(raw_hash=None, row_hash=None)


def connect() -> None:
    """Listen to Oscar's products and stock records; called once at start."""
    product = get_model("catalogue", "Product")
    post_save.connect(_product_saved, sender=product, dispatch_uid="dealer_import.product_edited")
    stock = get_model("partner", "StockRecord")
    post_delete.connect(_stock_record_deleted, sender=stock, dispatch_uid="dealer_import.stock_record_deleted")
