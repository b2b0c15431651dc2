from __future__ import annotations

import pytest
from django.core.mail import send_mail
from django.db import transaction
from django.template import TemplateDoesNotExist

from shopflow.contracts.mail import MailClass
from shopflow.mailing import wording
from shopflow.mailing.checks import transactional_templates_do_not_advertise, transport_is_a_mail_system
from shopflow.mailing.exceptions import AdvertisingNotAllowed
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services import queue_rendered

pytestmark = pytest.mark.django_db


def test_a_message_is_rendered_once_in_its_language_with_styles_inlined(letter):
    message = letter(language="en")

    assert message.state == MessageState.PLANNED
    assert message.to_email == "kunde@example.org"
    assert message.subject == "Please confirm your e-mail address for Autohaus Muster GmbH"
    assert 'lang="en"' in message.html
    assert '<p class="mail__brand" style="' in message.html
    assert "prefers-color-scheme: dark" in message.html
    for text in (message.html, message.text):
        assert "Musterstraße 1, 12345 Musterstadt" in text
        assert "DE123456788" in text
        assert "HRB 12345" in text
        assert "https://shop.example.org/x" in text
    assert "abmelden" not in message.html


def test_the_same_key_makes_one_message_for_ever(letter):
    first = letter("order:1:confirmation")
    second = letter("order:1:confirmation", to="other@example.org", template="does-not-exist")

    assert second.pk == first.pk
    assert Message.objects.get().to_email == "kunde@example.org"


def test_the_message_id_follows_from_the_key(letter):
    message = letter("order:1:confirmation")
    other = letter("order:2:confirmation")

    assert message.message_id.endswith("@example.org>")
    Message.objects.all().delete()
    assert letter("order:1:confirmation").message_id == message.message_id != other.message_id


def test_a_rolled_back_change_leaves_no_message(letter):
    with transaction.atomic():
        letter()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_worker_is_woken_after_the_commit_and_once(letter, django_capture_on_commit_callbacks, monkeypatch):
    woken = []
    monkeypatch.setattr("shopflow.core.jobs._send", lambda name, kwargs: woken.append(name))

    with django_capture_on_commit_callbacks(execute=True):
        letter()
        letter()

    assert woken == ["shopflow.mailing.send_due"]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_does_not_fit_is_an_error_of_the_caller(letter, key):
    with pytest.raises(ValueError, match="1 to 200 characters"):
        letter(key)


def test_a_bad_address_is_kept_and_said(letter):
    message = letter(to="kunde at example")

    assert (message.state, message.skip_code) == ("skipped", "invalid_address")
    assert "kunde at example" in message.last_error
    assert message.due_at is None


def test_a_missing_template_is_an_error_of_the_caller(letter):
    with pytest.raises(TemplateDoesNotExist):
        letter(template="does-not-exist")
    assert not Message.objects.exists()


@pytest.mark.parametrize("lacking", [{"purpose": ""}, {"basis": ""}])
def test_advertising_without_purpose_or_basis_is_refused(advert, lacking):
    with pytest.raises(AdvertisingNotAllowed):
        advert(**lacking)
    assert not Message.objects.exists()


def test_an_advertising_template_cannot_be_sent_as_anything_else(letter, monkeypatch):
    monkeypatch.setattr("shopflow.mailing.services.messages.is_advertising_template", lambda template: True)

    with pytest.raises(AdvertisingNotAllowed, match="advertises"):
        letter()


def test_only_advertising_has_an_unsubscribe_line(letter, advert):
    assert "/mail/abmelden/" not in letter().html
    message = advert()
    assert "/mail/abmelden/" in message.html
    assert "/mail/abmelden/" in message.text


def test_text_parts_are_not_escaped_and_subjects_have_one_line():
    message = queue_rendered(
        dedupe_key="x", template="test", to="kunde@example.org", subject="Öl & Filter\n für  Größe", text="a & b"
    )

    assert message.subject == "Öl & Filter für Größe"
    assert message.text == "a & b"
    assert message.html == ""


def test_our_templates_do_not_advertise():
    assert transactional_templates_do_not_advertise() == []


def test_the_lint_finds_advertising_in_an_unmarked_template(tmp_path):
    body = tmp_path / "shipped" / "body.html"
    body.parent.mkdir()
    body.write_text("<p>Ihr gutschein: 5 €</p><a href='/?utm_source=mail'>Los</a>", encoding="utf-8")
    (tmp_path / "shipped" / "body.txt").write_text("Das könnte Ihnen gefallen", encoding="utf-8")

    assert [(path.name, words) for path, words in wording.offences(tmp_path)] == [
        ("body.html", ["gutschein", "utm_"]),
        ("body.txt", ["Das könnte"]),
    ]
    body.write_text("{# advertising #}\nGutschein", encoding="utf-8")
    assert list(wording.offences(tmp_path)) == []


@pytest.mark.parametrize(
    ("backend", "found"),
    [
        ("shopflow.mailing.backends.QueueBackend", ["shopflow.mailing.E001"]),
        ("anymail.backends.nobody.EmailBackend", ["shopflow.mailing.E001"]),
        ("anymail.backends.brevo.EmailBackend", []),
    ],
)
def test_a_wrong_backend_is_found_at_the_start(settings, backend, found):
    settings.SHOPFLOW_MAIL_TRANSPORT = backend

    assert [message.id for message in transport_is_a_mail_system()] == found


def test_mail_sent_through_django_joins_the_queue(settings):
    settings.EMAIL_BACKEND = "shopflow.mailing.backends.QueueBackend"

    send_mail("Passwort", "Text", None, ["a@example.org", "b@example.org"], html_message="<p>Text</p>")

    assert [(m.to_email, m.state, m.mail_class) for m in Message.objects.order_by("to_email")] == [
        ("a@example.org", "planned", MailClass.TRANSACTIONAL),
        ("b@example.org", "planned", MailClass.TRANSACTIONAL),
    ]
    assert Message.objects.first().html.count("<p>Text</p>") == 1
