from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.core.files.storage import storages
from django.db.models import QuerySet

from shopflow.contracts.documents import document_types
from shopflow.contracts.types import Label
from shopflow.documents.models import Document, DocumentSettings


def settings() -> DocumentSettings:
    """The document settings; the defaults as long as staff have not saved any."""
    return DocumentSettings.objects.filter(pk=1).first() or DocumentSettings(pk=1)


def documents_of(order_id: int) -> list[Document]:
    """The order's documents, oldest first."""
    return list(Document.objects.filter(order_id=order_id).order_by("issued_at", "pk"))


def part_numbers(product_ids: Iterable[int | None]) -> dict[int, str]:
    """The numbers that customers know parts by, by product; none for other goods and in shops without parts."""
    if not apps.is_installed("shopflow.parts"):
        return {}
    known = [product_id for product_id in product_ids if product_id is not None]
    records = apps.get_model("shopflow_parts", "PartRecord").objects.filter(product_id__in=known)
    return dict(records.values_list("product_id", "number_display"))


def find(words: str) -> QuerySet[Any]:
    """Documents by the beginning of their number or of their order's number, newest first."""
    listed = Document.objects.select_related("order").defer("content")
    if not words:
        return listed
    return listed.filter(number__istartswith=words) | listed.filter(order__number__istartswith=words)


def type_label(type_code: str) -> Label:
    """The document type's name; its code if the plugin that brought it is gone."""
    return document_types.get(type_code).label if type_code in document_types else type_code


class Integrity(StrEnum):
    INTACT = "intact"
    ALTERED = "altered"
    MISSING = "missing"


def check_file(document: Document) -> Integrity:
    """Compare the stored PDF with the hash that was written down when it was made."""
    storage = storages["private"]
    if not storage.exists(document.pdf):
        return Integrity.MISSING
    with storage.open(document.pdf) as pdf:
        digest = hashlib.file_digest(pdf, "sha256").hexdigest()
    return Integrity.INTACT if digest == document.sha256 else Integrity.ALTERED
