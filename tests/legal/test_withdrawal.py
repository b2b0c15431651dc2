"""The withdrawal function (§ 356a BGB): two steps, for everybody, nothing lost, nothing revealed."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from shopflow.core.exceptions import ImmutableRecord
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.legal.links import withdraw_url
from shopflow.legal.models import WithdrawalDeclaration, WithdrawalHandling
from shopflow.legal.receipt import stamp
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due

pytestmark = pytest.mark.django_db
FORM = {"name": "Erika Beispiel", "contract": "SF-1", "email": "Gast@Example.org", "scope": "", "website": ""}


def started(seconds_ago=60):
    return f"{timezone.now().timestamp() - seconds_ago:.0f}"


def step_one(client, **changes):
    return client.post(reverse("legal-withdraw"), {"started": started(), **FORM, **changes})


def step_two(client, sealed):
    return client.post(reverse("legal-withdraw-confirm"), {"sealed": sealed})


def declare(client, **changes):
    return step_two(client, step_one(client, **changes).context["sealed"])


def labels(response):
    """The words on the page's own buttons, inside <main>."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return [re.sub(r"<[^>]+>|\s+", " ", found).strip() for found in re.findall(r"<button.*?</button>", main, re.DOTALL)]


def test_step_one_asks_three_things_and_stores_nothing(client):
    page = client.get(reverse("legal-withdraw"), headers={"Accept-Language": "en"})
    required = [name for name, field in page.context["form"].fields.items() if field.required]

    assert required == ["name", "contract", "email"]
    assert "captcha" not in page.content.decode().lower()
    assert not page.cookies
    assert step_one(client).status_code == 200
    assert WithdrawalDeclaration.objects.count() == 0


def test_what_is_missing_is_said_and_what_was_entered_stays(client):
    page = step_one(client, email="no address")

    assert list(page.context["form"].errors) == ["email"]
    assert 'value="Erika Beispiel"' in page.content.decode()
    assert WithdrawalDeclaration.objects.count() == 0


def test_step_two_has_one_button_with_the_words_of_the_law(client):
    assert labels(step_one(client)) in (["Widerruf bestätigen"], ["Confirm withdrawal"])


def test_confirming_stores_the_declaration_and_sends_the_receipt(client, make_order, seller):
    order = make_order()
    with time_machine.travel(datetime(2026, 12, 12, 13, 3, 27, tzinfo=UTC), tick=False):
        response = declare(client, contract=order.number, scope="Nur die Bremsscheibe")
        row = WithdrawalDeclaration.objects.get()
        deliver_due()

    assert response.url == reverse("legal-withdraw-receipt", kwargs={"token": row.token})
    assert row.received_at == datetime(2026, 12, 12, 13, 3, 27, tzinfo=UTC)
    assert (row.email, row.match, row.order_id, row.suspicion) == (
        "gast@example.org",
        "number_and_email",
        order.pk,
        "",
    )
    assert row.sha256 == hashlib.sha256(row.statement.encode()).hexdigest()
    assert OutboxEvent.objects.get(code="withdrawal_declared").payload["order_id"] == order.pk
    mail = Message.objects.get(template="withdrawal_receipt")
    assert (mail.to_email, mail.mail_class, mail.reference) == ("gast@example.org", "legal", f"withdrawal:{row.pk}")
    for words in ("Erika Beispiel", order.number, "Nur die Bremsscheibe", "12.12.2026", "14:03:27"):
        assert words in mail.text
        assert words in client.get(response.url).content.decode()
    order.refresh_from_db()
    assert order.status == "new"


def test_a_double_click_is_one_declaration(client):
    sealed = step_one(client).context["sealed"]
    first, second = step_two(client, sealed), step_two(client, sealed)

    assert first.url == second.url
    assert WithdrawalDeclaration.objects.count() == 1
    assert OutboxEvent.objects.filter(code="withdrawal_declared").count() == 1


def test_unknown_orders_are_accepted_and_nothing_shows_whether_one_exists(client, make_order):
    order = make_order()
    answers = []
    for contract, email in (
        (order.number, "gast@example.org"),
        (order.number, "other@example.org"),
        ("SF-9999", "gast@example.org"),
        ("die Bremsscheibe von neulich", "gast@example.org"),
    ):
        response = declare(client, contract=contract, email=email)
        row = WithdrawalDeclaration.objects.latest("pk")
        page = re.search(r"<main.*?</main>", client.get(response.url).content.decode(), re.DOTALL).group()
        for own in (str(row.token), contract, email, stamp(row.received_at)):
            page = page.replace(own, "")
        answers.append(page)

    matches = list(WithdrawalDeclaration.objects.order_by("pk").values_list("match", flat=True))
    assert matches == ["number_and_email", "needs_manual_match", "needs_manual_match", "needs_manual_match"]
    assert set(answers) == {answers[0]}


