from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events
from shopflow.contracts.types import Label

PARTS: dict[str, Label] = {
    "database": _("database"),
    "cache": _("cache"),
    "broker": _("message broker"),
    "worker": _("worker"),
    "disk": _("storage space"),
    "deliveries": _("held events"),
}
"""What is looked after, by the names that the health page has for it."""


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class HealthAlert(Event):
    """A part of the shop is not well; ``trouble`` is one or two words, as on the health page. Once a day for each.

    About no person. What stands still altogether, such as the database or every worker, cannot say so itself: monitors
    ask the health page for that. A worker that takes up work again says that it was late.
    """

    code = "health_alert"
    label = _("A part of the shop is not well")
    description = _("The cache, the broker, the worker or the storage space is in trouble, or events are held.")

    part: str
    trouble: str
    day: str
