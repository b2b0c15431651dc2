"""What a flow's definition says: read from JSON, checked, and put into words."""

from shopflow.automations.definitions.model import (
    Act,
    Branch,
    Definition,
    Duration,
    Exit,
    Question,
    Step,
    Trigger,
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
    "Question",
    "Step",
    "Trigger",
    "Wait",
    "missing_extensions",
    "read",
]
