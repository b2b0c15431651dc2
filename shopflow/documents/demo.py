"""Documents of the demo shop."""

from __future__ import annotations

from shopflow.core.models import Seller
from shopflow.documents.models import DocumentSettings
from shopflow.documents.services import save_settings


def load(*, seller: Seller) -> None:
    """How the demo dealer numbers invoices and what they say."""
    save_settings(
        invoice_prefix="RE-{year}-",
        issue_when=DocumentSettings.When.PAID,
        closing_text=f"Vielen Dank für Ihren Einkauf bei {seller.name}. Es gelten die gesetzlichen Mängelrechte.",
        footer="",
    )
