from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    """A consent was given or taken back; ``action`` is ``confirm``, ``grant`` or ``withdraw``."""

    code = "consent_changed"
    label = _("Consent changed")
    email: str
    purpose: str
    action: str
