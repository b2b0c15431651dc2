"""Tables of the automations."""

from shopflow.automations.models.broadcasts import Broadcast
from shopflow.automations.models.decisions import Decision
from shopflow.automations.models.drafts import DraftState, FlowDraft
from shopflow.automations.models.dry_runs import DryRun, DryRunLine
from shopflow.automations.models.flows import Flow, FlowVersion
from shopflow.automations.models.people import ExperimentAssignment, Recipient
from shopflow.automations.models.reports import (
    ArmResult,
    Conversion,
    DailyFigure,
    ReportState,
    Sale,
    StandingFigure,
)
from shopflow.automations.models.runs import Run, RunKey, RunStep
from shopflow.automations.models.shop import AutomationSettings, Closure, SendingMinute, ZoneData
from shopflow.automations.models.trials import Clearance, Trial, WalkedWay

__all__ = [
    "ArmResult",
    "AutomationSettings",
    "Broadcast",
    "Clearance",
    "Closure",
    "Conversion",
    "DailyFigure",
    "Decision",
    "DraftState",
    "DryRun",
    "DryRunLine",
    "ExperimentAssignment",
    "Flow",
    "FlowDraft",
    "FlowVersion",
    "Recipient",
    "ReportState",
    "Run",
    "RunKey",
    "RunStep",
    "Sale",
    "SendingMinute",
    "StandingFigure",
    "Trial",
    "WalkedWay",
    "ZoneData",
]
