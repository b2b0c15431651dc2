"""The legal room's verbs, and the only writer of its tables."""

from shopflow.legal.services.confirmation import confirmation_attachment, send_confirmation
from shopflow.legal.services.pages import create_page_tree
from shopflow.legal.services.texts import pdf_of, record_order_texts, record_version
from shopflow.legal.services.withdrawal import declare_withdrawal, handle_withdrawal, send_receipt

__all__ = [
    "confirmation_attachment",
    "create_page_tree",
    "declare_withdrawal",
    "handle_withdrawal",
    "pdf_of",
    "record_order_texts",
    "record_version",
    "send_confirmation",
    "send_receipt",
]
