"""An invented creator's goods for the demo shop, entered as a creator would: e-book, online course, software."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model
from PIL import Image, ImageDraw, ImageFont

from shopflow.core import fonts
from shopflow.core.models import Seller
from shopflow.delivery.models import DigitalGood
from shopflow.delivery.services import (
    create_product,
    publish_edition,
    save_first_step,
    save_good,
    save_lesson,
    save_pool,
    set_cover,
)

CATEGORY, CATEGORY_SLUG = "Digitale Güter", "digitale-gueter"
Kind, ContractKind = DigitalGood.Kind, DigitalGood.ContractKind
COURSE_TEXT = (
    "<p>In dieser Lektion lernen Sie, worauf es bei „{title}“ ankommt.</p><ul><li>Was Sie vorbereiten</li>"
    "<li>Die Schritte in der richtigen Reihenfolge</li><li>Woran Sie erkennen, dass es stimmt</li></ul>"
    "<p>Nehmen Sie sich dafür etwa zehn Minuten Zeit.</p>"
)
LESSONS = [
    "Sicher aufbocken",
    "Räder abnehmen und Bremsen ansehen",
    "Belagstärke messen",
    "Scheiben beurteilen",
    "Bremsflüssigkeit prüfen",
]
HANDBOOK_STEPS = [
    (
        0,
        "Handbuch öffnen und Messblatt drucken",
        (
            "Laden Sie die PDF-Datei herunter und öffnen Sie sie mit einem Programm, das PDF anzeigt.\n"
            "Das Messblatt steht am Ende: Drucken Sie diese Seite aus und legen Sie einen Stift dazu."
        ),
    ),
    (
        3,
        "Die erste Messung",
        (
            "Lesen Sie zuerst „Sicher aufbocken“. Messen Sie dann die Belagstärke an allen vier Rädern "
            "und tragen Sie die Werte in das Messblatt ein."
        ),
    ),
    (
        7,
        "Werte vergleichen",
        (
            "Vergleichen Sie Ihre Werte mit den Grenzwerten des Herstellers Ihres Fahrzeugs. "
            "Liegt einer darunter, fahren Sie nicht weiter, sondern lassen Sie die Bremse in einer Werkstatt prüfen."
        ),
    ),
]
PROGRAM_STEPS = [
    (
        0,
        "Programm starten und Schlüssel eintragen",
        (
            "Entpacken Sie die ZIP-Datei und starten Sie DiagTool.\n"
            "Kopieren Sie Ihren Lizenzschlüssel in das Feld „Schlüssel“."
        ),
    ),
    (
        3,
        "Fehlercodes auslesen",
        (
            "Stecken Sie den OBD-Adapter ein, schalten Sie die Zündung ein und wählen Sie „Lesen“. "
            "Löschen Sie einen Code erst, wenn Sie ihn notiert haben."
        ),
    ),
]


def load(*, seller: Seller) -> None:
    """Create the three goods with files, lessons, keys and covers; goods that exist stay as they are."""
    category = create_from_breadcrumbs(CATEGORY)
    if category.slug != CATEGORY_SLUG:
        category.slug = CATEGORY_SLUG  # the slug that Oscar makes drops the umlaut: "guter"
        category.save()
    for number, build in (("DIG-BREMSEN", _ebook), ("DIG-KURS", _course), ("DIG-DIAGTOOL", _software)):
        if not get_model("catalogue", "Product").objects.filter(upc=number).exists():
            build(number, category)


def _ebook(number: str, category: Any) -> None:
    title = "Werkstatt-Handbuch: Bremsen selbst prüfen"
    product = create_product(
        title=title,
        description="<p>Belagstärke, Scheiben, Bremsflüssigkeit: Mit diesem Handbuch prüfen Sie die Bremsen Ihres "
        "Fahrzeugs Schritt für Schritt und wissen, wann die Werkstatt gefragt ist.</p>",
        net_price=Decimal("14.02"),
        tax_class="ebook",
        category=category,
        number=number,
    )
    good = save_good(
        product=product,
        kind=Kind.EBOOK,
        contract_kind=ContractKind.CONTENT,
        contents="E-Book als PDF, in Kapiteln, mit Messblatt zum Ausdrucken",
        requirements="Ein Programm, das PDF-Dateien anzeigt; kein Kopierschutz",
        licence_terms="Für Ihre eigenen Zwecke, auf allen Ihren Geräten. Keine Weitergabe.",
        max_downloads=10,
    )
    _file(good, "E-Book (PDF)", "1. Auflage", "bremsen-selbst-pruefen.pdf", handbook(title))
    _steps(good, HANDBOOK_STEPS)
    set_cover(product=product, content=cover("Bremsen selbst prüfen", "E-Book", "#0d5273"), filename="ebook.png")


def _course(number: str, category: Any) -> None:
    product = create_product(
        title="Online-Kurs: Bremsen-Check in fünf Lektionen",
        description="<p>Fünf kurze Lektionen mit Checkliste. Sie lernen im eigenen Tempo und haken ab, "
        "was Sie geschafft haben.</p>",
        net_price=Decimal("41.18"),
        tax_class="standard",
        category=category,
        number=number,
    )
    good = save_good(
        product=product,
        kind=Kind.COURSE,
        contract_kind=ContractKind.SERVICE,
        contents="Fünf Lektionen zum Lesen, Checkliste als PDF, Fortschrittsanzeige",
        requirements="Aktueller Browser, Internetzugang",
        licence_terms="Persönlicher Zugang für eine Person",
        max_downloads=10,
        access_days=365,
    )
    checklist = _file(good, "Checkliste (PDF)", "2026", "bremsen-checkliste.pdf", handbook("Checkliste Bremsen"))
    for position, title in enumerate(LESSONS, start=1):
        file = checklist if position == 1 else None
        save_lesson(good=good, position=position, title=title, html=COURSE_TEXT.format(title=title), file=file)
    set_cover(product=product, content=cover("Bremsen-Check", "Online-Kurs", "#1a6539"), filename="kurs.png")


def _software(number: str, category: Any) -> None:
    product = create_product(
        title="DiagTool: Fehlercodes lesen und verstehen",
        description="<p>Liest gespeicherte Fehlercodes über einen üblichen OBD-Adapter und erklärt sie auf Deutsch. "
        "Einmal kaufen, ein Gerät, Aktualisierungen inbegriffen.</p>",
        net_price=Decimal("24.37"),
        tax_class="standard",
        category=category,
        number=number,
    )
    good = save_good(
        product=product,
        kind=Kind.LICENCE,
        contract_kind=ContractKind.CONTENT,
        contents="Programm zum Herunterladen und ein Lizenzschlüssel",
        requirements="Windows 10 oder neuer, macOS 13 oder neuer; OBD-Adapter mit Bluetooth oder USB",
        licence_terms="Ein Schlüssel gilt für ein Gerät; Aktualisierungen zwei Jahre lang.",
        max_downloads=5,
    )
    save_pool(good=good, prefix="DIAG", is_generated=True)
    _file(good, "Programm (ZIP)", "2.4", "diagtool-2.4.zip", _program())
    _steps(good, PROGRAM_STEPS)
    set_cover(product=product, content=cover("DiagTool", "Software", "#7d4a00"), filename="diagtool.png")


def _file(good: DigitalGood, label: str, version: str, filename: str, content: bytes) -> Any:
    return publish_edition(
        good=good, label=label, version=version, filename=filename, content=io.BytesIO(content), size=len(content)
    )


def _steps(good: DigitalGood, steps: list[tuple[int, str, str]]) -> None:
    for day, title, text in steps:
        save_first_step(good=good, day=day, title=title, text=text)


def handbook(title: str) -> bytes:
    """A real little PDF book."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    with translation.override("de"):
        html = render_to_string("shopflow/delivery/demo_book.html", {"title": title, "lessons": LESSONS})
    document: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf()
    return document


