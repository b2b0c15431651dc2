"""What people have answered to the question in the shop. Nothing here leads back to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from shopflow.audience.models import SurveyAnswer
from shopflow.audience.surveys import REASONS
from shopflow.contracts.types import Label
from shopflow.core.access import staff_page
from shopflow.core.exporting import csv_response

VIEW = "shopflow_audience.view_surveyanswer"
PER_PAGE = 50
LABELS: Mapping[str, Label] = dict(REASONS)


class AnswerFilter(forms.Form):
    """Which answers are shown: a reason, days, and whether somebody wrote words of their own."""

    grund = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("All")), *REASONS], required=False
    )
    von = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    bis = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    worte = forms.BooleanField(label=gettext_lazy("Only with words of their own"), required=False)

    def chosen(self) -> QuerySet[SurveyAnswer]:
        """The answers, newest first; what cannot be read does not filter."""
        found, wanted = SurveyAnswer.objects.all(), self.cleaned_data if self.is_bound else {}
        if wanted.get("grund"):
            found = found.filter(choice=wanted["grund"])
        if wanted.get("von"):
            found = found.filter(day__gte=wanted["von"])
        if wanted.get("bis"):
            found = found.filter(day__lte=wanted["bis"])
        if wanted.get("worte"):
            found = found.exclude(text="")
        return found


def _filter(request: HttpRequest) -> AnswerFilter:
    form = AnswerFilter(request.GET)
    form.is_valid()
    return form


@staff_page(VIEW)
@require_GET
def survey_answers(request: HttpRequest) -> HttpResponse:
    """How often each reason was given, and the answers themselves, newest first."""
    form = _filter(request)
    counted = dict(form.chosen().order_by().values_list("choice").annotate(Count("pk")))
    total = sum(counted.values())
    page = Paginator(form.chosen(), PER_PAGE, orphans=0).get_page(request.GET.get("seite"))
    context = {
        "form": form,
        "total": total,
        "reasons": [
            (LABELS.get(code, code), count, round(100 * count / total))
            for code, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "rows": [(answer, LABELS.get(answer.choice, answer.choice)) for answer in page],
        "page": page,
    }
    return render(request, "shopflow/audience/dashboard/survey_answers.html", context)


@staff_page(VIEW)
@require_GET
def survey_answers_csv(request: HttpRequest) -> HttpResponseBase:
    """The answers that the filter leaves, one line each."""
    return csv_response("umfrage", [_("Day"), _("Reason"), _("In their own words")], _lines(_filter(request)))


def _lines(form: AnswerFilter) -> Iterator[list[object]]:
    for answer in form.chosen().iterator(chunk_size=500):
        yield [answer.day, LABELS.get(answer.choice, answer.choice), answer.text]
