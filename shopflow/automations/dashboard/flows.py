"""The list of automations, one automation, and its switches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shopflow.automations import queries
from shopflow.automations.dashboard.rights import CHANGE, VIEW
from shopflow.automations.definitions.mentions import Mention
from shopflow.automations.definitions.referring import by_name, step_names
from shopflow.automations.definitions.wording import Phrase, exit_phrase, opening, step_phrase
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed, NotReady
from shopflow.automations.forms.staff import FlowFilter, ReasonForm
from shopflow.automations.models import Flow, FlowVersion
from shopflow.automations.pins import changed_since
from shopflow.automations.rows import missing_by_version, missing_rows, sentence
from shopflow.automations.services import pause_flow, switch_flow
from shopflow.core.access import may_open, staff_page


@staff_page(VIEW)
@require_GET
def flow_list(request: HttpRequest) -> HttpResponse:
    form = FlowFilter(request.GET)
    flows = queries.flows_with_numbers()
    missing = missing_by_version(row.flow.active_version for row in flows if row.flow.active_version)
    rows = [(row, _sentences(missing.get(row.flow.active_version_id or 0, ()))) for row in flows]
    narrowed = form.is_valid() and any(form.cleaned_data.values())
    context = {
        "form": form,
        "rows": [row for row in rows if _fits(*row, **form.cleaned_data)] if narrowed else rows,
        "narrowed": narrowed,
        "may_switch": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/automations/flows.html", context)


def _fits(row: queries.FlowNumbers, missing: list[str], *, q: str, state: str) -> bool:
    """Whether each word of ``q`` stands in name or description, and the state is the one asked for."""
    said = f"{row.flow.name} {row.flow.description}".casefold()
    states = {
        "": True,
        "on": row.flow.enabled,
        "off": not row.flow.enabled,
        "attention": bool(row.failed or row.parked or missing),
    }
    return states[state] and all(word in said for word in q.casefold().split())


def _sentences(missing: Iterable[Mention]) -> list[str]:
    """What the version names and the shop does not have, each once."""
    return list(dict.fromkeys(sentence(one) for one in missing))


@staff_page(VIEW)
@require_GET
def flow_page(request: HttpRequest, code: str) -> HttpResponse:
    """A flow in sentences, with where its people stand, its versions and its latest decisions."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    context = {
        "flow": flow,
        "missing": missing_rows(definition) if (definition := queries.active_definition(flow)) else [],
        "words": _in_words(flow.active_version),
        "changed": changed_since(flow.active_version) if flow.active_version else None,
        "versions": flow.versions.select_related("created_by").order_by("-number")[:20],
        "decisions": flow.decisions.select_related("flow").order_by("-at", "-pk")[:20],
        "may_switch": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/automations/flow.html", context)


@dataclass(frozen=True)
class _Words:
    opening: Phrase
    steps: list[tuple[Phrase, int]]
    exits: list[str]


def _in_words(version: FlowVersion | None) -> _Words | None:
    """The version in sentences; None when it cannot be read."""
    if version is None:
        return None
    try:
        definition = queries.definition_of(version)
    except DefinitionInvalid:
        return None
    standing = queries.standing_at(version)
    names = step_names(definition)
    steps = [(by_name(step_phrase(step), names), standing.get(step.id, 0)) for step in definition.steps]
    return _Words(opening(definition), steps, [exit_phrase(way) for way in definition.exits])


@staff_page(CHANGE)
@require_POST
def flow_switch(request: HttpRequest, code: str) -> HttpResponse:
    flow = get_object_or_404(Flow, code=code)
    enabled = request.POST.get("enabled") == "1"
    try:
        changed = switch_flow(flow=flow, enabled=enabled, actor=request.user)
    except NotReady:
        return redirect("shopflow-staff:automations-activate", code=code)
    except NotAllowed as error:
        messages.error(request, str(error))
        changed = False
    if changed:
        sentence = _("“%(flow)s” is switched on.") if enabled else _("“%(flow)s” is switched off.")
        messages.success(request, sentence % {"flow": flow.name})
    return redirect("shopflow-staff:automations")


@staff_page(CHANGE)
@require_POST
def flow_pause(request: HttpRequest, code: str) -> HttpResponse:
    """Let everybody in the automation stand still, or go on."""
    flow = get_object_or_404(Flow, code=code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept in the audit log."))
    elif pause_flow(
        flow=flow, paused=request.POST.get("paused") == "1", actor=request.user, reason=form.cleaned_data["reason"]
    ):
        messages.success(request, _("Saved."))
    return redirect("shopflow-staff:automations-flow", code=code)
