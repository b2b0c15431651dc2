"""The download door: whose it is, how often, how long, and which bytes."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.delivery.exceptions import DeliveryRefused
from shopflow.delivery.links import access_url, grant_token, ticket_url
from shopflow.delivery.models import AccessGrant, DownloadEvent, LessonProgress
from shopflow.delivery.services import (
    end_access,
    note_confirmed,
    note_paid,
    publish_edition,
    raise_limit,
    save_lesson,
    start_download,
)
from shopflow.mailing.models import Message
from tests.delivery.conftest import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(good, make_order, buyer):
    order = make_order(good, user=buyer)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    return AccessGrant.objects.get()


@pytest.fixture
def file(grant):
    return grant.good.files.get()


def page_of(grant, key=None):
    return reverse("delivery-access", kwargs={"key": key or grant_token(grant)})


def post_of(grant, file, key=None):
    return reverse("delivery-download", kwargs={"key": key or grant_token(grant), "file_id": file.pk})


def body(response):
    return b"".join(response.streaming_content)


def test_a_signed_link_opens_the_page_and_hands_out_the_file(client, grant, file):
    page = client.get(page_of(grant))
    assert page.status_code == 200
    assert "handbuch.pdf" in page.content.decode()

    started = client.post(post_of(grant, file))
    assert started.status_code == 302
    served = client.get(started.url)

    assert served.status_code == 200
    assert hashlib.sha256(body(served)).hexdigest() == file.sha256
    assert served["Content-Disposition"] == 'attachment; filename="handbuch.pdf"'
    assert {"private", "no-store"} <= set(served["Cache-Control"].split(", "))
    grant.refresh_from_db()
    assert (grant.downloads_used, DownloadEvent.objects.count()) == (1, 1)
    assert grant.first_used_at is not None


def test_looking_at_the_page_uses_nothing_up(client, grant, file):
    client.get(page_of(grant))
    assert client.get(post_of(grant, file)).status_code == 405

    grant.refresh_from_db()
    assert (grant.downloads_used, grant.first_used_at, DownloadEvent.objects.count()) == (0, None, 0)


def test_the_owner_needs_no_link_and_a_stranger_sees_nothing(client, grant, file, buyer, stranger):
    by_number = str(grant.pk)
    assert client.get(page_of(grant, by_number)).status_code == 404

    client.force_login(stranger)
    for key in (by_number, f"0{by_number}"):
        assert client.get(page_of(grant, key)).status_code == 404
        assert client.post(post_of(grant, file, key)).status_code == 404
    assert "Handbuch" not in client.get(reverse("delivery-account")).content.decode()
    assert DownloadEvent.objects.count() == 0

    client.force_login(buyer)
    assert client.get(page_of(grant, by_number)).status_code == 200
    assert client.post(post_of(grant, file, by_number)).status_code == 302
    assert "Handbuch" in client.get(reverse("delivery-account")).content.decode()


def test_a_forged_link_is_unknown(client, grant, file):
    token = grant_token(grant)
    for key in (token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense", "99999999999999999999"):
        assert client.get(page_of(grant, key)).status_code == 404
        assert client.post(post_of(grant, file, key)).status_code == 404
    assert client.get(reverse("delivery-file", kwargs={"ticket": token})).status_code == 404


def test_an_old_link_offers_a_new_one_to_the_buyers_own_address(client, grant, file):
    token = grant_token(grant)
    sent_before = Message.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=181), tick=False):
        old = client.get(page_of(grant, token))
        assert old.status_code == 410
        assert client.post(post_of(grant, file, token)).status_code == 410
        again = client.post(reverse("delivery-new-link", kwargs={"key": token}))
        client.post(reverse("delivery-new-link", kwargs={"key": token}))

    assert again.status_code == 200
    assert Message.objects.count() == sent_before + 1
    assert Message.objects.latest("pk").to_email == "kunde@example.org"
    assert DownloadEvent.objects.count() == 0


def test_the_limit_counts_downloads_and_not_resumptions(client, grant, file):
    AccessGrant.objects.update(max_downloads=1)
    first = client.post(post_of(grant, file))
    second = client.post(post_of(grant, file))
    assert (first.status_code, second.status_code) == (302, 302)
    assert client.get(second.url).status_code == 200
    assert DownloadEvent.objects.count() == 1

    clock.move_forward(timedelta(hours=3))
    assert client.get(first.url).status_code == 410
    refused = client.post(post_of(grant, file))

    assert refused.status_code == 403
    assert DownloadEvent.objects.count() == 1
    grant.refresh_from_db()
    assert grant.downloads_used == 1

    raise_limit(grant_id=grant.pk, more=5, actor=None)
    assert client.post(post_of(grant, file)).status_code == 302


def test_an_ended_access_stops_a_running_download_too(client, grant, file):
    started = client.post(post_of(grant, file))
    end_access(grant_id=grant.pk, reason="refund", actor=None)

    assert client.get(started.url).status_code == 403
    assert client.post(post_of(grant, file)).status_code == 403
    assert "handbuch.pdf" not in client.get(page_of(grant)).content.decode()


def test_access_ends_with_its_days(client, grant, file):
    AccessGrant.objects.update(expires_at=clock.now() + timedelta(days=1))
    assert client.get(page_of(grant)).context["is_usable"] is True

    clock.move_forward(timedelta(days=2))

    assert client.get(page_of(grant)).context["is_usable"] is False
    assert client.post(post_of(grant, file)).status_code == 403


def test_a_locked_good_says_what_it_waits_for(client, good, make_order):
    make_order(good)
    from shopflow.delivery.services import prepare_grants

    prepare_grants(order_id=make_order(good).pk)
    locked = AccessGrant.objects.get()
    response = client.get(page_of(locked))

    assert response.status_code == 200
    assert response.context["is_usable"] is False
    assert response.context["refusal"] == str(AccessGrant.Reason.UNPAID.label)
    assert client.post(post_of(locked, good.files.get())).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "expected", "content_range"),
    [
        ("bytes=0-99", 206, PDF[:100], f"bytes 0-99/{len(PDF)}"),
        ("bytes=100-", 206, PDF[100:], f"bytes 100-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-50", 206, PDF[-50:], f"bytes {len(PDF) - 50}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=0-999999", 206, PDF, f"bytes 0-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=0-1,5-6", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
    ],
)
def test_a_broken_download_goes_on_where_it_stopped(client, grant, file, asked, status, expected, content_range):
    url = ticket_url(start_download(grant=grant, file=file))
    response = client.get(url, headers={"Range": asked})

    assert response.status_code == status
    assert body(response) == expected
    assert response.get("Content-Range") == content_range
    assert int(response["Content-Length"]) == len(expected)
    grant.refresh_from_db()
    assert grant.downloads_used == 1


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=-0", "bytes=9-3"])
def test_a_range_outside_the_file_is_refused(client, grant, file, asked):
    response = client.get(ticket_url(start_download(grant=grant, file=file)), headers={"Range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(PDF)}"


def test_a_range_of_another_edition_gets_the_whole_file(client, grant, file):
    url = ticket_url(start_download(grant=grant, file=file))

    assert client.get(url, headers={"Range": "bytes=5-9", "If-Range": '"other"'}).status_code == 200
    assert client.get(url, headers={"Range": "bytes=5-9", "If-Range": f'"{file.sha256}"'}).status_code == 206


def test_behind_nginx_only_the_headers_are_ours(client, grant, file, settings):
    settings.SHOPFLOW_X_ACCEL_PREFIX = "/private/"
    response = client.get(ticket_url(start_download(grant=grant, file=file)))

    assert response["X-Accel-Redirect"] == f"/private/{file.storage_name}"
    assert response.content == b""
    assert response["Content-Type"] == "application/pdf"


def test_buyers_get_the_current_edition(client, grant, file):
    newer = PDF + b"more"
    current = publish_edition(
        good=grant.good, label="Datei", version="2", filename="neu.pdf", content=io.BytesIO(newer), size=len(newer)
    )

    shown = client.get(page_of(grant)).content.decode()
    assert "neu.pdf" in shown
    assert "handbuch.pdf" not in shown
    assert body(client.get(ticket_url(start_download(grant=grant, file=current)))) == newer


def test_a_file_of_another_good_is_not_found(client, grant, make_good):
    other = make_good(title="Anderes").files.get()

    assert client.post(post_of(grant, other)).status_code == 404


def first_uses():
    return list(OutboxEvent.objects.filter(code="first_download").values_list("source_key", "payload"))


def test_the_first_download_is_announced_once(client, grant, file, buyer):
    client.get(page_of(grant))
    assert first_uses() == []

    started = start_download(grant=grant, file=file)
    DownloadEvent.objects.filter(pk=started.pk).update(valid_until=timezone.now() - timedelta(days=1))
    assert start_download(grant=grant, file=file).pk != started.pk

    told = {"order_id": grant.order_id, "grant_id": grant.pk, "email": "kunde@example.org", "user_id": buyer.pk}
    assert first_uses() == [(f"access:{grant.pk}:used", told)]


def test_a_refused_download_is_no_first_one(grant, file):
    AccessGrant.objects.filter(pk=grant.pk).update(max_downloads=0)
    with pytest.raises(DeliveryRefused):
        start_download(grant=grant, file=file)
    grant.refresh_from_db()
    assert (grant.first_used_at, first_uses()) == (None, [])


def warnings():
    rows = OutboxEvent.objects.filter(code="download_limit_near").order_by("pk")
    return [(row.source_key, row.payload["downloads_left"]) for row in rows]


def test_that_few_downloads_are_left_is_announced_once_for_each_limit(grant, file, buyer):
    AccessGrant.objects.filter(pk=grant.pk).update(max_downloads=4)
    grant.refresh_from_db()
    seen = []
    for _time in range(4):
        DownloadEvent.objects.update(valid_until=timezone.now() - timedelta(days=1))
        start_download(grant=grant, file=file)
        seen.append(warnings())
    first = (f"access:{grant.pk}:limit:4", 2)
    assert seen == [[], [first], [first], [first]]
    assert OutboxEvent.objects.get(code="download_limit_near").payload == {
        "order_id": grant.order_id, "grant_id": grant.pk, "email": "kunde@example.org", "user_id": buyer.pk,
        "downloads_left": 2,
    }  # fmt: skip

    raise_limit(grant_id=grant.pk, more=2, actor=None)
    DownloadEvent.objects.update(valid_until=timezone.now() - timedelta(days=1))
    start_download(grant=grant, file=file)
    assert warnings() == [first, (f"access:{grant.pk}:limit:6", 1)]


def test_without_a_limit_none_is_near(grant, file):
    AccessGrant.objects.filter(pk=grant.pk).update(max_downloads=None)
    grant.refresh_from_db()
    start_download(grant=grant, file=file)
    assert warnings() == []


def test_a_course_shows_lessons_and_keeps_progress(client, make_good, make_order):
    good = make_good(kind="course", contract_kind="digital_service")
    first = save_lesson(good=good, position=1, title="Aufbocken", html="<p>Los</p><script>alert(1)</script>")
    save_lesson(good=good, position=2, title="Messen", html="<p>Weiter</p>")
    order = make_order(good)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    key = grant_token(AccessGrant.objects.get())
    url = reverse("delivery-lesson", kwargs={"key": key, "lesson_id": first.pk})

    shown = client.get(url).content.decode()
    assert "<p>Los</p>" in shown
    assert "alert(1)" not in shown
    client.post(url, {"done": "1"})
    client.post(url, {"done": "1"})

    assert LessonProgress.objects.count() == 1
    assert [told["order_id"] for _key, told in first_uses()] == [order.pk]
    assert client.get(reverse("delivery-access", kwargs={"key": key})).context["done"] == 1
    client.post(url, {"done": "0"})
    assert LessonProgress.objects.count() == 0


def test_my_downloads_costs_the_same_for_one_and_for_many(
    client, buyer, make_good, make_order, django_assert_max_num_queries
):
    for number in range(5):
        order = make_order(make_good(title=f"Buch {number}"), user=buyer)
        note_confirmed(order_id=order.pk)
    client.force_login(buyer)
    client.get(reverse("delivery-account"))

    with django_assert_max_num_queries(20):
        shown = client.get(reverse("delivery-account"))
    assert shown.content.decode().count("<h2>Buch ") == 5


def test_the_mail_leads_to_the_page(grant):
    assert access_url(grant).startswith("http://testserver/downloads/")
