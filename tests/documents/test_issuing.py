from __future__ import annotations

import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from oscar_ext.order.links import order_token
from oscar_ext.order.services import change_status, record_payment
from shopflow.contracts.documents import DocumentType, document_types
from shopflow.contracts.mail import mail_contexts
from shopflow.contracts.pages import Audience, order_panels
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.exceptions import ImmutableRecord
from shopflow.core.models import NumberSequence, OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.documents import checks, pdf, services
from shopflow.documents.exceptions import RenderingFailed
from shopflow.documents.models import Document
from shopflow.documents.queries import Integrity, check_file
from shopflow.documents.services import issue_document, save_settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def invoice(order):
    return issue_document(type_code="invoice", order_id=order.pk)


@pytest.fixture
def quick(monkeypatch):
    """No real PDF where its looks do not matter."""
    monkeypatch.setattr(pdf, "render", lambda template, content: f"%PDF {content['number']}".encode())


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


def test_a_document_loads_nothing_from_elsewhere(tmp_path):
    from weasyprint.urls import FatalURLFetchingError

    fetch = pdf._fetcher().fetch

    assert fetch(pdf.font_url()).read(4)
    for url in ("http://example.org/x.css", "https://example.org/x.png", "file:///etc/passwd"):
        with pytest.raises(FatalURLFetchingError, match="may not load"):
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


def test_mails_attach_the_documents(make_order, quick):
    order = make_order()
    source = mail_contexts.get("documents")
    assert source.attachments({"order_id": order.pk}) == []

    document = invoice(order)

    (attached,) = source.attachments({"order_id": order.pk})
    assert (attached.filename, attached.content_type, attached.storage_name) == (
        f"{document.number}.pdf",
        "application/pdf",
        document.pdf,
    )
    (listed,) = source.context({"order_id": order.pk})["documents"]
    assert listed["number"] == document.number
    assert listed["url"].startswith(f"http://testserver/belege/{document.pk}/")


class TestDoors:
    @pytest.fixture
    def owner(self):
        return get_user_model().objects.create(email="kundin@example.org")

    @pytest.fixture
    def document(self, make_order, owner, quick):
        return invoice(make_order(user=owner))

    def body(self, response):
        return b"".join(response.streaming_content)

    def test_the_owner_downloads_it(self, client, document, owner):
        client.force_login(owner)

        response = client.get(f"/belege/{document.pk}/")

        assert self.body(response) == f"%PDF {document.number}".encode()
        assert response["Content-Disposition"] == f'attachment; filename="{document.number}.pdf"'
        assert "no-store" in response["Cache-Control"]

    def test_somebody_else_does_not(self, client, document):
        assert client.get(f"/belege/{document.pk}/").status_code == 302

        client.force_login(get_user_model().objects.create(email="anderer@example.org"))
        assert client.get(f"/belege/{document.pk}/").status_code == 404

    def test_the_orders_link_opens_it_and_no_other(self, client, document, make_order):
        other = make_order(number="OTHER")

        assert client.get(f"/belege/{document.pk}/{order_token(document.order)}/").status_code == 200
        assert client.get(f"/belege/{document.pk}/{order_token(other)}/").status_code == 404
        assert client.get(f"/belege/{document.pk}/nonsense/").status_code == 404

    def test_panels_link_to_it(self, document):
        panel = order_panels.get("documents")
        (row,) = panel.panel(order_id=document.order_id, audience=Audience.CUSTOMER).context["rows"]

        assert row["url"].startswith(f"http://testserver/belege/{document.pk}/")

    def test_customers_see_no_empty_panel(self, make_order):
        order = make_order(number="EMPTY")
        panel = order_panels.get("documents")

        assert panel.panel(order_id=order.pk, audience=Audience.CUSTOMER) is None
        assert panel.panel(order_id=order.pk, audience=Audience.STAFF).context["can_issue"] is True


class TestStaff:
    @pytest.fixture(autouse=True)
    def staff(self, client):
        user = get_user_model().objects.create(email="staff@example.org", is_staff=True)
        names = ["view_document", "add_document", "change_documentsettings"]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        return user

    def test_pages_need_the_right(self, client, make_order, quick):
        document = invoice(make_order())
        client.force_login(get_user_model().objects.create(email="nobody@example.org", is_staff=True))

        for path in ("", "settings/", f"{document.pk}/"):
            assert client.get(f"/dashboard/shopflow/documents/{path}").status_code == 403
        assert client.post("/dashboard/shopflow/documents/check/").status_code == 403
        assert client.post(f"/dashboard/shopflow/documents/issue/{document.order_id}/").status_code == 403

    def test_the_list_searches_in_constant_queries(self, client, make_order, quick, django_assert_max_num_queries):
        for n in range(12):
            invoice(make_order(number=f"N{n:02d}"))

        with django_assert_max_num_queries(14):
            html = client.get("/dashboard/shopflow/documents/").content.decode()
        assert html.count(">RE-") == 12

        html = client.get("/dashboard/shopflow/documents/?q=n07").content.decode()
        assert html.count(">RE-") == 1

    def test_the_button_checks_files(self, client, make_order, quick):
        document = invoice(make_order())
        storages["private"].delete(document.pdf)

        response = client.post("/dashboard/shopflow/documents/check/", {"document": [document.pk]}, follow=True)

        (message,) = response.context["messages"]
        assert (message.level_tag, document.number in message.message) == ("error", True)

    def test_staff_download_and_issue(self, client, make_order, quick):
        order = make_order()

        client.post(f"/dashboard/shopflow/documents/issue/{order.pk}/")

        document = Document.objects.get()
        assert client.get(f"/dashboard/shopflow/documents/{document.pk}/").status_code == 200

    def test_settings_are_saved(self, client):
        form = {"invoice_prefix": "AM-{year}-", "issue_when": "handed_over", "closing_text": "Danke", "footer": ""}

        assert client.post("/dashboard/shopflow/documents/settings/", form).status_code == 302

        assert services.queries.settings().invoice_prefix == "AM-{year}-"


def test_missing_libraries_are_found(monkeypatch):
    assert checks.pdf_libraries_are_there(None) == []
    monkeypatch.setattr(checks.ctypes.util, "find_library", lambda name: None)

    (message,) = checks.pdf_libraries_are_there(None)
    assert (message.id, "libpango" in message.hint) == ("shopflow_documents.E001", True)


def test_unsafe_storages_are_found(settings):
    private = settings.STORAGES["private"]
    assert checks.private_storage_is_there(None) == []

    settings.STORAGES = {k: v for k, v in settings.STORAGES.items() if k != "private"}
    assert [m.id for m in checks.private_storage_is_there(None)] == ["shopflow_documents.E002"]

    inside = {**private, "OPTIONS": {"location": f"{settings.MEDIA_ROOT}/private"}}
    settings.STORAGES = {**settings.STORAGES, "private": inside}
    assert [m.id for m in checks.private_storage_is_there(None)] == ["shopflow_documents.E003"]
