"""Other systems announce events, signed; everything else is refused and says why."""

from __future__ import annotations

import hashlib
import json
import re
import time
import urllib.request
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shopflow.automations.checks import check_secret
from shopflow.automations.models import Run
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, forget_in_logs
from shopflow.core.signing import WINDOW_SECONDS, Signature
from tests.automations.doubles import WORK

SECRET = "only-for-tests-0123456789"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "automations.md"
BOOKED = {
    "key": "booking:4711", "name": "appointment_booked", "email": "Kundin@BÄCKEREI.example", "reference": "4711"
}  # fmt: skip


@pytest.fixture(autouse=True)
def secret(settings):
    settings.SHOPFLOW_EVENTS_SECRET = SECRET


def send(told, *, secret=SECRET, age=0, spoil=b"", **headers):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    stamp = str(int(time.time()) - age)
    signature = Signature(secret, stamp)
    signature.update(body)
    given = {"X-Timestamp": stamp, "X-Signature": signature.header(), **headers}
    caller = Client(enforce_csrf_checks=True)
    return caller.post("/ereignis/", body + spoil, content_type="application/json", headers=given)


def heard():
    return list(OutboxEvent.objects.filter(code="external").order_by("pk").values_list("source_key", "payload"))


@pytest.mark.django_db
def test_a_signed_call_is_announced_once_and_begins_an_automation(make_flow, work_on, world):
    where = {"name": ["appointment_booked"]}
    make_flow(WORK, trigger={"event": "external", "where": where}, entry_key="booking:{reference}")
    account = get_user_model().objects.create_user("kundin@xn--bckerei-5wa.example", "sehr-geheim-7")

    answers = [send(BOOKED), send(BOOKED), send({**BOOKED, "key": "other:815", "name": "appointment_moved"})]
    assert [(one.status_code, one.json()) for one in answers] == [
        (202, {"state": "taken"}), (200, {"state": "same"}), (202, {"state": "taken"})
    ]  # fmt: skip
    assert "no-store" in answers[0]["Cache-Control"]
    told = {"email": "kundin@xn--bckerei-5wa.example", "reference": "4711", "user_id": account.pk}
    prints = [hashlib.sha256(key).hexdigest() for key in (b"booking:4711", b"other:815")]
    assert heard() == [
        (f"external:{prints[0]}", {"name": "appointment_booked", **told}),
        (f"external:{prints[1]}", {"name": "appointment_moved", **told}),
    ]

    deliver_due()
    work_on()
    run = Run.objects.get()
    assert (run.email, run.entry_key, run.state) == ("kundin@xn--bckerei-5wa.example", "booking:4711", Run.State.DONE)


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"name": "other"}, {"email": "other@example.org"}, {"reference": "4712"}])
def test_a_key_stands_for_one_event(changes):
    send(BOOKED)

    refused = send({**BOOKED, **changes})
    assert (refused.status_code, refused.json()["error"]) == (409, "key_reused")
    assert len(heard()) == 1


@pytest.mark.django_db
def test_a_repeated_call_brings_nobody_back():
    send(BOOKED)
    forget_in_logs(emails=["kundin@xn--bckerei-5wa.example"], user_id=None)

    assert send(BOOKED).json() == {"state": "same"}
    assert [payload["email"] for _key, payload in heard()] == [""]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ({"age": WINDOW_SECONDS + 60}, 401, "timestamp"),
        ({"age": -WINDOW_SECONDS - 60}, 401, "timestamp"),
        ({"X-Timestamp": "now"}, 401, "timestamp"),
        ({"secret": "x" * 24}, 401, "signature"),
        ({"X-Signature": ""}, 401, "signature"),
        ({"spoil": b" "}, 401, "signature"),
        ({"spoil": b" " * 5000}, 413, "too_large"),
        ({"told": b"no json"}, 400, "json"),
        ({"told": b"\xff"}, 400, "json"),
        ({"told": b"[]"}, 422, "json"),
        ({"told": {**BOOKED, "reference": 4711}}, 422, "json"),
        ({"told": {**BOOKED, "code": "order_paid"}}, 422, "unknown"),
    ],
)
def test_what_is_not_taken_says_why(how, status, error):
    refused = send(**{"told": BOOKED, **how})

    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["message"].endswith(".")
    assert heard() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"key": ""}, {"key"}),
        ({"key": "short"}, {"key"}),
        ({"name": "Booked!", "email": "nobody"}, {"name", "email"}),
        ({"reference": "frau.mueller@example.org"}, {"reference"}),
        ({"name": "a" * 65}, {"name"}),
    ],
)
def test_each_wrong_member_is_named(changes, fields):
    refused = send({**BOOKED, **changes})

    assert (refused.status_code, refused.json()["error"], set(refused.json()["fields"])) == (422, "invalid", fields)
    assert heard() == []


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "x" * 23])
def test_without_a_good_secret_nothing_is_taken(settings, secret):
    settings.SHOPFLOW_EVENTS_SECRET = secret

    refused = send(BOOKED, secret=secret)
    assert (refused.status_code, refused.json()["error"], heard()) == (503, "secret", [])
    assert [found.id for found in check_secret()] == (["shopflow_automations.E002"] if secret else [])


@pytest.mark.django_db
def test_the_door_takes_nothing_but_post(client):
    assert client.get("/ereignis/").status_code == 405


@pytest.mark.django_db
def test_the_example_of_the_documentation_works(monkeypatch):
    example = re.search(r"```python\n(import hashlib.*?)```", PAGE.read_text(), re.DOTALL)[1]
    answers = []

    def urlopen(request):
        path = request.full_url.removeprefix("https://shop.example.org")
        answers.append(Client().post(path, request.data, content_type="application/json", headers=request.headers))

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    monkeypatch.setenv("SHOPFLOW_EVENTS_SECRET", SECRET)
    exec(compile(example, str(PAGE), "exec"), {})

    assert [answer.status_code for answer in answers] == [202]
    assert [payload["name"] for _key, payload in heard()] == ["appointment_booked"]
