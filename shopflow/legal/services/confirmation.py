from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags
from oscar.core.loading import get_model

from oscar_ext.order.queries import order_email, vat_by_rate
from shopflow.contracts.mail import Attachment, MailClass, mail_contexts
from shopflow.contracts.types import JSONDict
from shopflow.core.queries import seller
from shopflow.legal.links import withdraw_url
from shopflow.legal.models import LegalTextVersion
from shopflow.legal.queries import versions_of_order
from shopflow.legal.services.texts import pdf_of
from shopflow.mailing.services import queue_message
from shopflow.ordering.queries import agreements

ATTACHED = ("agb", "widerruf")
"""Legal texts that go with the confirmation on a durable medium (§ 312f (2) BGB)."""
LENT = ("order", "payment")
"""Mail contexts of other rooms that the confirmation speaks with, where they are installed."""


@dataclass(frozen=True)
class Agreed:
    """A declaration as the mail repeats it (§ 312f (3) BGB): the words, without links and markup."""

    text: str


def plain_text(html: str) -> str:
    """The words of a declaration that was shown as HTML."""
    return " ".join(unescape(strip_tags(html)).split())


def send_confirmation(*, order_id: int) -> None:
    """Queue the confirmation of an order, once: receipt (§ 312i (1) Nr. 3) and contract (§ 312f (2), (3)) in one.

    The legal texts are attached as PDFs of the versions that were recorded with the order.
    """
    order = get_model("order", "Order").objects.get(pk=order_id)
    shown = list(agreements(order_id))
    language = (shown[0].content.get("language") if shown else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        context, attachments = _context(order, shown), _attachments(order_id)
    queue_message(
        dedupe_key=f"order:{order_id}:confirmation",
        template="order_confirmation",
        to=order_email(order),
        context=context,
        mail_class=MailClass.LEGAL,
        language=language,
        attachments=attachments,
        reference=f"order:{order_id}",
    )


def _context(order: Any, shown: list[Any]) -> JSONDict:
    context: JSONDict = {
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "seller": seller(),
        "vat": order.total_incl_tax - order.total_excl_tax,
        "vat_rates": vat_by_rate(order),
        "agreements": [Agreed(plain_text(row.html)) for row in shown if row.accepted],
        "withdraw_url": withdraw_url(order),
    }
    for code in LENT:
        if code in mail_contexts:
            context |= mail_contexts.get(code).context({"order_id": order.pk})
    return context


def _attachments(order_id: int) -> list[Attachment]:
    """The legal texts as recorded with the order, and what the payment brings along, such as its QR code."""
    texts = [version for version in versions_of_order(order_id) if version.type_code in ATTACHED]
    files = [confirmation_attachment(version) for version in texts]
    for code in LENT:
        if code in mail_contexts:
            files.extend(mail_contexts.get(code).attachments({"order_id": order_id}))
    return files


def confirmation_attachment(version: LegalTextVersion) -> Attachment:
    """The PDF of ``version`` as a mail attachment."""
    return Attachment(
        filename=f"{version.title.replace(' ', '-')}.pdf",
        content_type="application/pdf",
        storage_name=pdf_of(version=version).storage_name,
    )
