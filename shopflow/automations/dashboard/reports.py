"""What automations have done and brought: the overview, one automation, the figures as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shopflow.automations.dashboard.rights import CHANGE, VIEW
from shopflow.automations.definitions import Duration
from shopflow.automations.definitions.wording import length
from shopflow.automations.forms.reports import ReportRulesForm, SpanForm
from shopflow.automations.models import Conversion, DailyFigure, Flow
from shopflow.automations.reporting import folding, reports
from shopflow.automations.reporting.figures import Money, Tally, in_units
from shopflow.automations.reporting.wording import BECAME, CLICKS, ending_label, reason_label
from shopflow.automations.services import save_report_rules
from shopflow.core.access import may_open, staff_page
from shopflow.core.exporting import csv_response
from shopflow.core.paging import whole_number

Measure = DailyFigure.Measure
SHOWN_RATES = ("delivered", "bounced", "complained", "unsubscribed")


@staff_page(VIEW)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All automations side by side."""
    form = SpanForm(request.GET)
    lines = reports.overview(form.span)
    context = {
        "form": form,
        "span": form.span,
        "lines": lines,
        "minutes": sum(line.minutes for line in lines),
        "as_of": reports.as_of(),
        "may_change": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/automations/reports.html", context, status=200 if form.is_valid() else 422)


@staff_page(VIEW)
@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One automation, step by step, beside the same number of days before."""
    flow = get_object_or_404(Flow.objects.select_related("active_version"), code=code)
    form = SpanForm(request.GET)
    version = whole_number(request.GET.get("version", ""))
    found = reports.flow_report(flow, form.span, version=version)
    context = {
        "form": form,
        "flow": flow,
        "report": found,
        "numbers": _numbers(found),
        "steps": [_shown(step) for step in found.steps],
        "refused": _parts(found.refused),
        "endings": _parts(found.total.parts(Measure.ENDED), ending_label),
        "money": _money(found),
        "may_change": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/automations/report.html", context, status=200 if form.is_valid() else 422)


@dataclass(frozen=True)
class _Number:
    """One number beside the one of the days before."""

    label: str
    now: int
    before: int

    @property
    def change(self) -> int | None:
        """In percent; None where there was nothing before."""
        return round(100 * (self.now - self.before) / self.before) if self.before else None


def _numbers(found: reports.FlowReport) -> list[_Number]:
    now, before = found.total, found.before
    return [
        _Number(_("Begun"), now.begun, before.begun),
        _Number(_("Mails sent"), now.sent, before.sent),
        _Number(_("Goals reached"), now.total(Measure.GOAL), before.total(Measure.GOAL)),
        _Number(_("Errors"), now.errors, before.errors),
    ]


@dataclass(frozen=True)
class _Part:
    label: str
    count: int


def _parts(counts: Mapping[str, int], label: Any = reason_label) -> list[_Part]:
    """Reasons in words, the most frequent first; codes with the same words are one."""
    sums: dict[str, int] = {}
    for code, count in counts.items():
        words = str(label(code))
        sums[words] = sums.get(words, 0) + count
    return [_Part(words, count) for words, count in sorted(sums.items(), key=lambda part: (-part[1], part[0]))]


@dataclass(frozen=True)
class _Shown:
    """A step with its reasons in words."""

    step: reports.StepReport
    done: list[_Part]
    skipped: list[_Part]
    deferred: list[_Part]
    errors: list[_Part]
    ended: list[_Part]
    mails: list[_Part]
    clicks: list[_Part]
    rates: list[tuple[str, Any]]
    money: Money | None
    stay: str


def _shown(step: reports.StepReport) -> _Shown:
    tally = step.tally
    mails, clicks = tally.parts(Measure.MAIL), tally.parts(Measure.CLICK)
    return _Shown(
        step=step,
        done=_parts(tally.parts(Measure.DONE)),
        skipped=_parts(tally.parts(Measure.SKIPPED)),
        deferred=_parts(tally.parts(Measure.DEFERRED)),
        errors=_parts(tally.parts(Measure.ERROR)),
        ended=_parts(tally.parts(Measure.ENDED), ending_label),
        mails=_parts(mails, lambda code: BECAME.get(code, code)) + _parts(tally.parts(Measure.UNSENT)),
        clicks=[_Part(str(label), clicks[kind]) for kind, label in CLICKS.items() if clicks.get(kind)],
        rates=_rates(tally),
        money=tally.money.get(Conversion.Model.INFLUENCED),
        stay=_stay(tally),
    )


def _rates(tally: Tally) -> list[tuple[str, Any]]:
    """Shares of the sent mails, and of those with counted links how many were clicked in."""
    mails = tally.parts(Measure.MAIL)
    shares = [(str(BECAME[became]), tally.mail_rate(became)) for became in SHOWN_RATES if mails.get(became)]
    clicked = tally.click_rate
    return shares if clicked is None else [*shares, (_("clicked in, where the person agreed to counting"), clicked)]


def _stay(tally: Tally) -> str:
    found = tally.median_stay
    if found is None:
        return ""
    low, high = found
    if high is None:
        return _("over %(length)s") % {"length": _length(low)}
    if not low:
        return _("under %(length)s") % {"length": _length(high)}
    return _("%(low)s to %(high)s") % {"low": _length(low), "high": _length(high)}


def _length(elapsed: timedelta) -> str:
    return length(Duration(elapsed=elapsed))


def _money(found: reports.FlowReport) -> list[tuple[str, Money, Money]]:
    nothing = Money()
    return [
        (str(label), found.total.money.get(model, nothing), found.before.money.get(model, nothing))
        for model, label in Conversion.Model.choices
    ]


@staff_page(VIEW)
@require_GET
def report_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The days' figures of one automation, one line each."""
    flow = get_object_or_404(Flow, code=code)
    span = SpanForm(request.GET).span
    header = [_("Day"), _("Version"), _("Step"), _("Figure"), _("Reason"), _("Count"), _("Gross"), _("Net")]
    return csv_response(f"{flow.code}-{span.first}-{span.last}", header, _lines(flow, span))


def _lines(flow: Flow, span: Any) -> Iterator[list[object]]:
    rows = DailyFigure.objects.filter(flow=flow, day__gte=span.first, day__lte=span.last)
    for row in rows.order_by("day", "version", "node", "measure", "reason").iterator(chunk_size=1000):
        cents = [row.gross_cents, row.net_cents]
        money = [in_units(value) for value in cents] if row.measure == Measure.CONVERSION else ["", ""]
        yield [
            row.day, row.version or "", row.node, row.get_measure_display(), row.reason, row.count, *money
        ]  # fmt: skip


@staff_page(VIEW)
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Bring the figures up to date at once."""
    folding.fold()
    messages.success(request, _("The figures are up to date."))
    code = request.POST.get("flow", "")
    if Flow.objects.filter(code=code).exists():
        return redirect("shopflow-staff:automations-report", code=code)
    return redirect("shopflow-staff:automations-reports")


@staff_page(CHANGE)
def rules(request: HttpRequest) -> HttpResponse:
    """What counts as an effect, and what the minutes saved are reckoned with."""
    form = ReportRulesForm(request.POST or None, instance=reports.rules_of_now())
    if request.method == "POST" and form.is_valid():
        save_report_rules(values=form.values(), actor=request.user)
        messages.success(request, _("The rules were saved."))
        return redirect("shopflow-staff:automations-reports")
    return render(request, "shopflow/automations/report_rules.html", {"form": form}, status=422 if form.errors else 200)
