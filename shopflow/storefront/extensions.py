from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.events import ConsentChanged
from shopflow.contracts.automations import takes_people_in
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.pages import Panel, ProductPanel, product_panels
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.models import CurrentPart, PartRecord
from shopflow.storefront import events, flows, personal_data, watch_flow  # noqa: F401 - they register
from shopflow.storefront.models import SearchNumber
from shopflow.storefront.queries.price_drops import on_sale
from shopflow.storefront.services import forget_views_of, refresh_all, refresh_products, request_refresh
from shopflow.storefront.services.views_noted import PURPOSE

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
            refresh_products({*known, *_answering_for(event.run_id)})
        elif PartRecord.objects.all()[: FEW + 1].count() > FEW:
            request_refresh()
        else:
            refresh_all()


def _answering_for(run_id: int | None) -> set[int]:
    """Products that answer, or answered so far, to the numbers of parts that the run touched: their successors."""
    touched = PartRecord.objects.filter(changed_by_run=run_id)
    now = CurrentPart.objects.filter(part__in=touched).values_list("current__product_id", flat=True)
    before = SearchNumber.objects.filter(kind="former", key__in=touched.values("number_key"))
    return {*now, *before.values_list("product_id", flat=True)}


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


@subscribers.register
class ForgetViews(EventSubscriber):
    """Who no longer lets the shop count is taken out of the products that were looked at."""

    code = "storefront_views"
    label = _("Forget products looked at when the consent ends")
    events: ClassVar[frozenset[str]] = frozenset({"consent_changed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        if isinstance(event, ConsentChanged) and event.purpose == PURPOSE and event.action in ("withdraw", "object"):
            forget_views_of(email=event.email)


@product_panels.register
class PriceWatchPanel(ProductPanel):
    """“Tell me when the price falls”, while the automation that would tell it is on."""

    code = "price_watch"
    label = _("Price watch")
    position = 90

    def panel(self, *, product_id: int) -> Panel | None:
        if not takes_people_in("price_watch") or product_id not in on_sale([product_id]):
            return None
        return Panel(title=_("Wait for a lower price"), template="shopflow/storefront/price_watch_panel.html")
