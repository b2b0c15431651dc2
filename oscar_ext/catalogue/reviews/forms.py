"""Oscar's form for a review, with one to five stars; Oscar also offers none."""

from __future__ import annotations

from typing import Any

from oscar.apps.catalogue.reviews import forms as stock


class ProductReviewForm(stock.ProductReviewForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        score = self.fields["score"]
        score.choices = [choice for choice in score.choices if choice[0] != 0]
