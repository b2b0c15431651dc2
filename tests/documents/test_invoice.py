from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal as D

import pytest
from django.core.files.storage import storages
from django.utils import timezone, translation
from django.utils.translation import gettext
from pypdf import PdfReader

from shopflow.contracts.documents import DocumentNotPossible
from shopflow.core.models import Seller
from shopflow.documents.models import Document
from shopflow.documents.services import issue_document, save_settings
from shopflow.payments.services import save_bank_account

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("seller")]


def invoice(order):
    return issue_document(type_code="invoice", order_id=order.pk)


def words(pages):
    return " ".join(pages)


def at(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001


def test_mandatory_contents(make_order, handed_over, read_pdf):
    order = make_order(
        ("Bremsscheibe vorn, belüftet", 2, "59.50", "domestic:DE:19.00"),
        ("Werkstatthandbuch als E-Book", 1, "21.40", "domestic:DE:7.00"),
    )
    order.date_placed = at(2026, 11, 18)
    order.save()
    handed_over(order, at(2026, 11, 20))

    document = invoice(order)
    text = words(read_pdf(document))

    today = f"{timezone.localdate():%d.%m.%Y}"
    for wanted in (
        "Autohaus Muster GmbH",
        "Musterstraße 1",
        "12345 Musterstadt",
        "Erika Mustermann",
        "Heidestraße 17",
        "51147 Köln",
        "USt-IdNr. DE123456788",
        f"Rechnungsdatum {today}",
        f"Rechnungsnummer {document.number}",
        "Bestellnummer SF-2026-000123",
        "Bestelldatum 18.11.2026",
        "Lieferdatum 20.11.2026",
        "Bremsscheibe vorn, belüftet",
        "Art.-Nr. A-0001",
        "59,50 € 19 % 119,00 €",
        "21,40 € 7 % 21,40 €",
        "Paketversand 19 % 5,95 €",
        "Rechnungsbetrag 146,35 €",
        "Nettobetrag 19 % 105,00 €",
        "Umsatzsteuer 19 % 19,95 €",
        "Nettobetrag 7 % 20,00 €",
        "Umsatzsteuer 7 % 1,40 €",
        "Bezahlt am",
        "Verwendungszweck SF-2026-000123",
        "HRB 12345",
        "Seite 1 von 1",
    ):
        assert wanted in text, wanted
    assert "Gutschrift" not in text


def test_an_exchange_part_states_the_vat_on_the_old_part_apart(make_order, read_pdf):
    order = make_order(
        ("Lichtmaschine im Austausch", 1, "241.80", "domestic:DE:20.90:old_part", "24.18"),
        ("Keilrippenriemen", 1, "23.80", "domestic:DE:19.00"),
    )
    text = words(read_pdf(invoice(order)))

    for wanted in (
        "241,80 € 19 % ¹ 217,62 €",
        "Rabatt: −24,18 €",
        "23,80 € 19 % 23,80 €",
        "Rechnungsbetrag 247,37 €",
        "Nettobetrag 19 % 204,68 €",
        "Umsatzsteuer 19 % 38,89 €",
        "Umsatzsteuer 19 % auf Altteile ¹ 3,80 €",
        "¹ Austauschteil: Zum Entgelt gehört der Wert des Altteils, 10 % des Nettopreises vor Rabatt",
    ):
        assert wanted in text, wanted
    assert "20,9" not in text


def test_amounts_equal_the_order(make_order):
    order = make_order(
        ("A", 3, "0.99", "domestic:DE:19.00"),
        ("B", 7, "13.37", "domestic:DE:7.00"),
        ("C", 1, "8.00", "domestic:DE:19.00", "1.23"),
    )

    content = invoice(order).content

    assert D(content["total"]) == order.total_incl_tax
    assert sum(D(line["gross"]) for line in [*content["lines"], *content["charges"]]) == order.total_incl_tax
    assert sum(D(tax["net"]) + D(tax["vat"]) for tax in content["taxes"]) == order.total_incl_tax


def test_prepayment_discount_vector(make_order, read_pdf):
    order = make_order(
        ("Bremsscheibe", 1, "119.00", "domestic:DE:19.00", "2.50"),
        ("Starterbatterie-Pfand", 1, "7.50", "domestic:DE:19.00"),
    )

    text = words(read_pdf(invoice(order)))

    assert order.total_incl_tax == D("129.95")
    for wanted in (
        "Rabatt: −2,50 €",
        "Nettobetrag 19 % 109,20 €",
        "Umsatzsteuer 19 % 20,75 €",
        "Rechnungsbetrag 129,95 €",
    ):
        assert wanted in text


def test_a_small_business_states_no_vat(make_order, read_pdf):
    Seller.objects.update(is_small_business=True, vat_id="", tax_number="12/345/67890")
    code = "small_business:DE:0.00"

    text = words(read_pdf(invoice(make_order(("Teil", 1, "50.00", code), shipping_tax=code))))

    assert "Kleinunternehmer (§ 19 UStG)" in text
    assert "Steuernummer 12/345/67890" in text
    assert not re.search(r"Umsatzsteuer \d|Nettobetrag|MwSt", text)


def test_margin_goods_show_no_vat(make_order, read_pdf):
    code = "margin:DE:0.00"

    text = words(read_pdf(invoice(make_order(("Gebrauchte Lichtmaschine", 1, "150.00", code), shipping_tax=code))))

    assert "Gebrauchtgegenstände/Sonderregelung" in text
    assert "Rechnungsbetrag 155,95 €" in text
    assert not re.search(r"Umsatzsteuer|Nettobetrag|MwSt", text)


def test_margin_and_new_goods_together(make_order, read_pdf):
    order = make_order(("Gebraucht", 1, "150.00", "margin:DE:0.00"), ("Neu", 1, "119.00", "domestic:DE:19.00"))

    document = invoice(order)
    text = words(read_pdf(document))

    assert document.content["taxes"] == [
        {"country": "", "percent": "19", "net": "105.00", "vat": "19.95", "gross": "124.95"}
    ]
    for wanted in (
        "150,00 € § 25a 150,00 €",
        "Ohne Steuerausweis § 25a 150,00 €",
        "Gebrauchtgegenstände/Sonderregelung",
    ):
        assert wanted in text


def test_distance_sales_state_the_rate_of_the_destination(make_order, read_pdf):
    code = "distance:AT:20.00"

    text = words(read_pdf(invoice(make_order(("Teil", 1, "120.00", code), shipping="0.00", country="AT"))))

    for wanted in ("Nettobetrag 20 % (AT) 100,00 €", "Umsatzsteuer 20 % (AT) 20,00 €", "ÖSTERREICH"):
        assert wanted in text


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("intra_community:AT:0.00", "Steuerfreie innergemeinschaftliche Lieferung"),
        ("reverse_charge:AT:0.00", "Steuerschuldnerschaft des Leistungsempfängers"),
        ("export:CH:0.00", "Steuerfreie Ausfuhrlieferung"),
    ],
)
def test_exempt_supplies_say_why(make_order, read_pdf, code, note):
    text = words(read_pdf(invoice(make_order(("Teil", 1, "100.00", code), shipping="0.00"))))

    assert note in text
    assert not re.search(r"Umsatzsteuer \d", text)


