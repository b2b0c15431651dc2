"""Staff's page of money without an order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from oscar.core.loading import get_model

from shopflow.contracts.pages import attention_notes
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import mark_refunded

PAGE = "/dashboard/shopflow/refunds/"


@pytest.fixture
def attempt(db):
    return OrderAttempt.objects.create(
        basket=get_model("basket", "Basket").objects.create(),
        order_number="SF-2026-000777",
        email="kunde@example.org",
        state=OrderAttempt.State.REFUND_DUE,
        payment_method="gateway_card",
        message="The last piece was sold meanwhile.",
        total_cents=1_234_567,
        currency="EUR",
        submission={},
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=1),
    )


def staff(client, *permissions):
    user = get_user_model().objects.create_user("team@example.org", "geheim-1234")
    user.is_staff = True
    user.save()
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def test_it_lists_what_is_owed(client, attempt):
    staff(client, "view_orderattempt")

    html = client.get(PAGE).content.decode()

    assert "SF-2026-000777" in html
    assert "12.345,67" in html
    assert "The last piece was sold meanwhile." in html
    assert "/erledigt/" not in html
    assert attention_notes.get("refunds_due").count() == 1


def test_a_refund_by_hand_is_noted_once_and_with_the_name(client, attempt):
    person = staff(client, "view_orderattempt", "change_orderattempt")

    for _time in range(2):
        assert client.post(f"{PAGE}{attempt.pk}/erledigt/").status_code == 302

    attempt.refresh_from_db()
    assert attempt.state == OrderAttempt.State.REFUNDED
    entry = AuditEntry.objects.get(action="refunded_by_hand")
    assert (entry.actor, entry.object_id) == (person, str(attempt.pk))
    assert attention_notes.get("refunds_due").count() == 0


def test_noting_needs_the_right(client, attempt):
    staff(client, "view_orderattempt")

    assert client.post(f"{PAGE}{attempt.pk}/erledigt/").status_code == 403

    attempt.refresh_from_db()
    assert attempt.state == OrderAttempt.State.REFUND_DUE


def test_money_given_back_is_announced_once(attempt):
    OrderAttempt.objects.filter(pk=attempt.pk).update(state=OrderAttempt.State.DECLINED)
    mark_refunded(reference=attempt.reference)
    assert not OutboxEvent.objects.exists(), "nothing was owed"

    OrderAttempt.objects.filter(pk=attempt.pk).update(state=OrderAttempt.State.REFUND_DUE, email="Kunde@Example.org")
    mark_refunded(reference=attempt.reference, amount_cents=700)
    mark_refunded(reference=attempt.reference)

    event = OutboxEvent.objects.get()
    assert (event.code, event.source_key) == ("refund_made", f"attempt:{attempt.pk}:refunded")
    assert event.payload == {
        "order_number": "SF-2026-000777",
        "basket_id": attempt.basket_id,
        "email": "kunde@example.org",
        "user_id": None,
        "amount_cents": 700,
        "payment_method": "gateway_card",
    }


def test_a_refund_and_its_announcement_stand_or_fall_together(attempt, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("shopflow.ordering.services.attempts.publish", fail)
    with pytest.raises(RuntimeError):
        mark_refunded(reference=attempt.reference)
    attempt.refresh_from_db()
    assert attempt.state == OrderAttempt.State.REFUND_DUE
