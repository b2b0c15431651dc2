"""Oscar's door for a review, with our form."""

from __future__ import annotations

from oscar.apps.catalogue.reviews import views as stock

from oscar_ext.catalogue.reviews.forms import ProductReviewForm


class CreateProductReview(stock.CreateProductReview):
    form_class = ProductReviewForm