def test_only_the_logged_in_owner_counts_as_verified(client, make_order):
    owner = get_user_model().objects.create_user("kunde@example.org", "geheim-geheim")
    order = make_order(user=owner, email="kunde@example.org")
    client.force_login(owner)
    declare(client, contract=f"Bestellung {order.number}", email="elsewhere@example.org")

    row = WithdrawalDeclaration.objects.get()
    assert (row.match, row.order_id) == ("owner", order.pk)


@pytest.mark.parametrize(
    ("changes", "suspicion"),
    [
        ({"website": "https://spam.example.com"}, "honeypot"),
        ({"started": "x"}, "forged start"),
        ({"started": ""}, ""),
    ],
)
def test_what_a_machine_may_have_sent_is_marked_and_kept(client, changes, suspicion):
    assert declare(client, **changes).status_code == 302
    deliver_due()

    assert WithdrawalDeclaration.objects.get().suspicion == suspicion
    assert Message.objects.filter(template="withdrawal_receipt").count() == 1


def test_a_form_sent_at_once_is_marked_and_kept(client):
    declare(client, started=started(seconds_ago=0))

    assert WithdrawalDeclaration.objects.get().suspicion == "too fast"


def test_a_forged_seal_stores_nothing(client):
    assert step_two(client, "forged").status_code == 400
    assert step_two(client, signing.dumps({"name": "x"}, salt="other")).status_code == 400
    assert WithdrawalDeclaration.objects.count() == 0


def test_a_seal_of_yesterday_brings_the_form_back_filled_in(client):
    sealed = step_one(client).context["sealed"]
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        page = step_two(client, sealed)

    assert page.status_code == 200
    assert 'value="Erika Beispiel"' in page.content.decode()
    assert WithdrawalDeclaration.objects.count() == 0


def test_it_works_without_cookies_or_csrf_token(make_order):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert declare(strict).status_code == 302
    assert WithdrawalDeclaration.objects.count() == 1


def test_a_signed_link_fills_in_the_order_number_only(client, make_order):
    order = make_order()
    page = client.get(withdraw_url(order).removeprefix("http://testserver")).content.decode()

    assert f'value="{order.number}"' in page
    assert "gast@example.org" not in page
    assert client.get(reverse("legal-withdraw") + "?vertrag=forged").status_code == 200


def test_the_declaration_never_changes(client):
    declare(client)
    row = WithdrawalDeclaration.objects.get()
    row.name = "Anders"

    with pytest.raises(ImmutableRecord):
        row.save()
    with pytest.raises(ImmutableRecord):
        row.delete()
    assert WithdrawalDeclaration.objects.get().name == "Erika Beispiel"


def test_the_receipt_can_be_saved_and_only_with_its_token(client):
    response = declare(client)
    row = WithdrawalDeclaration.objects.get()
    saved = client.get(reverse("legal-withdraw-file", kwargs={"token": row.token}))

    assert saved["Content-Type"] == "text/plain; charset=utf-8"
    assert saved["Content-Disposition"].startswith("attachment;")
    assert row.statement in saved.content.decode()
    assert row.sha256 in saved.content.decode()
    other = reverse("legal-withdraw-receipt", kwargs={"token": "00000000-0000-4000-8000-000000000000"})
    assert client.get(other).status_code == 404
    assert "no-store" in client.get(response.url)["Cache-Control"]


def test_a_dead_mail_server_loses_nothing(client, settings):
    settings.SHOPFLOW_MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    response = declare(client)
    deliver_due()
    send_due()

    assert client.get(response.url).status_code == 200
    assert WithdrawalDeclaration.objects.count() == 1
    assert Message.objects.get(template="withdrawal_receipt").state == "deferred"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 12, 13, 3, 27, tzinfo=UTC), "12.12.2026, 14:03:27"),
        (datetime(2026, 7, 1, 22, 30, 0, tzinfo=UTC), "02.07.2026, 00:30:00"),
        (datetime(2026, 10, 25, 0, 30, 0, tzinfo=UTC), "25.10.2026, 02:30:00"),
        (datetime(2026, 10, 25, 1, 30, 0, tzinfo=UTC), "25.10.2026, 02:30:00"),
    ],
)
def test_the_time_is_told_in_berlin_with_its_zone(moment, expected):
    told = stamp(moment)

    assert told.startswith(expected)
    summer = moment < datetime(2026, 10, 25, 1, 0, 0, tzinfo=UTC)
    assert told.endswith(("CEST", "MESZ") if summer else ("CET", "MEZ"))


