"""The automations of the demo shop."""

from __future__ import annotations

from typing import Any

from shopflow.automations.models import Flow
from shopflow.automations.services import switch_flow, sync_builtin_flows


def load(*, seller: Any) -> None:
    """Switch every built-in automation on; ``seller`` is taken like by the other rooms' demos and not needed."""
    sync_builtin_flows()
    for flow in Flow.objects.filter(enabled=False, active_version__isnull=False).order_by("code"):
        switch_flow(flow=flow, enabled=True, actor=None)
