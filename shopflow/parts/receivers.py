"""Edits in Oscar's dashboard: prices go into the history, and after the commit the part is judged again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from oscar.core.loading import get_model

from shopflow.parts.models import PartRecord
from shopflow.parts.services import note_price, review_products, review_publishing

AT_ONCE = 5000
OWN_MARK = frozenset({"hidden_by_gate"})
"""What a review itself saves, so that lists follow; it asks for no other review."""


class _Review:
    """One review after the commit, however many signals ask for it."""

    def __init__(self, product_ids: Iterable[int]) -> None:
        self.product_ids = set(product_ids)

    def __call__(self) -> None:
        if len(self.product_ids) > AT_ONCE:
            review_publishing()
            return
        for part in PartRecord.objects.filter(product_id__in=review_products(self.product_ids)):
            part.save(update_fields=OWN_MARK)


def review_later(product_ids: Iterable[int]) -> None:
    """Judge these products once the current transaction has committed; calls in one transaction are joined."""
    wanted = {pk for pk in product_ids if pk}
    if not wanted:
        return
    connection = transaction.get_connection()
    here = set(connection.savepoint_ids)
    for savepoints, planned, _robust in connection.run_on_commit:
        if isinstance(planned, _Review) and savepoints == here:
            planned.product_ids |= wanted
            return
    transaction.on_commit(_Review(wanted), robust=True)


def _product_changed(instance: Model, **kwargs: Any) -> None:
    review_later([instance.pk])


def _price_typed(instance: Any, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    """A price that staff have typed is a change of price like an import's (§ 11 PAngV)."""
    if raw or not instance.pk or (update_fields is not None and "price" not in update_fields):
        return
    note_price(stock_record_id=instance.pk, price=instance.price)


def _belonging_changed(instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if update_fields != OWN_MARK:
        review_later([instance.product_id])


def _categories_changed(instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        review_later([instance.pk])


def connect() -> None:
    """Listen to Oscar's models and the part's own; called once at start. Mass changes send no signal."""
    product = get_model("catalogue", "Product")
    senders = [
        (get_model("partner", "StockRecord"), _belonging_changed),
        (get_model("catalogue", "ProductImage"), _belonging_changed),
        (get_model("catalogue", "ProductCategory"), _belonging_changed),
        (PartRecord, _belonging_changed),
    ]
    for sender, receiver in senders:
        for signal in (post_save, post_delete):
            signal.connect(receiver, sender=sender, dispatch_uid=f"shopflow.parts.{sender.__name__}")
    pre_save.connect(_price_typed, sender=get_model("partner", "StockRecord"), dispatch_uid="shopflow.parts.price")
    post_save.connect(_product_changed, sender=product, dispatch_uid="shopflow.parts.Product")
    m2m_changed.connect(
        _categories_changed, sender=product.categories.through, dispatch_uid="shopflow.parts.categories"
    )
