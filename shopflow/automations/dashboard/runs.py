"""The list of runs, one run's story, and what staff do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shopflow.automations import queries
from shopflow.automations.dashboard.rights import MOVE, VIEW
from shopflow.automations.definitions.facts import facts_text, field_label
from shopflow.automations.definitions.wording import Phrase, step_phrase
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed, RunNotParked
from shopflow.automations.forms.staff import MoveForm, RunFilter
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.services import exit_run, move_run, resume_run, send_now, skip_step
from shopflow.contracts.types import Label
from shopflow.core.access import may_open, staff_page

PAGE = 50

RUN_VERBS: dict[str, tuple[Callable[..., None], Label]] = {
    "weiter": (resume_run, gettext_lazy("The step is being tried again.")),
    "auslassen": (skip_step, gettext_lazy("The step was left out.")),
    "jetzt": (send_now, gettext_lazy("The run goes on at once.")),
    "versetzen": (move_run, gettext_lazy("The run was moved.")),
    "beenden": (exit_run, gettext_lazy("The run was ended.")),
}


@staff_page(VIEW)
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    form = RunFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = list(queries.runs(**wanted)[: PAGE + 1])
    page = found[:PAGE]
    more = request.GET.copy()
    more["before"] = str(page[-1].pk) if page else ""
    context = {
        "form": form,
        "runs": page,
        "older": more.urlencode() if len(found) > PAGE else "",
        "is_first": not wanted.get("before"),
    }
    return render(request, "shopflow/automations/runs.html", context)


@dataclass(frozen=True)
class _Moment:
    """A line of a run's story: a step or a decision."""

    at: datetime
    step: RunStep | None = None
    phrase: Phrase | None = None
    decision: Decision | None = None


@staff_page(VIEW)
@require_GET
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(Run.objects.select_related("flow", "version"), pk=run_id)
    try:
        phrases = {step.id: step_phrase(step) for step in queries.definition_of(run.version).steps}
    except DefinitionInvalid:
        phrases = {}
    story = [
        _Moment(step.started_at, step=step, phrase=phrases.get(step.node)) for step in run.steps.order_by("pk")
    ] + [_Moment(decision.at, decision=decision) for decision in _worth_telling(run)]
    context = {
        "run": run,
        "facts": [(field_label(name), value) for name, value in facts_text(run.subject).items() if name != "email"],
        "story": sorted(story, key=lambda moment: moment.at),
        "standing": phrases.get(run.node),
        "may_move": may_open(request.user, MOVE),
        "form": MoveForm(places=[(node, phrase.text) for node, phrase in phrases.items()]),
    }
    return render(request, "shopflow/automations/run.html", context)


def _worth_telling(run: Run) -> QuerySet[Decision]:
    """Decisions that the steps do not tell themselves."""
    return run.decisions.exclude(gate=Decision.Gate.ACTION, verdict=Decision.Verdict.TRUE).order_by("pk")


@staff_page(MOVE)
@require_POST
def run_move(request: HttpRequest, run_id: int, verb: str) -> HttpResponse:
    """One of ``RUN_VERBS``; all but another try need a reason, which is kept in the audit log."""
    if verb not in RUN_VERBS:
        raise Http404
    move, sentence = RUN_VERBS[verb]
    run = get_object_or_404(Run.objects.select_related("version"), pk=run_id)
    form = MoveForm(request.POST, places=_places(run), wants_place=verb == "versetzen", wants_reason=verb != "weiter")
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("shopflow-staff:automations-run", run_id=run_id)
    wanted: dict[str, Any] = {"reason": form.cleaned_data["reason"]}
    if verb == "versetzen":
        wanted["node"] = form.cleaned_data["node"]
    try:
        move(run_id=run_id, actor=request.user, **wanted)
        messages.success(request, str(sentence))
    except RunNotParked:
        messages.warning(request, _("The run has moved on meanwhile; nothing was changed."))
    except NotAllowed as error:
        messages.warning(request, str(error))
    return redirect("shopflow-staff:automations-run", run_id=run_id)


def _places(run: Run) -> list[tuple[str, str]]:
    try:
        return [(step.id, step.id) for step in queries.definition_of(run.version).steps]
    except DefinitionInvalid:
        return []
