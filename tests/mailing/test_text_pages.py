"""Staff write a mail's words, see them before anybody else does, and go back."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from shopflow.mailing.models import AdvertisingPause, MailText, Message, SendingLimit
from shopflow.mailing.texts import shipped

pytestmark = pytest.mark.django_db
CODE = {"code": "order_status_shipped", "language": "de"}


def page(name: str, **more: object) -> str:
    return reverse(f"shopflow-staff:{name}", kwargs={**CODE, **more})


@pytest.fixture
def member(client, seller):
    def log_in(*codenames: str) -> object:
        user = get_user_model().objects.create_user("team@example.org", "geheim-1234")
        user.is_staff = True
        user.save()
        known = Permission.objects.filter(content_type__app_label="shopflow_mailing")
        user.user_permissions.set(known.filter(codename__in=codenames) if codenames else known)
        client.force_login(user)
        return client

    return log_in


def draft(
    body: str = "<p>Hallo {{ customer_name }}</p>", subject: str = "Unterwegs: {{ order.number }}"
) -> dict[str, str]:
    return {"subject": subject, "preheader": "", "body": body}


def test_every_mail_is_listed_and_the_number_of_queries_does_not_grow(member, django_assert_max_num_queries):
    staff = member()
    with django_assert_max_num_queries(30):
        html = staff.get(reverse("shopflow-staff:mail-texts")).content.decode()
    for code in shipped.codes():
        assert code in html


@pytest.mark.once
@pytest.mark.parametrize("tongue", ["de", "en"])
def test_every_mail_can_be_looked_at_in_both_parts(member, tongue):
    staff = member()
    for code in shipped.codes():
        assert staff.get(page("mail-text", code=code, language=tongue)).status_code == 200, code
        for kind in ("html", "text"):
            answer = staff.get(page("mail-text-preview", code=code, language=tongue, kind=kind))
            assert answer.status_code == 200, code
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "script" not in answer["Content-Security-Policy"]


def test_the_preview_shows_the_draft_with_examples_and_stores_nothing(member):
    staff = member()
    shown = staff.post(page("mail-text-preview", kind="html"), draft()).content.decode()
    assert "Hallo Erika Beispiel" in shown
    assert "Autohaus Muster GmbH" in shown
    plain = staff.post(page("mail-text-preview", kind="text"), draft('<p>A</p>{% part "order" %}')).content.decode()
    assert "Bremsscheibe vorn" in plain
    assert "<p>" not in plain
    broken = staff.post(page("mail-text-preview", kind="html"), draft("{{ nix }}")).content.decode()
    assert "nix" in broken
    assert not MailText.objects.exists()


def test_findings_come_while_one_writes(member):
    staff = member()
    with translation.override("de"):
        said = staff.post(page("mail-text-check"), draft("<p>\n10 % Rabatt</p>")).content.decode()
    assert "notice--critical" in said
    assert "Rabatt" in said
    assert "notice--positive" in staff.post(page("mail-text-check"), draft()).content.decode()


def test_saving_sends_the_words_from_now_on_and_errors_keep_the_draft(member):
    staff = member()
    refused = staff.post(page("mail-text"), draft("<p>{{ nix }}</p>"))
    assert refused.status_code == 422
    assert "&lt;p&gt;{{ nix }}&lt;/p&gt;" in refused.content.decode()
    assert not MailText.objects.exists()

    assert staff.post(page("mail-text"), draft()).status_code == 302
    html = staff.get(page("mail-text")).content.decode()
    assert "Hallo {{ customer_name }}" in html
    assert "mail-changes" in html
    assert "Hallo Erika" in staff.get(page("mail-text-preview", kind="html")).content.decode()

    assert staff.post(page("mail-text-choose"), {"version": ""}).status_code == 302
    assert "Hallo Erika" not in staff.get(page("mail-text-preview", kind="html")).content.decode()
    assert staff.post(page("mail-text-choose"), {"version": "7"}).status_code == 404
    assert staff.post(page("mail-text-choose"), {"version": "1"}).status_code == 302
    assert "Hallo Erika" in staff.get(page("mail-text-preview", kind="html")).content.decode()


def test_a_test_mail_goes_to_oneself_and_the_draft_stays(member):
    staff = member()
    answer = staff.post(page("mail-text-try"), draft("<p>Probe {{ customer_name }}</p>"))
    assert "Probe {{ customer_name }}" in answer.content.decode()
    message = Message.objects.get()
    assert (message.to_email, message.mail_class) == ("team@example.org", "staff")
    assert message.subject == "[Test] Unterwegs: 100123"
    assert not MailText.objects.exists()
    assert staff.post(page("mail-text-try"), draft("{{ nix }}")).status_code == 422
    assert Message.objects.count() == 1


def test_who_may_look_may_not_write(member):
    staff = member("view_mailtext")
    assert staff.get(page("mail-text")).status_code == 200
    assert staff.post(page("mail-text"), draft()).status_code == 403
    assert staff.post(page("mail-text-try"), draft()).status_code == 403
    assert staff.post(page("mail-text-choose"), {"version": ""}).status_code == 403
    assert staff.get(page("mail-text", code="unknown")).status_code == 404
    assert staff.get(page("mail-text", language="fr")).status_code == 404


def test_fixed_words_have_no_form(member):
    staff = member()
    html = staff.get(page("mail-text", code="order_confirmation")).content.decode()
    assert "data-mail-editor" not in html
    staff.post(page("mail-text", code="order_confirmation"), draft())
    assert not MailText.objects.exists()


def test_limits_are_entered_and_pauses_ended(member, advert):
    from shopflow.core import clock

    staff = member()
    url = reverse("shopflow-staff:mail-limits")
    wrong = staff.post(url, {"in_all": "100", "each": "10", "domains": "example.org 60\nviel zu viel"})
    assert "2" in wrong.content.decode()
    assert not SendingLimit.objects.exists()
    assert staff.post(url, {"in_all": "100", "each": "10", "domains": "Example.org: 60"}).status_code == 302
    assert SendingLimit.objects.get(domain="example.org").per_minute == 60

    pause = AdvertisingPause.objects.create(
        kind="template", code="consent_confirm", sent=40, bounced=5, complained=0, started_at=clock.now()
    )
    advert()
    assert "consent_confirm" in staff.get(url).content.decode()
    assert staff.post(reverse("shopflow-staff:mail-pause-end", args=[pause.pk])).status_code == 302
    pause.refresh_from_db()
    assert pause.ended_at is not None
