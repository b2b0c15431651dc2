from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import IntegrityError
from django.utils import timezone, translation
from segno import helpers

from oscar_ext.order.services import change_status, record_payment
from shopflow.contracts.mail import mail_contexts
from shopflow.contracts.pages import Audience, order_panels
from shopflow.contracts.payments import PaymentState, payment_methods
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.payments import girocode
from shopflow.payments.models import BankAccount
from shopflow.payments.services import save_bank_account

VECTOR = b"BCD\n002\n2\nSCT\n\nAutohaus Muster GmbH\nDE02120300000000202051\nEUR129.95\n\n\nSF-2026-000123"


@pytest.fixture
def encoded(monkeypatch):
    """The bytes that go into the QR code."""
    seen = []
    make = helpers.segno.make_qr
    monkeypatch.setattr(helpers.segno, "make_qr", lambda data, **options: seen.append(data) or make(data, **options))
    return seen


def test_giro_code_vector(encoded):
    code = girocode.giro_code(
        holder="Autohaus Muster GmbH", iban="DE02120300000000202051", amount=D("129.95"), text="SF-2026-000123"
    )

    assert encoded == [VECTOR]
    assert (code.error, code.version <= 13) == ("M", True)


@pytest.mark.parametrize(
    ("holder", "expected"),
    [("Müller GmbH", b"\n2\nSCT\n\nM\xfcller GmbH\n"), ("Łódź Auto", b"\n1\nSCT\n\n\xc5\x81\xc3")],
)
def test_giro_code_character_sets(encoded, holder, expected):
    girocode.giro_code(holder=holder, iban="DE02120300000000202051", amount=D("1.00"), text="x")

    assert expected in encoded[0]


def test_giro_code_refuses_a_purpose_over_140_characters():
    with pytest.raises(ValueError, match="140"):
        girocode.giro_code(holder="A", iban="DE02120300000000202051", amount=D("1.00"), text="x" * 141)


def test_giro_code_pictures():
    code = girocode.giro_code(holder="A", iban="DE02120300000000202051", amount=D("1.00"), text="x")

    assert girocode.svg_data(code).startswith("data:image/svg+xml")
    assert girocode.png(code).startswith(b"\x89PNG\r\n")


def test_a_bank_account_is_normalised_and_looked_up(account):
    assert (account.iban, account.bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert account.iban_for_people == "DE02 1203 0000 0000 2020 51"
    assert AuditEntry.objects.get().action == "payments.bank_account"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("iban", "bic"),
    [
        ("DE02120300000000202052", ""),
        ("DE0212030000", ""),
        ("XX02120300000000202051", ""),
        ("DE02120300000000202051", "NOPE"),
    ],
)
def test_a_wrong_account_is_refused(iban, bic):
    with pytest.raises(ValidationError, match="is not valid"):
        save_bank_account(holder="A", iban=iban, bic=bic)

    assert not BankAccount.objects.exists()
    assert not AuditEntry.objects.exists()


def test_there_is_one_account(account):
    with pytest.raises(IntegrityError):
        BankAccount.objects.create(pk=2, holder="B", iban="DE02120300000000202051")


@pytest.mark.django_db
def test_without_an_account_nobody_can_transfer(purchase, payment_order):
    method = payment_methods.get("bank_transfer")

    assert not method.is_available(purchase())
    assert method.start(payment_order()).state is PaymentState.DECLINED


def test_a_transfer_is_awaited_until_the_money_is_booked(account, make_order, payment_order):
    method = payment_methods.get("bank_transfer")
    assert method.start(payment_order()).state is PaymentState.PENDING
    assert method.status("ref-1", "").state is PaymentState.PENDING

    order = make_order()
    assert method.status("ref-1", "").state is PaymentState.PENDING

    record_payment(order_id=order.pk, amount_cents=12995, reference="statement 7")
    result = method.status("ref-1", "")
    assert (result.state, result.amount_cents) == (PaymentState.PAID, 12995)


def test_money_goes_back_by_hand(account):
    assert payment_methods.get("bank_transfer").refund("ref-1", "", 100).state is PaymentState.PENDING


def test_instructions_state_what_is_open(account, make_order, encoded):
    order = make_order()
    method = payment_methods.get("bank_transfer")

    with translation.override("de"):
        html = method.instructions(order.pk)

    for text in (
        "Autohaus Muster GmbH",
        "DE02 1203 0000 0000 2020 51",
        "129,95",
        "SF-2026-000123",
        "data:image/svg+xml",
    ):
        assert text in html
    assert encoded == [VECTOR]

    record_payment(order_id=order.pk, amount_cents=10000, reference="a")
    with translation.override("de"):
        assert "29,95" in method.instructions(order.pk)
    record_payment(order_id=order.pk, amount_cents=2995, reference="b")
    assert method.instructions(order.pk) == ""


def test_nothing_is_asked_for_a_cancelled_order(account, make_order):
    order = make_order()
    change_status(order_id=order.pk, new_status="cancelled")

    assert payment_methods.get("bank_transfer").instructions(order.pk) == ""


def test_mails_carry_text_and_an_attached_code(account, make_order):
    order = make_order()
    source = mail_contexts.get("payment")

    with translation.override("de"):
        words = source.context({"order_id": order.pk})
    (attached,) = source.attachments({"order_id": order.pk})

    assert words["payment_is_open"] is True
    assert words["payment_label"] == "by bank_transfer"
    assert "DE02 1203 0000 0000 2020 51" in words["payment_instructions_text"]
    assert "data:" not in words["payment_instructions_html"]
    assert (attached.filename, attached.content_type) == ("GiroCode-SF-2026-000123.png", "image/png")
    with storages["private"].open(attached.storage_name) as picture:
        assert picture.read(4) == b"\x89PNG"
    assert source.attachments({"order_id": order.pk}) == (attached,)

    record_payment(order_id=order.pk, amount_cents=12995, reference="a")
    assert source.attachments({"order_id": order.pk}) == ()
    assert source.context({"order_id": order.pk})["payment_instructions_html"] == ""


def test_nobody_is_asked_to_pay_by_a_day_that_is_over(account, make_order):
    order = make_order()

    def asked(days):
        with (
            clock.imagined_at(timezone.localtime(order.date_placed) + timedelta(days=days)),
            translation.override("de"),
        ):
            words = mail_contexts.get("payment").context({"order_id": order.pk})
        return words["payment_instructions_text"].splitlines()[0]

    assert "jetzt; fällig war der Betrag am" in asked(8)
    assert asked(7).startswith("Bitte überweisen Sie 129,95\xa0€ bis zum ")


def test_panels(account, make_order):
    order = make_order()
    panel = order_panels.get("payment")

    customer = panel.panel(order_id=order.pk, audience=Audience.CUSTOMER)
    staff = panel.panel(order_id=order.pk, audience=Audience.STAFF)

    assert "SF-2026-000123" in customer.context["instructions"]
    assert [s.reference for s in staff.context["sources"]] == ["ref-1"]

    order.sources.all().delete()
    assert panel.panel(order_id=order.pk, audience=Audience.CUSTOMER) is None
