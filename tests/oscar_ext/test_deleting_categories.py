"""Staff delete categories; those that an automation or a segment asks for stay, and it is said which."""

from __future__ import annotations

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from shopflow.audience.services import delete_segment, save_segment
from tests.audience.people import staff

pytestmark = pytest.mark.django_db
Category = get_model("catalogue", "Category")


def test_a_category_that_is_named_stays_with_those_above_it(client):
    brakes = Category.add_root(name="Bremsen")
    discs = brakes.add_child(name="Scheiben")
    lamps = Category.add_root(name="Lampen")
    boss = staff()
    client.force_login(boss)
    asked = {"field": "bought_categories", "op": "contains", "value": str(discs.pk)}
    kept = save_segment(segment=None, code="bremser", label="Bremser", expression=asked, actor=boss)

    for one in (discs, brakes):
        answer = client.post(reverse("dashboard:catalogue-category-delete", args=[one.pk]), follow=True)
        assert answer.redirect_chain == [(reverse("dashboard:catalogue-category-update", args=[one.pk]), 302)]
        assert [str(said) for said in answer.context["messages"]] == [
            "„Scheiben“ wird gebraucht: das Segment „Bremser“. Ändern Sie das zuerst."
        ]
    client.post(reverse("dashboard:catalogue-category-delete", args=[lamps.pk]))
    assert list(Category.objects.order_by("path").values_list("name", flat=True)) == ["Bremsen", "Scheiben"]

    delete_segment(segment=kept, actor=boss)
    answer = client.post(reverse("dashboard:catalogue-category-delete", args=[brakes.pk]))
    assert (answer.status_code, Category.objects.count()) == (302, 0)
