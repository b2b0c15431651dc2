"""Issuing documents, and the only writer of this room's tables."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.contracts.documents import DocumentType, document_types
from shopflow.contracts.types import JSONDict
from shopflow.core import clock, pdf
from shopflow.core.services import audit, next_number, publish
from shopflow.documents import queries
from shopflow.documents.events import DocumentIssued
from shopflow.documents.exceptions import RenderingFailed
from shopflow.documents.models import Document, DocumentSettings

logger = logging.getLogger("shopflow.documents")

LANGUAGE = "de"
"""Documents are written in the language of the seller's tax office."""


def issue_document(*, type_code: str, order_id: int) -> Document:
    """Issue the order's document of this type, once; a later call returns the first one.

    Number, PDF and row belong together: if one fails, there is none of them and no number is lost. Raises
    ``DocumentNotPossible`` when facts are missing, :class:`RenderingFailed` when the PDF cannot be made or stored,
    and ``UnknownCode`` for a type that is not installed.
    """
    kind = document_types.get(type_code)
    earlier = _earlier(type_code, order_id)
    if earlier is not None:
        return earlier
    stored: list[str] = []
    try:
        with transaction.atomic(), translation.override(LANGUAGE):
            return _issue(kind, order_id, stored)
    except Exception as error:
        for name in stored:
            storages["private"].delete(name)
        if isinstance(error, IntegrityError):
            earlier = _earlier(type_code, order_id)
            if earlier is not None:
                return earlier
        raise


def _earlier(type_code: str, order_id: int) -> Document | None:
    return Document.objects.filter(type_code=type_code, order_id=order_id, sequence=1).first()


def _issue(kind: DocumentType, order_id: int, stored: list[str]) -> Document:
    get_model("order", "Order").objects.select_for_update().get(pk=order_id)
    earlier = _earlier(kind.code, order_id)
    if earlier is not None:
        return earlier
    content = kind.content(order_id)
    moment = clock.now()
    day = timezone.localdate(moment)
    prefix = number_prefix(kind, day.year)
    series = f"document:{prefix}"
    content = {**content, "number": f"{prefix}{next_number(series):05d}", "issued_on": day.isoformat()}
    binary = _render(kind, content)
    name = _store(binary, f"documents/{day.year}/{content['number']}.pdf")
    stored.append(name)
    document = Document.objects.create(
        order_id=order_id,
        type_code=kind.code,
        series=series,
        number=content["number"],
        content=content,
        pdf=name,
        sha256=hashlib.sha256(binary).hexdigest(),
        issued_at=moment,
    )
    publish(
        DocumentIssued(order_id=order_id, document_id=document.pk, document_type=kind.code),
        source_key=f"document:{document.pk}:issued",
    )
    return document


def number_prefix(kind: DocumentType, year: int) -> str:
    """What the numbers of ``kind`` begin with in ``year``; staff choose the invoices', other types use their series."""
    pattern = queries.settings().invoice_prefix if kind.series == "invoice" else f"{kind.series.upper()}-{{year}}-"
    return pattern.replace("{year}", str(year))


def _render(kind: DocumentType, content: JSONDict) -> bytes:
    try:
        return pdf.render(kind.template, content)
    except OSError as error:
        raise RenderingFailed(
            _("The PDF could not be made: %(reason)s. No number was used; it is tried again by itself.")
            % {"reason": error}
        ) from error


def _store(binary: bytes, name: str) -> str:
    try:
        return str(storages["private"].save(name, ContentFile(binary)))
    except OSError as error:
        raise RenderingFailed(
            _("The PDF could not be stored: %(reason)s. No number was used. Please make room on the disk.")
            % {"reason": error}
        ) from error


@transaction.atomic
def save_settings(
    *, invoice_prefix: str, issue_when: str, closing_text: str = "", footer: str = "", actor: Any = None
) -> DocumentSettings:
    """Change how the next documents are issued. Raises ValidationError with a sentence for each wrong field."""
    chosen = DocumentSettings(
        pk=1, invoice_prefix=invoice_prefix, issue_when=issue_when, closing_text=closing_text, footer=footer
    )
    chosen.full_clean(validate_unique=False)
    chosen.save()
    audit(actor=actor, action="documents.settings", target=chosen, summary=f"{invoice_prefix}, {issue_when}")
    return chosen
