"""What a run leaves to read and to take along: findings, the error report, all price changes, all hidden parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from dealer_import import queries
from dealer_import.dashboard.access import VIEW
from dealer_import.error_report import error_report_csv, error_report_xlsx
from dealer_import.exporting import findings_csv
from dealer_import.exports.catalogue import money
from dealer_import.exports.tables import CSV_TYPE, XLSX_TYPE, csv_file
from dealer_import.models import ImportRun
from dealer_import.plots import percent, price_bars
from shopflow.core.access import staff_page

PER_PAGE = 100


def download(pieces: Iterable[bytes], *, name: str, kind: str = CSV_TYPE) -> StreamingHttpResponse:
    """A file to save, sent as it is made."""
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff_page(VIEW)
def run_findings(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All findings as CSV."""
    run = get_object_or_404(ImportRun, pk=pk)
    rows = queries.findings(run).iterator(chunk_size=1000)
    return download(findings_csv(rows), name=f"import-{run.pk}.csv")


@staff_page(VIEW)
def run_errors(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The error report: the rows as delivered, with what is wrong and what to do beside them."""
    run = get_object_or_404(ImportRun, pk=pk)
    if form == "csv":
        return download(error_report_csv(run), name=f"import-{run.pk}-fehler.csv")
    if form != "xlsx":
        raise Http404
    target = tempfile.TemporaryFile(prefix="report-")  # noqa: SIM115 - the response closes it
    error_report_xlsx(run, target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"import-{run.pk}-fehler.xlsx", content_type=XLSX_TYPE)


@staff_page(VIEW)
def run_changes(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """All price changes, or all hidden parts, page by page."""
    run = get_object_or_404(ImportRun, pk=pk)
    rows = _rows(run, what)
    context = {
        "run": run,
        "what": what,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "bars": price_bars(rows) if what == "preise" and rows else (),
    }
    return render(request, "shopflow/dealer_import/changes.html", context)


@staff_page(VIEW)
def run_changes_csv(request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
    run = get_object_or_404(ImportRun, pk=pk)
    rows = _rows(run, what)
    part = [_("Brand"), _("Part number"), _("Name")]
    if what == "ausgeblendet":
        table = ([row["brand"], row["number"], row["title"]] for row in rows)
        return download(csv_file(part, table), name=f"import-{run.pk}-ausgeblendet.csv")
    header = [*part, _("old price"), _("new price"), _("price is for"), _("change in percent")]
    return download(csv_file(header, _prices(rows)), name=f"import-{run.pk}-preise.csv")


def _rows(run: ImportRun, what: str) -> list[Mapping[str, Any]]:
    if what == "preise":
        return queries.price_changes(run)
    if what == "ausgeblendet":
        return queries.hidden_parts(run)
    raise Http404


def _prices(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for row in rows:
        old, new = int(row["old_cents"]), int(row["new_cents"])
        about = [row["brand"], row["number"], row["title"]]
        yield [*about, money(old), money(new), str(row.get("price_per", 1)), percent(old, new).removeprefix("+")]
