"""What a flow's definition says: read from JSON, checked, and put into words."""

from shopflow.automations.definitions.model import (
    Act,
    Branch,
    Definition,
    Duration,
    Exit,
    Goal,
    Happening,
    Moments,
    PluginWait,
    Question,
    Resting,
    Split,
    Step,
    Trigger,
    UntilCondition,
    UntilDate,
    UntilEvent,
    Wait,
)
from shopflow.automations.definitions.reading import read
from shopflow.automations.definitions.references import missing_extensions

__all__ = [
    "Act",
    "Branch",
    "Definition",
    "Duration",
    "Exit",
    "Goal",
    "Happening",
    "Moments",
    "PluginWait",
    "Question",
    "Resting",
    "Split",
    "Step",
    "Trigger",
    "UntilCondition",
    "UntilDate",
    "UntilEvent",
    "Wait",
    "missing_extensions",
    "read",
]
