"""The invented dealer. Telephone number and VAT ID are from ranges that belong to nobody."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site

from shopflow.core.models import Seller

FACTS = {
    "name": "Autohaus Muster GmbH",
    "street": "Werkstraße 12",
    "postcode": "12345",
    "city": "Musterstadt",
    "country": "DE",
    "represented_by": "Erika Mustermann",
    "email": "info@example.org",
    "phone": "+49 30 23125 000",
    "register_court": "Amtsgericht Musterstadt",
    "register_number": "HRB 12345",
    "vat_id": "DE123456788",
    "opening_hours": "Mo–Fr 8–18 Uhr, Sa 9–13 Uhr",
    "contact_person": "Max Mustermann",
}


def ensure_seller() -> Seller:
    """The demo's seller; one that staff have entered stays as it is. Also names the site."""
    seller, created = Seller.objects.get_or_create(pk=1, defaults=FACTS)
    if created:
        domain = urlsplit(settings.SITE_URL).netloc
        Site.objects.update_or_create(pk=settings.SITE_ID, defaults={"domain": domain, "name": seller.name})  # type: ignore[misc]
    return seller
