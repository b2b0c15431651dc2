from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models import Run
from shopflow.contracts.pages import AttentionNote, StaffPage, attention_notes, staff_pages
from shopflow.core.models import OutboxDelivery


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


@attention_notes.register
class ParkedDeliveries(AttentionNote):
    code = "deliveries_parked"
    label = _("parked events")
    hint = _("A part of the shop could not take them in. Remove the cause and deliver them again.")
    icon = "circle-pause"
    position = 40
    permission = "shopflow_automations.view_flow"

    def count(self) -> int:
        return OutboxDelivery.objects.filter(state=OutboxDelivery.State.PARKED).count()

    def url(self) -> str:
        return reverse("shopflow-staff:automations-deliveries")


@attention_notes.register
class ParkedRuns(AttentionNote):
    code = "runs_parked"
    label = _("parked runs of automations")
    hint = _("A step failed several times. Try it again, leave it out or end the run.")
    icon = "workflow"
    position = 50
    permission = "shopflow_automations.view_flow"

    def count(self) -> int:
        return Run.objects.filter(state=Run.State.PARKED).count()

    def url(self) -> str:
        return f"{reverse('shopflow-staff:automations-runs')}?state={Run.State.PARKED}"
