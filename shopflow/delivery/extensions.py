"""What the delivery room plugs into the sockets: its gate, the unlocking, panels, and the staff page."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.pages import (
    AccountPage,
    Audience,
    OrderPanel,
    Panel,
    ProductPanel,
    StaffPage,
    account_pages,
    order_panels,
    product_panels,
    staff_pages,
)
from shopflow.delivery import events, first_steps_flow, flows, gates, personal_data, services, update_flow  # noqa: F401
from shopflow.delivery.links import grant_token
from shopflow.delivery.queries import good_of_product, grants_of_order

CONFIRMATION = "order_confirmation"
ENDED = {"cancelled", "returned"}


@subscribers.register
class UnlockDigitalGoods(EventSubscriber):
    """Grants are made with the order, and unlocked once it is paid, consented to and confirmed by mail."""

    code = "delivery_unlock"
    label = _("Unlock digital goods")
    events = frozenset({"order_placed", "order_paid", "order_status_changed", "mail_sent"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        match published.event.code:
            case "order_placed":
                if services.prepare_grants(order_id=int(facts["order_id"] or 0)):
                    services.open_access(order_id=int(facts["order_id"] or 0))
            case "order_paid":
                services.note_paid(order_id=int(facts["order_id"] or 0))
            case "order_status_changed":
                if facts["new_status"] in ENDED:
                    services.revoke_order(order_id=int(facts["order_id"] or 0))
            case "mail_sent":
                reference = str(facts["reference"])
                if facts["template"] == CONFIRMATION and reference.startswith("order:"):
                    services.note_confirmed(order_id=int(reference.removeprefix("order:")))


@subscribers.register
class TellOfNewEdition(EventSubscriber):
    """One event of the good becomes one for each of its buyers, outside of the request that uploads the file."""

    code = "delivery_new_edition"
    label = _("Tell buyers of a new edition")
    events = frozenset({"file_version_released"})

    def handle(self, published: PublishedEvent) -> None:
        services.announce_edition(file_id=int(published.event.payload()["file_id"] or 0))


@order_panels.register
class DownloadsPanel(OrderPanel):
    code = "downloads"
    label = _("Downloads")
    position = 200

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        grants = list(grants_of_order(order_id))
        if not grants:
            return None
        rows = [{"grant": grant, "token": grant_token(grant)} for grant in grants]
        return Panel(
            title=self.label, template=f"shopflow/delivery/panel_{audience.value}.html", context={"rows": rows}
        )


@product_panels.register
class WhatYouGetPanel(ProductPanel):
    """Format, size, requirements and licence, before buying (Art. 246a § 1 (1) Nr. 17, 18 EGBGB)."""

    code = "digital"
    label = _("What you get")
    position = 50
    digital_only = True

    def panel(self, *, product_id: int) -> Panel | None:
        good = good_of_product(product_id)
        if good is None:
            return None
        return Panel(title=self.label, template="shopflow/delivery/product_panel.html", context={"good": good})


@staff_pages.register
class DigitalGoodsPage(StaffPage):
    code = "digital-goods"
    label = _("Digital goods")
    group = _("Catalogue")
    icon = "download"
    position = 40
    permission = "shopflow_delivery.manage_digital_goods"
    url_name = "digital-goods"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.delivery import dashboard

        return [
            path("", dashboard.goods, name="digital-goods"),
            path("neu/", dashboard.create, name="digital-good-create"),
            path("<int:pk>/", dashboard.good, name="digital-good"),
            path("<int:pk>/datei/", dashboard.upload, name="digital-good-upload"),
            path("<int:pk>/lektion/", dashboard.lesson, name="digital-good-lesson"),
            path("<int:pk>/schritte/", dashboard.first_step, name="digital-good-step"),
            path("<int:pk>/schritte/<int:step_id>/", dashboard.first_step, name="digital-good-step"),
            path("<int:pk>/schluessel/", dashboard.keys, name="digital-good-keys"),
            path("<int:pk>/lizenzen/", dashboard.pool, name="digital-good-pool"),
            path("zugang/<int:pk>/", dashboard.grant, name="access-grant"),
        ]


@account_pages.register
class DownloadsPage(AccountPage):
    code = "downloads"
    label = _("My downloads")
    icon = "download"
    position = 10
    url_name = "delivery-account"