def test_staff_see_the_period_and_decide(client, make_order, make_staff):
    order = make_order()
    declare(client, contract="unbekannt")
    row = WithdrawalDeclaration.objects.get()
    url = reverse("shopflow-staff:withdrawal", kwargs={"pk": row.pk})
    client.force_login(make_staff("view_withdrawaldeclaration"))
    assert client.get(reverse("shopflow-staff:withdrawals")).status_code == 200
    assert client.get(url).status_code == 403
    person = get_user_model().objects.get(email="tresen@example.org")
    from django.contrib.auth.models import Permission

    person.user_permissions.add(Permission.objects.get(codename="change_withdrawalhandling"))
    client.force_login(person)

    assert client.post(url, {"state": "accepted", "order_number": "nope"}).context["form"].errors
    assert client.post(url, {"state": "accepted", "order_number": order.number, "note": "Anruf"}).status_code == 302

    handling = WithdrawalHandling.objects.get()
    assert (handling.state, handling.order_id, handling.note) == ("accepted", order.pk, "Anruf")
    assert AuditEntry.objects.get(action="withdrawal.handle").actor == person
    row.refresh_from_db()
    assert row.order_id is None
    shown = client.get(url)
    assert shown.context["period"].last_day is None
    assert shown.context["is_late"] is None


def test_staff_record_a_letter_with_the_time_it_came(client, make_staff):
    client.force_login(make_staff("view_withdrawaldeclaration", "change_withdrawalhandling"))
    url = reverse("shopflow-staff:withdrawal-record")
    letter = {**FORM, "channel": "letter", "received_at": "2026-11-02T09:15", "submission_key": "abc"}
    assert client.post(url, {**letter, "received_at": "2999-01-01T00:00"}).context["form"].errors
    first, second = client.post(url, letter), client.post(url, letter)

    row = WithdrawalDeclaration.objects.get()
    assert first.url == second.url == reverse("shopflow-staff:withdrawal", kwargs={"pk": row.pk})
    assert (row.channel, row.recorded_by.email) == ("letter", "tresen@example.org")
    assert row.received_at == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    deliver_due()
    assert "02.11.2026" in Message.objects.get(template="withdrawal_receipt").text


def test_the_list_costs_the_same_for_one_and_for_many(client, make_staff, django_assert_max_num_queries):
    for number in range(5):
        declare(client, contract=f"Vertrag {number}")
    client.force_login(make_staff("view_withdrawaldeclaration"))
    client.get(reverse("shopflow-staff:withdrawals"))

    with django_assert_max_num_queries(12):
        response = client.get(reverse("shopflow-staff:withdrawals"))
    assert response.context["page"].paginator.count == 5


def test_a_typed_address_gets_few_receipts_a_day(client, seller):
    for number in range(5):
        assert declare(client, contract=f"SF-{number}").status_code == 302
    refused = declare(client, contract="SF-6")

    assert refused.status_code == 429
    assert "shop@example.org" in refused.content.decode()
    assert refused.context["form"].initial["contract"] == "SF-6"
    assert WithdrawalDeclaration.objects.count() == 5
    deliver_due()
    assert Message.objects.filter(template="withdrawal_receipt").count() == 5
    assert declare(client, email="andere@example.org").status_code == 302


def test_the_address_may_declare_again_the_next_day(client):
    for number in range(5):
        declare(client, contract=f"SF-{number}")
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert declare(client, contract="SF-6").status_code == 302


def test_a_declaration_that_fits_the_persons_own_order_is_always_taken(client, make_order):
    order = make_order(email="gast@example.org")
    for number in range(5):
        declare(client, contract=f"SF-{number}")

    assert declare(client, contract=order.number).status_code == 302
    assert WithdrawalDeclaration.objects.filter(order=order).count() == 1


def test_one_connection_does_not_write_to_many_addresses(client):
    answers = [declare(client, email=f"person{number}@example.org").status_code for number in range(21)]

    assert answers == [302] * 20 + [429]
    assert WithdrawalDeclaration.objects.count() == 20


def test_the_same_form_sent_again_is_answered_with_its_receipt(client):
    sealed = step_one(client).context["sealed"]
    first = step_two(client, sealed)

    assert all(step_two(client, sealed).headers["Location"] == first.headers["Location"] for _ in range(25))
    assert WithdrawalDeclaration.objects.count() == 1
