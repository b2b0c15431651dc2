"""The page with one question."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from shopflow.audience import services
from shopflow.audience.models import SurveyInvitation
from shopflow.audience.surveys import REASONS


class AnswerForm(forms.Form):
    """One choice, and a few words for those who like."""

    choice = forms.ChoiceField(
        label=_("What has kept you from ordering?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one answer.")},
    )
    text = forms.CharField(
        label=_("In your own words, if you like"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@never_cache
def survey(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask, keep the answer without a name, or put the question aside."""
    asked = get_object_or_404(SurveyInvitation, key=key)
    page = "shopflow/audience/survey.html"
    if request.method == "POST" and "later" in request.POST:
        services.close_survey(invitation=asked)
        return redirect("basket:summary")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.answer_survey(invitation=asked, **form.cleaned_data)
        return render(request, page, {"state": "done"})
    if asked.closed_at is not None:
        return render(request, page, {"state": "done"})
    return render(request, page, {"state": "ask", "form": form}, status=422 if form.errors else 200)
