"""Staff doors to the catalogue: Oscar's views, but a category that something names stays."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from oscar.apps.dashboard.catalogue import views as stock
from oscar.apps.dashboard.catalogue.views import *  # noqa: F403

from shopflow.audience.services import still_needed


class CategoryDeleteView(stock.CategoryDeleteView):
    """Says which automation or segment needs the category, or one below it, which would go along."""

    def form_valid(self, form: Any) -> HttpResponse:
        gone = [self.object, *self.object.get_descendants()]
        sentences = [
            sentence for one in gone if (sentence := still_needed(kind="category", code=str(one.pk), name=one.name))
        ]
        if not sentences:
            answer: HttpResponse = super().form_valid(form)
            return answer
        for sentence in sentences:
            messages.error(self.request, sentence)
        return redirect("dashboard:catalogue-category-update", pk=self.object.pk)
