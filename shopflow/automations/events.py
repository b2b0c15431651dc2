"""What happens to automations themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events
from shopflow.contracts.types import Label


@events.register
@dataclass(frozen=True, kw_only=True)
class ContentReviewDue(Event):
    """Nobody has looked at the texts of the automation with this code for long; ``page`` is its page for staff."""

    code = "content_review_due"
    label = _("Texts of an automation are to be checked")
    description = _("Nobody has checked the texts of an automation for a long time.")
    automation: str
    name: str
    page: str


@events.register
@dataclass(frozen=True, kw_only=True)
class ContentReviewed(Event):
    """Staff have checked the texts of an automation."""

    code = "content_reviewed"
    label = _("Texts of an automation were checked")
    description = _("You or a colleague have checked the texts of an automation.")
    automation: str


@events.register
@dataclass(frozen=True, kw_only=True)
class AutomationFinished(Event):
    """A run of the automation with this code has ended; ``ending`` is a :class:`Run.Ending`, ``reason_code`` why.

    The other fields are the run's own, as far as it has them. Published only while an automation or a subscriber asks
    for it.
    """

    code = "automation_finished"
    label = _("Another automation has ended")
    description = _("Somebody has come to the end of another automation, or has left it.")
    on_demand = True
    automation: str
    name: str
    ending: str
    reason_code: str
    flow_run_id: int
    email: str
    user_id: int | None = None
    order_id: int | None = None
    order_number: str = ""
    basket_id: int | None = None


@events.register
@dataclass(frozen=True, kw_only=True)
class ExternalEvent(Event):
    """Another system has said, signed, that something has happened to somebody. ``name`` is that system's own word for
    it, ``reference`` its number or code. ``user_id`` is the account with that address, if there is one.
    """

    code = "external"
    label = _("Call from another system")
    description = _("Another system, such as the workshop's calendar, has told the shop of something.")
    also = _("API, webhook")
    name: str
    email: str
    reference: str
    user_id: int | None

    @classmethod
    def silent_because(cls) -> Label:
        if getattr(settings, "SHOPFLOW_EVENTS_SECRET", ""):
            return ""
        return _("Other systems may call once SHOPFLOW_EVENTS_SECRET is set.")
