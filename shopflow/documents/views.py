"""Doors for customers: their own documents, by account or by the signed link of their order."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from oscar_ext.order.links import read_order_token
from shopflow.documents.models import Document


def pdf_response(document: Document) -> FileResponse:
    """The stored PDF as a download. Raises Http404 with a sentence when the file is gone."""
    storage = storages["private"]
    if not storage.exists(document.pdf):
        raise Http404(_("The file of %(number)s is missing. Please write to us.") % {"number": document.number})
    response = FileResponse(
        storage.open(document.pdf),
        as_attachment=True,
        filename=f"{document.number}.pdf",
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_GET
@login_required
def mine(request: HttpRequest, pk: int) -> FileResponse:
    """A document of one's own orders; somebody else's does not exist."""
    return pdf_response(get_object_or_404(Document, pk=pk, order__user_id=request.user.pk))


@never_cache
@require_GET
def by_token(request: HttpRequest, pk: int, token: str) -> FileResponse:
    """A document of the order that ``token`` was signed for."""
    try:
        order_id = read_order_token(token)
    except signing.BadSignature as error:
        raise Http404(_("This link is no longer valid. You find your documents in your account.")) from error
    return pdf_response(get_object_or_404(Document, pk=pk, order_id=order_id))