def _program() -> bytes:
    """An archive with a read-me: the demo shop sells no real program."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("DiagTool/LIESMICH.txt", "DiagTool 2.4\nDies ist die Beispieldatei des Demo-Shops.\n")
    return packed.getvalue()


def cover(title: str, kind: str, colour: str) -> bytes:
    """A drawn book on a plain ground, 1200 by 900 pixels, as PNG; nothing is lost when a page crops it to a square."""
    picture = Image.new("RGB", (1200, 900), "#eaedea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((350, 84, 866, 832), fill="#d8dddb")
    draw.rectangle((334, 68, 850, 816), fill=colour)
    draw.rectangle((334, 68, 366, 816), fill=_darker(colour))
    for step in range(5):
        radius = 40 + step * 26
        draw.ellipse((612 - radius, 620 - radius, 612 + radius, 620 + radius), outline="#ffffff", width=4)
    draw.text((402, 110), kind, font=_font(32), fill="#ffffff")
    for line, words in enumerate(_wrapped(title, 14)):
        draw.text((402, 166 + line * 66), words, font=_font(58), fill="#ffffff")
    stored = io.BytesIO()
    picture.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _darker(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red * 7 // 10, green * 7 // 10, blue * 7 // 10


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(fonts.SOURCE), size)
    font.set_variation_by_axes([600])
    return font


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
