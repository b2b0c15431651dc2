from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import events
from shopflow.contracts.pages import (
    AccountPage,
    AttentionNote,
    Panel,
    ProductPanel,
    StaffPage,
    account_pages,
    attention_notes,
    product_panels,
    staff_pages,
)
from shopflow.contracts.parts import number_rules
from shopflow.parts import (  # noqa: F401 - they register
    charges,
    fitting_flow,
    flows,
    notice_flow,
    personal_data,
    queries,
    requirements,
    restrictions,
    segments,
    subscribers,
    tiers,
    vehicle_flows,
    vehicle_segments,
)
from shopflow.parts.dashboard import editing, notices, publishing
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.numbers import PlainNumber, PrintAndSortNumber
from shopflow.parts.presenting import part_context, safety_context
from shopflow.parts.queries.publishing import blocked_count


@product_panels.register
class PartDataPanel(ProductPanel):
    """Number, brand, OE numbers, fitment, deposits and safety data of a part."""

    code = "part_data"
    label = _("part data")
    position = 20

    def panel(self, *, product_id: int) -> Panel | None:
        data = queries.part_data(product_id)
        if data is None:
            return None
        return Panel(title=_("Part data"), template="shopflow/parts/panel.html", context=part_context(data))


@product_panels.register
class SafetyPanel(ProductPanel):
    """Who made the part, warnings, approval, papers, and how batteries and oil are disposed of."""

    code = "part_safety"
    label = _("manufacturer and safety")
    position = 30

    def panel(self, *, product_id: int) -> Panel | None:
        data = queries.part_data(product_id)
        if data is None:
            return None
        context = safety_context(data)
        shown = ("manufacturer", "safety_texts", "approval", "documents")
        if not any(context[name] for name in shown) and data.goods_class not in ("oil", "battery"):
            return None
        return Panel(title=_("Manufacturer, safety and papers"), template="shopflow/parts/safety.html", context=context)


events.register(CatalogueChanged)
number_rules.register(PlainNumber)
number_rules.register(PrintAndSortNumber)


@staff_pages.register
class MissingPage(StaffPage):
    """What parts lack before they may be public, what is demanded of them, and single parts."""

    code = "parts"
    label = _("What is missing")
    group = _("Catalogue")
    icon = "list-checks"
    position = 31
    permission = publishing.VIEW
    url_name = "parts-missing"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", publishing.missing_list, name="parts-missing"),
            path("fehlt.csv", publishing.missing_csv, name="parts-missing-csv"),
            path("forderungen/", publishing.demand_list, name="parts-demands"),
            path("forderungen/<str:code>/", publishing.demand_save, name="parts-demand"),
            path("warengruppen/", publishing.goods_list, name="parts-goods"),
            path("warengruppen/speichern/", publishing.goods_save, name="parts-goods-save"),
            path("teil/<int:product_id>/", editing.part, name="parts-part"),
            path("teil/<int:product_id>/dokument/", editing.document_add, name="parts-document-add"),
            path("teil/<int:product_id>/dokument/<int:pk>/", editing.document_remove, name="parts-document-remove"),
        ]


@staff_pages.register
class SafetyNoticesPage(StaffPage):
    """Recalls and safety warnings, and who has read them."""

    code = "safety-notices"
    label = _("Safety notices")
    group = _("Orders")
    icon = "triangle-alert"
    position = 65
    permission = notices.VIEW
    url_name = "parts-notices"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", notices.notices, name="parts-notices"),
            path("neu/", notices.new_notice, name="parts-notice-new"),
            path("<int:pk>/", notices.notice, name="parts-notice-page"),
        ]


@staff_pages.register
class BrandsPage(StaffPage):
    """Brands with their rules, manufacturers' data, makers of vehicles."""

    code = "brands"
    label = _("Brands and makers")
    group = _("Catalogue")
    icon = "factory"
    position = 32
    permission = publishing.VIEW
    url_name = "parts-brands"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", editing.brands, name="parts-brands"),
            path("<int:pk>/", editing.brand, name="parts-brand"),
            path("hersteller/neu/", editing.manufacturer, name="parts-manufacturer-new"),
            path("hersteller/<int:pk>/", editing.manufacturer, name="parts-manufacturer"),
            path("fahrzeughersteller/", editing.makers_save, name="parts-makers"),
        ]


@attention_notes.register
class PartsOffline(AttentionNote):
    code = "parts_offline"
    label = _("parts are offline because something is missing")
    hint = _("Enter what is missing; they come back by themselves.")
    icon = "list-checks"
    position = 75
    permission = publishing.VIEW

    def count(self) -> int:
        return blocked_count()

    def url(self) -> str:
        return reverse("shopflow-staff:parts-missing") + "?gesperrt=1"


@account_pages.register
class GaragePage(AccountPage):
    code = "garage"
    label = _("My vehicles")
    icon = "car"
    position = 20
    url_name = "parts-garage"
