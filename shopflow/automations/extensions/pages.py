from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.pages import StaffPage, staff_pages


@staff_pages.register
class AutomationsPage(StaffPage):
    code = "automations"
    label = _("Automations")
    group = _("Customers")
    icon = "workflow"
    position = 40
    permission = "shopflow_automations.view_flow"
    url_name = "automations"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.automations.urls import urlpatterns

        return urlpatterns
