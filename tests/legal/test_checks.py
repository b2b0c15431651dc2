"""What the checks say to an operator who is not ready to sell."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext

from shopflow.core.models import Seller
from shopflow.legal.checks import private_storage, ready_to_sell
from shopflow.legal.models import LegalPage

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def found():
    return {message.id for message in ready_to_sell(None, databases=["default"])}


def test_an_empty_shop_misses_pages_and_identity(db):
    messages = ready_to_sell(None, databases=["default"])

    assert [message.id for message in messages].count("shopflow.legal.E001") == 5
    (identity,) = [message for message in messages if message.id == "shopflow.legal.E002"]
    assert all(message.hint for message in messages)
    assert str(Seller._meta.get_field("street").verbose_name) in identity.msg


def test_a_drafted_shop_misses_only_the_lawyer(pages):
    assert found() == {"shopflow.legal.W001"}
    LegalPage.objects.update(checked_by="Kanzlei Beispiel", checked_on="2026-11-01")
    assert found() == set()


def test_an_unpublished_page_is_missed(pages):
    LegalPage.objects.get(type_code="agb").unpublish()

    assert "shopflow.legal.E001" in found()


def test_an_incomplete_identity_is_named(pages):
    Seller.objects.update(phone="", vat_id="", tax_number="")
    (identity,) = [message for message in ready_to_sell(None, databases=["default"]) if message.id.endswith("E002")]

    assert gettext("VAT ID or tax number") in identity.msg


def test_without_a_database_nothing_is_asked(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ready_to_sell(None, databases=None) == []


def test_a_missing_private_storage_is_an_error(settings):
    assert private_storage(None) == []
    settings.STORAGES = {name: value for name, value in settings.STORAGES.items() if name != "private"}

    assert [message.id for message in private_storage(None)] == ["shopflow.legal.E003"]


def test_the_command_makes_what_is_missing(wagtail_site, seller, capsys):
    call_command("create_legal_pages")
    call_command("create_legal_pages")

    assert LegalPage.objects.count() == 6
    assert "6 pages" in capsys.readouterr().out


def test_staff_see_what_is_missing(client, pages, make_staff):
    client.force_login(make_staff("view_legaltextversion"))
    page = client.get(reverse("shopflow-staff:legal-texts"))

    assert page.status_code == 200
    assert [row["version"].number for row in page.context["rows"]] == [1] * 6
    pdf = reverse("shopflow-staff:legal-text-pdf", kwargs={"pk": page.context["rows"][0]["version"].pk})
    response = client.get(pdf)
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
