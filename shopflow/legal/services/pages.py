from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel import Locale as BabelLocale
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import to_locale
from oscar.core.loading import get_model
from wagtail.models import Locale, Page, Site

from shopflow.contracts.pages import LegalPageType, legal_page_types
from shopflow.contracts.payments import payment_methods
from shopflow.core.links import absolute
from shopflow.core.models import Seller
from shopflow.legal.models import HomePage, LegalPage

Block = tuple[str, dict[str, Any]]


@transaction.atomic
def create_page_tree(*, seller: Seller, home_blocks: Sequence[Block] = ()) -> HomePage:
    """Make the home page the site's first page, and a legal page of every type that has none yet.

    Pages that exist are left as they are, so that it can run again after an update. Wagtail's own “Welcome” page
    is put aside when it is still the site's first page.
    """
    locale, _created = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = _home(locale, seller, home_blocks)
    present = set(LegalPage.objects.values_list("type_code", flat=True))
    facts = page_facts(seller)
    for kind in sorted(legal_page_types, key=lambda kind: kind.position):
        if kind.code not in present:
            _legal_page(home, kind, facts, locale)
    return home


def page_facts(seller: Seller) -> dict[str, Any]:
    """What drafts are filled in with: the seller, the shop's addresses, delivery countries and means of payment."""
    countries = get_model("address", "Country")._default_manager.filter(is_shipping_country=True)
    charges = get_model("shipping", "OrderAndItemCharges")._default_manager.order_by("pk")
    shown = [
        {"name": row.name, "price": row.price_per_order, "free_from": row.free_shipping_threshold} for row in charges
    ]
    names = BabelLocale.parse(to_locale(settings.LANGUAGE_CODE)).territories
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "seller": seller,
            "shop_url": absolute("/"),
            "withdraw_url": absolute(reverse("legal-withdraw")),
            "countries": [names.get(row.pk, row.printable_name) for row in countries.order_by("-display_order")],
            "shipping_methods": shown,
            "payment_means": [str(method.label) for method in sorted(payment_methods, key=lambda m: m.position)],
        }


def _home(locale: Locale, seller: Seller, blocks: Sequence[Block]) -> HomePage:
    site = Site.objects.filter(is_default_site=True).first()
    found: HomePage | None = HomePage.objects.first()
    if found is None:
        root = Page.get_first_root_node()
        found = HomePage(title=seller.name, slug=_free_slug(root), locale=locale, body=list(blocks))
        root.add_child(instance=found)
        found.save_revision().publish()
    if site is None:
        Site.objects.create(hostname="localhost", port=80, root_page=found, is_default_site=True, site_name=seller.name)
    elif type(site.root_page.specific) is Page:
        site.root_page = found
        site.site_name = seller.name
        site.save()
    return found


def _free_slug(root: Page) -> str:
    taken = set(root.get_children().values_list("slug", flat=True))
    return next(slug for slug in ("start", "startseite", "shop-start", "shop-home") if slug not in taken)


def _legal_page(home: Page, kind: LegalPageType, facts: dict[str, Any], locale: Locale) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        title = getattr(kind, "draft_title", "") or str(kind.label)
        body = kind.draft(facts)
    parent = _site_root() or home
    page = LegalPage(title=title, slug=kind.slug, type_code=kind.code, body=body, locale=locale)
    parent.add_child(instance=page)
    page.save_revision().publish()


def _site_root() -> Page | None:
    """The page below which an address has one part, such as ``/impressum/``."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return site.root_page if site else None
