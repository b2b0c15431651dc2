"""One confirmation for each order, with the whole contract and the texts as they were (§§ 312i, 312f BGB)."""

from __future__ import annotations

import hashlib
from decimal import Decimal as D
from html import unescape

import pytest
from django.core.files.storage import storages
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.core.services import deliver_due
from shopflow.legal.models import LegalTextFile
from shopflow.legal.queries import versions_of_order
from shopflow.legal.services import send_confirmation
from shopflow.mailing.models import Message
from shopflow.payments.services import save_bank_account
from tests.legal.conftest import CONTENT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_at_hand")]


def confirmation():
    return Message.objects.get(template="order_confirmation")


def test_an_order_gets_exactly_one_confirmation(pages, make_order):
    order = make_order()
    deliver_due()
    deliver_due()
    send_confirmation(order_id=order.pk)

    mail = confirmation()
    assert (mail.to_email, mail.mail_class, mail.reference, mail.dedupe_key) == (
        "gast@example.org",
        "legal",
        f"order:{order.pk}",
        f"order:{order.pk}:confirmation",
    )


@pytest.mark.once
def test_it_states_the_contract(pages, make_order):
    order = make_order()
    send_confirmation(order_id=order.pk)

    mail = confirmation()
    for words in (order.number, "Bremsscheibe vorn", "200,00", "Autohaus Muster GmbH", "shop@example.org"):
        assert words in mail.text, words
        assert words in mail.html, words
    assert "http://testserver/vertrag-widerrufen/?vertrag=" in mail.text


@pytest.mark.once
def test_it_repeats_consent_and_knowledge_for_digital_content(pages, make_order):
    send_confirmation(order_id=make_order(digital=True).pk)

    assert CONTENT in confirmation().text
    assert CONTENT in confirmation().html
    assert "<b>" not in confirmation().text


@pytest.mark.once
@pytest.mark.parametrize(("language", "amount"), [("en", "€200.00"), ("de", "200,00\xa0€")])
@pytest.mark.parametrize("spoken", ["de", "en"])
def test_all_of_it_is_in_the_language_of_the_order(pages, make_order, language, amount, spoken):
    """Also what other rooms lend, whichever language the worker speaks."""
    save_bank_account(holder="Autohaus Muster GmbH", iban="DE02 1203 0000 0000 2020 51")
    order = make_order(language=language)
    kind = get_model("payment", "SourceType").objects.create(code="bank_transfer", name="x")
    order.sources.create(source_type=kind, currency="EUR", amount_allocated=order.total_incl_tax)
    with translation.override(spoken):
        send_confirmation(order_id=order.pk)

    text = confirmation().text
    assert {price for price in ("€200.00", "200,00\xa0€") if price in text} == {amount}


@pytest.mark.once
def test_a_declined_box_is_not_repeated_as_agreed(pages, make_order):
    from shopflow.contracts.checkout import Agreement, Declaration
    from shopflow.ordering.services import record_agreements

    order = make_order()
    declined = Agreement(declaration=Declaration(key="extra", html="Not wanted"), accepted=False)
    record_agreements(order_id=order.pk, language="de", agreements={("other", "extra"): declined})
    send_confirmation(order_id=order.pk)

    assert "Not wanted" not in confirmation().text


def test_the_attached_texts_are_those_recorded_with_the_order(pages, make_order, edit):
    order = make_order()
    edit("agb", "<p>Danach geändert</p>")
    send_confirmation(order_id=order.pk)

    texts = {version.type_code: version for version in versions_of_order(order.pk)}
    attached = {file["storage_name"]: file for file in confirmation().attachments}
    expected = [LegalTextFile.objects.get(version=texts[code]) for code in ("agb", "widerruf")]
    assert [file.storage_name for file in expected] == list(attached)[:2]
    for file in expected:
        with storages["private"].open(file.storage_name) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.sha256
    assert texts["agb"].number == 1


@pytest.mark.once
def test_it_advertises_nothing(pages, make_order):
    send_confirmation(order_id=make_order().pk)

    text = confirmation().text.lower()
    for word in ("gutschein", "rabatt", "newsletter", "utm_", "das könnte"):
        assert word not in text


@pytest.mark.once
def test_it_states_the_vat_of_each_rate(pages, make_order):
    """As the invoice: taken from the gross total of the rate, shipping and surcharges included."""
    order = make_order()
    line = order.lines.get()
    line.tax_code, line.line_price_incl_tax = "domestic:DE:19.00", D("119.00")
    line.save()
    order.lines.create(
        partner_name="Lager",
        title="Werkstatthandbuch",
        quantity=1,
        num_allocated=0,
        tax_code="domestic:DE:7.00",
        line_price_incl_tax=D("21.40"),
        line_price_excl_tax=D("20.00"),
        line_price_before_discounts_incl_tax=D("21.40"),
        line_price_before_discounts_excl_tax=D("20.00"),
    )
    order.shipping_incl_tax, order.shipping_tax_code = D("5.95"), "domestic:DE:19.00"
    order.save()
    send_confirmation(order_id=order.pk)

    for text in (confirmation().text, confirmation().html):
        words = " ".join(unescape(text).split())
        assert "MwSt. 19 %, enthalten in 124,95 €" in words
        assert "19,95 €" in words
        assert "MwSt. 7 %, enthalten in 21,40 €" in words
        assert "1,40 €" in words


@pytest.mark.once
def test_it_states_one_sum_of_vat_for_tax_codes_of_another_kind(pages, make_order):
    order = make_order()
    order.lines.update(tax_code="host-shop-code")
    send_confirmation(order_id=order.pk)

    assert "darin enthaltene MwSt.: " in confirmation().text
