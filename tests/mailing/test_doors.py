from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from shopflow.contracts.mail import Attachment
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.mailing.links import message_uuid, unsubscribe_url
from shopflow.mailing.models import MailSettings, Message, Suppression
from shopflow.mailing.services import erase_person, export_person, send_due, suppress, unsubscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings, tmp_path):
    settings.SHOPFLOW_MAIL_TRANSPORT = "shopflow.mailing.backends.MailboxBackend"
    settings.SHOPFLOW_MAILBOX_DIR = str(tmp_path / "mailbox")


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_user("team@example.org", "geheim-1234")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="shopflow_mailing"))
    client.force_login(user)
    return client


# unsubscribing


def path_of(key: str) -> str:
    return unsubscribe_url(key).removeprefix("http://testserver")


def test_advertising_carries_both_headers_and_the_link_works(advert, smtp):
    advert("news:1")
    send_due()

    mail = smtp.messages[0]
    assert str(mail["List-Unsubscribe"]).strip() == f"<{unsubscribe_url('news:1')}>"
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert len(unsubscribe_url("news:1")) < 130


def test_the_line_for_unsubscribing_is_in_one_piece_and_each_mail_has_its_own(advert, letter, permitted):
    from django.core.mail.backends.locmem import EmailBackend

    from shopflow.mailing.queries import mail_settings
    from shopflow.mailing.transport import build

    lines = []
    for key, to in (("news:1", "a@example.org"), ("news:2", "b@example.org"), ("news:3", "a@example.org")):
        message = advert(key, to=to)
        raw = build(message, mail=mail_settings(), connection=EmailBackend()).message().as_bytes()
        lines += [line for line in raw.splitlines() if line.startswith(b"List-Unsubscribe:")]
        assert f"List-Unsubscribe: <{unsubscribe_url(key)}>".encode() in raw.splitlines()
        assert unsubscribe_url(key) in message.text
    assert len(set(lines)) == 3


def test_get_never_unsubscribes(advert, client):
    advert("news:1")

    assert client.get(path_of("news:1")).status_code == 200
    assert client.head(path_of("news:1")).status_code == 200

    assert not Suppression.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_one_click_needs_no_login_cookie_or_csrf_token(advert):
    message = advert("news:1")
    other = advert("review:1", purpose="review_request")
    machine = Client(enforce_csrf_checks=True)

    for _ in range(2):
        answer = machine.post(
            path_of("news:1"), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200

    assert [(s.scope, s.reason, s.email_hash) for s in Suppression.objects.all()] == [
        ("newsletter", "unsubscribed", message.email_hash)
    ]
    send_due()
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, other.state) == ("skipped", "accepted")
    assert OutboxEvent.objects.filter(code="mail_unsubscribed").first().payload == {
        "email": "kunde@example.org",
        "purpose": "newsletter",
        "reason": "unsubscribed",
    }


def test_everything_can_be_stopped_at_once(advert, letter, client):
    advert("news:1")
    advert("review:1", purpose="review_request")
    letter("order:1")

    client.post(path_of("news:1"), {"scope": "all"})
    send_due()

    states = dict(Message.objects.values_list("dedupe_key", "state"))
    assert states == {"news:1": "skipped", "review:1": "skipped", "order:1": "accepted"}


def test_a_forged_link_or_that_of_an_order_mail_stops_nothing(advert, letter, client):
    advert("news:1")
    letter("order:1")

    assert client.post(path_of("news:1")[:-2] + "x/").status_code == 404
    assert client.post(path_of("order:1")).status_code == 404
    assert client.post(path_of("never sent")).status_code == 404
    assert not Suppression.objects.exists()


def test_unsubscribing_works_after_an_erasure_too(advert):
    message = advert("news:1")
    erase_person("kunde@example.org")

    assert unsubscribe(message_uuid=message_uuid("news:1")) is not None
    assert Suppression.objects.filter(scope="newsletter", email_hash=message.email_hash).count() == 1


# people


def test_a_person_can_have_their_mails_and_be_forgotten(advert, letter, box, settings):
    from shopflow.contracts.mail import MailClass

    advert("news:1")
    letter("withdrawal:1", mail_class=MailClass.LEGAL)
    letter("other", to="andere@example.org")
    letter("order:1")
    suppress(email="kunde@example.org", scope="newsletter", reason="unsubscribed")

    data = export_person("KUNDE@example.org")
    assert [m["purpose"] for m in data["messages"]] == ["newsletter", "", ""]
    assert [s["scope"] for s in data["suppressions"]] == ["newsletter"]

    assert erase_person("kunde@example.org") == {"erased": 2, "kept": 1}
    left = Message.objects.filter(to_email="kunde@example.org")
    assert [m.dedupe_key for m in left] == ["withdrawal:1"]
    assert Message.objects.get(dedupe_key="news:1").skip_code == "erased"
    assert Message.objects.get(dedupe_key="order:1").text == ""
    assert Message.objects.get(dedupe_key="other").text != ""
    assert {s.scope for s in Suppression.objects.all()} == {"newsletter", "advertising"}
    assert not Suppression.objects.filter(source__contains="kunde@").exists()


