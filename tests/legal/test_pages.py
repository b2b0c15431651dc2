"""The page tree as visitors and staff find it, and its drafts."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from wagtail.models import Page

from shopflow.legal import demo
from shopflow.legal.models import LegalPage, LegalTextVersion
from shopflow.legal.queries import missing_page_types, version_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_at_hand")]
PATHS = ["/impressum/", "/datenschutz/", "/agb/", "/widerruf/", "/versand-zahlung/", "/barrierefreiheit/"]


def test_every_legal_page_stands_at_the_top_of_the_site(client, pages):
    for path in PATHS:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.templates[0].name == "shopflow/content/legal_page.html"
        assert "set-cookie" not in {name.lower() for name in response.headers}
        assert not response.cookies, path
    assert client.get("/gibt-es-nicht/").status_code == 404
    assert missing_page_types() == []


def test_the_tree_is_made_once_and_edits_survive(pages, seller, edit):
    edit("agb", "<p>Unsere eigenen Bedingungen.</p>")
    before = Page.objects.count()
    demo.load(seller=seller)

    assert Page.objects.count() == before
    assert LegalPage.objects.get(type_code="agb").body == "<p>Unsere eigenen Bedingungen.</p>"
    assert LegalTextVersion.objects.filter(type_code="agb").count() == 2


@pytest.mark.once
def test_the_imprint_names_the_seller(client, pages):
    shown = client.get("/impressum/").content.decode()

    for words in ("§ 5 DDG", "Autohaus Muster GmbH", "Musterstraße 1", "Erika Beispiel", "HRB 12345", "DE123456788"):
        assert words in shown


@pytest.mark.once
def test_the_instruction_holds_the_model_sentences_and_the_form(client, pages):
    shown = client.get("/widerruf/").content.decode()

    for sentence in (
        "Sie haben das Recht, binnen vierzehn Tagen ohne Angabe von Gründen diesen Vertrag zu widerrufen.",
        "Sie können Ihr Widerrufsrecht auch online unter „",
        '<a href="/vertrag-widerrufen/">Vertrag widerrufen</a>“ am Fuß jeder Seite unseres Onlineshops ausüben.',
        "sowie dem Datum und der Uhrzeit ihres Eingangs",
        "Telefon: +49 30 1234567",
        "Sie tragen die unmittelbaren Kosten der Rücksendung der Waren.",
        "Muster-Widerrufsformular",
        "(*) Unzutreffendes streichen.",
    ):
        assert sentence in shown


@pytest.mark.once
def test_no_draft_keeps_the_address_that_the_shop_had_when_it_was_written(pages):
    """A shop moves to another port or domain; its published texts stay."""
    kept = {page.type_code: page.body for page in LegalPage.objects.all()}

    assert len(kept) >= 5
    assert {code for code, body in kept.items() if "testserver" in body} == set()


@pytest.mark.once
@pytest.mark.parametrize("path", PATHS)
def test_no_draft_holds_a_forbidden_phrase(client, pages, path):
    shown = client.get(path).content.decode().lower()

    for phrase in ("ec.europa.eu", "os-plattform", "umweltfreundlich", "klimaneutral", "vom umtausch", "kein widerruf"):
        assert phrase not in shown


@pytest.mark.once
def test_the_text_in_force_can_be_saved_as_pdf(client, pages):
    response = client.get("/rechtstexte/agb.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert client.get("/rechtstexte/unbekannt.pdf").status_code == 404


@pytest.mark.once
def test_the_saved_instruction_leads_to_the_withdrawal_function(client, pages):
    content = b"".join(client.get("/rechtstexte/widerruf.pdf").streaming_content)
    notes = [note.get_object() for page in PdfReader(io.BytesIO(content)).pages for note in page.get("/Annots", [])]

    assert [note["/A"]["/URI"] for note in notes] == ["http://testserver/vertrag-widerrufen/"]


def test_a_language_without_a_text_of_its_own_gets_the_shops(pages):
    assert version_in_force("agb", "en").language == "de"
    assert version_in_force("agb", "de-at").number == 1
    assert version_in_force("unbekannt", "de") is None
