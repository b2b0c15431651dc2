"""The staff's doors to parallel runs: one delivery by two profiles, the differences, and the switch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import services
from dealer_import.dashboard.access import ORIGINS, RUN, VIEW
from dealer_import.exceptions import NotUnderWay
from dealer_import.forms.parallel import ParallelForm, SwitchForm
from dealer_import.models import ParallelRun
from dealer_import.profiles import BadProfile
from dealer_import.transports.limits import not_kept
from shopflow.core.access import may_open, staff_page


@staff_page(VIEW)
def parallel_list(request: HttpRequest) -> HttpResponse:
    """Comparisons made so far, and the form for a new one, which is made in the background."""
    form = ParallelForm(request.POST or None, request.FILES or None) if may_open(request.user, RUN) else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if request.method == "POST" and form is not None and form.is_valid():
        made = _queued(request, form)
        if made is not None:
            return redirect("shopflow-staff:import-parallel-run", pk=made.pk)
    runs = ParallelRun.objects.select_related("started_by").defer("result", "old_tables", "new_tables")[:50]
    status = 422 if form is not None and form.errors else 200
    return render(request, "shopflow/dealer_import/parallel.html", {"form": form, "runs": runs}, status=status)


def _queued(request: HttpRequest, form: ParallelForm) -> ParallelRun | None:
    asked = form.cleaned_data
    try:
        return services.queue_comparison(
            stream=asked["file"],
            file_name=asked["file"].name,
            new_stream=asked.get("new_file"),
            old=asked["old"],
            new=asked["new"],
            actor=request.user,
        )
    except OSError as error:
        form.add_error("file", not_kept(error))
        return None


@staff_page(VIEW)
def parallel_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How two profiles differ over one delivery; how far it is while it lasts."""
    run = get_object_or_404(ParallelRun.objects.select_related("started_by"), pk=pk)
    if run.state != ParallelRun.State.DONE:
        context = {"run": run, "may_cancel": run.is_under_way and may_open(request.user, RUN), **_bar(run)}
        return render(request, "shopflow/dealer_import/parallel_under_way.html", context)
    examples = run.result.get("examples", {})
    fields = [(name, number, examples.get(name, [])) for name, number in run.result.get("fields", {}).items()]
    context = {
        "run": run,
        "result": run.result,
        "fields": sorted(fields, key=lambda row: -row[1]),
        "only_old": examples.get("only_old", []),
        "only_new": examples.get("only_new", []),
        **(_switches(run) if may_open(request.user, ORIGINS) else {}),
    }
    return render(request, "shopflow/dealer_import/parallel_run.html", context)


def _switches(run: ParallelRun) -> dict[str, Any]:
    """Forms for both directions, as far as there are sources; or why there are none."""
    refusal = services.why_not_switched(run)
    if refusal:
        return {"no_switch": refusal}
    names = (run.old_profile, run.new_profile)
    forms = [SwitchForm(to=to, profiles=names) for to in reversed(names)]
    found = [form for form in forms if form.fields["origin"].queryset.exists()]
    return {"switches": found, "no_switch": "" if found else _("No source is read by one of the two profiles.")}


def _bar(run: ParallelRun) -> dict[str, Any]:
    return {"progress_url": reverse("shopflow-staff:import-parallel-progress", args=[run.pk])}


@staff_page(VIEW)
def parallel_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of a comparison, asked for every two seconds; the page is loaded anew once it has ended."""
    run = get_object_or_404(ParallelRun.objects.defer("result", "old_tables", "new_tables"), pk=pk)
    response = render(request, "shopflow/dealer_import/progress.html", {"run": run, **_bar(run)})
    if not run.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@staff_page(RUN)
def parallel_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a comparison."""
    get_object_or_404(ParallelRun, pk=pk)
    try:
        services.cancel_comparison(parallel_id=pk, actor=request.user)
        messages.success(request, _("The comparison was cancelled; nothing was changed."))
    except NotUnderWay as error:
        messages.warning(request, str(error))
    return redirect("shopflow-staff:import-parallel-run", pk=pk)


@require_POST
@staff_page(ORIGINS)
def parallel_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an origin's deliveries read by the new profile from now on, or by the old one again."""
    run = get_object_or_404(ParallelRun, pk=pk, state=ParallelRun.State.DONE)
    form = SwitchForm(request.POST, profiles=(run.old_profile, run.new_profile))
    if not form.is_valid():
        messages.warning(request, _("Choose the source that is to be switched."))
        return redirect("shopflow-staff:import-parallel-run", pk=pk)
    origin, profile = form.cleaned_data["origin"], form.cleaned_data["profile"]
    try:
        services.switch_profile(origin_id=origin.pk, profile=profile, actor=request.user)
    except BadProfile as error:
        messages.warning(request, str(error))
    else:
        told = _("%(origin)s is read by %(profile)s from now on.")
        messages.success(request, told % {"origin": origin.name, "profile": profile})
    return redirect("shopflow-staff:import-parallel-run", pk=pk)
