"""Dry runs over the past: begin one, watch its progress, and read who would have got what."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from shopflow.automations.dashboard.rights import CHANGE, VIEW
from shopflow.automations.dashboard.sources import Source, choices_of, source_of
from shopflow.automations.dashboard.volumes import volumes
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed
from shopflow.automations.models import DryRun, DryRunLine, Flow
from shopflow.automations.services.dry_runs import start_dry_run
from shopflow.core import clock
from shopflow.core.access import may_open, staff_page
from shopflow.core.paging import whole_number

AS_IT_WAS = "damals"
PAGE = 50
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class DryRunForm(forms.Form):
    """What is replayed, and which stretch of the past."""

    version = forms.ChoiceField(
        label=gettext_lazy("Version"),
        help_text=gettext_lazy("“as it was” replays the versions and the switch of then: it repeats what happened."),
    )
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    together = forms.BooleanField(
        label=gettext_lazy("Replay the other automations along, so that caps and priorities meet"),
        required=False, initial=True,
    )  # fmt: skip

    def __init__(self, *args: Any, flow: Flow, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [*choices_of(flow), (AS_IT_WAS, _("as it was"))]  # type: ignore[attr-defined]
        self.fields["version"].initial = source.key
        today = timezone.localdate(clock.now())
        self.fields["since"].initial, self.fields["until"].initial = today - timedelta(days=30), today

    def moments(self) -> tuple[datetime, datetime]:
        """From the first day's midnight to the end of the last day."""
        zone = timezone.get_default_timezone()
        since, until = (datetime.combine(self.cleaned_data[name], time(), zone) for name in ("since", "until"))
        return since, until + timedelta(days=1)


@staff_page(VIEW)
@require_http_methods(["GET", "POST"])
def dry_run_list(request: HttpRequest, code: str) -> HttpResponse:
    """The dry runs of an automation, and the form to begin one."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    may_start = may_open(request.user, CHANGE)
    if request.method == "POST" and not may_start:
        return HttpResponse(status=403)
    wanted = request.POST.get("version", "") or request.GET.get("fassung", "")
    source = source_of(flow, "" if wanted == AS_IT_WAS else wanted)
    if source is None:
        messages.warning(request, _("The automation has no version yet."))
        return redirect("shopflow-staff:automations-flow", code=code)
    form = DryRunForm(request.POST or None, flow=flow, source=source)
    if request.method == "POST" and form.is_valid():
        dry_run = _started(request, flow, source, form)
        if dry_run is not None:
            return redirect("shopflow-staff:automations-dry-run", dry_run_id=dry_run.pk)
    context = {
        "flow": flow,
        "form": form,
        "may_start": may_start,
        "dry_runs": DryRun.objects.filter(flow=flow).select_related("started_by").order_by("-pk")[:20],
    }
    return render(request, "shopflow/automations/dry_runs.html", context, status=422 if form.errors else 200)


def _started(request: HttpRequest, flow: Flow, source: Source, form: DryRunForm) -> DryRun | None:
    """The dry run that the form describes; None with its errors told."""
    since, until = form.moments()
    then = form.cleaned_data["version"] == AS_IT_WAS
    try:
        return start_dry_run(
            flow=flow, since=since, until=until, actor=request.user, together=form.cleaned_data["together"],
            definition=None if then else source.definition, label=_("as it was") if then else source.label,
        )  # fmt: skip
    except NotAllowed as error:
        form.add_error("since", str(error))
    except DefinitionInvalid as error:
        form.add_error("version", " ".join(error.problems))
    return None


@staff_page(VIEW)
@require_GET
def dry_run_page(request: HttpRequest, dry_run_id: int) -> HttpResponse:
    """One dry run: how far it is, or what came of it."""
    dry_run = get_object_or_404(DryRun.objects.select_related("flow"), pk=dry_run_id)
    lease = dry_run.lease_until
    context: dict[str, Any] = {
        "dry_run": dry_run,
        "flow": dry_run.flow,
        "is_lost": dry_run.state == DryRun.State.RUNNING and lease is not None and lease < timezone.now(),
    }
    if dry_run.state == DryRun.State.DONE:
        outcome = request.GET.get("ergebnis", "")
        outcome = outcome if outcome in DryRunLine.Outcome.values else ""
        lines = dry_run.lines.filter(outcome=outcome) if outcome else dry_run.lines.all()
        after = _read_place(request.GET.get("nach", ""))
        found = list((_behind(lines, *after) if after else lines).order_by("at", "pk")[: PAGE + 1])
        context |= {
            "outcome": outcome,
            "outcomes": _counted(dry_run),
            "lines": found[:PAGE],
            "is_first": after is None,
            "later": write_place(found[PAGE - 1]) if len(found) > PAGE else "",
            "bars": volumes(dry_run.report["days"]),
        }
    return render(request, "shopflow/automations/dry_run.html", context)


def write_place(line: DryRunLine) -> str:
    """Where a page ends: the moment in microseconds, and the line's key."""
    return f"{(line.at - EPOCH) // TICK}-{line.pk}"


def _read_place(text: str) -> tuple[datetime, int] | None:
    """The moment and the key; None for anything that :func:`write_place` has not written."""
    moment, key = (whole_number(part) for part in f"{text}-".split("-")[:2])
    try:
        return None if moment is None or key is None else (EPOCH + TICK * moment, key)
    except OverflowError:
        return None


def _behind(lines: QuerySet[DryRunLine], at: datetime, key: int) -> QuerySet[DryRunLine]:
    return lines.filter(at__gte=at).exclude(at=at, pk__lte=key)


def _counted(dry_run: DryRun) -> list[tuple[str, str, int]]:
    """Outcomes with their words and numbers, in the order of the choices."""
    counts = dry_run.report["outcomes"]
    return [(value, str(label), counts[value]) for value, label in DryRunLine.Outcome.choices if value in counts]
