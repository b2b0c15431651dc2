"""Staff pages of the automations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopflow.automations import queries
from shopflow.automations.definitions.wording import Phrase, exit_phrase, opening, step_phrase
from shopflow.automations.exceptions import DefinitionInvalid, RunNotParked
from shopflow.automations.forms import RetryForm, RunFilter, WhyForm
from shopflow.automations.models import Decision, Flow, FlowVersion, Run, RunStep
from shopflow.automations.services import exit_run, resume_run, skip_step, switch_flow
from shopflow.core.access import may_open, staff_page
from shopflow.core.models import OutboxDelivery
from shopflow.core.services import audit, retry_parked

VIEW = "shopflow_automations.view_flow"
CHANGE = "shopflow_automations.change_flow"
MOVE = "shopflow_automations.change_run"
PAGE = 50

RUN_VERBS = {
    "weiter": (resume_run, gettext_lazy("The step is being tried again.")),
    "auslassen": (skip_step, gettext_lazy("The step was left out.")),
    "beenden": (exit_run, gettext_lazy("The run was ended.")),
}


@staff_page(VIEW)
@require_GET
def flow_list(request: HttpRequest) -> HttpResponse:
    context = {"flows": queries.flows_with_numbers(), "may_switch": may_open(request.user, CHANGE)}
    return render(request, "shopflow/automations/flows.html", context)


@staff_page(VIEW)
@require_GET
def flow_page(request: HttpRequest, code: str) -> HttpResponse:
    """A flow in sentences, with where its people stand, its versions and its latest decisions."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    context = {
        "flow": flow,
        "words": _in_words(flow.active_version),
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
    steps = [(step_phrase(step), standing.get(step.id, 0)) for step in definition.steps]
    return _Words(opening(definition), steps, [exit_phrase(way) for way in definition.exits])


@staff_page(CHANGE)
@require_POST
def flow_switch(request: HttpRequest, code: str) -> HttpResponse:
    flow = get_object_or_404(Flow, code=code)
    enabled = request.POST.get("enabled") == "1"
    if switch_flow(flow=flow, enabled=enabled, actor=request.user):
        sentence = _("“%(flow)s” is switched on.") if enabled else _("“%(flow)s” is switched off.")
        messages.success(request, sentence % {"flow": flow.name})
    return redirect("shopflow-staff:automations")


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
        "story": sorted(story, key=lambda moment: moment.at),
        "standing": phrases.get(run.node),
        "may_move": may_open(request.user, MOVE),
    }
    return render(request, "shopflow/automations/run.html", context)


def _worth_telling(run: Run) -> QuerySet[Decision]:
    """Decisions that the steps do not tell themselves."""
    return run.decisions.exclude(gate=Decision.Gate.ACTION, verdict=Decision.Verdict.TRUE).order_by("pk")


@staff_page(MOVE)
@require_POST
def run_move(request: HttpRequest, run_id: int, verb: str) -> HttpResponse:
    if verb not in RUN_VERBS:
        raise Http404
    move, sentence = RUN_VERBS[verb]
    get_object_or_404(Run, pk=run_id)
    try:
        move(run_id=run_id, actor=request.user)
        messages.success(request, sentence)
    except RunNotParked:
        messages.warning(request, _("The run has moved on meanwhile; nothing was changed."))
    return redirect("shopflow-staff:automations-run", run_id=run_id)


@staff_page(VIEW)
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Why somebody got a mail, or none."""
    form = WhyForm(request.GET if "email" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        email = form.cleaned_data["email"]
        context["decisions"] = queries.decisions_about(email=email)
        context["runs"] = list(queries.runs(email=email)[:PAGE])
    return render(request, "shopflow/automations/why.html", context)


@staff_page(VIEW)
@require_http_methods(["GET", "POST"])
def deliveries(request: HttpRequest) -> HttpResponse:
    """Events that a subscriber could not take in, and another try for them."""
    parked = queries.parked_deliveries()
    may_retry = may_open(request.user, MOVE)
    form = None
    if request.method == "POST" and may_retry:
        form = RetryForm(request.POST, parked=[delivery.pk for delivery in parked])
        if form.is_valid():
            _try_again(request, form.cleaned_data["delivery"])
            return redirect("shopflow-staff:automations-deliveries")
    context = {"parked": parked, "form": form, "may_retry": may_retry}
    status = 422 if form is not None else 403 if request.method == "POST" else 200
    return render(request, "shopflow/automations/deliveries.html", context, status=status)


def _try_again(request: HttpRequest, keys: list[int]) -> None:
    with transaction.atomic():
        for delivery in OutboxDelivery.objects.filter(pk__in=keys, state=OutboxDelivery.State.PARKED):
            audit(actor=request.user, action="delivery_retried", target=delivery, summary=str(delivery))
        count = retry_parked(delivery_ids=keys)
    messages.success(request, _("%(count)s events are being delivered again.") % {"count": count})
