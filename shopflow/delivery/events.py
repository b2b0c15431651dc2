from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """A digital good was unlocked for its buyer."""

    code = "access_granted"
    label = _("Digital good unlocked")

    order_id: int
    grant_id: int
    email: str
    user_id: int | None
