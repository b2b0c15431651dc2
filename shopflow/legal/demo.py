"""The demo shop's home page and legal pages."""

from __future__ import annotations

from shopflow.core.models import Seller
from shopflow.legal.services import create_page_tree
from shopflow.legal.services.pages import Block

HOME: list[Block] = [
    (
        "hero",
        {
            "title": "Das richtige Teil. Passend zu Ihrem Fahrzeug.",
            "text": "Originalteile und Qualitätsteile vom Meisterbetrieb, mit Beratung und schneller Lieferung.",
            "show_search": True,
        },
    ),
    ("category_tiles", {"title": "Stöbern nach Bereich"}),
    ("newest_products", {"title": "Neu eingetroffen", "count": 4}),
    (
        "digital_goods",
        {
            "title": "Wissen und Werkzeug zum Herunterladen",
            "text": "Handbücher, Kurse und Software aus der Werkstatt, sofort nach der Zahlung verfügbar.",
            "category": "digitale-gueter",
            "count": 3,
        },
    ),
    (
        "contact",
        {
            "title": "Persönlich für Sie da",
            "reasons": [
                "Wir prüfen auf Wunsch vor dem Versand, ob das Teil passt.",
                "Abholung am Tresen oder Lieferung nach Hause.",
                "14 Tage Widerrufsrecht, mit zwei Klicks ausgeübt.",
            ],
        },
    ),
    (
        "faq",
        {
            "title": "Häufige Fragen",
            "questions": [
                {
                    "question": "Woher weiß ich, ob ein Teil passt?",
                    "answer": "<p>Suchen Sie mit der Teilenummer, die auf dem alten Teil steht, oder mit den "
                    "Schlüsselnummern aus dem Fahrzeugschein. Im Zweifel rufen Sie uns an.</p>",
                },
                {
                    "question": "Wann kommt meine Bestellung an?",
                    "answer": "<p>Den Liefertermin zeigen wir bei jedem Artikel. Den Stand Ihrer Bestellung sehen "
                    "Sie jederzeit über den Link in der Bestellbestätigung.</p>",
                },
                {
                    "question": "Wie bekomme ich digitale Güter?",
                    "answer": "<p>Sobald die Zahlung da ist, schalten wir den Zugang frei und schicken Ihnen den "
                    "Link per E-Mail.</p>",
                },
            ],
        },
    ),
]


def load(*, seller: Seller) -> None:
    """Create the page tree; pages that exist stay as they are."""
    create_page_tree(seller=seller, home_blocks=HOME)
