"""Small words and choices of Oscar's pages that customers meet."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from oscar.core.loading import get_class
from oscar.test.factories import create_product


def test_the_period_of_the_order_list_ends_in_german():
    form = get_class("customer.forms", "OrderSearchForm")()
    with translation.override("de"):
        assert (str(form.fields["date_from"].label), str(form.fields["date_to"].label)) == ("Von", "Bis")


@pytest.mark.django_db
@pytest.mark.parametrize(("score", "accepted"), [("0", False), ("1", True), ("5", True), ("6", False)])
def test_a_review_has_one_to_five_stars(client, score, accepted):
    goods = create_product()
    address = reverse("catalogue:reviews-add", kwargs={"product_slug": goods.slug, "product_pk": goods.pk})
    form = client.get(address).context["form"]
    assert [value for value, _ in form.fields["score"].choices if value != ""] == [1, 2, 3, 4, 5]

    words = {"title": "Gut", "body": "Passt.", "name": "Erika", "email": "erika@example.org", "score": score}
    client.post(address, words)
    assert goods.reviews.count() == int(accepted)
