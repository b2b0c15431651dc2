"""The engine's answer to pages that ask whether an automation is on."""

from __future__ import annotations

from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models import AutomationSettings, Flow
from shopflow.contracts.automations import FlowSwitchboard, flow_switchboards


@flow_switchboards.register
class EngineSwitchboard(FlowSwitchboard):
    code = "engine"
    label = _("Automations")

    def is_on(self, flow: str) -> bool:
        """Switched on with a version, not paused, and no emergency stop: whoever enters is served soon."""
        stopped = AutomationSettings.objects.filter(halted_at__isnull=False)
        running = Flow.objects.filter(~Exists(stopped), code=flow, enabled=True, paused_at=None)
        return running.filter(active_version__isnull=False).exists()
