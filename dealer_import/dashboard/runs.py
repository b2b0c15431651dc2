"""The staff's doors to runs: list, one run, uploads, and the decisions on dry and held runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import queries, services
from dealer_import.dashboard.access import RUN, VIEW
from dealer_import.exceptions import NotUndecided, Overtaken
from dealer_import.forms import UploadForm
from dealer_import.forms.runs import DecisionForm, RunFilter
from dealer_import.models import ImportRun
from dealer_import.plots import price_bars
from dealer_import.reading import MAX_FINDINGS
from dealer_import.services.correcting import refused, why_out_of_date
from dealer_import.services.queueing import why_overtaken
from dealer_import.services.rolling_back import may_roll_back
from dealer_import.transports.limits import not_kept
from shopflow.core.access import may_open, staff_page

PER_PAGE = 50
FINDINGS_PER_PAGE = 100
SHOWN = 10
"""Examples on the run's own page; the rest has a page of its own."""
UNDER_WAY = (ImportRun.State.WAITING, ImportRun.State.RUNNING)


@staff_page(VIEW)
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, newest first, in pages by key; with the form for a new one."""
    return _run_list(request, UploadForm(user=request.user) if may_open(request.user, RUN) else None)


def _run_list(request: HttpRequest, form: UploadForm | None, status: int = 200) -> HttpResponse:
    narrow = RunFilter(request.GET)
    before = request.GET.get("before", "")
    key = int(before) if before.isdecimal() and len(before) < 18 else None
    found = list(queries.narrowed_runs(before=key, **narrow.wanted())[: PER_PAGE + 1])
    context = {
        "runs": found[:PER_PAGE],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "form": form,
        "filter": narrow,
        "is_narrowed": any(narrow.wanted().values()),
    }
    return render(request, "shopflow/dealer_import/runs.html", context, status=status)


@staff_page(RUN)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and queue its dry run. Whoever comes back to a refused upload finds the list."""
    if request.method != "POST":
        return redirect("shopflow-staff:import-runs")
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _run_list(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        run = services.queue_upload(
            stream=file, file_name=file.name, profile=form.cleaned_data["profile"], actor=request.user
        )
    except OSError as error:
        form.add_error("file", not_kept(error))
        return _run_list(request, form, status=422)
    return redirect("shopflow-staff:import-run", pk=run.pk)


@staff_page(VIEW)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how it went, what it would change or has changed, and its findings, narrowed by severity and code."""
    related = ("started_by", "decided_by", "follows", "undoes", "corrects")
    runs = ImportRun.objects.select_related(*related).annotate(is_taken_back=queries.taken_back())
    run = get_object_or_404(runs, pk=pk)
    severity, code = request.GET.get("severity", ""), request.GET.get("code", "")
    rows = queries.findings(run, severity=severity, code=code)
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < int(number) < 10_000 else 1
    start, counts = (page - 1) * FINDINGS_PER_PAGE, queries.finding_counts(run)
    found = list(rows[start : start + FINDINGS_PER_PAGE + 1])
    context = {
        "run": run,
        "under_way": run.state in UNDER_WAY,
        "progress_url": progress_url(run),
        "counts": counts,
        "kept_all": MAX_FINDINGS if sum(row["number"] for row in counts) >= MAX_FINDINGS else 0,
        "samples": queries.samples_of_findings(run),
        "findings": found[:FINDINGS_PER_PAGE],
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > FINDINGS_PER_PAGE else None,
        "severity": severity,
        "code": code,
        "story": queries.story(run),
        **_allowed(request, run),
        **_changes(run),
    }
    return render(request, "shopflow/dealer_import/run.html", context)


def _allowed(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    following = ImportRun.objects.filter(follows=run).first()
    may_run = may_open(request.user, RUN)
    ready = may_run and bool(run.stored_file) and following is None
    is_good, undecided = run.dry_run and run.outcome == ImportRun.Outcome.APPLIED, ready and run.is_undecided
    overtaken = why_overtaken(run) if ready and (is_good or undecided) else ""
    correctable = refused(run).filter(fields__isnull=False).count() if may_run and not run.dry_run else 0
    out_of_date = why_out_of_date(run) if correctable else ""
    return {
        "following": following,
        "undoing": ImportRun.objects.filter(undoes=run).first(),
        "corrections": run.corrections.all(),
        "may_apply": ready and is_good and not overtaken,
        "may_decide": undecided,
        "changed_since": queries.changed_since(run) if undecided and not overtaken else None,
        "overtaken": overtaken,
        "decision": DecisionForm(),
        "may_roll_back": may_run and may_roll_back(run),
        "correctable": 0 if out_of_date else correctable,
        "out_of_date": out_of_date,
    }


def _changes(run: ImportRun) -> dict[str, Any]:
    if run.state in UNDER_WAY:
        return {}
    prices, hidden = queries.price_changes(run), queries.hidden_parts(run)
    return {
        "prices": prices[:SHOWN],
        "price_count": len(prices),
        "price_bars": price_bars(prices) if prices else (),
        "hidings": hidden[:SHOWN],
        "hidden_count": len(hidden),
        "written": queries.written_parts(run),
        "added": run.samples.get("created", [])[:SHOWN],
        "altered": run.samples.get("changed", [])[:SHOWN],
    }


def progress_url(run: ImportRun) -> str:
    """Where the bar of a run is asked for."""
    return reverse("shopflow-staff:import-progress", args=[run.pk])


@staff_page(VIEW)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of a run under way, asked for every two seconds; the page is loaded anew once the run has ended."""
    run = get_object_or_404(ImportRun.objects.defer("samples", "profile_tables"), pk=pk)
    context = {"run": run, "progress_url": progress_url(run)}
    response = render(request, "shopflow/dealer_import/progress.html", context)
    if run.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@staff_page(RUN)
def run_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a dry run real."""
    run = get_object_or_404(ImportRun, pk=pk, dry_run=True, outcome=ImportRun.Outcome.APPLIED)
    try:
        with transaction.atomic():
            follower = services.queue_run(follows=run, actor=request.user)
    except IntegrityError:
        messages.warning(request, _("This file is being imported already."))
        return redirect("shopflow-staff:import-run", pk=run.pk)
    except (services.FileForgotten, Overtaken) as error:
        messages.warning(request, str(error))
        return redirect("shopflow-staff:import-run", pk=run.pk)
    return redirect("shopflow-staff:import-run", pk=follower.pk)


@require_POST
@staff_page(RUN)
def run_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or discard a held run, with the reason for the log."""
    run = get_object_or_404(ImportRun, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose whether to release or to discard the run."))
        return redirect("shopflow-staff:import-run", pk=run.pk)
    note = form.cleaned_data["note"]
    try:
        if form.cleaned_data["decision"] == ImportRun.Decision.RELEASED:
            run = services.release_run(run_id=run.pk, actor=request.user, note=note)
        else:
            services.discard_run(run_id=run.pk, actor=request.user, note=note)
            messages.success(request, _("The run was discarded; nothing was changed."))
    except (NotUndecided, services.FileForgotten, Overtaken) as error:
        messages.warning(request, str(error))
    return redirect("shopflow-staff:import-run", pk=run.pk)
