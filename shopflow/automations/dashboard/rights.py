"""The rights that the pages ask for."""

from __future__ import annotations

VIEW = "shopflow_automations.view_flow"
CHANGE = "shopflow_automations.change_flow"
OVERRIDE = "shopflow_automations.override_activation"
MOVE = "shopflow_automations.change_run"