def test_paid_in_advance_states_the_day_of_payment(make_order, read_pdf):
    text = words(read_pdf(invoice(make_order())))

    assert f"Zahlung erhalten am {timezone.localdate():%d.%m.%Y}" in text
    assert "die Lieferung folgt" in text
    assert "Lieferdatum" not in text


def test_a_download_is_supplied_when_paid(make_order, read_pdf):
    order = make_order(
        ("E-Book", 1, "21.40", "domestic:DE:7.00"), shipping="0.00", shipping_code="no-shipping-required"
    )

    assert f"Leistungsdatum {timezone.localdate():%d.%m.%Y}" in words(read_pdf(invoice(order)))


def test_an_unpaid_invoice_says_how_to_pay(make_order, handed_over, read_pdf):
    save_bank_account(holder="Autohaus Muster GmbH", iban="DE02120300000000202051")
    order = make_order(paid=False)
    handed_over(order)

    document = invoice(order)
    text = words(read_pdf(document))

    assert "DE02 1203 0000 0000 2020 51" in text
    assert "data:image/svg+xml" in document.content["payment"]["instructions"]
    assert "Bezahlt" not in text


def test_a_delivery_elsewhere_is_named(make_order, address, read_pdf):
    order = make_order(shipping_address=address("shipping", line1="Werkstattgasse 3", line4="Bonn"))

    assert "Lieferung an: Erika Mustermann, Werkstattgasse 3, 51147 Bonn" in words(read_pdf(invoice(order)))


def test_many_lines_repeat_the_header_on_each_page(make_order, read_pdf):
    lines = [(f"Artikel {n} mit einem langen Namen", 1, "11.90", "domestic:DE:19.00") for n in range(60)]

    pages = read_pdf(invoice(make_order(*lines)))

    count = len(pages)
    assert count >= 3
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {count}" in page
    assert all("Pos. Artikel" in page for page in pages[: count - 1])
    assert words(pages).count("mit einem langen Namen") == 60


