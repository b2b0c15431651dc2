"""Tables of the automations."""

from shopflow.automations.models.decisions import Decision
from shopflow.automations.models.flows import Flow, FlowVersion
from shopflow.automations.models.people import ExperimentAssignment, Recipient
from shopflow.automations.models.runs import Run, RunKey, RunStep
from shopflow.automations.models.shop import AutomationSettings, Closure, SendingMinute

__all__ = [
    "AutomationSettings",
    "Closure",
    "Decision",
    "ExperimentAssignment",
    "Flow",
    "FlowVersion",
    "Recipient",
    "Run",
    "RunKey",
    "RunStep",
    "SendingMinute",
]
