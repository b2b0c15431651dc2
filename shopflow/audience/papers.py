"""The proof of consent as PDF."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from shopflow.audience.services import proof_of
from shopflow.core import clock, pdf


def proof_response(email: str) -> HttpResponse:
    """The paper as an answer; never kept in a cache."""
    with translation.override("de"):  # as the paper's own words, whoever asks for it
        content = pdf.render("documents/consent_proof.html", proof_of(email))
    name = f"einwilligungen-{clock.now():%Y-%m-%d}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
