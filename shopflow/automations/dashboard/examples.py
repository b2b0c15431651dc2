"""The stored example of an automation: what happens in it, and who would get what when."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from shopflow.automations.dashboard.rights import VIEW
from shopflow.automations.dashboard.sources import source_of
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Flow
from shopflow.automations.services.dry_runs.examples import moments_of
from shopflow.core.access import staff_page


@staff_page(VIEW)
@require_GET
def example_page(request: HttpRequest, code: str) -> HttpResponse:
    """Computed by the engine for the definition that is looked at: the active version, an earlier one or the draft."""
    flow = get_object_or_404(Flow, code=code)
    source = source_of(flow, request.GET.get("fassung", ""))
    if source is None:
        raise Http404
    context = {"flow": flow, "source": source}
    try:
        context["moments"] = moments_of(flow=flow, definition=source.definition)
    except DefinitionInvalid as error:
        context["problems"] = error.problems
    return render(request, "shopflow/automations/example_page.html", context)