def test_an_erasure_empties_the_local_mailbox(letter, box, tmp_path):
    letter("order:1")
    letter("order:2", to="andere@example.org")
    send_due()
    assert len(list((tmp_path / "mailbox" / "new").iterdir())) == 2

    erase_person("kunde@example.org")

    left = [path.read_text() for path in (tmp_path / "mailbox" / "new").iterdir()]
    assert len(left) == 1
    assert "andere@example.org" in left[0]


# staff


def test_staff_read_the_mailbox_safely(letter, box, staff, tmp_path):
    name = storages["private"].save("test/a.pdf", ContentFile(b"%PDF-1.7 \xff"))
    letter("order:1", attachments=[Attachment("Größe.pdf", "application/pdf", name)])
    send_due()
    key = next((tmp_path / "mailbox" / "new").iterdir()).name

    page = staff.get(reverse("shopflow-staff:mailbox-list"))
    assert [letter.key for letter in page.context["letters"]] == [key]
    detail = staff.get(reverse("shopflow-staff:mailbox-detail", args=[key])).content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in detail
    assert "Größe.pdf" in detail
    frame = staff.get(reverse("shopflow-staff:mailbox-html", args=[key]))
    assert frame["Content-Security-Policy"].startswith("sandbox ")
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert "allow-scripts" not in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "Autohaus Muster GmbH" in frame.content.decode()
    file = staff.get(reverse("shopflow-staff:mailbox-file", args=[key, 0]))
    assert file.content == b"%PDF-1.7 \xff"
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Type"] == "application/octet-stream"
    assert staff.get(reverse("shopflow-staff:mailbox-file", args=[key, 1])).status_code == 404
    assert staff.get(reverse("shopflow-staff:mailbox-detail", args=["nothing"])).status_code == 404
    assert staff.get(reverse("shopflow-staff:mailbox-detail", args=["..%2f..%2fsecret_key"])).status_code == 404


def test_the_log_is_long_and_the_page_stays_short(letter, staff, django_assert_max_num_queries):
    first = letter("m0")
    copies = [
        Message(
            **{
                field.attname: getattr(first, field.attname)
                for field in Message._meta.concrete_fields
                if field.name not in ("id", "dedupe_key", "message_id")
            },
            dedupe_key=f"copy:{number}",
            message_id=f"<copy-{number}@example.org>",
        )
        for number in range(120)
    ]
    Message.objects.bulk_create(copies)
    url = reverse("shopflow-staff:message-list")
    staff.get(url)

    with django_assert_max_num_queries(8):
        page = staff.get(url)
    assert len(page.context["rows"]) == 50
    older = staff.get(url, {"before": page.context["older"]})
    assert len(older.context["rows"]) == 50
    assert page.context["rows"][-1].pk == older.context["rows"][0].pk + 1
    last = staff.get(url, {"before": older.context["older"]})
    assert (len(last.context["rows"]), last.context["older"]) == (21, None)
    assert staff.get(url, {"q": "KUNDE@example.org "}).context["rows"] != []
    assert staff.get(url, {"q": "niemand@example.org"}).context["rows"] == []
    assert staff.get(url, {"state": "trouble"}).context["rows"] == []
    assert staff.get(url, {"state": "nonsense", "before": "x"}).status_code == 200


def test_staff_see_why_a_mail_failed_and_send_it_again(letter, smtp, staff):
    smtp.refusal = "550 no such user"
    message = letter()
    send_due()

    page = staff.get(reverse("shopflow-staff:message-detail", args=[message.pk])).content.decode()
    assert "550 no such user" in page
    act = reverse("shopflow-staff:message-act", args=[message.pk])
    assert staff.get(act).status_code == 405
    staff.post(act, {"act": "retry"})
    message.refresh_from_db()
    assert message.state == "deferred"
    assert AuditEntry.objects.get().action == "mail_retry"
    staff.post(act, {"act": "give_up"})
    message.refresh_from_db()
    assert message.skip_code == "given_up"


def test_only_staff_with_the_right_come_in(letter, client):
    message = letter()
    urls = [
        reverse("shopflow-staff:message-list"),
        reverse("shopflow-staff:message-detail", args=[message.pk]),
        reverse("shopflow-staff:message-html", args=[message.pk]),
        reverse("shopflow-staff:mailbox-list"),
        reverse("shopflow-staff:mail-settings"),
    ]
    assert {client.get(url).status_code for url in urls} == {302}
    user = get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    client.force_login(user)
    assert {client.get(url).status_code for url in urls} == {403}
    user.is_staff = True
    user.save()
    assert {client.get(url).status_code for url in urls} == {403}


def test_staff_set_the_sender(staff):
    url = reverse("shopflow-staff:mail-settings")
    assert staff.post(url, {"sender_name": "Team", "sender_address": "kein"}).status_code == 200
    assert not MailSettings.objects.exists()

    staff.post(url, {"sender_name": "Team", "sender_address": "team@example.org", "reply_to": ""})
    assert MailSettings.objects.get().sender_address == "team@example.org"
