"""Edits in Oscar's dashboard, which knows nothing of us: what they touch is refreshed after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from oscar.core.loading import get_model

from shopflow.storefront.queries.categories import forget_category_tree
from shopflow.storefront.queries.words import teach_sqlite
from shopflow.storefront.services import announce_alert_form, ensure_text_index, refresh_products, request_refresh

AT_ONCE = 500
"""More products than this are left to a worker."""


class _Refresh:
    """One refresh after the commit, however many signals ask for it."""

    def __init__(self, product_ids: Iterable[int]) -> None:
        self.product_ids = set(product_ids)

    def __call__(self) -> None:
        refresh_products(self.product_ids)


def refresh_later(product_ids: Iterable[int]) -> None:
    """Refresh these products once the current transaction has committed; calls in one transaction are joined."""
    wanted = {pk for pk in product_ids if pk}
    if not wanted:
        return
    connection = transaction.get_connection()
    here = set(connection.savepoint_ids)
    for savepoints, planned, _robust in connection.run_on_commit:
        if isinstance(planned, _Refresh) and savepoints == here:
            planned.product_ids |= wanted
            return
    transaction.on_commit(_Refresh(wanted), robust=True)


def _product_changed(instance: Model, **kwargs: Any) -> None:
    refresh_later([instance.pk, getattr(instance, "parent_id", None) or 0])


def _belonging_changed(instance: Any, **kwargs: Any) -> None:
    refresh_later([instance.product_id])


def _categories_changed(instance: Any, action: str, pk_set: set[int] | None, reverse: bool, **kwargs: Any) -> None:
    if action == "pre_clear" and reverse:
        refresh_later(instance.product_set.values_list("pk", flat=True))
    elif action.startswith("post_"):
        refresh_later(pk_set or () if reverse else [instance.pk])


def _category_changed(instance: Any, **kwargs: Any) -> None:
    forget_category_tree()
    transaction.on_commit(forget_category_tree)
    link = get_model("catalogue", "ProductCategory")
    below = link.objects.filter(category__path__startswith=instance.path).values_list("product_id", flat=True)
    product_ids = set(below[: AT_ONCE + 1])
    if len(product_ids) > AT_ONCE:
        request_refresh()
    else:
        refresh_later(product_ids)


def _alert_saved(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        announce_alert_form(alert=instance)


def _migrated(using: str, **kwargs: Any) -> None:
    if connections[using].vendor in {"postgresql", "sqlite"}:
        ensure_text_index(using)


def connect(config: AppConfig) -> None:
    """Listen to Oscar's and the parts room's models and to ``migrate``; called once at start."""
    product = get_model("catalogue", "Product")
    senders = [
        (product, _product_changed),
        (get_model("partner", "StockRecord"), _belonging_changed),
        (get_model("catalogue", "ProductCategory"), _belonging_changed),
        (get_model("shopflow_parts", "PartRecord"), _belonging_changed),
        (get_model("shopflow_tax", "ProductTax"), _belonging_changed),
        (get_model("catalogue", "Category"), _category_changed),
    ]
    for sender, receiver in senders:
        for signal in (post_save, post_delete):
            signal.connect(receiver, sender=sender, dispatch_uid=f"shopflow.storefront.{sender.__name__}")
    m2m_changed.connect(
        _categories_changed, sender=product.categories.through, dispatch_uid="shopflow.storefront.categories"
    )
    post_save.connect(
        _alert_saved, sender=get_model("customer", "ProductAlert"), dispatch_uid="shopflow.storefront.alert"
    )
    connection_created.connect(teach_sqlite, dispatch_uid="shopflow.storefront.functions")
    post_migrate.connect(_migrated, sender=config, dispatch_uid="shopflow.storefront.text_index")
