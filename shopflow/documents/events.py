from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """A document was stored with its PDF."""

    code = "document_issued"
    label = _("Document issued")
    description = _("An invoice or another document was issued, and its PDF is stored.")
    also = _("Invoice issued")

    order_id: int
    document_id: int
    document_type: str
