from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.services import handle_event
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers


@subscribers.register
class AutomationTriggers(EventSubscriber):
    """Hears every event: which of them matter is data."""

    code = "automations"
    label = _("Automations")

    def handle(self, published: PublishedEvent) -> None:
        handle_event(published=published)
