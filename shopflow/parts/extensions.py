from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import events
from shopflow.contracts.pages import Panel, ProductPanel, product_panels
from shopflow.contracts.parts import number_rules
from shopflow.parts import charges, personal_data, queries, requirements  # noqa: F401 - some register themselves
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.numbers import PlainNumber, PrintAndSortNumber
from shopflow.parts.presenting import part_context


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


events.register(CatalogueChanged)
number_rules.register(PlainNumber)
number_rules.register(PrintAndSortNumber)
