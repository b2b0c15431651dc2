from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class Registered(Event):
    """Somebody has opened an account. It proves neither that the address is theirs nor that they agree to anything."""

    code = "registered"
    label = _("Account opened")
    description = _("Somebody has opened an account in the shop.")

    email: str
    user_id: int
