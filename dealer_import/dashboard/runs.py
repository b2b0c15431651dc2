"""The staff's doors: runs, their findings, uploads, and the decision on held runs."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import queries, services
from dealer_import.dashboard.access import PROFILES, RUN, VIEW
from dealer_import.exceptions import NotUndecided
from dealer_import.exporting import findings_csv
from dealer_import.forms import UploadForm
from dealer_import.models import ImportRun
from shopflow.core.access import may_open, staff_page

PER_PAGE = 50
FINDINGS_PER_PAGE = 100


@staff_page(VIEW)
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, newest first, in pages by key; with the form for a new one."""
    return _run_list(request, UploadForm() if may_open(request.user, RUN) else None)


def _run_list(request: HttpRequest, form: UploadForm | None, status: int = 200) -> HttpResponse:
    rows = queries.runs()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "runs": found[:PER_PAGE],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "form": form,
        "may_profile": may_open(request.user, PROFILES),
    }
    return render(request, "shopflow/dealer_import/runs.html", context, status=status)


@require_POST
@staff_page(RUN)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and queue its dry run."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _run_list(request, form, status=422)
    file = form.cleaned_data["file"]
    run = services.queue_upload(
        stream=file, file_name=file.name, profile=form.cleaned_data["profile"], actor=request.user
    )
    return redirect("shopflow-staff:import-run", pk=run.pk)


@staff_page(VIEW)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run with its findings, narrowed by severity and code."""
    run = get_object_or_404(ImportRun.objects.select_related("started_by", "decided_by", "follows"), pk=pk)
    severity, code = request.GET.get("severity", ""), request.GET.get("code", "")
    rows = queries.findings(run, severity=severity, code=code)
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < int(number) < 10_000 else 1
    start = (page - 1) * FINDINGS_PER_PAGE
    found = list(rows[start : start + FINDINGS_PER_PAGE + 1])
    following = ImportRun.objects.filter(follows=run).first()
    may_run = may_open(request.user, RUN)
    ready = run.dry_run and run.outcome in (ImportRun.Outcome.APPLIED, ImportRun.Outcome.HELD) and following is None
    context = {
        "run": run,
        "counts": queries.finding_counts(run),
        "findings": found[:FINDINGS_PER_PAGE],
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > FINDINGS_PER_PAGE else None,
        "severity": severity,
        "code": code,
        "following": following,
        "may_apply": may_run and ready,
        "may_decide": may_run and run.is_undecided,
    }
    return render(request, "shopflow/dealer_import/run.html", context)


@staff_page(VIEW)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of a run under way, asked for every two seconds; the page is loaded anew once the run has ended."""
    run = get_object_or_404(ImportRun, pk=pk)
    response = render(request, "shopflow/dealer_import/progress.html", {"run": run})
    if run.state not in (ImportRun.State.WAITING, ImportRun.State.RUNNING):
        response["HX-Refresh"] = "true"
    return response


@staff_page(VIEW)
def run_findings(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All findings as CSV."""
    run = get_object_or_404(ImportRun, pk=pk)
    rows = queries.findings(run).iterator(chunk_size=1000)
    response = StreamingHttpResponse(findings_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
    return response


@require_POST
@staff_page(RUN)
def run_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a dry run real."""
    run = get_object_or_404(ImportRun, pk=pk, dry_run=True, outcome__in=["applied", "held"])
    try:
        with transaction.atomic():
            follower = services.queue_run(follows=run, actor=request.user)
    except IntegrityError:
        messages.warning(request, _("This file is being imported already."))
        return redirect("shopflow-staff:import-run", pk=run.pk)
    return redirect("shopflow-staff:import-run", pk=follower.pk)


@require_POST
@staff_page(RUN)
def run_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or discard a held run."""
    run = get_object_or_404(ImportRun, pk=pk)
    try:
        if request.POST.get("decision") == ImportRun.Decision.RELEASED:
            run = services.release_run(run_id=run.pk, actor=request.user)
        elif request.POST.get("decision") == ImportRun.Decision.DISCARDED:
            services.discard_run(run_id=run.pk, actor=request.user)
            messages.success(request, _("The run was discarded; nothing was changed."))
    except NotUndecided as error:
        messages.warning(request, str(error))
    return redirect("shopflow-staff:import-run", pk=run.pk)
