"""What nearly every page and paper of a shop needs: Wagtail's first rows, and the seller."""

from __future__ import annotations

from typing import Any

from wagtail.models import Collection, Locale, Page, Site

from shopflow.core.models import Seller


def make_site() -> Any:
    """Wagtail's locale, root page, root collection and default site, where they are missing; returns the site."""
    Locale.objects.get_or_create(language_code="de")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        home = root.get_children().first() or root.add_child(instance=Page(title="Start", slug="start"))
        site = Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)
    return site


def make_seller() -> Seller:
    """The shop's legal identity, complete."""
    row, _ = Seller.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Autohaus Muster GmbH",
            "street": "Musterstraße 1",
            "postcode": "12345",
            "city": "Musterstadt",
            "country": "DE",
            "represented_by": "Erika Beispiel",
            "email": "shop@example.org",
            "phone": "+49 30 1234567",
            "register_court": "Amtsgericht Musterstadt",
            "register_number": "HRB 12345",
            "vat_id": "DE123456788",
        },
    )
    return row
