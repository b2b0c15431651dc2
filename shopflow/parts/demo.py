"""What the demo's parts need besides their import: names of the invented makers, data of the manufacturers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.core import clock
from shopflow.parts import services
from shopflow.parts.models import Brand

MAKERS = {"0991": "Nordwagen", "0992": "Haldenau", "0993": "Lünemotor", "9811": "Nordwagen", "9812": "Haldenau"}
"""The makers whose models the demo's file names."""
MANUFACTURERS = {
    "BREH": ("Brehmer Bremsen GmbH", "Werkstraße 4\n12345 Musterstadt\nDeutschland", "produkte@brehmer.example"),
    "FLTX": ("Filtrax Filterwerke AG", "Siebweg 11\n12347 Musterstadt\nDeutschland", "sicherheit@filtrax.example"),
    "PNEU": ("Pneura Reifen SE", "Profilallee 1\n12349 Musterstadt\nDeutschland", "label@pneura.example"),
}


def load(*, seller: Any) -> str:
    """Name makers and manufacturers, and announce that the manufacturer's data will be demanded."""
    services.name_makers(MAKERS)
    for code, (name, address, electronic) in MANUFACTURERS.items():
        maker = services.save_manufacturer(
            name=name, postal_address=address, electronic_address=electronic, is_in_eu=True, actor=None
        )
        services.save_brand(brand=Brand.objects.get(code=code), manufacturer=maker, actor=None)
    starts_on = timezone.localdate(clock.now()) + timedelta(days=90)
    services.set_demand(code="manufacturer", is_on=True, starts_on=starts_on, actor=None)
    return _("%(n)s manufacturers; the others are listed as missing") % {"n": len(MANUFACTURERS)}
