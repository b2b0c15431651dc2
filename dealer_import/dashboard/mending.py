"""The staff's doors for putting things right: refused rows corrected and fed again, a run taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dealer_import import queries, services
from dealer_import.apply.undo import BOOKKEEPING
from dealer_import.dashboard.access import RUN
from dealer_import.exceptions import NotCorrectable, NotReversible
from dealer_import.forms.runs import CorrectionForm, typed_lines
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.services.correcting import refused
from dealer_import.services.records import profile_of
from dealer_import.services.rolling_back import may_roll_back, refusal
from dealer_import.wizard.wording import label_of
from shopflow.core.access import staff_page

ROWS = 10


@staff_page(RUN)
def run_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Refused rows, to be corrected here and fed again in the background."""
    run = get_object_or_404(ImportRun, pk=pk, dry_run=False)
    rows = refused(run).filter(fields__isnull=False).order_by("line", "pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    profile = profile_of(run)
    named = profile.options.get("header", True)
    labels = {
        source: label if named else f"{label}: {label_of(column.name)}"
        for column in profile.columns.values()
        for source, label in zip(column.sources, column.labels, strict=True)
    }
    form = CorrectionForm(request.POST or None, findings=_typed(request, run) or list(page), labels=labels)
    if request.method == "POST" and form.is_valid():
        answer = _feed(request, run, form)
        if answer is not None:
            return answer
        left = [finding for finding in form.findings if finding.corrected_by_id is None]
        form = CorrectionForm(request.POST if left else None, findings=left or list(page), labels=labels)
    context = {"run": run, "form": form, "page": page, "broken": refused(run).filter(fields__isnull=True).count()}
    return render(request, "shopflow/dealer_import/correct.html", context, status=422 if form.errors else 200)


def _typed(request: HttpRequest, run: ImportRun) -> list[ImportFinding]:
    """The refused rows that were on the page that is sent: others may have come on it since, or gone from it."""
    rows = run.findings.filter(severity=ImportFinding.Severity.ERROR, fields__isnull=False)
    return list(rows.filter(line__in=typed_lines(request.POST)).order_by("line", "pk"))


def _feed(request: HttpRequest, run: ImportRun, form: CorrectionForm) -> HttpResponse | None:
    rows = form.changed_rows()
    if not rows:
        messages.info(request, _("No row was changed, so nothing was imported."))
        return None
    try:
        correction = services.queue_correction(run_id=run.pk, rows=rows, actor=request.user)
    except NotCorrectable as error:
        messages.warning(request, str(error))
        return None
    messages.info(request, _("The changed rows are being imported. Rows that are refused again can be corrected here."))
    return redirect("shopflow-staff:import-run", pk=correction.pk)


@staff_page(RUN)
def run_roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a run back in the background, after a look at what that would restore."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not may_roll_back(run):
        messages.warning(request, refusal(run))
        return redirect("shopflow-staff:import-run", pk=run.pk)
    if request.method == "POST":
        try:
            undoing = services.queue_rollback(run_id=run.pk, actor=request.user)
        except NotReversible as error:
            messages.warning(request, str(error))
            return redirect("shopflow-staff:import-run", pk=run.pk)
        return redirect("shopflow-staff:import-run", pk=undoing.pk)
    later = ImportRun.objects.filter(source=run.source, pk__gt=run.pk, outcome="applied", dry_run=False).count()
    fields = [row for row in queries.restorable(run) if not _is_bookkeeping(row["field"])]
    context = {"run": run, "fields": fields, "later": later}
    return render(request, "shopflow/dealer_import/roll_back.html", context)


def _is_bookkeeping(field: str) -> bool:
    """Whether the import keeps it for itself; staff would not know it by any name."""
    return field in BOOKKEEPING or field.startswith("imported_")
