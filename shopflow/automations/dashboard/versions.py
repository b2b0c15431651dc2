"""Versions: back to an earlier one, and taking waiting runs along."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shopflow.automations import queries
from shopflow.automations.dashboard.rights import CHANGE
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.exceptions import DefinitionInvalid, NotReady
from shopflow.automations.forms.staff import MigrationForm
from shopflow.automations.models import FlowVersion
from shopflow.automations.services import migrate_runs, roll_back
from shopflow.core.access import staff_page


@staff_page(CHANGE)
@require_POST
def version_again(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish an earlier version once more."""
    version = get_object_or_404(FlowVersion.objects.select_related("flow"), pk=version_id)
    try:
        made = roll_back(version=version, actor=request.user)
        messages.success(request, _("Version %(number)s is active now.") % {"number": made.number})
    except NotReady as error:
        messages.warning(request, " ".join(error.problems))
        page = reverse("shopflow-staff:automations-activate", args=[version.flow.code])
        return redirect(f"{page}?fassung={version.number}")
    except DefinitionInvalid as error:
        messages.error(request, " ".join(error.problems))
    return redirect("shopflow-staff:automations-flow", code=version.flow.code)


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def take_along(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the open runs of a version along to the active one: first the numbers, then, confirmed, the deed."""
    old = get_object_or_404(FlowVersion.objects.select_related("flow__active_version"), pk=version_id)
    new = old.flow.active_version
    if new is None or new.pk == old.pk:
        messages.warning(request, _("These runs follow the active version already."))
        return redirect("shopflow-staff:automations-flow", code=old.flow.code)
    form = MigrationForm(
        request.POST or None, before=queries.definition_of(old), after=queries.definition_of(new),
        stops=request.GET.get("alle") == "stop",
    )  # fmt: skip
    report = None
    words = {step.id: step_phrase(step).text for step in queries.definition_of(new).steps}
    if request.method == "POST" and form.is_valid():
        sure = request.POST.get("sure") == "1"
        report = migrate_runs(
            old=old, new=new, nodes=form.nodes(), actor=request.user,
            reason=form.cleaned_data["reason"], dry_run=not sure, anew=form.cleaned_data.get("anew", False),
        )  # fmt: skip
        if sure:
            told = {"moved": report.moved.total(), "stopped": report.stopped, "stayed": report.stayed}
            messages.success(request, _("%(moved)s runs moved, %(stopped)s ended, %(stayed)s stayed.") % told)
            return redirect("shopflow-staff:automations-flow", code=old.flow.code)
    context = {
        "form": form,
        "old": old,
        "new": new,
        "flow": old.flow,
        "report": report,
        "moved": report and [(words.get(node, node), count) for node, count in sorted(report.moved.items())],
        "total": report and report.moved.total(),
    }
    return render(request, "shopflow/automations/take_along.html", context, status=422 if form.errors else 200)
