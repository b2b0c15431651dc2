"""Doors for staff: declarations of withdrawal, and the state of the legal texts."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shopflow.contracts.pages import legal_page_types
from shopflow.core.access import staff_page
from shopflow.core.queries import seller
from shopflow.legal import checks
from shopflow.legal.deadlines import BERLIN, period_of
from shopflow.legal.forms import HandlingForm, RecordedWithdrawalForm
from shopflow.legal.models import LegalPage, LegalTextVersion, WithdrawalDeclaration, WithdrawalHandling
from shopflow.legal.queries import receipt_message, version_in_force, withdrawals_list
from shopflow.legal.receipt import stamp
from shopflow.legal.services import declare_withdrawal, handle_withdrawal, pdf_of
from shopflow.legal.services.withdrawal import Declared

VIEW = "shopflow_legal.view_withdrawaldeclaration"
HANDLE = "shopflow_legal.change_withdrawalhandling"
TEXTS = "shopflow_legal.view_legaltextversion"
PER_PAGE = 50
SUSPICIONS = {
    "honeypot": _lazy("a field that people do not see was filled in"),
    "too fast": _lazy("the form was sent within three seconds"),
    "forged start": _lazy("the form was altered"),
}


@staff_page(VIEW)
def withdrawals(request: HttpRequest) -> HttpResponse:
    """All declarations, newest first."""
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = withdrawals_list(state=state, search=search)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": WithdrawalHandling.State.choices,
        "state": state,
        "search": search,
    }
    return render(request, "shopflow/legal/dashboard/withdrawals.html", context)


@staff_page(HANDLE)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration, its period, and what was decided. The declaration itself cannot be changed."""
    row = get_object_or_404(WithdrawalDeclaration.objects.select_related("handling__order", "order"), pk=pk)
    order = row.handling.order
    initial = {"state": row.handling.state, "note": row.handling.note, "order_number": order.number if order else ""}
    form = HandlingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        handle_withdrawal(
            declaration_id=pk, state=data["state"], note=data["note"], order=form.order, actor=request.user
        )
        messages.success(request, _("Saved."))
        return redirect("shopflow-staff:withdrawal", pk=pk)
    period = period_of(order) if order else None
    context = {
        "declaration": row,
        "received": stamp(row.received_at),
        "suspicion": SUSPICIONS.get(row.suspicion, row.suspicion),
        "order": order,
        "period": period,
        "is_late": period.is_over(row.received_at.astimezone(BERLIN).date()) if period else None,
        "mail": receipt_message(row.pk),
        "form": form,
    }
    return render(request, "shopflow/legal/dashboard/withdrawal.html", context)


@staff_page(HANDLE)
def record_withdrawal(request: HttpRequest) -> HttpResponse:
    """A declaration that came by letter, e-mail, phone or in person."""
    form = RecordedWithdrawalForm(request.POST or None)
    key = request.POST.get("submission_key") or uuid4().hex
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        channel, received_at = data.pop("channel"), data.pop("received_at")
        row = declare_withdrawal(
            declared=Declared(submission_key=f"staff-{key}"[:64], **data),
            language=settings.LANGUAGE_CODE,
            user=request.user,
            channel=channel,
            received_at=received_at,
        )
        messages.success(request, _("Recorded. The confirmation of receipt is on its way."))
        return redirect("shopflow-staff:withdrawal", pk=row.pk)
    return render(request, "shopflow/legal/dashboard/withdrawal_record.html", {"form": form, "submission_key": key})


@staff_page(TEXTS)
def legal_texts(request: HttpRequest) -> HttpResponse:
    """Which legal texts are in force, and what is still missing."""
    pages = {page.type_code: page for page in LegalPage.objects.live()}
    rows = [
        {"kind": kind, "page": pages.get(kind.code), "version": version_in_force(kind.code, settings.LANGUAGE_CODE)}
        for kind in sorted(legal_page_types, key=lambda kind: kind.position)
    ]
    context = {"rows": rows, "problems": checks.ready_to_sell(None, databases=["default"]), "seller": seller()}
    return render(request, "shopflow/legal/dashboard/texts.html", context)


@staff_page(TEXTS)
def legal_text_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Any version as a PDF, old ones too."""
    version = get_object_or_404(LegalTextVersion, pk=pk)
    kept = storages["private"].open(pdf_of(version=version).storage_name)
    return FileResponse(kept, filename=f"{version.type_code}-{version.number}.pdf", content_type="application/pdf")
