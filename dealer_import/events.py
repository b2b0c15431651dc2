"""What happens to imports and to the shelf. All of it is for staff: no event names a person."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class ImportStopped(Event):
    """A run was held by a brake, or has failed; nothing of it is in the shop. ``why`` is ``held`` or ``failed``.

    A refused file counts as failed. ``reason`` is the code of the brake or of the refusal, ``page`` the run's page.
    """

    code = "import_stopped"
    label = _("Import held or failed")
    description = _("An import was held by a brake or has failed; nothing of it is in the shop.")
    also = _("Import failed, import guard")

    run_id: int
    source: str
    file_name: str
    why: str
    reason: str
    page: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class ImportSettled(Event):
    """Nothing of the source waits for a decision any more, and its last run has not failed."""

    code = "import_settled"
    label = _("Import goes on")
    description = _("Nothing of an import waits for you any more, and the last run went well.")

    source: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class StockBelowThreshold(Event):
    """Parts of a supplier have fallen below their threshold. ``fresh`` are those that had not been there at the last
    look, ``parts`` all of them; ``page`` is the proposal's page for staff.
    """

    code = "stock_below_threshold"
    label = _("Stock below its threshold")
    description = _("Parts of a supplier have fallen below the stock that you want to keep.")

    supplier_id: int
    supplier: str
    parts: int
    fresh: int
    page: str


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class StockRecovered(Event):
    """No part of the supplier is below its threshold any more."""

    code = "stock_recovered"
    label = _("Stock back above its threshold")
    description = _("All parts of a supplier are in sufficient stock again.")

    supplier_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class SupplierOrdered(Event):
    """Staff have sent the supplier an order."""

    code = "supplier_ordered"
    label = _("Order sent to a supplier")
    description = _("You have sent an order to a supplier.")

    supplier_id: int
    supplier_order_id: int
