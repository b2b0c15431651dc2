"""Oscar's door for a review, with our form; a new review is announced."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from oscar.apps.catalogue.reviews import views as stock

from oscar_ext.catalogue.reviews.forms import ProductReviewForm
from oscar_ext.catalogue.reviews.services import announce_review


class CreateProductReview(stock.CreateProductReview):
    form_class = ProductReviewForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        announce_review(self.object)
        return response
