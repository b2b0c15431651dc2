"""The staff's doors to parallel runs: one delivery by two profiles, the differences, and the switch."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import services
from dealer_import.dashboard.access import ORIGINS, RUN, VIEW
from dealer_import.exceptions import SourceBusy
from dealer_import.forms.parallel import ParallelForm, SwitchForm
from dealer_import.models import ImportOrigin, ParallelRun
from shopflow.core.access import may_open, staff_page


@staff_page(VIEW)
def parallel_list(request: HttpRequest) -> HttpResponse:
    """Comparisons made so far, and the form for a new one."""
    form = ParallelForm(request.POST or None, request.FILES or None) if may_open(request.user, RUN) else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = _compare(request, form.cleaned_data)
            return redirect("shopflow-staff:import-parallel-run", pk=made.pk)
        except SourceBusy as error:
            messages.warning(request, str(error))
    runs = ParallelRun.objects.select_related("started_by").defer("result")[:50]
    status = 422 if form is not None and form.errors else 200
    return render(request, "shopflow/dealer_import/parallel.html", {"form": form, "runs": runs}, status=status)


def _compare(request: HttpRequest, asked: dict[str, Any]) -> ParallelRun:
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = _stored(Path(folder) / "old", asked["file"])
        second = asked.get("new_file")
        new_path = _stored(Path(folder) / "new", second) if second else None
        return services.compare_profiles(
            path=path,
            new_path=new_path,
            old=asked["old"],
            new=asked["new"],
            file_name=asked["file"].name,
            actor=request.user,
        )


def _stored(path: Path, file: Any) -> Path:
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


@staff_page(VIEW)
def parallel_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How two profiles differ over one delivery."""
    run = get_object_or_404(ParallelRun.objects.select_related("started_by"), pk=pk)
    examples = run.result.get("examples", {})
    fields = [(name, number, examples.get(name, [])) for name, number in run.result.get("fields", {}).items()]
    context = {
        "run": run,
        "result": run.result,
        "fields": sorted(fields, key=lambda row: -row[1]),
        "only_old": examples.get("only_old", []),
        "only_new": examples.get("only_new", []),
        "switch": SwitchForm(old_profile=run.old_profile) if may_open(request.user, ORIGINS) else None,
    }
    return render(request, "shopflow/dealer_import/parallel_run.html", context)


@require_POST
@staff_page(ORIGINS)
def parallel_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an origin's deliveries read by the new profile from now on."""
    run = get_object_or_404(ParallelRun, pk=pk)
    form = SwitchForm(request.POST, old_profile=run.old_profile)
    if form.is_valid():
        origin: ImportOrigin = form.cleaned_data["origin"]
        services.switch_profile(origin_id=origin.pk, profile=run.new_profile, actor=request.user)
        told = _("%(origin)s is read by %(profile)s from now on.")
        messages.success(request, told % {"origin": origin.name, "profile": run.new_profile})
    else:
        messages.warning(request, _("Choose the source that is to be switched."))
    return redirect("shopflow-staff:import-parallel-run", pk=pk)
