"""Document types: papers that belong to an order, numbered, rendered once and kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label


class DocumentType(ABC):
    """A kind of document: ``series`` names its number sequence, ``template`` renders ``content`` for the PDF."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    series: ClassVar[str] = ""
    template: ClassVar[str] = ""

    @abstractmethod
    def content(self, order_id: int) -> JSONDict:
        """Everything the document states, as JSON: what is stored beside the PDF and never changes.

        Raises :class:`DocumentNotPossible` with a sentence that says what is missing.
        """


class DocumentNotPossible(Exception):
    """The document cannot be made now; the message says what is missing and who can add it."""


document_types: Registry[DocumentType] = Registry("document type", DocumentType)
