"""Switching on: what a definition would do, what the linter finds, which ways were tested, and to how many people."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shopflow.automations.dashboard.rights import CHANGE, OVERRIDE
from shopflow.automations.dashboard.sources import Source, source_of
from shopflow.automations.definitions import read
from shopflow.automations.definitions.referring import step_names, way_by_names
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed, NotReady
from shopflow.automations.models import Flow
from shopflow.automations.services import switch_flow
from shopflow.automations.services.activation import affected, clear, messages_of, readiness
from shopflow.automations.services.dry_runs.examples import moments_of
from shopflow.core.access import may_open, staff_page


class ClearanceForm(forms.Form):
    """Why it may be switched on although something speaks against it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Kept in the audit log together with your name."),
    )
    overrides = forms.BooleanField(
        label=gettext_lazy("It is an emergency: switch it on although errors or tests are open"), required=False
    )

    def __init__(self, *args: object, needs_reason: bool, may_override: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may_override:
            del self.fields["overrides"]
        self.fields["reason"].widget.attrs["aria-required"] = "true" if needs_reason else "false"


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything that the gate goes by; with a POST clear the definition, and switch the flow on."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    source = source_of(flow, request.GET.get("fassung", ""))
    if source is None:
        messages.warning(request, _("The automation has no version yet."))
        return redirect("shopflow-staff:automations-flow", code=code)
    try:
        found = readiness(flow, source.definition)
    except DefinitionInvalid as error:
        messages.error(request, " ".join(error.problems))
        return redirect("shopflow-staff:automations-flow", code=code)
    may_override = bool(found.errors) and may_open(request.user, OVERRIDE)
    form = ClearanceForm(request.POST or None, needs_reason=bool(found.warnings), may_override=may_override)
    if request.method == "POST" and form.is_valid() and _cleared(request, flow, source, form):
        return redirect("shopflow-staff:automations-flow", code=code)
    names = step_names(read(source.definition))
    context = {
        "flow": flow,
        "source": source,
        "found": found,
        "tested": [(way_by_names(way.split(">"), names), way in found.walked) for way in found.ways],
        "writes": messages_of(source.definition),
        "affected": affected(flow, source.definition),
        "form": form,
        "moments": moments_of(flow=flow, definition=source.definition),
        "may_go": not found.errors or may_override,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "shopflow/automations/activate.html", context, status=status)


def _cleared(request: HttpRequest, flow: Flow, source: Source, form: ClearanceForm) -> bool:
    """Clear the definition and, if it is the active version, switch the flow on; whether that was possible."""
    try:
        clear(
            flow=flow, definition=source.definition, actor=request.user, reason=form.cleaned_data["reason"],
            overrides=form.cleaned_data.get("overrides", False),
        )  # fmt: skip
        if source.is_active and switch_flow(flow=flow, enabled=True, actor=request.user):
            messages.success(request, _("“%(flow)s” is switched on.") % {"flow": flow.name})
        else:
            messages.success(request, _("Cleared: %(version)s may be published now.") % {"version": source.label})
    except NotAllowed as error:
        form.add_error("reason", str(error))
        return False
    except NotReady as error:
        form.add_error(None, " ".join(error.problems))
        return False
    return True
