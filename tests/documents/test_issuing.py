"""Documents are issued once, numbered without gaps, and never change."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from oscar_ext.order.services import change_status, record_payment
from shopflow.contracts.documents import DocumentType, document_types
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock, pdf
from shopflow.core.exceptions import ImmutableRecord
from shopflow.core.fonts import document_faces
from shopflow.core.models import NumberSequence, OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.documents import services
from shopflow.documents.exceptions import RenderingFailed
from shopflow.documents.models import Document
from shopflow.documents.queries import Integrity, check_file
from shopflow.documents.services import issue_document, save_settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def invoice(order):
    return issue_document(type_code="invoice", order_id=order.pk)


def year():
    return clock.now().astimezone().year


def test_a_document_is_issued_once(make_order, quick):
    order = make_order()

    first, second = invoice(order), invoice(order)

    assert first == second
    assert first.number == f"RE-{year()}-00001"
    assert Document.objects.count() == 1
    event = OutboxEvent.objects.get(code="document_issued")
    assert event.payload == {"order_id": order.pk, "document_id": first.pk, "document_type": "invoice"}


def test_numbers_are_consecutive_per_prefix(make_order, quick):
    a, b = (invoice(make_order(number=f"N{n}")).number for n in (1, 2))
    save_settings(invoice_prefix="X-", issue_when="paid")
    c = invoice(make_order(number="N3")).number

    assert (a, b, c) == (f"RE-{year()}-00001", f"RE-{year()}-00002", "X-00001")


def test_an_unknown_type_is_refused(make_order):
    with pytest.raises(UnknownCode):
        issue_document(type_code="receipt", order_id=make_order().pk)


def test_other_types_have_their_own_series(make_order, quick):
    class DeliveryNote(DocumentType):
        code = "delivery_note"
        label = "Delivery note"
        series = "ls"
        template = "documents/invoice.html"

        def content(self, order_id):
            return {"order": {"number": "x"}}

    order = make_order()
    with document_types.registered(DeliveryNote):
        note = issue_document(type_code="delivery_note", order_id=order.pk)

    assert note.number == f"LS-{year()}-00001"
    assert invoice(order).number == f"RE-{year()}-00001"


@pytest.mark.parametrize("broken", ["render", "store"])
def test_a_full_disk_uses_no_number(make_order, monkeypatch, quick, broken):
    order = make_order()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    target = (pdf, "render") if broken == "render" else (storages["private"], "save")
    with monkeypatch.context() as patched:
        patched.setattr(*target, full)
        with pytest.raises(RenderingFailed, match="No space left"):
            invoice(order)

    assert not Document.objects.exists()
    assert not NumberSequence.objects.filter(series__startswith="document:").exists()
    assert not OutboxEvent.objects.filter(code="document_issued").exists()
    assert invoice(order).number.endswith("00001")


def test_a_rollback_leaves_no_gap_and_no_file(make_order, monkeypatch, quick):
    first, second = make_order(number="N1"), make_order(number="N2")

    def broken(*args, **kwargs):
        raise RuntimeError("stop")

    with monkeypatch.context() as patched:
        patched.setattr(services, "publish", broken)
        with pytest.raises(RuntimeError, match="stop"):
            invoice(first)

    assert not storages["private"].exists(f"documents/{year()}/RE-{year()}-00001.pdf")
    assert invoice(second).number.endswith("00001")


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_twenty_at_once_get_consecutive_numbers(make_order, quick):
    orders = [make_order(number=f"N{n}") for n in range(20)]
    failures = []

    def work(order):
        try:
            invoice(order)
        except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)
        finally:
            connection.close()

    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        for order in orders:
            invoice(order)
    else:
        threads = [threading.Thread(target=work, args=(order,)) for order in [*orders, orders[0]]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failures == []
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"RE-{year()}-{n:05d}" for n in range(1, 21)]


@pytest.mark.triggers
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shopflow_documents_document SET number = 'X'",
        "UPDATE shopflow_documents_document SET content = '{}'",
        "DELETE FROM shopflow_documents_document",
    ],
)
def test_the_database_refuses_changes(make_order, quick, statement):
    document = invoice(make_order())

    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)

    assert Document.objects.get().number == document.number


def test_the_orm_cannot_change_them_either(make_order, quick):
    document = invoice(make_order())
    document.number = "X"

    for attempt in (
        document.save,
        document.delete,
        Document.objects.all().delete,
        lambda: Document.objects.update(number="X"),
        lambda: Document.objects.bulk_update([document], ["number"]),
    ):
        with pytest.raises(ImmutableRecord):
            attempt()
    assert Document.objects.get().number != "X"


def test_an_order_with_documents_cannot_be_deleted(make_order, quick):
    from django.db.models import ProtectedError

    order = make_order()
    invoice(order)

    with pytest.raises(ProtectedError):
        order.delete()


def test_the_hash_tells_altered_and_missing_files(make_order, quick, capsys):
    document = invoice(make_order())
    storage = storages["private"]
    assert check_file(document) is Integrity.INTACT
    call_command("check_documents")
    assert "1 documents checked" in capsys.readouterr().out

    with open(storage.path(document.pdf), "ab") as file:
        file.write(b" ")
    assert check_file(document) is Integrity.ALTERED
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_documents")

    storage.delete(document.pdf)
    assert check_file(document) is Integrity.MISSING


FOREIGN = ("http://example.org/x.css", "https://example.org/x.png", "file:///etc/passwd")


def test_a_document_loads_nothing_from_elsewhere():
    from weasyprint.urls import FatalURLFetchingError, URLFetchingError

    for forgiving, refusal in ((False, FatalURLFetchingError), (True, URLFetchingError)):
        fetch = pdf._fetcher(forgiving).fetch
        assert [fetch(face.url).read(4) for face in document_faces()] == [b"\0\1\0\0"] * 3
        for url in FOREIGN:
            with pytest.raises(refusal, match="may not load"):
                fetch(url)


class TestWhen:
    def pay(self, order):
        record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="x")
        deliver_due()

    def hand_over(self, order):
        change_status(order_id=order.pk, new_status="in_work")
        deliver_due()
        change_status(order_id=order.pk, new_status="shipped")
        deliver_due()

    def test_payment_in_advance_brings_the_invoice(self, make_order, quick):
        order = make_order(paid=False)
        assert not order.documents.exists()

        self.pay(order)
        assert order.documents.count() == 1

        self.hand_over(order)
        assert order.documents.count() == 1

    def test_on_account_it_comes_with_the_goods(self, make_order, quick):
        order = make_order(paid=False, method="invoice")
        change_status(order_id=order.pk, new_status="in_work")
        deliver_due()
        assert not order.documents.exists()

        change_status(order_id=order.pk, new_status="shipped")
        deliver_due()
        assert order.documents.count() == 1

    def test_it_may_always_wait_for_the_goods(self, make_order, quick):
        save_settings(invoice_prefix="RE-{year}-", issue_when="handed_over")
        order = make_order(paid=False)
        download = make_order(number="D", paid=False, shipping="0.00", shipping_code="no-shipping-required")

        self.pay(order)
        self.pay(download)

        assert not order.documents.exists()
        assert download.documents.count() == 1
        self.hand_over(order)
        assert order.documents.count() == 1

    def test_a_free_order_gets_none(self, make_order, quick):
        order = make_order(("Gratis", 1, "0.00", "domestic:DE:19.00"), shipping="0.00")

        self.hand_over(order)

        assert not order.documents.exists()


def test_settings_refuse_wrong_prefixes():
    with pytest.raises(ValidationError) as refused:
        save_settings(invoice_prefix="rechnung nr. ", issue_when="paid")
    assert refused.value.error_dict.keys() == {"invoice_prefix"}
