"""Test runs: choose a version and an example, walk through it step by step, and see which ways are left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shopflow.automations.dashboard.rights import CHANGE
from shopflow.automations.dashboard.sources import Source, choices_of, source_of
from shopflow.automations.definitions import read
from shopflow.automations.definitions.referring import by_name, step_names, way_by_names
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed
from shopflow.automations.facts import walked
from shopflow.automations.linting import MAX_WAYS, ways
from shopflow.automations.models import Flow, Trial
from shopflow.automations.services.happenings import fits
from shopflow.automations.services.trials import Stand, stand_of, start_trial, take_way
from shopflow.contracts.types import JSONDict
from shopflow.core.access import staff_page
from shopflow.core.models import OutboxEvent

EXAMPLES = 15
LOOKED_THROUGH = 300
SHOWN = ("order_number", "order_id", "basket_id", "email")


class TrialForm(forms.Form):
    """What is tested, and with which example."""

    version = forms.ChoiceField(label=gettext_lazy("Version"))
    example = forms.ChoiceField(
        label=gettext_lazy("Example"),
        help_text=gettext_lazy("A real case is only read: nobody but you gets a mail, and nothing of it changes."),
    )

    def __init__(self, *args: Any, flow: Flow, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = examples(source.definition)
        self.fields["version"].choices = choices_of(flow)  # type: ignore[attr-defined]
        self.fields["version"].initial = source.key
        self.fields["example"].choices = [  # type: ignore[attr-defined]
            ("", _("example values")),
            *((str(row.pk), _named(row)) for row in self.found),
        ]
        self.fields["example"].required = False

    def subject(self) -> JSONDict:
        """The chosen event's fields; empty for example values."""
        wanted = self.cleaned_data["example"]
        return next((dict(row.payload) for row in self.found if str(row.pk) == wanted), {})


def examples(definition: JSONDict) -> list[OutboxEvent]:
    """The latest events that would have begun a run, of those looked through."""
    trigger = read(definition).trigger
    if not trigger.event:
        return []
    rows = OutboxEvent.objects.filter(code=trigger.event).order_by("-occurred_at")[:LOOKED_THROUGH]
    return [row for row in rows if not fits(trigger.where, row.payload)][:EXAMPLES]


def _named(row: OutboxEvent) -> str:
    told = [str(row.payload[name]) for name in SHOWN if row.payload.get(name)]
    moment = date_format(timezone.localtime(row.occurred_at), "SHORT_DATETIME_FORMAT")
    return " · ".join([moment, *told])


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def trial_list(request: HttpRequest, code: str) -> HttpResponse:
    """What has been tested of a definition, and the form to begin a test run."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    source = source_of(flow, request.POST.get("version", "") or request.GET.get("fassung", ""))
    if source is None:
        messages.warning(request, _("The automation has no version yet."))
        return redirect("shopflow-staff:automations-flow", code=code)
    try:
        every = ways(read(source.definition))[:MAX_WAYS]
        form = TrialForm(request.POST or None, flow=flow, source=source)
        if request.method == "POST" and form.is_valid():
            trial = start_trial(
                flow=flow, definition=source.definition, label=source.label, subject=form.subject(), actor=request.user
            )
            return redirect("shopflow-staff:automations-trial", trial_id=trial.pk)
    except DefinitionInvalid as error:
        messages.error(request, " ".join(error.problems))
        return redirect("shopflow-staff:automations-flow", code=code)
    except NotAllowed as error:
        form.add_error(None, str(error))
    done, names = walked(source.definition), step_names(read(source.definition))
    context = {
        "flow": flow,
        "source": source,
        "form": form,
        "ways": [(way_by_names(way.split(">"), names), way in done) for way in every],
        "tested": sum(1 for way in every if way in done),
        "trials": Trial.objects.filter(flow=flow).select_related("started_by").order_by("-pk")[:20],
    }
    return render(request, "shopflow/automations/trials.html", context, status=422 if form.errors else 200)


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def trial_page(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One test run: its story, the step before which it stands, and the ways on."""
    trial = get_object_or_404(Trial.objects.select_related("flow"), pk=trial_id)
    if request.method == "POST":
        try:
            take_way(trial_id=trial_id, choice=request.POST.get("way", ""), actor=request.user)
        except NotAllowed as error:
            messages.warning(request, str(error))
        return redirect("shopflow-staff:automations-trial", trial_id=trial_id)
    done = walked(trial.definition)
    every = ways(read(trial.definition))[:MAX_WAYS]
    context = {
        "trial": trial,
        "flow": trial.flow,
        "story": [{**entry, "at": parse_datetime(entry["at"])} for entry in trial.story],
        "stand": _by_sentences(stand_of(trial), trial),
        "mine": trial.started_by_id == request.user.pk,
        "failed": any(entry["failed"] for entry in trial.story),
        "tested": sum(1 for way in every if way in done),
        "count": len(every),
    }
    return render(request, "shopflow/automations/trial.html", context)


def _by_sentences(stand: Stand, trial: Trial) -> Stand:
    """The stand with sentences instead of the ids of the steps that its ways lead to."""
    names = step_names(read(trial.definition))
    if stand.phrase is not None:
        stand.phrase = by_name(stand.phrase, names)
    stand.offers = [replace(offer, target=names.get(offer.target or "", offer.target)) for offer in stand.offers]
    return stand
