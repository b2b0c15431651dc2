from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@dataclasses.dataclass(frozen=True, kw_only=True)
class CatalogueChanged(Event):
    """Many parts changed at once: an import or a mass change was applied.

    ``run_id`` is the import run (null for other changes), ``changed`` how many parts were created, changed or hidden.
    """

    run_id: int | None
    changed: int

    code = "catalogue_changed"
    label = _("catalogue changed")


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class PromiseAtRisk(Event):
    """An order should arrive today and has not left the house. ``due_on`` is the promised day, as 2026-11-22."""

    code = "promise_at_risk"
    label = _("Delivery promise cannot be kept")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    due_on: str
