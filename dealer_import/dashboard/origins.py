"""The staff's doors to origins: where files come from, what has come, and looking now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import services
from dealer_import.dashboard.access import ORIGINS, RUN, VIEW
from dealer_import.forms.origins import OriginForm
from dealer_import.models import ImportOrigin, ReceivedFile
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.transports import ImportTransport, TransportFailed, import_transports
from shopflow.core.access import may_open, staff_page
from shopflow.core.jobs import enqueue

FILES = 50


@staff_page(VIEW)
def origin_list(request: HttpRequest) -> HttpResponse:
    context = {
        "origins": ImportOrigin.objects.all(),
        "transports": import_transports,
        "labels": {transport.code: transport.label for transport in import_transports},
        "may_change": may_open(request.user, ORIGINS),
    }
    return render(request, "shopflow/dealer_import/origins.html", context)


@staff_page(VIEW)
def origin_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One origin with the files that it has brought."""
    origin = get_object_or_404(ImportOrigin, pk=pk)
    context = {
        "origin": origin,
        "way": next((t.label for t in import_transports if t.code == origin.transport), origin.transport),
        "files": origin.files.select_related("run")[:FILES],
        "may_change": may_open(request.user, ORIGINS),
        "may_run": may_open(request.user, RUN),
    }
    return render(request, "shopflow/dealer_import/origin.html", context)


@staff_page(ORIGINS)
def origin_new(request: HttpRequest, code: str) -> HttpResponseBase:
    return _edit(request, ImportOrigin(transport=code))


@staff_page(ORIGINS)
def origin_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _edit(request, get_object_or_404(ImportOrigin, pk=pk))


def _edit(request: HttpRequest, origin: ImportOrigin) -> HttpResponseBase:
    transport = _transport(origin.transport)
    given: Any = request.POST or None
    form = OriginForm(given, instance=origin)
    initial = {**origin.settings}
    if isinstance(initial.get("senders"), list):
        initial["senders"] = "\n".join(initial["senders"])
    details = transport.form_class(given, prefix="way", initial=initial or None)
    if request.method == "POST" and form.is_valid() & details.is_valid():
        origin = form.save(commit=False)
        origin.settings = details.cleaned_data
        services.save_origin(origin=origin, actor=request.user)
        messages.success(request, _("%(name)s was saved.") % {"name": origin.name})
        return redirect("shopflow-staff:import-origin", pk=origin.pk)
    context = {"origin": origin, "transport": transport, "form": form, "details": details}
    status = 422 if form.errors or details.errors else 200
    return render(request, "shopflow/dealer_import/origin_form.html", context, status=status)


def _transport(code: str) -> ImportTransport:
    try:
        return import_transports.get(code)
    except UnknownCode as error:
        raise Http404(str(error)) from error


@require_POST
@staff_page(RUN)
def origin_look(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for new files now, in the background."""
    origin = get_object_or_404(ImportOrigin, pk=pk)
    enqueue("dealer_import.look_at_origin", origin_id=origin.pk)
    messages.info(request, _("The shop looks for new files now. They appear here once they have come."))
    return redirect("shopflow-staff:import-origin", pk=pk)


@require_POST
@staff_page(RUN)
def file_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a file again whose content has come before."""
    received = get_object_or_404(ReceivedFile, pk=pk)
    try:
        run = services.take_again(received_id=pk, actor=request.user)
    except (services.FileForgotten, TransportFailed) as error:
        messages.warning(request, str(error))
        return redirect("shopflow-staff:import-origin", pk=received.origin_id)
    return redirect("shopflow-staff:import-run", pk=run.pk)
