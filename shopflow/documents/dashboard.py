"""Doors for staff: every document, whether its file is intact, and how the next ones are to look."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oscar.core.loading import get_model

from shopflow.contracts.documents import DocumentNotPossible
from shopflow.core.access import staff_page
from shopflow.core.paging import whole_number
from shopflow.documents import queries, services
from shopflow.documents.exceptions import RenderingFailed
from shopflow.documents.forms import SettingsForm
from shopflow.documents.models import Document
from shopflow.documents.queries import Integrity
from shopflow.documents.views import pdf_response

VIEW = "shopflow_documents.view_document"
ADD = "shopflow_documents.add_document"
CHANGE = "shopflow_documents.change_documentsettings"

PER_PAGE = 50


@staff_page(VIEW)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = Paginator(queries.find(words), PER_PAGE).get_page(request.GET.get("page"))
    labels = {code: queries.type_label(code) for code in {document.type_code for document in page}}
    rows = [(document, labels[document.type_code]) for document in page]
    may_edit = request.user.has_perm(CHANGE)
    context = {"page": page, "rows": rows, "q": words, "may_edit": may_edit}
    return render(request, "shopflow/documents/dashboard/list.html", context)


@staff_page(VIEW)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Check the files of the documents that the list shows."""
    keys = [key for given in request.POST.getlist("document")[:PER_PAGE] if (key := whole_number(given)) is not None]
    wrong = 0
    for document in Document.objects.filter(pk__in=keys).defer("content"):
        found = queries.check_file(document)
        if found is Integrity.ALTERED:
            messages.error(request, _("%(n)s: the file was altered after it was issued.") % {"n": document.number})
        elif found is Integrity.MISSING:
            messages.error(request, _("%(n)s: the file is missing. Restore it from a backup.") % {"n": document.number})
        wrong += found is not Integrity.INTACT
    if not wrong:
        messages.success(request, _("%(count)s files checked, all unaltered.") % {"count": len(keys)})
    return redirect(_back(request, reverse("shopflow-staff:documents")))


@staff_page(ADD)
@require_POST
def issue(request: HttpRequest, order_id: int) -> HttpResponse:
    order = get_object_or_404(get_model("order", "Order"), pk=order_id)
    try:
        document = services.issue_document(type_code="invoice", order_id=order.pk)
    except (DocumentNotPossible, RenderingFailed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Invoice %(number)s is issued.") % {"number": document.number})
    return redirect(reverse("dashboard:order-detail", kwargs={"number": order.number}))


@staff_page(VIEW)
@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    return pdf_response(get_object_or_404(Document, pk=pk))


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=queries.settings())
    if form.is_valid():
        services.save_settings(**form.cleaned_data, actor=request.user)
        messages.success(request, _("Saved. It applies to documents issued from now on."))
        return redirect("shopflow-staff:documents")
    return render(request, "shopflow/documents/dashboard/settings.html", {"form": form})


def _back(request: HttpRequest, otherwise: str) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else otherwise
