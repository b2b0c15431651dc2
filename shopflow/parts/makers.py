"""Makers behind well-known HSNs, for names in the vehicle choice until the shop has its own. Pure."""

from __future__ import annotations

KNOWN_MAKERS: dict[str, str] = {
    "0005": "BMW",
    "0035": "Opel",
    "0039": "Opel",
    "0588": "Audi",
    "0600": "Volkswagen",
    "0603": "Volkswagen",
    "0708": "Mercedes-Benz",
    "0709": "Mercedes-Benz",
    "0710": "Mercedes-Benz",
    "1313": "Mercedes-Benz",
    "3001": "Citroën",
    "3003": "Peugeot",
    "3333": "Renault",
    "4136": "Fiat",
    "5013": "Toyota",
    "7100": "Mazda",
    "7593": "Seat",
    "8004": "Škoda",
    "8252": "Hyundai",
    "8253": "Kia",
    "8566": "Ford",
    "9101": "Volvo",
}
"""HSN → maker. A shop's own entries (``VehicleMaker``) go before these."""
