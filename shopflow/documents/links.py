from __future__ import annotations

from django.urls import reverse

from shopflow.core.links import absolute
from shopflow.documents.models import Document


def customer_url(document: Document, *, token: str) -> str:
    """The absolute address where whoever holds the order's ``token`` downloads the document."""
    return absolute(reverse("shopflow-documents:by-token", kwargs={"pk": document.pk, "token": token}))
