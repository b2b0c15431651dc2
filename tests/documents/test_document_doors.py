"""Who gets to see documents: the order's mail, its customer, staff; and what an operator has set up wrongly."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import storages

from oscar_ext.order.links import order_token
from shopflow.contracts.mail import mail_contexts
from shopflow.contracts.pages import Audience, order_panels
from shopflow.documents import checks, services
from shopflow.documents.models import Document
from shopflow.documents.services import issue_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def invoice(order):
    return issue_document(type_code="invoice", order_id=order.pk)


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
