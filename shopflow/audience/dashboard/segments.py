"""Segments: the list, and asking who is in one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopflow.audience import matching, services
from shopflow.audience.exceptions import SegmentRefused
from shopflow.audience.models import Segment
from shopflow.audience.segment_forms import (
    RowForm,
    SegmentHeadForm,
    as_document,
    as_rows,
    expression_of,
    row_forms,
)
from shopflow.contracts.expressions import MAX_LEAVES, ExpressionInvalid
from shopflow.core import clock
from shopflow.core.access import staff_page
from shopflow.core.paging import whole_number

VIEW = "shopflow_audience.view_segment"
CHANGE = "shopflow_audience.change_segment"
ROWS, MORE = 4, 3


@staff_page(VIEW)
def segment_list(request: HttpRequest) -> HttpResponse:
    context = {"segments": Segment.objects.all(), "may_change": request.user.has_perm(CHANGE)}
    return render(request, "shopflow/audience/dashboard/segments.html", context)


@staff_page(CHANGE)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Ask, see how many, store. “More rows” and the count work without storing anything."""
    segment = get_object_or_404(Segment, pk=pk) if pk else None
    if segment is not None and segment.kind == Segment.Kind.STATIC:
        context = {"segment": segment, "uses": services.uses_of_segment(segment)}
        return render(request, "shopflow/audience/dashboard/segment_static.html", context)
    if request.method != "POST":
        return _page(request, segment, *_forms(segment))
    count = _count(request)
    head = SegmentHeadForm(request.POST, instance=segment)
    if "more" in request.POST:
        rows = row_forms(request.POST, count=min(count + MORE, MAX_LEAVES), initial=[])
        return _page(request, segment, head, rows)
    rows = row_forms(request.POST, count=count, initial=[])
    return _answer(request, segment, head, rows)


def _count(request: HttpRequest) -> int:
    given = whole_number(request.POST.get("rows", ""))
    return ROWS if given is None else min(given, MAX_LEAVES)


def _forms(segment: Segment | None) -> tuple[SegmentHeadForm, list[RowForm]]:
    if segment is None:
        return SegmentHeadForm(), row_forms(None, count=ROWS, initial=[])
    simple = as_rows(segment.expression)
    if simple is None:
        head = SegmentHeadForm(instance=segment, initial={"document": as_document(segment.expression)})
        return head, row_forms(None, count=ROWS, initial=[])
    join, initial = simple
    head = SegmentHeadForm(instance=segment, initial={"join": join})
    return head, row_forms(None, count=len(initial) + 1, initial=initial)


def _answer(request: HttpRequest, segment: Segment | None, head: SegmentHeadForm, rows: list[RowForm]) -> HttpResponse:
    valid = not [row for row in rows if not row.is_valid()]
    wants_count = "count" in request.POST
    if wants_count:
        head.full_clean()
        valid = valid and "document" not in head.errors
    else:
        valid = head.is_valid() and valid
    if not valid:
        return _page(request, segment, head, rows, status=422)
    try:
        raw = expression_of(head, rows)
        if wants_count:
            found = matching.preview(matching.read(raw))
            return _page(request, segment, head, rows, found=found)
        data = head.cleaned_data
        saved = services.save_segment(
            segment=segment, code=data["code"], label=data["label"], expression=raw, actor=request.user
        )
    except (ExpressionInvalid, SegmentRefused) as error:
        return _page(request, segment, head, rows, status=422, problems=error.problems)
    saved.refresh_from_db()
    messages.success(request, _("Saved. Contacts in the segment: %(count)s.") % {"count": saved.size})
    return redirect("shopflow-staff:segment", pk=saved.pk)


def _page(
    request: HttpRequest,
    segment: Segment | None,
    head: SegmentHeadForm,
    rows: list[RowForm],
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    uses = services.uses_of_segment(segment) if segment is not None else []
    context = {"segment": segment, "uses": uses, "head": head, "rows": rows, "row_count": len(rows), **extra}
    return render(request, "shopflow/audience/dashboard/segment.html", context, status=status)


@staff_page(CHANGE)
@require_POST
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep who is in the segment now as a list of its own."""
    segment = get_object_or_404(Segment, pk=pk)
    moment = clock.now()
    code = slugify(f"{segment.code[:40]}-{moment:%Y%m%d-%H%M%S}")
    kept = services.take_snapshot(
        segment=segment, code=code, label=f"{segment.label[:80]} {moment:%d.%m.%Y}", actor=request.user
    )
    messages.success(request, _("List kept. Contacts in it: %(count)s.") % {"count": kept.size})
    return redirect("shopflow-staff:segments")


@staff_page(CHANGE)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the segment, unless something needs it: its page names what."""
    segment = get_object_or_404(Segment, pk=pk)
    try:
        services.delete_segment(segment=segment, actor=request.user)
    except SegmentRefused as refusal:
        messages.error(request, " ".join(refusal.problems))
        return redirect("shopflow-staff:segment", pk=pk)
    messages.success(request, _("Removed."))
    return redirect("shopflow-staff:segments")


@staff_page(VIEW)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The question as a file, for another shop."""
    segment = get_object_or_404(Segment, pk=pk)
    answer = JsonResponse(segment.expression, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{segment.code}.json"'
    return answer
