"""The ledger cannot be altered unnoticed, and people and staff get it on paper."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

from shopflow.audience.links import preferences_token
from shopflow.audience.models import ConsentEntry, ConsentRequest, Contact, RetiredEntry
from shopflow.audience.services import (
    grant_consent,
    purge_old_evidence,
    purge_unconfirmed,
    verify_ledger,
    withdraw_consent,
)
from shopflow.core import clock
from shopflow.mailing.models import Message
from tests.audience.consents import EMAIL, ask, give
from tests.audience.people import staff
from tests.services.guards import triggers_lifted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def tamper() -> None:
    entry = ConsentEntry.objects.order_by("pk").first()
    with triggers_lifted():
        ConsentEntry.objects.filter(pk=entry.pk).update(content={**entry.content, "source": "elsewhere"})


@pytest.mark.triggers
def test_the_database_refuses_changes_and_deletions():
    give()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ConsentEntry.objects.update(purpose="other")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ConsentEntry.objects.all().delete()
    assert ConsentEntry.objects.count() == 2


def test_what_the_retention_rules_delete_leaves_a_line_without_the_person():
    ask("andere@example.org")
    give()
    clock.move_forward(timedelta(days=15))
    assert purge_unconfirmed() == 1
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    clock.move_forward(timedelta(days=3 * 366 + 1))
    assert purge_old_evidence() == 3

    assert not ConsentEntry.objects.exists()
    assert sorted(RetiredEntry.objects.values_list("reason", flat=True)) == [
        "outlived",
        "outlived",
        "outlived",
        "unconfirmed",
    ]


def test_the_program_and_the_mail_are_part_of_the_proof(client):
    client.post(
        "/newsletter/", {"email": EMAIL, "agree": "on"}, headers={"user-agent": "Browser/1.0"}, REMOTE_ADDR="192.0.2.9"
    )
    (entry,) = ConsentEntry.objects.all()
    assert entry.content["user_agent"] == "Browser/1.0"
    assert entry.content["ip"] == "192.0.2.9"
    assert entry.content["message_id"] == Message.objects.get().message_id
    assert entry.content["source"] == "/newsletter/"


def test_the_whole_ledger_is_checked_by_command(capsys):
    give()
    ask("andere@example.org")
    call_command("verify_consents")
    assert capsys.readouterr().out == "2 chains with 3 entries are whole.\n"
    call_command("verify_consents", email="ANDERE@example.org")
    assert capsys.readouterr().out == "1 chains with 1 entries are whole.\n"
    tamper()
    with pytest.raises(CommandError, match="1 of 2 chains are broken"):
        call_command("verify_consents")
    assert [bool(verdict.problem) for verdict in verify_ledger(email=EMAIL)] == [True]


def test_staff_check_the_ledger_of_one_contact(client):
    give()
    client.force_login(staff())
    pk = Contact.objects.get().pk
    page = client.post(f"/dashboard/shopflow/contacts/{pk}/pruefen/", follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]
    tamper()
    page = client.post(f"/dashboard/shopflow/contacts/{pk}/pruefen/", follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_the_paper_for_staff_and_for_the_person_says_all_of_it(client):
    give()
    contact = Contact.objects.get()
    client.force_login(staff())
    for_staff = client.get(f"/dashboard/shopflow/contacts/{contact.pk}/nachweis.pdf")
    client.logout()
    own = client.get(f"/einstellungen/nachweis/{preferences_token(contact)}.pdf")

    assert (for_staff.status_code, own.status_code) == (200, 200)
    assert own["Content-Type"] == "application/pdf"
    assert "no-store" in own["Cache-Control"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(own.content)).pages).replace("\n", " ")
    request = ConsentRequest.objects.get()
    assert request.confirmed_at is not None
    asked = timezone.localtime(request.requested_at)
    for words in (
        EMAIL, "192.0.2.7", "192.0.2.8", "Autohaus Muster GmbH", "Die Kette ist vollständig", "2 Einträge",
        "Zweck: Newsletter", f"Angefragt {asked:%d.%m.%Y, %H:%M:%S} Uhr (UTC{asked:%z})",
    ):  # fmt: skip
        assert words in text
    assert client.get("/einstellungen/nachweis/falsch.pdf").status_code == 404


@pytest.mark.once
def test_the_paper_and_the_card_say_in_words_where_a_consent_came_from(client):
    give()
    contact = Contact.objects.get()
    for source in ("shopflow-audience:preferences", "flow:sunset", "complained"):
        grant_consent(email=EMAIL, purpose="newsletter", source="checkout", language="de")
        withdraw_consent(email=EMAIL, purpose="newsletter", source=source)
    own = client.get(f"/einstellungen/nachweis/{preferences_token(contact)}.pdf")
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(own.content)).pages).split())
    client.force_login(staff())
    card = " ".join(client.get(f"/dashboard/shopflow/contacts/{contact.pk}/").content.decode().split())
    for words, code in (
        ("die Auswahlseite, geöffnet über einen Link aus einer E-Mail", "shopflow-audience:preferences"),
        ("die Automation „sunset“", "flow:sunset"), ("eine Meldung als Spam", "complained"), ("die Kasse", "checkout"),
    ):  # fmt: skip
        assert f"{words} ({code})" in text
        assert f'{words} <small class="muted">{code}</small>' in card
    assert 'data-label="Zweck">Newsletter · 1' in card
