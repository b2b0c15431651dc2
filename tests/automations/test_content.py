"""What words of mails name, and whether a customer still finds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from oscar.core.loading import get_model
from oscar.test.factories import ConditionalOfferFactory, VoucherFactory, create_product
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from shopflow.audience.models import LeadMagnet, ShareLink
from shopflow.automations.content import Named, named_in, troubles_in
from shopflow.core import clock

pytestmark = pytest.mark.django_db


def said(words):
    with translation.override("en"):
        return [str(one) for one in troubles_in([words])]


def link(path):
    return f'<a href="http://testserver{path}">x</a>'


@pytest.mark.parametrize(
    "words",
    [
        link("/suche/?q=a"), link("/"), link("/suche"), '<a href="https://elsewhere.example/weg/">x</a>',
        '<a href="mailto:a@example.org">x</a>', '<a href="{{ restore_url }}">x</a>', '<a href="#unten">x</a>',
        '<a href="{{ site_url }}/catalogue/{{ product.slug }}_{{ product.id }}/">x</a>', '<a href="http://[x">x</a>',
    ],
)  # fmt: skip
def test_what_is_always_there_or_not_ours_or_hangs_on_the_mail_is_not_looked_at(words):
    assert named_in(words).links == ()
    assert said(words) == []


def test_addresses_that_nothing_answers(wagtail_site):
    assert said(link("/gibt/es nicht")) == ["The link http://testserver/gibt/es nicht leads nowhere."]
    bare = "Mehr: {{ site_url }}/gibt.es.nicht."
    assert said(bare) == ["The link http://testserver/gibt.es.nicht leads nowhere."]
    Redirect.objects.create(old_path="/gibt.es.nicht", redirect_link="/suche/", site=wagtail_site)
    assert said(bare) == []


def test_products_and_their_reviews():
    product = create_product(title="Filter")
    pages = link(product.get_absolute_url()) + link(f"/catalogue/alt_{product.pk}/reviews/add/")
    assert said(pages) == []
    type(product).objects.filter(pk=product.pk).update(is_public=False)
    assert said(pages) == [
        f"The product behind http://testserver{product.get_absolute_url()} is not on sale.",
        f"The product behind http://testserver/catalogue/alt_{product.pk}/reviews/add/ is not on sale.",
    ]
    gone = "/catalogue/weg_99999999999999999999/"
    assert said(link(gone)) == [f"The product behind http://testserver{gone} is not on sale."]


def test_a_variant_is_there_with_its_product():
    parent = create_product(structure="parent")
    child = create_product(structure="child", parent=parent)
    assert said(link(child.get_absolute_url())) == []
    type(parent).objects.filter(pk=parent.pk).update(is_public=False)
    assert len(said(link(child.get_absolute_url()))) == 1


def test_product_groups():
    category = get_model("catalogue", "Category").add_root(name="Filter")
    inner = category.add_child(name="Ölfilter")
    words = link(inner.get_absolute_url())
    assert said(words) == []
    category.is_public = False
    category.save()
    assert said(words) == [f"The product group behind http://testserver{inner.get_absolute_url()} is not shown."]


def test_content_pages(wagtail_site):
    words = link("/ratgeber/bremsen/")
    trouble = ["The page behind http://testserver/ratgeber/bremsen/ does not exist or is not published."]
    assert said(words) == trouble
    guide = wagtail_site.root_page.add_child(instance=Page(title="Ratgeber", slug="ratgeber"))
    page = guide.add_child(instance=Page(title="Bremsen", slug="bremsen"))
    assert said(words) == []
    page.unpublish()
    assert said(words) == trouble


def test_documents_on_request_and_share_links():
    LeadMagnet.objects.create(slug="pruefliste", title="Prüfliste", file="x.pdf")
    ShareLink.objects.create(code="post", label="Post", channel="linkedin", created_at=clock.now())
    words = link("/unterlagen/anfordern/pruefliste/") + link("/l/post/")
    assert said(words) == []
    LeadMagnet.objects.update(is_active=False)
    ShareLink.objects.all().delete()
    assert said(words) == [
        "The document behind http://testserver/unterlagen/anfordern/pruefliste/ cannot be asked for.",
        "The link http://testserver/l/post/ leads nowhere.",
    ]


def test_vouchers():
    now = clock.now()
    voucher = VoucherFactory(code="HERBST10", usage="Single use")
    words = "Mit HERBST10 oder NICHTS99 sparen Sie."
    assert named_in(words) == Named(codes=frozenset({"HERBST10", "NICHTS99"}))
    assert said(words) == []

    set_to = get_model("voucher", "Voucher").objects.filter(pk=voucher.pk).update
    set_to(end_datetime=now - timedelta(minutes=1))
    assert said(words) == ["The voucher HERBST10 has expired."]
    set_to(start_datetime=now + timedelta(days=1), end_datetime=now + timedelta(days=2))
    assert said(words)[0].startswith("The voucher HERBST10 holds from ")
    set_to(start_datetime=now - timedelta(days=1))
    assert said(words) == []
    get_model("voucher", "VoucherApplication").objects.create(
        voucher=voucher,
        order=get_model("order", "Order").objects.create(number="1", total_incl_tax=1, total_excl_tax=1),
    )
    assert said(words) == ["The voucher HERBST10 is used up or withdrawn."]
    set_to(usage="Multi-use")
    assert said(words) == []
    offer = ConditionalOfferFactory(offer_type="Voucher", max_global_applications=5)
    voucher.offers.set([offer])
    assert said(words) == []
    type(offer).objects.filter(pk=offer.pk).update(num_applications=5)
    assert said(words) == ["The voucher HERBST10 is used up or withdrawn."]


def test_as_many_questions_however_much_is_named(django_assert_num_queries):
    words = [link(create_product().get_absolute_url()) for _number in range(5)]
    with django_assert_num_queries(2):  # the clock's, and one for all products
        assert troubles_in(words) == []
