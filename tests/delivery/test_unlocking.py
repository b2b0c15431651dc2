"""A digital good opens once the order is paid, consented to and confirmed; in whatever order the news come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oscar_ext.order.services import change_status, record_payment
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.delivery.models import AccessGrant, LicenceKey
from shopflow.delivery.services import (
    add_keys,
    note_confirmed,
    note_paid,
    open_waiting,
    prepare_grants,
    save_pool,
)
from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due

pytestmark = pytest.mark.django_db


def only_grant(order):
    return AccessGrant.objects.get(order=order)


def pay(order):
    record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference=f"bank-{order.pk}")


def everything_happens(rounds=4):
    """Events and mails until nothing is left to do."""
    for _ in range(rounds):
        deliver_due()
        send_due()


def test_an_order_opens_when_it_is_paid_consented_and_confirmed(good, make_order):
    order = make_order(good)
    everything_happens()
    grant = only_grant(order)
    assert (grant.state, grant.locked_reason) == ("locked", "unpaid")
    assert grant.confirmed_at is not None

    pay(order)
    everything_happens()

    grant.refresh_from_db()
    assert (grant.state, grant.locked_reason, grant.email) == ("active", "", "gast@example.org")
    assert grant.granted_at is not None
    assert grant.first_used_at is None
    assert OutboxEvent.objects.filter(code="access_granted").count() == 1
    mail = Message.objects.get(template="access_ready")
    assert (mail.to_email, mail.mail_class, mail.reference) == (
        "gast@example.org",
        "transactional",
        f"order:{order.pk}",
    )
    assert "/downloads/" in mail.text


def test_a_mail_system_that_is_down_keeps_it_locked_until_it_is_back(good, make_order, settings):
    working = settings.SHOPFLOW_MAIL_TRANSPORT
    settings.SHOPFLOW_MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    order = make_order(good)
    pay(order)
    everything_happens()

    grant = only_grant(order)
    assert (grant.state, grant.locked_reason, grant.confirmed_at) == ("locked", "no_confirmation", None)
    assert Message.objects.get(template="order_confirmation").state == "deferred"
    assert Message.objects.filter(template="access_ready").count() == 0

    settings.SHOPFLOW_MAIL_TRANSPORT = working
    clock.move_forward(timedelta(days=1))
    everything_happens()

    grant.refresh_from_db()
    assert grant.state == "active"
    assert Message.objects.get(template="order_confirmation").state == "accepted"
    assert Message.objects.filter(template="access_ready").count() == 1


def test_without_consent_it_stays_locked_for_good(good, make_order):
    order = make_order(good, waiver=False)
    pay(order)
    everything_happens()

    grant = only_grant(order)
    assert (grant.state, grant.locked_reason) == ("locked", "no_waiver")
    assert OutboxEvent.objects.filter(code="access_granted").count() == 0


def test_news_in_the_wrong_order_and_twice_open_once(good, make_order):
    order = make_order(good)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    note_paid(order_id=order.pk)
    note_confirmed(order_id=order.pk)
    prepare_grants(order_id=order.pk)

    assert only_grant(order).state == "active"
    assert OutboxEvent.objects.filter(code="access_granted").count() == 1
    assert Message.objects.filter(template="access_ready").count() == 1


def test_each_line_has_its_own_grant_and_one_mail_names_them_all(make_good, make_order):
    order = make_order(make_good(title="Erstes Buch"), make_good(title="Zweites Buch"))
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)

    assert list(AccessGrant.objects.filter(order=order).values_list("state", flat=True)) == ["active", "active"]
    mail = Message.objects.get(template="access_ready")
    assert "Erstes Buch" in mail.text
    assert "Zweites Buch" in mail.text


def test_a_cancelled_order_ends_the_access(good, make_order):
    order = make_order(good)
    pay(order)
    everything_happens()
    assert only_grant(order).state == "active"

    change_status(order_id=order.pk, new_status="cancelled")
    everything_happens()
    note_paid(order_id=order.pk)

    grant = only_grant(order)
    assert (grant.state, grant.locked_reason) == ("revoked", "cancelled")


def test_days_of_access_count_from_unlocking(make_good, make_order):
    order = make_order(make_good(access_days=30))
    before = clock.now()
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)

    grant = only_grant(order)
    assert grant.expires_at - grant.granted_at == timedelta(days=30)
    assert grant.granted_at >= before


def test_a_licence_gets_a_key_for_each_piece(make_good, make_order):
    good = make_good(kind="licence")
    save_pool(good=good, prefix="diag", is_generated=True)
    order = make_order(good, quantity=3)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)

    keys = list(LicenceKey.objects.filter(grant=only_grant(order)).values_list("key", flat=True))
    assert len(set(keys)) == 3
    assert all(key.startswith("DIAG-") and len(key) == 28 for key in keys)
    assert all(key in Message.objects.get(template="access_ready").text for key in keys)


def test_an_empty_pool_waits_for_keys_and_takes_none_in_part(make_good, make_order):
    good = make_good(kind="licence")
    pool = save_pool(good=good, prefix="", is_generated=False)
    add_keys(pool=pool, keys=["AAA-1"])
    order = make_order(good, quantity=2)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    grant = only_grant(order)
    assert (grant.state, grant.locked_reason) == ("locked", "no_key")
    assert LicenceKey.objects.filter(grant=None).count() == 1

    assert add_keys(pool=pool, keys=["AAA-1", "AAA-2", "AAA-2", " "]) == 1
    assert open_waiting(good=good) == 1

    grant.refresh_from_db()
    assert grant.state == "active"
    assert list(LicenceKey.objects.order_by("key").values_list("key", "grant_id")) == [
        ("AAA-1", grant.pk),
        ("AAA-2", grant.pk),
    ]
    assert Message.objects.filter(template="access_ready").count() == 1


def test_goods_that_come_in_a_parcel_get_no_grant(make_order, good):
    from oscar.test.factories import create_product

    class Parcel:
        product = create_product(title="Bremsscheibe", price="20.00", num_in_stock=5)

    order = make_order(Parcel)
    everything_happens()

    assert AccessGrant.objects.count() == 0
    assert Message.objects.filter(template="access_ready").count() == 0
    assert order.lines.count() == 1
