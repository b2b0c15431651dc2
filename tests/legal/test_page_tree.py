"""Making the page tree, and the home page before and after it."""

from __future__ import annotations

import pytest
from wagtail.models import Page, Site

from shopflow.contracts.pages import legal_page_types
from shopflow.core.models import Seller
from shopflow.legal import demo
from shopflow.legal.models import HomePage
from shopflow.legal.services import create_page_tree

pytestmark = pytest.mark.django_db


def test_the_welcome_page_gives_way(wagtail_site, seller, client):
    assert type(wagtail_site.root_page.specific) is Page

    home = create_page_tree(seller=seller)

    assert Site.objects.get().root_page_id == home.pk
    assert client.get("/").context["page"] == home


def test_a_site_that_has_its_own_first_page_keeps_it(wagtail_site, seller, client):
    own = HomePage(title="Eigene", slug="eigene")
    Page.get_first_root_node().add_child(instance=own)
    wagtail_site.root_page = own
    wagtail_site.save()

    create_page_tree(seller=seller)

    assert Site.objects.get().root_page_id == own.pk
    assert client.get("/impressum/").status_code == 200


def test_before_anybody_has_made_a_home_page_there_is_one(client, wagtail_site, seller):
    response = client.get("/")

    assert response.status_code == 200
    assert "Autohaus Muster GmbH" in response.content.decode()


def test_the_demo_home_page_shows_its_blocks(client, wagtail_site, seller):
    demo.load(seller=seller)
    shown = client.get("/").content.decode()

    assert shown.count("<h1") == 1
    assert 'action="/suche/"' in shown
    for words in (
        "Stöbern nach Bereich",
        "Neu eingetroffen",
        "Persönlich für Sie da",
        "Woher weiß ich, ob ein Teil passt?",
    ):
        assert words in shown


@pytest.mark.once
def test_every_kind_drafts_a_text_even_with_an_empty_seller(db):
    facts = {"seller": Seller(pk=1, name="Neu"), "countries": [], "shipping_methods": [], "payment_means": []}
    for kind in legal_page_types:
        assert "<h2>" in kind.draft(facts), kind.code