def test_long_titles_wrap_inside_the_page(make_order, read_pdf):
    title = "Querlenkerbuchsenhydrolagersatz" * 7

    text = words(read_pdf(invoice(make_order((title, 1, "11.90", "domestic:DE:19.00")))))

    assert title in text.replace(" ", "").replace("\u2010", "").replace("-", "")


def test_the_texts_of_the_dealer_are_printed_safely(make_order, read_pdf):
    save_settings(
        invoice_prefix="RE-{year}-", issue_when="paid", closing_text="Danke <b>sehr</b>", footer="Bankhaus & Co"
    )

    text = words(read_pdf(invoice(make_order(("<script>x</script>", 1, "1.00", "domestic:DE:19.00")))))

    for wanted in ("Danke <b>sehr</b>", "Bankhaus & Co", "<script>x</script>"):
        assert wanted in text


def test_it_is_an_archive_pdf(make_order):
    document = invoice(make_order())

    with storages["private"].open(document.pdf) as pdf:
        reader = PdfReader(pdf)
        metadata = reader.xmp_metadata.stream.get_data().decode()
        assert re.search(r"pdfaid:part[=>\"]+3", metadata)
        assert re.search(r"pdfaid:conformance[=>\"]+B", metadata)
        assert "/OutputIntents" in reader.trailer["/Root"]
        assert reader.metadata.title == f"Rechnung {document.number}"
        fonts = reader.pages[0]["/Resources"]["/Font"]
        assert all("Source-Sans" in str(fonts[name].get_object()["/BaseFont"]) for name in fonts)


def refused(order):
    with pytest.raises(DocumentNotPossible) as refusal:
        invoice(order)
    assert not Document.objects.exists()
    return str(refusal.value)


def test_a_seller_without_tax_number_cannot_invoice(make_order):
    Seller.objects.update(vat_id="", street="")

    message = refused(make_order())

    with translation.override("de"):
        assert gettext("VAT ID or tax number") in message
        assert str(Seller._meta.get_field("street").verbose_name) in message


def test_lines_that_do_not_add_up_are_not_printed(make_order):
    order = make_order()
    order.total_incl_tax += 1
    order.save()

    assert "124.95" in refused(order)


@pytest.mark.parametrize(
    ("price", "code", "possible"),
    [
        ("250.00", "domestic:DE:19.00", True),
        ("250.01", "domestic:DE:19.00", False),
        ("100.00", "distance:AT:20.00", False),
    ],
)
def test_the_address_may_be_missing_up_to_250_euros(make_order, price, code, possible):
    order = make_order(("Kurs", 1, price, code), shipping="0.00", billing=False, guest_email="gast@example.org")

    if possible:
        assert invoice(order).content["buyer"] == ["gast@example.org"]
    else:
        assert order.number in refused(order)


def test_what_cannot_be_taxed_is_not_invoiced(make_order):
    assert "Kurs" in refused(make_order(("Kurs", 1, "10.00", "blocked:CH:0.00")))


def test_an_order_without_tax_codes_is_taxed_by_its_products(make_order):
    content = invoice(make_order(("Altes Teil", 1, "119.00", ""), shipping_tax="")).content

    assert content["taxes"] == [{"country": "", "percent": "19", "net": "105.00", "vat": "19.95", "gross": "124.95"}]


def test_a_part_is_named_by_the_number_that_customers_know_it_by(make_order, handed_over, read_pdf):
    from oscar.test.factories import create_product

    from shopflow.parts.models import Brand, PartRecord

    part, book = create_product(upc="4006633123457"), create_product(upc="9783161484100")
    brand = Brand.objects.create(code="BOS", name="Muster")
    PartRecord.objects.create(
        product=part, brand=brand, number_display="0 986 479 B34", number_key="0986479B34", list_price_cents=5000
    )
    order = make_order(
        ("Bremsscheibe vorn", 2, "59.50", "domestic:DE:19.00"), ("Werkstatthandbuch", 1, "21.40", "domestic:DE:7.00")
    )
    for line, product in zip(order.lines.order_by("pk"), (part, book), strict=True):
        line.product, line.upc = product, product.upc
        line.save()
    handed_over(order)
    issued = invoice(order)

    assert [line["sku"] for line in issued.content["lines"]] == ["0 986 479 B34", "9783161484100"]
