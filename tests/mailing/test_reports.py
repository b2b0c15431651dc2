"""What providers report ends the same in any order, however often it is said, and blocks what must be blocked."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing.delivery import RANK, Report, bounce_is_soft, end_state, soft_block_until
from shopflow.mailing.models import AdvertisingPause, Message, MessageEvent, MessageState, Suppression
from shopflow.mailing.services import end_pause, record_report, recover_lost, send_due, suppress

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def report(kind: str, message: Message | None = None, **changes: object) -> Report:
    given = {
        "provider": "test",
        "event_id": f"{kind}-{message.pk if message else 0}-{changes.get('occurred_at', '')}",
        "kind": kind,
        "occurred_at": NOON,
        "message": message.pk if message else None,
        "is_soft": kind == "deferred",
    }
    return Report(**{**given, **changes})  # type: ignore[arg-type]


def _lost(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SUBMITTING, attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    recover_lost()


@given(st.lists(st.sampled_from(sorted(RANK)), max_size=8))
def test_the_end_state_is_that_of_the_set(kinds):
    assert end_state(kinds) == end_state(sorted(set(kinds)))
    assert end_state([*kinds, *kinds]) == end_state(kinds)
    for kind in kinds:
        assert RANK[end_state(kinds)] >= RANK[kind]


@given(st.lists(st.integers(0, 60), max_size=8), st.randoms())
def test_soft_bounces_are_counted_in_any_order(days, random):
    moments = [NOON + DAY * day for day in days]
    shuffled = list(moments)
    random.shuffle(shuffled)
    expected = None
    for last in moments:
        if sum(last - 14 * DAY <= moment <= last for moment in moments) >= 3:
            expected = max(filter(None, [expected, last + 30 * DAY]))
    assert soft_block_until(shuffled) == soft_block_until(moments) == expected


def _everything() -> tuple[object, ...]:
    """What reports may change, without the numbers of rows and moments of writing."""
    return (
        sorted(Message.objects.values_list("dedupe_key", "state", "delivery_state", "notes", "due_at")),
        sorted(Suppression.objects.values_list("email_hash", "scope", "reason", "expires_at"), key=str),
        sorted(MessageEvent.objects.values_list("event_id", "message")),
        sorted(Counter(OutboxEvent.objects.values_list("code", flat=True)).items()),
    )


def test_i09_any_order_and_repetition_of_reports_end_the_same(advert, letter):
    """Every order of four reports about two messages, two of them told twice: one end."""
    from django.db import transaction

    first, second = advert("first"), letter("second")
    _lost(first)
    _lost(second)
    reports = [
        report("delivered", first),
        report("bounced", second, is_soft=True, reject_reason="bounced", occurred_at=NOON + DAY),
        report("complained", first, occurred_at=NOON + 2 * DAY),
        report("unsubscribed", first, occurred_at=NOON + DAY),
    ]
    ends = set()
    for order in itertools.permutations(reports):
        with transaction.atomic():
            for told in (*order, *order[:2]):
                record_report(told)
            ends.add(repr(_everything()))
            transaction.set_rollback(True)
    assert len(ends) == 1
    end = ends.pop()
    assert "'accepted', 'complained'" in end
    assert "'accepted', 'bounced'" in end
    assert "('mail_sent', 2)" in end


def test_i09_soft_bounces_of_three_messages_rest_the_advertising_in_any_order(letter):
    from django.db import transaction

    messages = [letter(f"m{number}") for number in range(3)]
    reports = [report("deferred", message, occurred_at=NOON + DAY * n) for n, message in enumerate(messages)]
    reports.append(report("delivered", messages[1], occurred_at=NOON + DAY))
    ends = set()
    for order in itertools.permutations(reports[:3]):
        with transaction.atomic():
            for told in order:
                record_report(told)
            ends.add(repr(_everything()[:2]))
            transaction.set_rollback(True)
    assert len(ends) == 1
    assert repr(NOON + 32 * DAY) in ends.pop()

    for told in reports:
        record_report(told)
    assert not Suppression.objects.exists(), "a message that arrived in the end is no trouble"


def test_automations_hear_of_lost_mailboxes_and_complaints_once(letter):
    bounced, disliked = letter("m1", to="weg@example.org"), letter("m2")
    for told in (
        report("bounced", bounced, reject_reason="bounced"),
        report("bounced", bounced, reject_reason="bounced", event_id="again"),
        report("complained", disliked),
        report("deferred", disliked),
    ):
        record_report(told)
    heard = OutboxEvent.objects.filter(code__in=["hard_bounced", "complained"]).order_by("pk")
    assert [(event.code, event.payload) for event in heard] == [
        ("hard_bounced", {"email": "weg@example.org", "message_id": bounced.pk}),
        ("complained", {"email": disliked.to_email, "message_id": disliked.pk}),
    ]


def test_a_rest_after_soft_bounces_ends_by_itself(letter, advert, smtp):
    start = clock.now()
    for number in range(3):
        record_report(report("deferred", letter(f"m{number}"), occurred_at=start))
    Message.objects.all().update(state="skipped", skip_code="given_up", due_at=None)

    held = advert("now")
    order = letter("order")
    send_due()
    for message in (held, order):
        message.refresh_from_db()
    assert (held.state, held.skip_code, order.state) == ("skipped", "suppressed", "accepted")

    clock.move_forward(31 * DAY)
    later = advert("later")
    send_due()
    later.refresh_from_db()
    assert later.state == "accepted"


@pytest.mark.parametrize(
    ("kind", "reason", "is_soft", "expected"),
    [
        ("bounced", "bounced", False, ("all", "bounced")),
        ("bounced", "bounced", True, None),
        ("bounced", "invalid", False, ("all", "bounced")),
        ("bounced", "other", True, None),
        ("rejected", "invalid", False, ("all", "bounced")),
        ("rejected", "blocked", False, ("advertising", "rejected")),
        ("rejected", "spam", False, ("advertising", "complained")),
        ("rejected", "unsubscribed", False, ("newsletter", "unsubscribed")),
        ("rejected", "timed_out", False, None),
        ("complained", "", False, ("advertising", "complained")),
        ("unsubscribed", "", False, ("newsletter", "unsubscribed")),
        ("delivered", "", False, None),
        ("failed", "", False, None),
    ],
)
def test_what_each_report_blocks(advert, kind, reason, is_soft, expected):
    record_report(report(kind, advert(), reject_reason=reason, is_soft=is_soft))
    assert list(Suppression.objects.values_list("scope", "reason")) == ([expected] if expected else [])


def test_a_complaint_withdraws_the_consents_and_tells_staff(advert):
    message = advert()
    record_report(report("complained", message))
    message.refresh_from_db()
    assert len(message.notes) == 1
    event = OutboxEvent.objects.get(code="mail_unsubscribed")
    assert (event.payload["purpose"], event.payload["reason"]) == ("", "complained")


def test_an_unsubscription_at_the_provider_ends_its_purpose_only(advert):
    record_report(report("unsubscribed", advert()))
    event = OutboxEvent.objects.get(code="mail_unsubscribed")
    assert (event.payload["purpose"], event.payload["reason"]) == ("newsletter", "unsubscribed")
    assert not Message.objects.filter(state="accepted").exists(), "an unsubscription proves no delivery"


def test_a_report_before_our_own_note_of_the_number_is_found_later(letter, smtp, monkeypatch):
    """The provider is quicker than our commit, and its report does not carry our metadata."""
    from shopflow.mailing import transport

    message = letter()

    def submit(self, built):
        record_report(report("bounced", None, provider_number="esp-1", reject_reason="bounced", event_id="e1"))
        return "esp-1"

    monkeypatch.setattr(transport.Transport, "submit", submit)
    send_due()

    message.refresh_from_db()
    assert (message.state, message.provider_id, message.delivery_state) == ("accepted", "esp-1", "bounced")
    assert Suppression.objects.get().scope == "all"


def test_a_report_during_the_hand_over_wins_over_a_broken_line(letter, smtp, monkeypatch):
    from shopflow.mailing import transport

    message = letter()

    def submit(self, built):
        record_report(report("delivered", message))
        raise transport.RefusedForGood("the line broke")

    monkeypatch.setattr(transport.Transport, "submit", submit)
    send_due()

    message.refresh_from_db()
    assert (message.state, message.delivery_state, message.due_at) == ("accepted", "delivered", None)


def test_reports_about_strangers_are_logged_without_the_address(letter, caplog):
    assert record_report(report("complained", None, email="fremd@example.com"))
    assert not record_report(report("complained", None, email="fremd@example.com"))
    assert "unknown" in caplog.text
    assert "fremd" not in caplog.text
    assert not Suppression.objects.exists()

    letter(to="bekannt@example.com")
    record_report(report("complained", None, email="Bekannt@example.com", event_id="other"))
    assert Suppression.objects.get().scope == "advertising"


@pytest.mark.parametrize(
    ("reason", "raw", "words", "soft"),
    [
        ("bounced", {"event": "hard_bounce"}, "", False),
        ("bounced", {"event": "soft_bounce"}, "", True),
        ("bounced", {"Type": "SoftBounce"}, "550 5.1.1", True),
        ("bounced", {"bounceType": "Transient"}, "", True),
        ("bounced", None, "smtp; 550 5.1.1 user unknown", False),
        ("bounced", None, "452 4.2.2 mailbox full", True),
        ("bounced", None, "id 2445 not found", False),
        ("blocked", None, "", True),
        ("invalid", {}, "", False),
        ("timed_out", {}, "", True),
    ],
)
def test_soft_and_hard_bounces_are_told_apart(reason, raw, words, soft):
    assert bounce_is_soft(reject_reason=reason, raw=raw, words=words) is soft


def test_automatic_replies_and_opens_leave_no_trace(letter):
    from anymail.signals import AnymailTrackingEvent

    from shopflow.mailing.receivers import provider_reported

    message = letter()
    for kind in ("autoresponded", "opened", "clicked", "unknown", "subscribed"):
        event = AnymailTrackingEvent(event_type=kind, metadata={"message": str(message.pk)}, event_id=kind)
        provider_reported(None, event=event, esp_name="Test")
    assert not MessageEvent.objects.exists()
    message.refresh_from_db()
    assert (message.state, message.delivery_state) == ("planned", "")


def _sent_adverts(advert, count: int, campaign: str = "") -> list[Message]:
    for number in range(count):
        advert(f"{campaign}{number}", to=f"kunde{number}@{campaign or 'a'}.example.org", campaign=campaign)
    messages = list(Message.objects.order_by("pk"))[-count:]
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(
        state="accepted", accepted_at=clock.now(), due_at=None
    )
    return messages


def test_advertising_that_bounces_too_often_is_held_until_staff_say_so(advert, letter, smtp, admin_user):
    messages = _sent_adverts(advert, 40, "spring")
    for message in messages[:4]:
        record_report(report("bounced", message, reject_reason="bounced"))
    assert not AdvertisingPause.objects.exists(), "four are too few to mean anything"

    record_report(report("bounced", messages[4], reject_reason="bounced"))

    paused = list(AdvertisingPause.objects.order_by("pk").values_list("kind", "code", "sent", "bounced", "complained"))
    assert paused == [("template", "consent_confirm", 40, 5, 0), ("campaign", "spring", 40, 5, 0)]
    held, order = advert("held", to="neu@example.org"), letter("order")
    send_due()
    for message in (held, order):
        message.refresh_from_db()
    assert (held.state, held.attempts, order.state) == ("planned", 0, "accepted")

    for pause in AdvertisingPause.objects.all():
        assert end_pause(pause_id=pause.pk, actor=admin_user)
        assert not end_pause(pause_id=pause.pk, actor=admin_user)
    send_due()
    held.refresh_from_db()
    assert held.state == "accepted"
    record_report(report("bounced", messages[5], reject_reason="bounced"))
    assert not AdvertisingPause.objects.filter(ended_at=None).exists(), "what staff have seen does not count again"


def test_complaints_hold_advertising_sooner_than_bounces(advert):
    messages = _sent_adverts(advert, 30)
    record_report(report("complained", messages[0]))
    assert not AdvertisingPause.objects.exists()
    record_report(report("complained", messages[1]))
    assert AdvertisingPause.objects.get().complained == 2


def test_blocked_addresses_stay_blocked_when_a_softer_block_ends(letter):
    message = letter()
    suppress(email=message.to_email, scope="advertising", reason="manual")
    record_report(report("deferred", message))
    record_report(report("delivered", message))
    assert list(Suppression.objects.values_list("reason", "expires_at")) == [("manual", None)]


def test_i11_erasing_leaves_no_address_and_no_file_outside_legal_letters(
    letter, settings, django_capture_on_commit_callbacks
):
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages
    from django.db import connection

    from shopflow.contracts.mail import Attachment, MailClass
    from shopflow.mailing.services import erase_person

    name = storages["private"].save("mail/x/brief.txt", ContentFile(b"kunde@example.org"))
    sent = letter("sent", attachments=[Attachment("brief.txt", "text/plain", name)])
    record_report(report("bounced", sent, words="550 <kunde@example.org> unknown", reject_reason="bounced"))
    record_report(report("complained", None, email="kunde@example.org", words="kunde@example.org"))
    kept = letter("kept", mail_class=MailClass.LEGAL)

    with django_capture_on_commit_callbacks(execute=True):
        erase_person("Kunde@example.org")
    record_report(report("delivered", sent, event_id="late", words="250 kunde@example.org"))

    assert not storages["private"].exists(name)
    tables = [table for table in connection.introspection.table_names() if table.startswith("shopflow_mailing_")]
    assert len(tables) >= 9
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        told = [row for row in rows if "kunde@example.org" in repr(row).lower()]
        assert [row["id"] for row in told] == ([kept.pk] if table == "shopflow_mailing_message" else []), table


def test_what_is_over_is_forgotten(letter):
    from shopflow.mailing.tasks import tidy

    Suppression.objects.create(
        email_hash="a", scope="advertising", reason="soft_bounces", created_at=NOON, expires_at=clock.now() - DAY
    )
    suppress(email="b@example.org", scope="all", reason="bounced")
    record_report(report("delivered", None, provider_number="x"))
    record_report(report("delivered", letter()))
    tidy()
    assert Suppression.objects.get().reason == "bounced"
    assert MessageEvent.objects.count() == 2
    clock.move_forward(31 * DAY)
    tidy()
    assert MessageEvent.objects.get().message is not None
