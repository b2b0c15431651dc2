from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.models import PartRecord
from shopflow.storefront.services import refresh_all, refresh_products, request_refresh

FEW = 5_000
"""Up to so many parts are refreshed at once; beyond that a worker looks through the whole catalogue."""


@subscribers.register
class RefreshAfterImport(EventSubscriber):
    """An import or mass change was applied: refresh the parts that it touched."""

    code = "storefront_catalogue"
    label = _("Listing and search follow the catalogue")
    events: ClassVar[frozenset[str]] = frozenset({CatalogueChanged.code})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        if not isinstance(event, CatalogueChanged):
            return
        touched = PartRecord.objects.filter(changed_by_run=event.run_id).values_list("product_id", flat=True)
        known = list(touched[: FEW + 1]) if event.run_id is not None else []
        if len(known) == event.changed <= FEW:
            refresh_products(known)
        elif PartRecord.objects.all()[: FEW + 1].count() > FEW:
            request_refresh()
        else:
            refresh_all()


@subscribers.register
class RefreshAfterSale(EventSubscriber):
    """Stock moves with orders by statements that send no signal."""

    code = "storefront_stock"
    label = _("Listing follows the stock")
    events: ClassVar[frozenset[str]] = frozenset({"order_placed", "order_status_changed"})

    def handle(self, published: PublishedEvent) -> None:
        order_id = published.event.payload().get("order_id")
        lines = get_model("order", "Line").objects.filter(order_id=order_id, product__isnull=False)
        refresh_products(lines.values_list("product_id", flat=True), stock_only=True)
