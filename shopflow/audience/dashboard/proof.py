"""The proof of consent, for staff who have to show it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopflow.audience import services
from shopflow.audience.models import Contact
from shopflow.audience.papers import proof_response
from shopflow.core.access import staff_page

VIEW = "shopflow_audience.view_consententry"


@staff_page(VIEW)
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger of one contact as a paper."""
    return proof_response(get_object_or_404(Contact, pk=pk).email)


@staff_page(VIEW)
@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the contact's chains, entry by entry."""
    contact = get_object_or_404(Contact, pk=pk)
    verdicts = list(services.verify_ledger(email=contact.email))
    broken = [verdict.problem for verdict in verdicts if verdict.problem]
    if broken:
        messages.error(request, _("The ledger was altered: %(problems)s") % {"problems": " ".join(broken)})
    else:
        count = sum(verdict.entries for verdict in verdicts)
        messages.success(request, _("The ledger is whole: %(count)s entries checked.") % {"count": count})
    return redirect("shopflow-staff:contact", pk=pk)
