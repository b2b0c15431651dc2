from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class BasketIdle(Event):
    """A basket with goods and a known address has rested for an hour."""

    code = "basket_idle"
    label = _("Basket left for an hour")

    basket_id: int
    email: str
    user_id: int | None
