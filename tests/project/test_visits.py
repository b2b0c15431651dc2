"""Somebody who only looks around gets no cookie from any page."""

from __future__ import annotations

import pytest
from oscar.test.factories import create_product


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/catalogue/", "/suche/?q=filter", "/basket/", "/accounts/login/", "/password-reset/", "/nichts/"],
)
def test_looking_around_leaves_no_cookie(client, wagtail_site, seller, path):
    answer = client.get(path)

    assert answer.status_code == (404 if path == "/nichts/" else 200)
    assert answer.cookies == {}


@pytest.mark.django_db
def test_looking_at_a_product_leaves_no_cookie(client, wagtail_site, seller):
    answer = client.get(create_product(price=10, num_in_stock=3).get_absolute_url())

    assert answer.status_code == 200
    assert answer.cookies == {}
